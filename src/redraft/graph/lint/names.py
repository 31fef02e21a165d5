"""Names in a graph that stand for nothing, or for what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.convergence import CHECKS
from redraft.errors import DefinitionError, PluginError, RedraftError, UnknownNameError, nearest
from redraft.graph.condition import Atom, Scored
from redraft.graph.lint.calls import calls
from redraft.registry import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from redraft.evaluation import Evaluator
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Look, Subject
    from redraft.graph.spec import EvaluatorUse

__all__ = ["names"]

WORDS = ("any", "all", "not", "critique", "note")
"""What can stand in a condition beside the checks."""


def names(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the names of nodes, agents, functions, evaluators and checks."""
    yield from _nodes(subject)
    yield from _agents(subject)
    yield from calls(subject)
    for node, evaluate in subject.evaluate_nodes.items():
        for use in evaluate.evaluators:
            yield from _use(subject, node, use)
    yield from _checks(subject)


def _nodes(subject: Subject) -> Iterator[Finding]:
    known = {*subject.spec.nodes, "start", "end"}
    seen: set[tuple[int, str]] = set()
    for edge in subject.spec.edges:
        for name in (edge.source, edge.target):
            if name not in known and (edge.path, name) not in seen:
                seen.add((edge.path, name))
                message = f"there is no node '{name}'.{nearest(name, known)}"
                yield subject.finding("G001", ("edges", edge.path, "path"), message, name=name)
    for edge in subject.spec.fallbacks:
        if edge.target not in known:
            message = f"there is no node '{edge.target}'.{nearest(edge.target, known)}"
            yield subject.finding("G001", ("nodes", edge.source, "fallback"), message, name=edge.target)


def _agents(subject: Subject) -> Iterator[Finding]:
    for node, asked in subject.agent_nodes.items():
        agent, key = subject.agent(asked.agent), ("nodes", node, "agent")
        if isinstance(agent, UnknownNameError):
            yield subject.finding("G002", key, agent.what, name=asked.agent, mend=agent.mend or "")
        elif isinstance(agent, RedraftError):
            code = "G005" if isinstance(agent, PluginError) else "G003"
            yield subject.finding_of(agent, code, key, name=asked.agent)
        elif agent.writes == "rating":
            message = f"agent '{asked.agent}' writes a rating, which no node reads"
            mend = f'Write {{ evaluators = {{ judge = {{ agent = "{asked.agent}" }} }} }}.'
            yield subject.finding("G018", key, message, name=node, mend=mend)


def _use(subject: Subject, node: str, use: EvaluatorUse) -> Iterator[Finding]:
    key = ("nodes", node, "gates" if use.gate else "evaluators", use.name)
    evaluator = subject.evaluator(use)
    if isinstance(evaluator, RedraftError):
        code = "G005" if isinstance(evaluator, PluginError) else "G004"
        yield subject.finding_of(evaluator, code, key, name=use.name)
        return
    try:
        params = evaluator.validate_params(use.params)
    except DefinitionError as error:
        message = f"evaluator '{use.name}': {error.what}"
        yield subject.finding("G007", _param_key(key, use, error), message, name=use.name, mend=error.mend or "")
    else:
        yield from _asked(subject, key, evaluator, getattr(params, "agent", None))
    yield from _needs(subject, key, evaluator)


def _param_key(key: tuple[str, ...], use: EvaluatorUse, error: DefinitionError) -> tuple[str, ...]:
    named = next((param for param in use.params if f"'{param}'" in error.what), None)
    return key if named is None else (*key, named)


def _asked(subject: Subject, key: tuple[str, ...], evaluator: Evaluator, name: object) -> Iterator[Finding]:
    """Yield what is wrong with the agent that an evaluator asks: it must do what the usual one does."""
    if not isinstance(name, str):
        return
    agent = subject.agent(name)
    if isinstance(agent, PluginError):
        yield subject.finding_of(agent, "G005", key, name=name)
        return
    if isinstance(agent, RedraftError):
        yield subject.finding("G009", key, agent.what, name=name, mend=agent.mend or "")
        return
    usual = _usual(subject, evaluator)
    extra = ", ".join(sorted(set(agent.reads) - usual.reads)) if usual else ""
    if usual and agent.writes != usual.writes:
        yield subject.finding("G009", key, f"agent '{name}' writes a {agent.writes}, not a {usual.writes}", name=name)
    elif extra:
        what = "a judge" if evaluator.kind == "judge" else f"what '{evaluator.name}' asks"
        mend = "Take it out of the agent's prompt and `reads`."
        yield subject.finding("G009", key, f"{what} cannot read {extra}: agent '{name}' does", name=name, mend=mend)


@dataclass(frozen=True, slots=True)
class _Usual:
    """What an agent that an evaluator asks has to write, and may read."""

    writes: str
    reads: frozenset[str]


def _usual(subject: Subject, evaluator: Evaluator) -> _Usual | None:
    """Return what the agent does that an evaluator asks where a graph names no other; None where that is unknown."""
    if evaluator.name == "judge" and evaluator.origin and evaluator.origin.distribution == BUILTIN:
        return _Usual("rating", frozenset({"task", "draft"}))
    field = evaluator.params.model_fields.get("agent") if evaluator.params else None
    agent = subject.agent(field.default) if field and isinstance(field.default, str) else None
    return None if agent is None or isinstance(agent, RedraftError) else _Usual(agent.writes, frozenset(agent.reads))


def _needs(subject: Subject, key: tuple[str, ...], evaluator: Evaluator) -> Iterator[Finding]:
    misfits = subject.misfits(evaluator)
    for need, wanted in evaluator.need_of.items():
        if need in misfits:
            mend = f'Write {need} = "{wanted}" in [task].inputs.'
            yield subject.finding("G008", key, misfits[need], name=evaluator.name, mend=mend)
        if need not in subject.spec.inputs:
            message = f"evaluator '{evaluator.name}' needs the input '{need}'.{nearest(need, subject.spec.inputs)}"
            mend = f"Add {need} to [task].inputs, or use a graph that has it."
            yield subject.finding("G008", key, message, name=evaluator.name, mend=mend)


def _checks(subject: Subject) -> Iterator[Finding]:
    known = {**CHECKS, **subject.registry.checks()}
    for name in subject.spec.stop.plugins:
        if name not in known:
            message = f"there is no check '{name}'.{nearest(name, known)}"
            yield subject.finding("G006", ("stop", name), message, name=name, mend=f"Known: {', '.join(known)}.")
    yield from _gate(subject, ("stop", "gate"), subject.spec.stop.gate)
    uses = {use.name for node in subject.evaluate_nodes.values() for use in node.evaluators}
    for looks in subject.looks.values():
        for look in looks:
            if not (isinstance(look.leaf, Atom) and look.leaf.check != "gate" and look.leaf.check in known):
                yield from _looked_at(subject, look, known, uses)


def _looked_at(subject: Subject, look: Look, known: Collection[str], uses: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with the names in a condition."""
    key = ("edges", look.path, "when")
    match look.leaf:
        case Atom(check=check) if check not in known:
            message = f"there is no check '{check}'.{nearest(check, [*known, *WORDS])}"
            mend = f'Known: "stop", {", ".join((*WORDS, *known))}.'
            yield subject.finding("G006", key, message, name=check, mend=mend)
        case Atom(check="gate", value=value):
            yield from _gate(subject, key, value)
        case Scored(evaluator=evaluator) if evaluator not in uses:
            message = f"no node has the evaluator '{evaluator}'.{nearest(evaluator, uses)}"
            yield subject.finding("G041", key, message, name=evaluator)


def _gate(subject: Subject, key: tuple[str | int, ...], name: object) -> Iterator[Finding]:
    gates = [use.name for node in subject.evaluate_nodes.values() for use in node.evaluators if use.gate]
    if isinstance(name, str) and name not in gates:
        yield subject.finding("G019", key, f"no node has the gate '{name}'.{nearest(name, gates)}", name=name)
