"""The document of all rules, made of their pages: `python -m tests.graph.lint.rules_page > docs/rules.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from redraft.graph.lint import RULES, explain

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["page"]

HEAD = """\
# Every rule, by example

Each rule of [`redraft check`](lint.md) with the reason for it, the smallest graph that earns it, and its nearest
neighbour that does not. `redraft check --explain G012` prints the same. The tests lint every example here: the first of
each pair has no error but the rule's own, the second has none.
"""
SKIPPED = '<!--- skip: next "a file of a plugin" -->\n'
LANGUAGES = {".toml": "toml", ".md": "markdown", ".py": "python"}


def page() -> str:
    """Return the document."""
    parts = [HEAD]
    for code in RULES:
        rule = explain(code)
        parts.append(
            f"\n## {code}\n\n{rule.rule.severity.capitalize()}: {rule.rule.text} {rule.rule.mend}\n\n{rule.why}\n"
        )
        parts += [f"\n{title}:\n\n{blocks(files)}" for title, files in rule.parts.items()]
    return "".join(parts)


def blocks(files: Mapping[str, str]) -> str:
    shown = ((LANGUAGES[Path(path).suffix], text) for path, text in files.items())
    # A plugin's file means something in its folder alone.
    return "\n".join(f"{SKIPPED if kind == 'python' else ''}```{kind}\n{text}```\n" for kind, text in shown)


if __name__ == "__main__":
    sys.stdout.write(page())
