"""Files that score texts, and those of which llama.cpp would make scores that are none."""

from __future__ import annotations

import pytest

from benchmarks.gguf_reranker import ARCHITECTURES, Reranker, write_reranker
from redraft.catalog.header import inspect
from redraft.catalog.kinds import require_embedder, require_generator
from redraft.catalog.rank_head import rank_head
from redraft.errors import ModelFileError
from redraft.files import embedded_model

LABELS = {"bert": (), "jina-bert-v2": (), "qwen3": ("yes", "no")}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model.gguf"


def refusal(path):
    with pytest.raises(ModelFileError) as caught:
        rank_head(inspect(path))
    message = str(caught.value)
    assert str(path) in message
    assert len(message.splitlines()) == 2, "a mend is missing"
    return message


def test_a_head_says_what_a_model_gives(file):
    head = rank_head(inspect(write_reranker(file, Reranker(labels=("bad", "good"), context=77))))
    assert (head.outputs, head.labels, head.activation, head.context, head.heads) == (2, ("bad", "good"), "none", 77, 2)
    assert not head.in_parts
    assert head.template is None


def test_each_architecture_has_its_head(subtests, file):
    activations = dict(zip(ARCHITECTURES, ("none", "tanh", "softmax"), strict=True))
    for arch, activation in activations.items():
        with subtests.test(arch):
            head = rank_head(inspect(write_reranker(file, Reranker(arch, LABELS[arch]))))
            assert head.activation == activation
            assert head.in_parts == (arch == "qwen3")
            assert bool(head.template) == (arch == "qwen3")


def test_what_reads_both_ways_is_not_taken_in_parts(subtests, file):
    for changes in ({"ARCH__attention__causal": False}, {"ARCH__classifier__pooling_type": 1}):
        with subtests.test(changes=changes):
            head = rank_head(inspect(write_reranker(file, Reranker("qwen3", ("yes", "no")), **changes)))
            assert not head.in_parts


UNFIT = [
    ("bert", {"ARCH__pooling_type": 1}, "an embedding model and gives no scores"),
    ("bert", {"ARCH__pooling_type": None}, "it has no head that scores texts"),
    ("bert", {"ARCH__pooling_type": 5}, "pooling_type 5 is unknown"),
    ("bert", {"without": "cls.output.weight"}, "its head is missing (the tensor cls.output.weight)"),
    ("jina-bert-v2", {"without": "cls.weight"}, "its head is missing (the tensor cls.weight)"),
    ("bert", {"ARCH__classifier__output_labels": ["a", "b"]}, "its head has 1 outputs and 2 labels"),
    ("bert", {"ARCH__context_length": None}, "does not say how many tokens it reads"),
    ("bert", {"ARCH__context_length": 0}, "does not say how many tokens it reads"),
    ("qwen3", {"tokenizer__chat_template__rerank": "{query} alone"}, "leaves out {document}"),
    ("bert", {"general__type": "adapter"}, "a LoRA adapter"),
]


def test_what_would_give_no_scores_is_refused(subtests, file):
    for arch, changes, said in UNFIT:
        with subtests.test(said):
            assert said in refusal(write_reranker(file, Reranker(arch, LABELS[arch]), **changes))


def test_the_softmax_of_one_number_is_no_score(file):
    assert "makes 1 for every text" in refusal(write_reranker(file, Reranker("qwen3", ("score",))))


def test_other_architectures_have_no_head(file):
    whole = write_reranker(file, Reranker()).read_bytes().replace(b"bert", b"gptj")
    file.write_bytes(whole)
    assert "no scores with a model of the kind 'gptj'" in refusal(file)


def test_a_model_that_writes_has_no_head_and_the_mend_names_the_agent():
    assert "name an agent in place of the scorer" in refusal(embedded_model())


def test_a_reranker_neither_writes_nor_embeds(file):
    header = inspect(write_reranker(file, Reranker()))
    with pytest.raises(ModelFileError, match="scores texts and cannot write any") as caught:
        require_generator(header)
    assert "`scorer` of the evaluator `judge`" in caught.value.mend
    with pytest.raises(ModelFileError, match="a reranker and gives no embeddings"):
        require_embedder(header)


def test_labels_of_another_type_are_none(file):
    header = inspect(write_reranker(file, Reranker(), ARCH__classifier__output_labels=[1, 2]))
    assert header.labels == ()
