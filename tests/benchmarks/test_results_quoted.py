"""What the documents quote of the benchmark is what it printed."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
QUOTING = {"docs/results.md": 20, "README.md": 4}
"""The documents, and how many rows they quote at least."""


def rows(text):
    """Return the rows of every table whose cells have intervals."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith("|") and "% [" in line]


def test_every_row_that_is_quoted_was_printed():
    printed = set(rows((ROOT / "benchmarks/sentence.md").read_text(encoding="utf-8")))
    quoted = {name: rows((ROOT / name).read_text(encoding="utf-8")) for name in QUOTING}
    for name, lines in quoted.items():
        assert len(lines) >= QUOTING[name]
        assert not set(lines) - printed, f"{name} quotes what benchmarks/sentence.md does not say"


def test_both_readmes_quote_the_same_rows():
    chinese = rows((ROOT / "README.zh.md").read_text(encoding="utf-8"))
    numbers = [line.split("|")[2:] for line in rows((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert [line.split("|")[2:] for line in chinese] == numbers
