"""All rules over one graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import LintError, PluginError
from redraft.graph.lint.dataflow import brings, dataflow
from redraft.graph.lint.fans import fans
from redraft.graph.lint.limits import limits
from redraft.graph.lint.loops import loops
from redraft.graph.lint.names import names
from redraft.graph.lint.nested import nested
from redraft.graph.lint.room import room
from redraft.graph.lint.structure import structure
from redraft.graph.lint.subject import Inner, Subject
from redraft.graph.lint.threads import threads
from redraft.graph.lint.truth import truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redraft.agents import Agent
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.room import Window
    from redraft.graph.spec import GraphSpec
    from redraft.registry import Registry

__all__ = ["lint", "require_clean"]

RULE_SETS = (names, nested, structure, fans, dataflow, loops, limits, room, threads, truth)
"""Each yields the findings of a few rules."""

SHOWN = 3
"""How many findings an error names: a message has at most five lines."""


def lint(
    spec: GraphSpec,
    registry: Registry,
    agents: Mapping[str, Agent],
    *,
    windows: Mapping[str, Window] | None = None,
) -> list[Finding]:
    """Return everything that is wrong with a graph, in the order of its file.

    A graph without an error ends on every run, and never reads a missing value.

    Args:
        spec: The graph.
        registry: What plugins registered.
        agents: The agents by name.
        windows: What is known of the models without loading them, by the names that agents call them.
    """
    return _findings(_subject(spec, registry, agents, windows or {}))


def _subject(
    spec: GraphSpec, registry: Registry, agents: Mapping[str, Agent], windows: Mapping[str, Window]
) -> Subject:
    inner: dict[str, Inner] = {}
    for node in spec.nodes:
        graph = spec.inner(node)
        if graph is not None:
            found = _subject(graph, registry, agents, windows)
            errors = tuple(finding for finding in _findings(found) if finding.severity == "error")
            inner[node] = Inner(found, errors, brings(found))
    return Subject(spec, registry, agents, inner, windows)


def _findings(subject: Subject) -> list[Finding]:
    findings = [finding for rules in RULE_SETS for finding in rules(subject)]
    return sorted(findings, key=lambda one: (one.file, one.line or 0, one.code))


def require_clean(spec: GraphSpec, registry: Registry, agents: Mapping[str, Agent]) -> None:
    """Refuse a graph that has an error.

    Args:
        spec: The graph.
        registry: What plugins registered.
        agents: The agents by name.

    Raises:
        PluginError: The plugin of an evaluator in it did not load.
        LintError: It has another error.
    """
    errors = [finding for finding in lint(spec, registry, agents) if finding.severity == "error"]
    broken = next((finding for finding in errors if finding.code == "G005"), None)
    if broken:
        raise PluginError(broken.message, mend=broken.mend)
    if len(errors) == 1:
        place = f"{errors[0].file}:{errors[0].line}" if errors[0].line else errors[0].file
        raise LintError(f"{errors[0].code} {errors[0].message}", where=place, mend=errors[0].mend)
    if errors:
        more = f"\n  … and {len(errors) - SHOWN} more" if len(errors) > SHOWN else ""
        shown = "\n  ".join(str(finding) for finding in errors[:SHOWN])
        raise LintError(f"graph '{spec.name}' has {len(errors)} errors\n  {shown}{more}")
