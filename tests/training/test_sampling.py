from random import Random

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")
pytest.importorskip("lark", reason="needs the extra `train`")

import torch

from redraft.task import Critique, Problem
from training.curriculum import Mix
from training.families import Item, families
from training.families.sentence.words import held_out_pairs
from training.model import Network, Shape
from training.own import Own
from training.sampling import Sampler, _told, own_drafts
from training.tokens import Encoder

ENCODER = Encoder()
TINY = Shape(layers=2, width=64, heads=2, inner=64, vocabulary=ENCODER.size)


def network():
    torch.manual_seed(0)
    made = Network(TINY)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return made


def test_a_row_that_is_filled_up_is_answered_as_it_is_alone():
    sampler = Sampler(network(), ENCODER, temperature=0.0, most=12, seed=1)
    prompts = [ENCODER.text(text) for text in ("The dog", "A girl and the dog throw", "My")]
    assert sampler.answers(prompts) == [sampler.answers([prompt])[0] for prompt in prompts]


def test_ratings_are_what_the_network_expects():
    net = network()
    prompts = [ENCODER.text(text) for text in ("The dog", "A girl and the dog throw", "My")]
    found = Sampler(net, ENCODER, temperature=0.0, most=1, seed=1).ratings(prompts)
    for prompt, rating in zip(prompts, found, strict=True):
        chances = net.logits(net.hidden(torch.tensor([prompt])))[0, -1, [ENCODER.text(str(n))[0] for n in range(1, 6)]]
        expected = (chances.softmax(dim=-1) * torch.arange(1.0, 6.0)).sum().item()
        assert rating == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_own_drafts_are_rated_where_that_is_asked_for(family):
    for judged in (False, True):
        drafts = own_drafts(family, network(), ENCODER, Random(5), count=6, mix=Mix(judged=judged))
        assert {own.rated is not None for own in drafts} <= {judged and family.judged}


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_own_drafts_are_the_same_from_run_to_run_and_show_nothing_that_is_held_out(family):
    first, again = (own_drafts(family, network(), ENCODER, Random(5), count=6, mix=Mix()) for _ in range(2))
    assert first == again
    assert not any(family.held_out(own.item, own.draft, own.target) for own in first)
    assert all(family.is_right(own.item, own.target) for own in first)


def test_a_critique_that_names_a_word_which_is_held_out_is_not_kept():
    word, (partner, *_) = next((word, sorted(others)) for word, others in sorted(held_out_pairs().items()) if others)
    own = Own("sentence", Item({"words": [word]}, {}), "The.", "The.")
    kept, dropped = (
        _told(own, Critique(problems=(Problem(where="after The", problem=f"no {said}", fix=f"add {said}"),)))
        for said in (word, partner)
    )
    assert kept.said == (("after The", f"no {word}", f"add {word}"),)
    assert dropped == own
