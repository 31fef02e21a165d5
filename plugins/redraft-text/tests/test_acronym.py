"""`acronym`: whether a draft is an acronym of a title."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft import Draft, RedraftError, Task
from redraft_text.acronym import acronym, is_pronounceable
from redraft_text.derivation import derivation

RADAR = "Radio Detection And Ranging"


def score(text, title=RADAR, **params):
    return acronym(Draft(text=text), Task(prompt="Find one.", inputs={"title": title}), acronym.validate_params(params))


GOOD = [
    ("RADAR", RADAR),
    ("**RADAR**", RADAR),
    ("radar.", RADAR),
    ("CASTOR", "Canadian Automatic Small Telescopes for Orbital Research"),
    ("INRIA", "Institut national de recherche en informatique et en automatique"),
    ("CAFE", "Café And Food Experts"),
    ("北大", "北京大学"),
    ("“奥运会”", "奥林匹克运动会"),
]


def test_an_acronym_has_a_full_score(subtests):
    for text, title in GOOD:
        with subtests.test(text=text):
            assert (score(text, title).value, score(text, title).reasons) == (1.0, ())


BAD = [
    ("BADGE", RADAR, 'only 2 of the 5 letters of "BADGE" come from the title, in its order'),
    ("RDR", RADAR, '"RDR" cannot be said as a word'),
    ("RA", RADAR, "2 letters, at least 3 wanted"),
    ("The acronym is RADAR", RADAR, "write the acronym alone, without other words"),
    ("RAD", "Radio detection of very distant moving small objects", "only 2 of the title's 7 words give a letter"),
    ("清华", "北京大学", 'only 0 of the 2 letters of "清华" come from the title, in its order'),
    ("PKU", "北京大学", 'only 0 of the 3 letters of "PKU" come from the title, in its order'),
    ("大北", "北京大学", 'only 1 of the 2 letters of "大北" come from the title, in its order'),
    ("...", RADAR, "the draft has no word"),
]


def test_what_is_wrong_is_named(subtests):
    for text, title, reason in BAD:
        with subtests.test(text=text):
            found = score(text, title)
            assert found.value < 1
            assert reason in found.reasons


def test_letters_from_nowhere_cost_more_than_anything_else():
    assert score("ZULU").value == 0.0
    assert score("RDR").value > score("RAZOR").value


def test_whether_it_can_be_said_may_not_matter():
    assert score("HSBC", "Hongkong and Shanghai Banking Corporation", pronounceable=False).value == 1.0


SAID = ["RADAR", "NASA", "NASDAQ", "CORE", "UNESCO", "SCUBA", "TEST", "AIDS", "LASER"]
NOT_SAID = ["HSBC", "RSPCA", "AAAI", "UNFCCC", "NHS", "BCCI", ""]


def test_what_can_be_said(subtests):
    for word in SAID:
        with subtests.test(word=word):
            assert is_pronounceable(word)
    for word in NOT_SAID:
        with subtests.test(word=word):
            assert not is_pronounceable(word)


REFUSED = [
    (["a"], {}, "the input 'title' must be a text, not a value of type list"),
    ("", {}, "'title' is empty"),
    (RADAR, {"min_letters": 9, "max_letters": 3}, "min_letters is above max_letters"),
]


def test_what_makes_no_sense_is_refused(subtests):
    for title, params, message in REFUSED:
        with subtests.test(title=title), pytest.raises(RedraftError, match=message):
            score("RADAR", title, **params)


@given(st.lists(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), min_size=1, max_size=10))
def test_the_initials_of_a_title_always_come_from_it(words):
    given, whole = derivation("".join(word[0] for word in words), " ".join(words))
    assert given.letters == whole.letters == len(words)


@given(st.text(), st.text(min_size=1).filter(str.strip))
def test_any_draft_and_any_title_have_a_score(text, title):
    assert 0 <= score(text, title).value <= 1
