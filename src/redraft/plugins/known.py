"""The first-party distributions: which evaluators each has, to be named where one is asked for and not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIRST_PARTY"]

FIRST_PARTY: Mapping[str, tuple[str, ...]] = {
    "redraft-code": ("complexity", "examples", "hidden_tests", "lint", "parses", "runtime"),
    "redraft-dialogue": (
        *("answers_last_turn", "contradiction", "echo", "invented", "premise", "says", "told", "tone"),
        "turn_repetition",
    ),
    "redraft-qa": (
        *("agreement", "equations", "evidence", "exact_match", "f1", "grounding", "numeric", "program", "relevance"),
        *("solution", "units"),
    ),
    "redraft-summary": ("compression", "copying", "faithful", "gist", "key_terms", "rouge"),
    "redraft-text": (
        *("acronym", "everyday_sentence", "forbidden", "language", "lemmas", "order", "readability", "same_acronym"),
        "woven",
    ),
    "redraft-translate": (
        *("accepted", "bleu", "chrf", "glossary", "kept", "length_ratio", "round_trip", "script", "ter"),
    ),
}
"""The evaluators of each, sorted."""
