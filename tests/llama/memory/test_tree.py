import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.llama.memory.tree import PrefixTree, shared

TOKENS = st.lists(st.integers(0, 2), max_size=8)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["attach", "grow", "drop", "prune"]), st.integers(0, 5), TOKENS), max_size=40
)


def ids(tokens):
    return np.asarray(tokens, np.int32)


def prefixes(held):
    """Return all distinct beginnings that slots hold, the naive way to count cells."""
    return {(adapter, tuple(tokens[:end])) for adapter, tokens in held.values() for end in range(1, len(tokens) + 1)}


def longest(held, adapter, tokens):
    return max((shared(ids(other), ids(tokens)) for name, other in held.values() if name == adapter), default=0)


def play(tree, held, action, slot, tokens):
    """Do one thing to the tree and to its naive model alike."""
    adapter = "ab"[slot % 2]
    if action == "attach" and slot not in held:
        match = tree.match(adapter, ids(tokens))
        assert match.length == longest(held, adapter, tokens)
        span = tree.attach(slot, adapter, match)
        if span:
            assert held[span.slot][1][: span.end] == tokens[: match.length]
        held[slot] = (adapter, tokens[: match.length])
    elif action == "grow" and slot in held:
        before = held[slot][1]
        own = len(before)
        common = tree.common(slot, ids(tokens))
        others = {one: value for one, value in held.items() if one != slot}
        assert common == max(longest(others, adapter, before + tokens) - own, 0)
        for span in tree.grow(slot, ids(tokens)):
            assert held[span.slot][1][span.begin : span.end] == (before + tokens)[span.begin : span.end]
        held[slot] = (adapter, before + tokens)
    elif action == "drop" and slot in held:
        tree.drop(slot)
        del held[slot]
    elif action == "prune":
        prune(tree, held, kept=frozenset({slot}))


def prune(tree, held, kept):
    leaf = tree.oldest(kept)
    if leaf is None:
        return
    untouched = {slot: held[slot] for slot in kept if slot in held}
    for span in tree.prune(leaf):
        if span.slot in tree.slots:
            held[span.slot] = (held[span.slot][0], held[span.slot][1][: span.begin])
        else:
            del held[span.slot]
    assert {slot: held.get(slot) for slot in untouched} == untouched


@settings(max_examples=200, deadline=None)
@given(ACTIONS)
def test_the_tree_says_what_a_naive_model_says(actions):
    tree, held = PrefixTree(), {}
    for action, slot, tokens in actions:
        play(tree, held, action, slot, tokens)
        assert tree.cells == len(prefixes(held))
        assert tree.slots == frozenset(held)
        for one, (adapter, expected) in held.items():
            assert tree.tokens(one).tolist() == expected
            assert (tree.length(one), tree.adapter(one)) == (len(expected), adapter)
        some = frozenset(list(held)[:2])
        assert tree.held(some) == len(prefixes({one: held[one] for one in some}))


def test_what_was_used_least_recently_is_the_oldest():
    tree = PrefixTree()
    for slot, tokens in enumerate([[1, 1], [2, 2], [3, 3]]):
        tree.attach(slot, "", tree.match("", ids([])))
        tree.grow(slot, ids(tokens))
    tree.attach(3, "", tree.match("", ids([1, 1])))
    assert tree.oldest(frozenset()).tokens.tolist() == [2, 2]
    assert tree.oldest(frozenset({1})).tokens.tolist() == [3, 3]
    assert tree.oldest(frozenset({1, 2, 3})) is None
    assert tree.alone(1)
    assert not tree.alone(0)
