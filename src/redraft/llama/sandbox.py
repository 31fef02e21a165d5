"""The sandbox of chat templates: that of prompts, opened for what the templates of real models use."""

from __future__ import annotations

import contextlib
import re
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import TemplateError, Undefined, filters, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, LoopControlExtension
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from redraft.prompts.budget import Budget
from redraft.prompts.sandbox import METHODS, PromptEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template
    from jinja2.parser import Parser
    from jinja2.runtime import Context

__all__ = ["ChatEnvironment"]

LIMIT = 1 << 17
"""Characters of one template: eight times the longest in use."""

NODES = 40_000
"""Syntax nodes of one template."""

CALL = 20
"""What a call costs, in characters."""

_STRINGS = METHODS[str] | {"find", "format", "isdigit", "replace", "rsplit"}
_METHODS: dict[Any, frozenset[str]] = {**METHODS, str: _STRINGS}
_TIME = re.compile(r"(?:[^%]|%[-#]?[a-zA-Z%]){0,64}")
_WIDE = re.compile(r"\d{4}|:[^}]*\{|\{[^}]*[.\[]")

_budget: ContextVar[Budget] = ContextVar("budget of a chat template")


class _Generation(Extension):
    """`{% generation %}`, which marks the assistant's turns for training, and means nothing here."""

    tags = {"generation"}  # noqa: RUF012 -- jinja2 declares it so

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatEnvironment(PromptEnvironment):
    """Renders chat templates: macros, calls and loop controls on top of what prompts may have, charged like them."""

    def __init__(self) -> None:
        super().__init__()
        self.undefined = Undefined
        self.filters |= {"safe": filters.FILTERS["safe"], "string": filters.FILTERS["string"]}
        self.globals |= {"raise_exception": _raise_exception, "strftime_now": _strftime_now, "dict": dict}
        self.add_extension(LoopControlExtension)
        self.add_extension(_Generation)
        self._free = frozenset(id(function) for function in self.globals.values())

    @staticmethod
    @lru_cache(maxsize=1)
    def only() -> ChatEnvironment:
        """Return the one environment of the process; nothing in it changes once it is made."""
        return ChatEnvironment()

    @lru_cache(maxsize=128)  # noqa: B019 -- there is one environment
    def compiled(self, source: str) -> Template:
        """Return a template that can be rendered.

        Raises:
            TemplateError: It is no template, or too long a one.
        """
        if len(source) > LIMIT:
            raise TemplateError(f"it is longer than {LIMIT:,} characters")
        tree = self.parse(source)
        if sum(1 for _ in tree.find_all(nodes.Node)) > NODES:
            raise TemplateError(f"it has more than {NODES:,} parts")
        code = self.compile(self.metered(tree))
        return self.template_class.from_code(self, code, {**self.globals}, None)

    def rendered(self, template: Template, values: Mapping[str, Any]) -> str:
        """Return the text that the values make.

        Raises:
            Exhausted: The template asks for too much.
            TemplateError: It refuses the values.
        """
        budget = Budget(values)
        token = _budget.set(budget)
        try:
            context = template.new_context({**values, Budget.NAME: budget})
            return self.concat(template.root_render_func(context))
        finally:
            _budget.reset(token)

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Join what a macro, a block or the whole template wrote, paid for as it comes."""
        budget, texts = _budget.get(), []
        for part in parts:
            budget.spend(len(part))
            texts.append(part)
        return "".join(texts)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a table, or a method that a template may call."""
        if isinstance(obj, str) and attribute in _STRINGS:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a function or a method.

        Raises:
            SecurityError: It is none that a template may call.
        """
        budget: Budget = context.parent[Budget.NAME]
        owner = getattr(obj, "__self__", None)
        _charge(budget, owner, *args, *kwargs.values())
        if not (isinstance(obj, Macro) or id(obj) in self._free or _is_method(obj, owner)):
            raise SecurityError("this cannot be called in a chat template")
        if isinstance(owner, str) and len(args) > 1 and obj.__name__ == "replace":
            budget.spend(owner.count(args[0]) * len(args[1]))
        return _listed(ImmutableSandboxedEnvironment.call(self, context, obj, *args, **kwargs))


def _is_method(function: Any, owner: Any) -> bool:
    name = getattr(function, "__name__", "")
    if name == "format" and isinstance(owner, str) and _WIDE.search(owner):
        return False
    return name in _METHODS.get(type(owner), frozenset())


def _charge(budget: Budget, *values: Any) -> None:
    budget.spend(CALL)
    for value in values:
        # What holds a namespace or a macro cannot be weighed; a call hands it on as it is.
        with contextlib.suppress(TypeError):
            budget.spend_on(value)


def _listed(made: Any) -> Any:
    return list(made) if isinstance(made, type({}.keys()) | type({}.values()) | type({}.items())) else made


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(message)


def _strftime_now(form: str) -> str:
    if not _TIME.fullmatch(form):
        raise TemplateError(f"the time format {form[:40]!r} is not plain")
    return datetime.now().astimezone().strftime(form)
