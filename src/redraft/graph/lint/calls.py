"""Functions that nodes call: whether they are there, and take what their nodes hand over."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, get_args

from redraft.agents import Readable
from redraft.errors import DefinitionError, PluginError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.graph.spec import CallNode

__all__ = ["calls"]


def calls(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the nodes that call a function."""
    for name, node in subject.call_nodes.items():
        try:
            function = subject.registry.get("nodes", node.call)
        except (DefinitionError, PluginError) as error:
            code = "G005" if isinstance(error, PluginError) else "G038"
            yield subject.finding_of(error, code, ("nodes", name, "call"), name=node.call)
        else:
            yield from _arguments(subject, name, node, function)


def _arguments(subject: Subject, name: str, node: CallNode, function: Callable[..., object]) -> Iterator[Finding]:
    """Yield what a function asks for and does not get, and what it gets and does not take."""
    twice = next((key for key in node.params if key in get_args(Readable)), None)
    if twice:
        message = f"'{twice}' is something to read, and no parameter"
        mend = "Put it into reads, and call the parameter something else."
        yield subject.finding("G039", ("nodes", name, "params", twice), message, name=name, mend=mend)
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # Built in, and says nothing of itself.
        return
    takes = {key for key, one in parameters.items() if one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}}
    given = {key: "reads" for key in node.reads} | {key: "params" for key in node.params}  # noqa: C420 -- of two types
    for key in takes - set(given):
        if parameters[key].default is inspect.Parameter.empty:
            mend = f"Add {key} to {'reads' if key in get_args(Readable) else 'params'}."
            message = f"'{node.call}' asks for '{key}', which the node does not hand over"
            yield subject.finding("G039", ("nodes", name), message, name=name, mend=mend)
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return
    for key, table in given.items():
        if key not in takes:
            message = f"'{node.call}' takes no '{key}'.{nearest(key, takes)}"
            mend = f"Take it out of {table}, or correct the name."
            yield subject.finding("G039", ("nodes", name, table), message, name=name, mend=mend)
