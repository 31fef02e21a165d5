import contextlib
import json
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError
from redraft.llama.grammar.determined import automaton_of
from redraft.llama.grammar.expression import canonical
from redraft.llama.grammar.pattern import parse_pattern
from tests.llama.grammar.patterns import LETTERS, accepted, expressions

bounds = st.tuples(st.integers(0, 4), st.none() | st.integers(0, 6)).filter(
    lambda both: both[1] is None or both[0] <= both[1]
)


def determined(pattern, low, high):
    with contextlib.suppress(DefinitionError):
        return automaton_of(pattern, low, high)
    return None


@settings(max_examples=300, deadline=None)
@given(expressions(), bounds, st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=8))
def test_the_texts_are_those_in_which_python_finds_it(pattern, span, texts):
    low, high = span
    automaton = determined(pattern, low, high)
    for text in texts:
        fits = low <= len(text) and (high is None or len(text) <= high)
        found = [fits and bool(re.search(pattern, text, flags)) for flags in (0, re.ASCII)]
        taken = automaton is not None and accepted(automaton, text)
        # Of \\d, \\w and \\s only what both Python and JavaScript take to be one is written.
        assert not taken or all(found)
        assert taken or not all(found) or re.search(r"\\[dwsDWS]", pattern)


@settings(max_examples=300, deadline=None)
@given(expressions(), bounds, st.data())
def test_the_shortest_ending_ends_any_beginning(pattern, span, data):
    automaton = determined(pattern, *span)
    assume(automaton)
    spot, text = automaton.start, ""
    for char in data.draw(st.text(LETTERS, max_size=6)):
        if after := automaton.after(spot, ord(char)):
            spot, text = after, text + char
    assert automaton.needs(spot) == len(automaton.ending(spot))
    whole = text + json.loads(b'"' + automaton.ending(spot) + b'"')
    assert re.search(pattern, whole)
    assert span[0] <= len(whole) <= (span[1] or len(whole))


@settings(deadline=None)
@given(expressions())
def test_the_canonical_form_is_its_own(pattern):
    written = canonical(parse_pattern(pattern))
    assert canonical(parse_pattern(written)) == written


REFUSED = [
    ("(?=a)b", "a look-ahead `(?=` cannot be enforced"),
    ("a(?!b)", "a look-ahead `(?!`"),
    ("(?<=a)b", "a look-behind `(?<=`"),
    ("(?<!a)b", "a look-behind `(?<!`"),
    (r"\bword\b", r"a word boundary `\b`"),
    (r"(a)\1", r"a back-reference `\1`"),
    (r"(?<x>a)\k<x>", r"a back-reference `\k`"),
    (r"\p{L}", r"a Unicode property `\p`"),
    ("(?i)a", "the group `(?i`"),
    (r"\q", r"the escape `\q`"),
    ("a^b", "`^` and `$` can only be enforced at the beginning"),
    ("^*", "`^` cannot be repeated"),
    ("*a", "`*` repeats nothing"),
    ("a**", "`*` repeats nothing"),
    ("a{2,1}", "`{2,1}`"),
    ("a{", "no quantifier"),
    ("(a", "a `(` is not closed"),
    ("a)", "a `)` closes no group"),
    ("[a", "it ends too early"),
    ("a\\", "it ends too early"),
    ("[]", "a set without characters"),
    ("[z-a]", "a range in a set"),
    (r"[\d-x]", "a range in a set"),
    (r"\u{110000}", "is no character"),
    (r"\ud800", "is no character"),
    (r"\x00", "cannot be written in JSON"),
    ("(" * 50 + ")" * 50, "deep in each other"),
    (".*a.{20}$", "more than 2,000 states"),
    ("(a{1000}){1000}", "more than 20,000 characters"),
    ("^(a?){3000}$", "too intricate"),
    ("a{99999}", "within 0 to 10,000"),
]


def test_what_cannot_be_enforced_is_refused_by_name(subtests):
    for pattern, said in REFUSED:
        with subtests.test(pattern=pattern), pytest.raises(DefinitionError, match=re.escape(said)):
            automaton_of(pattern, 0, None)


READ = [
    (r"^\u0041\x42\u{43}\cI\/$", "ABC\t/"),
    (r"^\ud83d\ude00$", "😀"),
    (r"^[\b]$", "\b"),
    (r"^(?<year>\d)$", "7"),
    ("^a|b$", "xb"),
    (r"^[\w-]$", "-"),
    ("^a{1}?$", "a"),
    ("]}", "x]}"),
]


def test_javascripts_own_ways_are_read(subtests):
    for pattern, text in READ:
        with subtests.test(pattern=pattern):
            assert accepted(automaton_of(pattern, 0, None), text)


def test_a_dot_is_no_end_of_a_line(subtests):
    for char in "\n\r\u2028\u2029":
        with subtests.test(char=char):
            assert not accepted(automaton_of("^.$", 0, None), char)
