"""What a text quotes, and whether a source has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft_qa.quotation import Quotation, Source, quotations

QUOTED = [
    ('He said "the old dog" twice.', ["the old dog"]),
    ("“One” and „two“ and «three» and 「四」『五』", ["One", "two", "three", "四", "五"]),
    ('他说"你好"吗', ["你好"]),
    ('a 5" pipe and a 6" pipe', []),
    ("It's the dog's ball", []),
    ("> the old dog\n> and the cat\n\nThis shows it.", ["the old dog\nand the cat\n"]),
    ('" " and "…" and ""', []),
    ('An open "quotation', []),
]


def test_quotations_are_found(subtests):
    for text, quoted in QUOTED:
        with subtests.test(text=text):
            assert [quotation.text for quotation in quotations(text)] == quoted


PASSAGE = "The old dog’s ball — a red one — rolled\nacross the yard in 1,999 days. Then it caught\n  the cat."
CHINESE = "那只老狗追着一个红球，\n跑过了院子。然后它抓住了 Tom 的猫。"
STANDS = [
    (PASSAGE, "the OLD dog's ball", True),
    (PASSAGE, "rolled across the yard", True),
    (PASSAGE, "a red one - rolled", True),
    (PASSAGE, "across the yard,", True),
    (PASSAGE, "the old dog … the cat.", True),
    (PASSAGE, "the cat … the old dog", False),
    (PASSAGE, "[it] rolled across [...] caught the cat", True),
    (PASSAGE, "the old [and cruel] dog’s ball", False),
    (PASSAGE, "old dogs", False),
    (PASSAGE, "he old do", False),
    (PASSAGE, "in 1,999", True),
    (PASSAGE, "in 999", False),
    (PASSAGE, "a blue one", False),
    (CHINESE, "红球，跑过了院子", True),
    (CHINESE, "追着一个红球", True),
    (CHINESE, "抓住了Tom的猫", True),
    (CHINESE, "老狗……院子", True),
    (CHINESE, "蓝球", False),
]


def test_a_source_has_what_stands_in_it(subtests):
    for passage, text, stands in STANDS:
        with subtests.test(text=text):
            assert Source(passage).has(Quotation(text)) is stands


@given(st.text(alphabet="ab 狗。.'-", min_size=1), st.data())
def test_a_source_has_every_run_of_its_own_words(passage, data):
    words = passage.split()
    if words:
        start = data.draw(st.integers(0, len(words) - 1))
        end = data.draw(st.integers(start + 1, len(words)))
        assert Source(passage).has(Quotation(" ".join(words[start:end])))


@pytest.mark.parametrize("text", ['"' * 50_000, "“" * 50_000, "> " * 30_000, '"a ' * 20_000])
def test_a_long_draft_of_marks_is_read_soon(text):
    assert len(quotations(text)) < 50_000
