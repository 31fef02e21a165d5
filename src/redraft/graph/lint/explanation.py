"""What a rule is for: the smallest files that earn it, and their nearest neighbours that do not.

Each code has a page in `explained/`. The command line prints them, the documents quote them, and the tests
lint them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from redraft.errors import UnknownNameError, nearest
from redraft.graph.lint.finding import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.graph.lint.finding import Rule

__all__ = ["Explanation", "explain"]

Files: TypeAlias = "Mapping[str, str]"
"""The texts of files by their paths in a project."""

_PAGES = Path(__file__).parent / "explained"
_PART = re.compile(r"^## (In both|Earns it|Does not)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```\w+\n((?:---\n)?# (\S+)\n.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule, why there is one, and its two examples: each is a whole project, `both` has what they share."""

    code: str
    rule: Rule
    why: str
    both: Files
    guilty: Files
    innocent: Files

    @property
    def parts(self) -> Mapping[str, Files]:
        """Its files by the titles of its page, as far as it has them."""
        titled = {"In both": self.both, "Earns it": self.guilty, "Does not": self.innocent}
        return {title: files for title, files in titled.items() if files}

    @property
    def earns(self) -> Files:
        """All files of the smallest graph that earns the rule."""
        return {**self.both, **self.guilty}

    @property
    def mended(self) -> Files:
        """All files of its nearest neighbour that does not."""
        return {**self.both, **self.innocent}


def explain(code: str) -> Explanation:
    """Return what there is to say about a code, in whatever case it is written.

    Raises:
        UnknownNameError: There is no such code.
    """
    known = code.strip().upper()
    if known not in RULES:
        what = f"there is no rule {code.strip()[:20]!r}.{nearest(known, RULES)}"
        raise UnknownNameError(what, mend="`redraft check --explain` lists all of them.")
    page = (_PAGES / f"{known}.md").read_text(encoding="utf-8")
    parts = {title: _files(text) for title, text in _PART.findall(page)}
    why = page.partition("\n## ")[0].strip()
    return Explanation(known, RULES[known], why, parts.get("In both", {}), parts["Earns it"], parts["Does not"])


def _files(text: str) -> dict[str, str]:
    return {path: block for block, path in _BLOCK.findall(text)}
