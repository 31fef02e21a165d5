"""A compiled prompt template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from redraft.errors import DefinitionError
from redraft.prompts.budget import Budget, Exhausted
from redraft.prompts.sandbox import environment, unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

__all__ = ["Prompt", "Variable", "compile_prompt"]

LIMIT = 1 << 17
"""Characters of one template."""

NODES = 20_000
"""Syntax nodes of one template: what Jinja2 compiles in a second or two."""


_FAULTS: tuple[type[Exception], ...] = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError)
_FAULTS += (RuntimeError, TemplateError, TypeError, ValueError)
"""What Jinja2 and its filters raise for a template's own fault."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a template reads, and its line in the file.

    `attribute` is what is read of it; None where that is not known, or the template uses the name for its own as well.
    """

    name: str
    attribute: str | None
    line: int


class Prompt:
    """A compiled template. Values are put in as text and never read as templates.

    Args:
        source: The template.
        file: The file it stands in, for errors.
        first_line: The line of the file that it begins at.

    Raises:
        DefinitionError: The template is not sound, or uses what a prompt cannot use.
    """

    def __init__(self, source: str, *, file: str, first_line: int = 1) -> None:
        self._file = file
        self._first_line = first_line
        if len(source) > LIMIT:
            raise DefinitionError(f"the prompt is longer than {LIMIT} characters", where=file)
        try:
            tree = self._parse(source)
            self.variables = tuple(self._variables(tree))
            self._template = self._compile(tree)
        except TemplateSyntaxError as error:
            raise self._wrong(f"the prompt is not a sound template: {error.message}", error.lineno) from error
        except (RecursionError, MemoryError, SyntaxError) as error:
            raise self._wrong("the prompt is nested too deeply", 1) from error

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text that the values make, without blank space round it.

        Raises:
            DefinitionError: A value is missing, or the template asks for too much.
        """
        budget = Budget(values)
        context = self._template.new_context({**values, Budget.NAME: budget})
        parts: list[str] = []
        try:
            for part in self._template.root_render_func(context):
                budget.spend(len(part))
                parts.append(part)
        except Exhausted as error:
            raise self._wrong(str(error), self._line_of(error), "Repeat less; shorten loops.") from error
        except _FAULTS as error:
            raise self._wrong(f"the prompt cannot be rendered: {error}", self._line_of(error)) from error
        return "".join(parts).strip()

    def _parse(self, source: str) -> nodes.Template:
        tree = environment().parse(source)
        for count, node in enumerate(_walk(tree)):
            problem = f"the prompt has more than {NODES} parts" if count > NODES else unsupported(node)
            if problem:
                raise self._wrong(problem, getattr(node, "lineno", 1) or 1)
        return tree

    def _compile(self, tree: nodes.Template) -> Template:
        sandbox = environment()
        code = sandbox.compile(sandbox.metered(tree))
        return sandbox.template_class.from_code(sandbox, code, {**sandbox.globals}, None)

    def _variables(self, tree: nodes.Template) -> list[Variable]:
        free = find_undeclared_variables(tree)
        own = {node.name for node in _walk(tree) if isinstance(node, nodes.Name) and node.ctx == "store"}
        used: list[Variable] = []
        owners: set[int] = set()
        for node in _walk(tree):
            match node:
                case nodes.Getattr(node=nodes.Name(name=name) as owner, attr=attribute) if name in free:
                    owners.add(id(owner))
                    read = None if name in own else attribute
                    used.append(Variable(name, read, self._in_file(node.lineno)))
                case nodes.Name(name=name, ctx="load") if name in free and id(node) not in owners:
                    used.append(Variable(name, None, self._in_file(node.lineno)))
        return used

    def _line_of(self, error: BaseException) -> int:
        trace, line = error.__traceback__, 1
        while trace:
            template = trace.tb_frame.f_globals.get("__jinja_template__")
            if template is self._template:
                line = template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return line

    def _in_file(self, line: int) -> int:
        return self._first_line + line - 1

    def _wrong(self, what: str, line: int, mend: str | None = None) -> DefinitionError:
        return DefinitionError(what, where=f"{self._file}:{self._in_file(line)}", mend=mend)


@lru_cache(maxsize=512)
def compile_prompt(source: str, file: str = "prompt", first_line: int = 1) -> Prompt:
    """Return a template's compiled form, made once for each source and place.

    Raises:
        DefinitionError: The template is not sound, or uses what a prompt cannot use.
    """
    return Prompt(source, file=file, first_line=first_line)


def _walk(tree: nodes.Node) -> Any:
    """Yield a node and all below it, without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.iter_child_nodes())
