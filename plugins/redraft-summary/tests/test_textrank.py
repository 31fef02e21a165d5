"""Key terms by TextRank."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.text import folded
from redraft_summary.textrank import _ranks, key_terms_of, stems, uses

ENGLISH = (
    "Compatibility of systems of linear constraints over the set of natural numbers. Criteria of compatibility of a "
    "system of linear Diophantine equations, strict inequations, and nonstrict inequations are considered. Upper "
    "bounds for components of a minimal set of solutions and algorithms of construction of minimal generating sets of "
    "solutions for all types of systems are given. These criteria and the corresponding algorithms for constructing a "
    "minimal supporting set of solutions can be used in solving all the considered types of systems and systems of "
    "mixed types."
)
# The words of the keywords that the paper's own run found in this abstract.
FOUND = (
    "linear constraints diophantine equations natural numbers nonstrict inequations strict upper bounds minimal "
    "solutions sets systems types"
)


def test_the_terms_of_the_papers_own_example():
    """The abstract in Mihalcea & Tarau (2004), figure 2."""
    found = {term.stem for term in key_terms_of(ENGLISH, 10)}
    assert len(found & stems(FOUND)) >= 8


def test_chinese_words_are_what_the_text_repeats():
    text = "机器学习改变世界。机器学习需要数据。深度神经网络是机器学习的方法。神经网络需要数据。"
    assert [term.text for term in key_terms_of(text, 9)] == ["机器学习", "神经网络", "需要数据"]


def test_chinese_that_repeats_nothing_is_ranked_by_pairs():
    assert {term.text for term in key_terms_of("我爱北京烤鸭", 9)} == {"爱北", "北京", "京烤", "烤鸭"}


USED = [
    ("systems", "One system is enough.", True),
    ("solution", "Solutions exist.", True),
    ("solution", "Nothing.", False),
    ("机器学习", "我爱机器学习。", True),
    ("机器学习", "我爱学习机器。", False),
]


def test_inflected_forms_use_a_term(subtests):
    for term, text, used in USED:
        with subtests.test(term=term, text=text):
            (found,) = key_terms_of(f"{term} {term}", 1)
            assert uses(found, folded(text), stems(text)) is used


def test_texts_without_terms_have_none(subtests):
    for text in ("", "…", "It is the one of them.", "12 345", "的了在"):
        with subtests.test(text=text):
            assert key_terms_of(text, 10) == ()


EDGES = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("efgh")), st.integers(1, 5), min_size=1)


@given(EDGES)
def test_ranks_solve_the_equation_of_pagerank(edges):
    nodes = sorted({node for edge in edges for node in edge})
    weights = np.zeros((len(nodes), len(nodes)))
    for (one, other), count in edges.items():
        weights[nodes.index(one), nodes.index(other)] += count
        weights[nodes.index(other), nodes.index(one)] += count
    walk = weights / weights.sum(axis=0)
    solved = np.linalg.solve(np.eye(len(nodes)) - 0.85 * walk, np.full(len(nodes), 0.15))
    ranks = _ranks(nodes, Counter(edges))
    assert [ranks[node] for node in nodes] == pytest.approx(list(solved), abs=1e-3)
