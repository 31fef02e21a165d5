"""Checks of the texts that an evaluator must survive."""

from __future__ import annotations

from redraft.testing.conformance.case import Case, require

__all__ = ["TextChecks"]


class TextChecks(Case):
    """Every text gets a score: an evaluator that fails leaves a hole in the verdict."""

    def test_an_empty_draft_gets_a_score(self) -> None:
        """Models write nothing at times."""
        self._gets_a_score("empty")

    def test_a_blank_draft_gets_a_score(self) -> None:
        """Spaces and line breaks alone are a draft, too."""
        self._gets_a_score("blank")

    def test_one_character_gets_a_score(self) -> None:
        """Nothing is taken from between two words where there is one, and no variance of one number."""
        self._gets_a_score("one character")

    def test_combining_characters_get_a_score(self) -> None:
        """Letters with their accents apart."""
        self._gets_a_score("combining")

    def test_emoji_get_a_score(self) -> None:
        """Characters that are several code points."""
        self._gets_a_score("emoji")

    def test_characters_beyond_16_bits_get_a_score(self) -> None:
        """Characters that are two units in UTF-16."""
        self._gets_a_score("astral")

    def test_half_a_character_gets_a_score(self) -> None:
        """A lone surrogate: what no UTF-8 can hold, but a text of Python can."""
        self._gets_a_score("surrogate")

    def test_text_from_right_to_left_gets_a_score(self) -> None:
        """Hebrew and Arabic, with marks of direction."""
        self._gets_a_score("right to left")

    def test_chinese_gets_a_score(self) -> None:
        """A text without a space, with marks of its own."""
        self._gets_a_score("chinese")

    def test_control_characters_get_a_score(self) -> None:
        """What would move a terminal's cursor."""
        self._gets_a_score("controls")

    def test_null_characters_get_a_score(self) -> None:
        """What would end a text in C."""
        self._gets_a_score("nulls")

    def test_unusual_line_ends_get_a_score(self) -> None:
        """What `splitlines` takes for the end of a line, and others do not."""
        self._gets_a_score("line ends")

    def test_punctuation_alone_gets_a_score(self) -> None:
        """A text without a word."""
        self._gets_a_score("punctuation")

    def test_what_looks_like_code_is_only_text(self) -> None:
        """Patterns, formats and templates in a draft are not carried out."""
        self._gets_a_score("templates")

    def test_numbers_of_all_scripts_get_a_score(self) -> None:
        """`"²".isdigit()` is true, and `int("²")` raises."""
        self._gets_a_score("digits")

    def test_markup_gets_a_score(self) -> None:
        """Markdown and HTML, a code fence that never closes."""
        self._gets_a_score("markup")

    def _gets_a_score(self, name: str) -> None:
        __tracebackhide__ = True
        answer = self._seen(name)
        require(
            answer.how not in ("raised", "late", "died"),
            f"it {answer.told}, for the text '{name}'",
            "Return a score for every text: Score(0.0, [why]) where there is nothing to score.",
        )
