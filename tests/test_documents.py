"""Everything that a plugin's author can type stands in the documents."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import get_args

from redraft import hookspecs
from redraft.evaluation import Context, evaluator
from redraft.plugins import load_plugins
from redraft.plugins.info import Phase

DOCS = Path(__file__).parents[1] / "docs"
EVALUATORS = (DOCS / "evaluators.md").read_text(encoding="utf-8")
PLUGINS = (DOCS / "plugins.md").read_text(encoding="utf-8")
REGISTRY = load_plugins().registry
BUILTIN = [entry.thing for entry in REGISTRY.entries("evaluators") if entry.distribution == "redraft"]


def section(name):
    return re.search(rf"^## `{name}`\n(.*?)(?=^## |\Z)", EVALUATORS, re.DOTALL | re.MULTILINE)[1]


def parameters(made):
    return [field.alias or name for name, field in made.params.model_fields.items()] if made.params else []


def test_each_built_in_evaluator_is_documented_with_each_parameter(subtests):
    for made in BUILTIN:
        with subtests.test(made=made):
            assert (
                f"| `{made.name}` | {made.kind} | {', '.join(f'`{name}`' for name in made.needs)}".rstrip()
                in EVALUATORS
            )
            assert re.findall(r"^\| `(\w+)` \|", section(made.name), re.MULTILINE) == parameters(made)


def test_each_parameter_is_described_where_it_is_declared(subtests):
    for made in BUILTIN:
        with subtests.test(made=made):
            described = inspect.getdoc(made.params) or ""
            names = made.params.model_fields
            assert [name for name in names if f"{name}:" not in described] == []


def test_each_hook_is_documented_with_an_example(subtests):
    for hook in (name for name in hookspecs.__all__ if name.startswith("redraft_")):
        with subtests.test(hook=hook):
            assert re.search(rf"^### `{hook}`\n.*?^```python\n.*?^def {hook}\(\)", PLUGINS, re.DOTALL | re.MULTILINE)


def test_each_hook_is_documented_with_its_signature(subtests):
    for hook in (name for name in hookspecs.__all__ if name.startswith("redraft_")):
        with subtests.test(hook=hook):
            function = getattr(hookspecs, hook)
            assert not inspect.signature(function).parameters
            assert f"### `{hook}`\n\n`{hook}() -> {function.__annotations__['return']}`. " in PLUGINS


def test_each_phase_of_an_error_is_documented():
    table = re.search(r"^\| phase \| meaning \|\n(.*?)\n\n", PLUGINS, re.DOTALL | re.MULTILINE)[1]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == list(get_args(Phase))


def test_the_version_of_the_hooks_is_documented():
    assert f"This version has the hooks of version {hookspecs.HOOKS_VERSION}." in PLUGINS
    assert f"`REDRAFT_HOOKS = {hookspecs.HOOKS_VERSION + 1}`" in PLUGINS


def test_each_argument_of_the_decorator_is_documented(subtests):
    for name in inspect.signature(evaluator).parameters:
        with subtests.test(name=name):
            assert re.search(rf"^\| `{name}` \|", PLUGINS, re.MULTILINE)


def test_each_part_of_the_context_is_documented(subtests):
    for name in {name for name in dir(Context) if not name.startswith("_")} - {"least", "models"}:
        with subtests.test(name=name):
            assert re.search(rf"^\| `{name}\b", PLUGINS, re.MULTILINE)
