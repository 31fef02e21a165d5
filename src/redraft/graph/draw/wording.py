"""What stands in a picture, as people read it: conditions, stop rules, nodes."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from redraft.convergence import CHECKS
from redraft.graph.condition import AllOf, AnyOf, Atom, NoProblems, Not, Noted, Scored, StopCondition, setting_of
from redraft.graph.node import AgentNode, CallNode, EvaluateNode, GraphNode, HumanNode, SelectNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.convergence import StopRules
    from redraft.graph.condition import Condition, Leaf
    from redraft.graph.node import EvaluatorUse, Node

__all__ = ["NO_BREAK", "clean", "kept", "kind_of", "lines_of", "rules_of", "words_of"]

NO_BREAK = "\N{NO-BREAK SPACE}"

_CHOICES = {"best": "takes the best", "majority": "takes what most say", "pareto": "takes one that none beats"}
_TESTS = {"is": "=", "contains": "contains", "at_least": "≥", "at_most": "≤"}
LONGEST = 160
"""Characters that a text may have in a picture."""


def words_of(condition: Condition) -> str:
    """Return a condition as it is said, `note ask = yes or rounds ≥ 5`, to be broken where conditions meet."""
    match condition:
        case StopCondition():
            return "stop"
        case Not(item=item):
            return f"not {_enclosed(item)}"
        case AnyOf(items=items):
            return " or ".join(map(_enclosed, items))
        case AllOf(items=items):
            return " and ".join(map(_enclosed, items))
        case _:
            return kept(_leaf(condition))


def rules_of(stop: StopRules) -> tuple[str, ...]:
    """Return the rules of a `[stop]` table that are on, in the order in which they are asked; none is to be broken."""
    values = [(name, getattr(stop, name)) for name in CHECKS] + list(stop.plugins.items())
    return tuple(kept(_rule(name, value)) for name, value in values if value is not None and value is not False)


def kind_of(node: Node | None) -> str:
    """Return what a node is; `unknown` where a path names a node that is not there."""
    return "unknown" if node is None else node.kind


def lines_of(name: str, node: Node | None) -> tuple[str, ...]:
    """Return what is said of a node below its name."""
    return tuple(line for line in _lines(name, node) if line)


def clean(text: str) -> str:
    """Return a text as one line without anything that could not be shown, and not for ever."""
    shown = "".join(sign if sign.isprintable() or sign.isspace() else "�" for sign in text[: LONGEST * 4])
    line = " ".join(unicodedata.normalize("NFC", shown).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def kept(text: str) -> str:
    """Return a text that is not to be broken where there is a line for all of it."""
    return text.replace(" ", NO_BREAK)


def _enclosed(condition: Condition) -> str:
    words = words_of(condition)
    return f"({words})" if isinstance(condition, AnyOf | AllOf) and len(condition.items) > 1 else words


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Atom(check=check, value=value):
            return _check(check, value)
        case Scored():
            return clean(f"score {leaf.evaluator} ≥ {leaf.least:g}")
        case Noted():
            value = leaf.value if isinstance(leaf.value, str) else f"{leaf.value:g}"
            return clean(f"note {leaf.note} {_TESTS[leaf.test]} {value}")
        case NoProblems():
            return "critique empty"


def _check(name: str, value: Any) -> str:
    """Return a check that a condition asks by itself: what has to be reached is said with a sign."""
    if name in {"rounds", "seconds", "tokens"}:
        return f"{name} ≥ {value:,}"
    return _rule(name, value)


def _rule(name: str, value: Any) -> str:
    match name:
        case "score":
            return f"score ≥ {value:g}"
        case "plateau":
            return f"plateau {value.gain:g} in {value.rounds} round{'s' if value.rounds > 1 else ''}"
        case "gate":
            return "a gate fails" if value is True else clean(f"gate {value} fails")
        case "rounds" | "tokens" | "seconds" | "oscillation":
            return f"{name} {value:,}"
        case _:
            return clean(name if value is True else f"{name} {setting_of(value)}")


def _lines(name: str, node: Node | None) -> Iterator[str]:
    match node:
        case None:
            yield "there is no such node"
        case AgentNode():
            yield "agent" if node.agent == name else clean(f"agent {node.agent}")
            yield from _settings(node)
        case EvaluateNode():
            yield ", ".join(_weighted(use) for use in node.evaluators if not use.gate)
            gates = [use.name for use in node.evaluators if use.gate]
            yield f"gate{'s' if len(gates) > 1 else ''} {', '.join(map(clean, gates))}" if gates else ""
        case SelectNode():
            yield _CHOICES[node.select]
            yield f"keeps {node.keep}" if node.keep > 1 else ""
        case HumanNode():
            yield clean(f"asks a person: {node.human}")
            yield clean(" / ".join(node.choices))
        case GraphNode():
            yield clean(f"graph {node.graph}")
            yield "" if node.rounds is None else f"rounds {node.rounds}"
        case CallNode():
            yield clean(f"calls {node.call}")
            yield clean(f"writes {node.writes if isinstance(node.writes, str) else ', '.join(node.writes)}")


def _settings(node: AgentNode) -> Iterator[str]:
    yield f"{node.samples} drafts at once" if node.samples > 1 else ""
    yield clean(f"model {node.model}") if node.model else ""
    yield "" if node.temperature is None else f"temperature {node.temperature:g}"


def _weighted(use: EvaluatorUse) -> str:
    return clean(use.name) if use.weight == 1 else kept(f"{clean(use.name)} ×{use.weight:g}")
