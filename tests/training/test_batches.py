import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

import torch
from torch.nn import functional

from training.batches import Tree, batches
from training.model import Network, Shape

SEQUENCES = (([1, 2, 3, 4, 5], 3), ([1, 2, 3, 6, 7, 8], 3), ([1, 9, 3, 4], 2), ([5, 4, 3, 2, 1], 1))


def network():
    torch.manual_seed(0)
    made = Network(Shape(vocabulary=12, layers=2, width=32, heads=2, inner=32))
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return made


def test_a_tree_learns_what_its_sequences_would_teach_one_by_one():
    net, alone, tree = network(), 0.0, Tree()
    for ids, prompt in SEQUENCES:
        tree.add(ids, prompt)
        logits = net.logits(net.hidden(torch.tensor([ids[:-1]])))[0, prompt - 1 :]
        alone += functional.cross_entropy(logits, torch.tensor(ids[prompt:]), reduction="sum").item()
    (batch,) = batches([tree], parts=1)
    logits = net.logits(net.hidden_at(batch.ids, batch.layout))
    assert functional.cross_entropy(logits, batch.targets, reduction="sum").item() == pytest.approx(alone, rel=1e-5)
    assert len(tree.ids) < sum(len(ids) - 1 for ids, _ in SEQUENCES)


def test_answering_step_by_step_gives_what_one_pass_gives():
    net, ids = network(), torch.tensor([[1, 2, 3, 4, 5]])
    past = [[] for _ in net.blocks]
    parts = [net.hidden(ids[:, :3], past=past), net.hidden(ids[:, 3:4], start=3, past=past)]
    parts.append(net.hidden(ids[:, 4:], start=4, past=past))
    assert torch.allclose(torch.cat(parts, dim=1), net.hidden(ids), atol=1e-5)
