"""Wording: how what is known of a place is asked for and said."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from training.families.replies.lexicon import YOU, lexicon

__all__ = ["Voice", "asking", "forms", "not_known", "supposing"]

Voice = Literal["named", "it", "asked", "own"]
"""`the bakery`; `it`; who is spoken to: `you`; who speaks: `we`."""


def asking(attribute: str, place: str, voice: Voice) -> str:
    """Return the question for a value, without capital and mark: `when does the bakery open`."""
    return _filled(lexicon().attributes[attribute].ask, attribute, place, voice)


def supposing(attribute: str, place: str, voice: Voice, value: str) -> str:
    """Return the question whether something has a value: `does it open at 9`."""
    return _filled(lexicon().attributes[attribute].suppose, attribute, place, voice).replace("{v}", value)


def forms(attribute: str, place: str, value: str, *, pronoun: bool) -> list[str]:
    """Return how a fact may be said, the usual way first, each `subject | predicate`.

    Args:
        attribute: What is said of the place.
        place: The place, or `YOU`.
        value: The value.
        pronoun: Whether `it` can only be this place.
    """
    says = lexicon().attributes[attribute].say
    found = [_filled(say, attribute, place, voice) for voice in _voices(place, pronoun=pronoun) for say in says]
    return list(dict.fromkeys(form.replace("{v}", value) for form in found))


def not_known(attribute: str, place: str, *, pronoun: bool, alone: bool) -> list[str]:
    """Return how to say that something is not known; `that` will do where nothing else is asked."""
    unknown = lexicon().attributes[attribute].unknown
    whole = [
        f"I | do not know {_filled(unknown, attribute, place, voice)}" for voice in _voices(place, pronoun=pronoun)
    ]
    return ["I | do not know that", *whole] if alone else whole


def _voices(place: str, *, pronoun: bool) -> tuple[Voice, ...]:
    if place == YOU:
        return ("own",)
    return ("named", "it") if pronoun else ("named",)


@lru_cache(maxsize=4096)
def _filled(template: str, attribute: str, place: str, voice: Voice) -> str:
    """Fill a template with all but the value."""
    subject = {"named": f"the {place}", "it": "it", "asked": "you", "own": "we"}[voice]
    noun = lexicon().attributes[attribute].noun
    its = {"named": f"the {noun} of the {place}", "it": f"its {noun}", "asked": f"your {noun}", "own": f"our {noun}"}
    plural = voice in ("asked", "own")
    return template.format_map(
        {
            "s": subject,
            "n": its[voice],
            "for": f" for the {place}" if voice == "named" else "",
            "do": "do" if plural else "does",
            "is": "are" if plural else "is",
            "z": "" if plural else "s",
            "v": "{v}",
        }
    )
