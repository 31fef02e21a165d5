from random import Random

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

import torch

from training.batches import ANYTHING, batches, tree_of
from training.curriculum import Mix
from training.examples import Example, examples
from training.families import family_of
from training.losses import Closed, learn
from training.model import Network, Shape
from training.tokens import Encoder

ENCODER = Encoder()
SOME_COPYING = Mix(copying=0.2)


def drawn(count):
    return [tree_of(examples(family_of("sentence"), Random(seed), SOME_COPYING), ENCODER) for seed in range(count)]


def test_what_should_follow_is_never_closed():
    closed = Closed(ENCODER, 1.0)
    for tree in drawn(60):
        (batch,) = batches([tree], parts=1)
        masks = closed.masks[batch.kinds]
        for row, (_, target, _) in enumerate(tree.answers):
            assert not masks[row, target] or {target, ANYTHING}.intersection(batch.open[row].tolist())


def chance_lost(answer, at, word):
    """Return what is lost by the chance of a half for a word at a place of an answer."""
    tree = tree_of([Example((), answer, "sentence/generator")], ENCODER)
    (batch,) = batches([tree], parts=1)
    logits = torch.full((len(batch.targets), ENCODER.size), -1e9)
    logits[:, ENCODER.text(word)[0]] = logits[:, ENCODER.text(" the")[0]] = 0.0
    return Closed(ENCODER, 1.0).lost(logits, batch)[at].item()


def test_a_word_is_closed_once_the_answer_has_used_it():
    half = pytest.approx(-torch.log1p(torch.tensor(-0.5)).item())
    assert chance_lost("The dog sees a cat.", 1, " dog") == 0
    assert chance_lost("The dog sees a cat.", 4, " dog") == half
    assert chance_lost("The dog sees a cat.", 4, " dogs") == half
    assert chance_lost("The dog sees a cat.", 4, " child") == half
    assert chance_lost("The dog sees two children.", 4, " child") == 0


def test_what_is_no_word_is_closed_but_for_the_first():
    assert chance_lost("The dog runs.", 0, "Two") == 0
    assert chance_lost("The dog runs.", 2, "Two") > 0
    assert chance_lost("The dog runs.", 2, "q") > 0


def test_ratings_lose_nothing():
    tree = tree_of([Example((), "4", "sentence/judge")], ENCODER)
    (batch,) = batches([tree], parts=1)
    assert not Closed(ENCODER, 1.0).lost(torch.zeros(len(batch.targets), ENCODER.size), batch).any()


def test_closed_tokens_change_the_gradient_and_not_the_loss_that_is_told():
    def learned(closed):
        torch.manual_seed(0)
        network = Network(Shape(vocabulary=ENCODER.size, layers=1, width=32, heads=1, inner=32))
        losses = learn(network, drawn(1), parts=1, closed=closed)
        return losses.by_kind(), network.embedding.weight.grad

    plain, before = learned(None)
    told, after = learned(Closed(ENCODER, 4.0))
    assert told == plain
    assert not torch.equal(before, after)
