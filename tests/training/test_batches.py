import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

import torch
from torch.nn import functional

from training import kernels
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


def test_the_gradient_of_a_tree_is_that_of_its_sequences():
    alone, merged, tree = network(), network(), Tree()
    for ids, prompt in SEQUENCES:
        tree.add(ids, prompt)
        logits = alone.logits(alone.hidden(torch.tensor([ids[:-1]])))[0, prompt - 1 :]
        functional.cross_entropy(logits, torch.tensor(ids[prompt:]), reduction="sum").backward()
    for batch in batches([tree, tree], parts=2):
        logits = merged.logits(merged.hidden_at(batch.ids, batch.layout))
        (functional.cross_entropy(logits, batch.targets, reduction="sum") / 2).backward()
    for (name, expected), found in zip(alone.named_parameters(), merged.parameters(), strict=True):
        assert torch.allclose(found.grad, expected.grad, rtol=1e-3, atol=1e-4), name


def test_the_kernels_have_the_gradients_of_what_they_compute():
    x, weight = torch.randn(5, 8, dtype=torch.double, requires_grad=True), torch.rand(8, dtype=torch.double)
    assert torch.allclose(kernels.normed(x, weight, 1e-6), functional.rms_norm(x, (8,), weight, 1e-6))
    assert torch.autograd.gradcheck(lambda *of: kernels.normed(*of, 1e-6), (x, weight.requires_grad_()))
    assert torch.allclose(kernels.gated(x), functional.silu(x[:, :4]) * x[:, 4:])
    assert torch.autograd.gradcheck(kernels.gated, (x,))
