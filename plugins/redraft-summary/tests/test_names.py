"""The names in a text, by how they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft_summary.names import KnownNames, names

ANY = KnownNames("a 字")
FOUND = [
    ("Yesterday Barack Obama met Angela Merkel in Berlin.", ["Barack", "Obama", "Angela", "Merkel", "Berlin"]),
    ("Obama spoke. Then Obama left.", ["Obama"]),
    ("Researchers found it. They were happy.", []),
    ("The dog ran. “Stop!” he said: It was I.", []),
    ("It is plan B, for X and Y.", []),
    ("John Smith ran.", ["John", "Smith"]),
    ("The Smith family met Mr Jones and I'm happy.", ["Smith", "Jones"]),
    ("NASA and iPhone users", ["NASA", "iPhone"]),
    ("Key Findings From The Report\nIt rained.", []),
    ("- Apples are red.\n- Pears are green.", []),
    ("It is in Paris, near London's Big Ben.", ["Paris", "London's", "Big", "Ben"]),
    ("他读《红楼梦》，李明教授说很好。", ["红楼梦", "李明"]),
    ("欧阳修先生认为这很难。张先生说是。", ["欧阳修"]),
    ("高级经理说，这家公司很大。", []),
    ("王者先说话。", []),
]


def test_names_are_found_and_words_are_not(subtests):
    for text, found in FOUND:
        with subtests.test(text=text):
            assert names(text, ANY) == found


SOURCE = KnownNames(
    "Ms. Merkel of the World Health Organization flew from China to the United Nations with 李明. The apples fell."
)
KNOWN = [
    ("Merkel", True), ("Merkel's", True), ("Chinese", True), ("China's", True), ("WHO", True), ("UN", True),
    ("李明", True), ("Apples", True), ("World", True), ("Macron", False), ("Japanese", False), ("NATO", False),
    ("李红", False), ("Merk", False),
]  # fmt: skip


def test_a_source_vouches_for_its_own(subtests):
    for name, known in KNOWN:
        with subtests.test(name=name):
            assert SOURCE.has(name) is known


def test_names_in_a_script_that_the_source_lacks_are_left_out():
    assert names("Then Obama met 李明教授。", KnownNames("他们见面了")) == ["李明"]
    assert names("Then Obama met 李明教授。", KnownNames("they met")) == ["Obama"]


@given(st.text(alphabet="aB C.'\n字王教授说《》"))
def test_a_text_has_no_name_that_it_lacks_itself(text):
    known = KnownNames(text)
    assert [name for name in names(text, known) if not known.has(name)] == []
