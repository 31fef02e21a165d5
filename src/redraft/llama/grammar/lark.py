"""A grammar of the user's own, in llguidance's Lark syntax."""

from __future__ import annotations

from redraft.errors import DefinitionError

__all__ = ["check_grammar", "mistake", "said"]


def check_grammar(grammar: str) -> None:
    """Check the syntax of a grammar, without a model.

    Raises:
        DefinitionError: It has a mistake.
    """
    from llguidance import LLMatcher

    message = LLMatcher.validate_grammar(LLMatcher.grammar_from_lark(grammar))
    if message:
        raise mistake(message)


def mistake(message: str) -> DefinitionError:
    """Return the error for what llguidance says is wrong with a grammar."""
    return DefinitionError(
        f"the grammar has a mistake: {said(message)}",
        where="grammar",
        mend="Write it in llguidance's Lark syntax; its first rule is `start`.",
    )


def said(message: str) -> str:
    """Return what llguidance says is wrong as one line of bounded length."""
    lines = (line.strip() for line in message.split("<state>", maxsplit=1)[0].splitlines())
    return " ".join(line for line in lines if line.strip("^ "))[:300]
