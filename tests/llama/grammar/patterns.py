"""Random regular expressions."""

from hypothesis import strategies as st

__all__ = ["LETTERS", "accepted", "expressions"]

LETTERS = 'ab-"\\é名😀\t0_ '
"""Characters of all widths, some of which JSON writes with a backslash."""

_WRITTEN = {"\\": "\\\\", "\t": "\\t", "-": "\\-"}
_plain = st.sampled_from([_WRITTEN.get(char, char) for char in LETTERS])
_classes = st.sampled_from(
    [".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"[^a]", r"[^\d]", r"[\Wa]", "[a-c]", "[a-é]"]
)
_sets = st.builds(lambda no, chars: f"[{no}{''.join(chars)}]", st.sampled_from(["", "^"]), st.lists(_plain, min_size=1))
_quantifiers = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{0,2}?"])


def _joined(inner):
    either = st.lists(inner | st.just(""), min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
    return (
        either
        | st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.builds(lambda part, sign: f"(?:{part}){sign}", inner, _quantifiers)
    )


_bodies = st.recursive(_plain | _classes | _sets, _joined, max_leaves=6)


@st.composite
def _edged(draw):
    return draw(st.sampled_from(["", "^"])) + draw(_bodies) + draw(st.sampled_from(["", "$"]))


def expressions():
    """Return a strategy for expressions that Python reads as JavaScript does."""
    return st.lists(_edged(), min_size=1, max_size=2).map("|".join) | _edged().map(lambda one: f"^({one})$")


def accepted(automaton, text):
    """Return whether a text is one of an automaton's."""
    spot = automaton.start
    for char in text:
        spot = automaton.after(spot, ord(char))
        if spot is None:
            return False
    return automaton.accepts(spot)
