"""A reply: statements in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parted", "written"]


def parted(form: str) -> tuple[str, str]:
    """Return subject and predicate of a way to say something."""
    subject, _, predicate = form.partition(" | ")
    return subject, predicate


def written(opening: str, forms: Sequence[str], *, joined: Sequence[bool] = ()) -> str:
    """Write statements as sentences, the first behind an opening such as `No, `.

    Args:
        opening: How the reply begins, or nothing.
        forms: The statements, each `subject | predicate`.
        joined: Of each statement whether it goes on with the sentence before; it does where both have one subject.
    """
    text, before = opening, ""
    for place, form in enumerate(forms):
        subject, predicate = parted(form)
        if place and place < len(joined) and joined[place] and subject == before:
            text = f"{text} and {predicate}"
        else:
            whole = f"{subject} {predicate}"
            begins = whole if opening and not place else whole[0].upper() + whole[1:]
            text = f"{text}. {begins}" if place else f"{text}{begins}"
        before = subject
    return f"{text}."
