import json
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("lark", reason="needs the extra `train`")

import torch

from training.errors import TrainingError
from training.growing import grow
from training.model import Network, Shape
from training.train import Plan, Run, train

TINY = Shape(layers=2, width=64, heads=2, inner=64)


def plan(folder, **changes):
    made = Plan(
        steps=6,
        tokens=300,
        parts=2,
        draft_every=2,
        draft_count=8,
        save_every=3,
        log_every=1,
        validate_every=4,
        shape=TINY,
    )
    return replace(made, folder=folder, target=folder / "tiny.gguf", **changes)


class StoppedError(Exception):
    """The run was stopped in the middle."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return train(plan(folder)), folder


def lines(folder):
    read = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return [{key: value for key, value in line.items() if key != "seconds"} for line in read]


def test_a_run_that_was_stopped_ends_with_the_weights_of_one_that_was_not(whole, tmp_path, monkeypatch):
    straight, folder = whole
    advance = Run.advance

    def advance_or_stop(run):
        if run.step == 5:
            raise StoppedError
        return advance(run)

    monkeypatch.setattr(Run, "advance", advance_or_stop)
    with pytest.raises(StoppedError):
        train(plan(tmp_path))
    monkeypatch.undo()
    resumed = train(plan(tmp_path))
    for name, tensor in straight.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name
    assert resumed.own == straight.own
    assert lines(tmp_path) == lines(folder)
    assert (tmp_path / "tiny.gguf").read_bytes() == (folder / "tiny.gguf").read_bytes()


def test_two_processes_train_the_weights_that_one_does(whole, tmp_path):
    straight, folder = whole
    together = train(plan(tmp_path, workers=2))
    for name, tensor in straight.network.state_dict().items():
        assert torch.allclose(tensor, together.network.state_dict()[name], atol=1e-4), name
    assert together.own == straight.own
    assert together.seen == straight.seen
    assert [line["tokens"] for line in lines(tmp_path)] == [line["tokens"] for line in lines(folder)]
    again = train(plan(tmp_path, workers=2))
    assert again.step == together.step


def test_a_line_of_the_log_that_was_cut_short_is_written_again(whole, tmp_path):
    _, folder = whole
    train(plan(tmp_path, steps=6, save_every=3))
    log = tmp_path / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    (tmp_path / "checkpoint.pt").unlink()
    train(plan(tmp_path, steps=6, save_every=3))
    assert lines(tmp_path) == lines(folder)


def test_the_log_has_each_role_and_how_many_drafts_were_right(whole):
    _, folder = whole
    assert [line["step"] for line in lines(folder)] == [1, 2, 3, 4, 5, 6]
    assert {"tokens", "loss", "sentence/bare"} <= set(lines(folder)[-1])
    assert all("right" in line for line in lines(folder)[1::2])
    assert {"loss", "sentence/generator", "sentence/critic", "sentence/reviser"} <= set(lines(folder)[3]["validation"])


@pytest.mark.parametrize("change", [{"seed": 2}, {"steps": 7}, {"shape": replace(TINY, layers=1)}])
def test_a_checkpoint_of_another_plan_is_refused(whole, change):
    _, folder = whole
    with pytest.raises(TrainingError, match=rf"of another run: {next(iter(change))} was .*--build"):
        train(plan(folder, **change))


def test_a_run_starts_from_a_gguf(whole, tmp_path):
    straight, folder = whole
    run = Run(plan(tmp_path, start=folder / "tiny.gguf"))
    assert torch.allclose(run.network.embedding.weight, straight.network.embedding.weight, atol=1e-2)
    with pytest.raises(TrainingError, match="2 layers cannot be cut to 1"):
        Run(plan(tmp_path, start=folder / "tiny.gguf", shape=replace(TINY, layers=1)))


def test_weights_of_another_width_are_refused(whole, tmp_path):
    _, folder = whole
    with pytest.raises(TrainingError, match=r"Shape\(.*width=64.* cannot be grown to Shape\(.*width=128"):
        Run(plan(tmp_path, start=folder / "tiny.gguf", shape=replace(TINY, width=128)))


def test_a_layer_more_changes_nothing_at_first(whole, tmp_path):
    straight, folder = whole
    grown = Run(plan(tmp_path, start=folder / "tiny.gguf", shape=replace(TINY, layers=4))).network
    same = Run(plan(tmp_path, start=folder / "tiny.gguf")).network
    ids = torch.tensor([straight.encoder.text("The dog runs in the park.")])
    assert torch.allclose(grown.hidden(ids), same.hidden(ids))


def test_a_token_that_was_not_known_has_a_vector_like_the_others(whole, tmp_path):
    straight, _ = whole
    encoder, known = straight.encoder, straight.encoder.tokens[:-7]
    old = Network(replace(straight.network.shape, vocabulary=len(known)))
    network = Network(straight.network.shape)
    grow(network, old, known, encoder)
    assert torch.equal(network.embedding.weight[: len(known)], old.embedding.weight)
    lengths = network.embedding.weight.detach().norm(dim=1)
    assert lengths[-7:].mean().item() == pytest.approx(lengths[:-7].mean().item(), rel=0.3)


def test_a_word_keeps_its_two_vectors_equally_far_apart(tmp_path):
    run = Run(plan(tmp_path))
    spaced, bare = torch.tensor(run.encoder.twins).T

    def apart():
        weight = run.network.embedding.weight.detach()
        return weight[bare] - weight[spaced]

    before, words = apart(), run.network.embedding.weight[spaced].detach().clone()
    for _ in range(3):
        run.advance()
    assert not torch.allclose(words, run.network.embedding.weight[spaced])
    assert torch.allclose(apart(), before, atol=1e-5)
    assert torch.allclose(before, before[:1].expand_as(before), atol=1e-6)


def test_what_must_not_be_said_weighs_as_much_as_the_plan_says(tmp_path):
    light, heavy = (Run(plan(tmp_path, close_weight=weight)) for weight in (0.0, 4.0))
    told = [run.advance().by_kind() for run in (light, heavy)]
    assert told[0] == told[1]
    assert not torch.equal(light.network.embedding.weight, heavy.network.embedding.weight)


def test_own_drafts_are_sampled_once_they_are_learned_from(tmp_path):
    run = train(plan(tmp_path, steps=10, draft_every=1, validate_every=100))
    fresh = [line["step"] for line in lines(tmp_path) if "right" in line]
    assert fresh[0] / run.plan.steps > 0.12
    assert fresh[-1] == 10
