"""`parses`: whether the draft's code is Python."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft
from redraft_code.parses import parses

GOOD = [
    "a = 1",
    "```python\ndef f():\n    return 1\n```",
    "print('你好')",
    "x = '\\d'",
    "match a:\n    case 1:\n        pass",
]


def test_what_compiles_has_a_full_score(subtests):
    for text in GOOD:
        with subtests.test(text=text):
            assert (parses(Draft(text=text)).value, parses(Draft(text=text)).reasons) == (1.0, ())


BAD = [
    ("Look:\n```python\na = 1\nfor x in\n```", "line 4: invalid syntax: for x in"),
    ("if a:\nb()", "line 2: expected an indented block after 'if' statement on line 1: b()"),
    ("return 1", "line 1: 'return' outside function"),
    ("print 'a'", "line 1: Missing parentheses in call to 'print'. Did you mean print(...)?: print 'a'"),
    ("Sure, here is the code.", "line 1: invalid syntax: Sure, here is the code."),
    ("```bash\nls\n```", "the draft has no Python code"),
    (" \n", "the draft has no Python code"),
    ("a = '\0'", None),
    ("(" * 1000, "line 1: too many nested parentheses"),
    ("-" * 100_000 + "1", "the code is nested too deeply"),
    (f"a = {'1' * 5000}", None),
    ("a = 1\n" * 100_000, "the code has 599,999 characters, more than 500,000 are not looked at"),
    ("a = 1\n" * 20_000 + "b = (", "line 20001: '(' was never closed"),
]


def test_what_does_not_is_named_with_its_line_in_the_draft(subtests):
    for text, reason in BAD:
        with subtests.test(text=text[:40]):
            score = parses(Draft(text=text))
            assert score.value == 0.0
            assert reason is None or score.reasons[0].startswith(reason)


@given(st.text())
def test_every_text_has_a_score(text):
    assert parses(Draft(text=text)).value in (0.0, 1.0)
