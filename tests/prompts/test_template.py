"""Prompt templates: what they can say, and that no template can take the machine away."""

from __future__ import annotations

import json
import resource
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError
from redraft.prompts import compile_prompt
from redraft.task import Critique, Draft, Problem, Score, Task, Verdict

VALUES = {
    "task": Task.model_validate({"prompt": "Write {{ 7 * 7 }}.", "inputs": {"words": ["dog", "ball"], "n": 3}}),
    "draft": Draft(text="A dog.\nA ball."),
    "verdict": Verdict(scores=(Score(0.5, ['"park" is missing'], evaluator="coverage"),)),
    "critique": Critique(problems=(Problem(where="end", problem="dull"), Problem(problem="short"))),
    "notes": {"plan": "begin with the dog"},
    "x": "text",
    "xs": ["b", "a", "c"],
    "n": 3,
}


def render(source: str) -> str:
    return compile_prompt(source).render(VALUES)


SAYINGS = [
    ("{{ task.prompt }}", "Write {{ 7 * 7 }}."),
    ("{{ task.inputs.words | join(', ') }}", "dog, ball"),
    ("{{ task.inputs['words'][-1] }}", "ball"),
    ("{% for r in verdict.reasons %}\n- {{ r }}\n{% endfor %}", '- "park" is missing'),
    ("{% for p in critique.problems %}{{ loop.index }}. {{ p.problem }} {% endfor %}", "1. dull 2. short"),
    ("{% for p in critique.problems if p.where %}{{ p.where }}{% else %}none{% endfor %}", "end"),
    ("{% if n > 2 and 'a' in xs %}yes{% else %}no{% endif %}", "yes"),
    ("{{ notes.plan | upper }}", "BEGIN WITH THE DOG"),
    ("{% for k, v in notes.items() %}{{ k }}={{ v }}{% endfor %}", "plan=begin with the dog"),
    ("{{ xs | sort | join('') }}{{ xs[1:] | join('') }}", "abcac"),
    ("{{ critique.problems | map(attribute='problem') | join('; ') }}", "dull; short"),
    ("{{ critique.problems | selectattr('where') | list | length }}", "1"),
    ("{% set ns = namespace(t='') %}{% for w in xs %}{% set ns.t = ns.t ~ w %}{% endfor %}{{ ns.t }}", "bac"),
    ("{{ '%.2f and %s' | format(0.123, x) }}", "0.12 and text"),
    ("{{ '%(a)5d|' | format(a=n) }}", "3|"),
    ("{{ draft.text | indent(2, true) }}!", "A dog.\n  A ball.!"),
    ("{{ draft.text.splitlines() | last }}", "A ball."),
    ("{{ draft.text | replace('A ', 'The ') | truncate(9, true, '') }}", "The dog."),
    ("{{ n * 2 + 1 }}{{ 2 ** 5 }}{{ 7 // 2 }}{{ -n }}", "7323-3"),
    ("{{ verdict.value }} {{ verdict.complete }} {{ none }}", "0.5 True None"),
    ("{{ task.inputs | tojson }}", '{"words": ["dog", "ball"], "n": 3}'),
    ("{{ [1.5, 2] | sum }} {{ 2.567 | round(1) }} {{ '3' | int + 1 }}", "3.5 2.6 4"),
    ("{{ missing | default('nothing') }}", "nothing"),
    ("{% if missing is defined %}a{% else %}b{% endif %}", "b"),
    ("{# a note #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("  \n{{ x }}\n\n", "text"),
    ("{{ range(3) | list }}{{ xs * 2 | int }}", "[0, 1, 2]['b', 'a', 'c', 'b', 'a', 'c']"),
]


def test_a_prompt_can_say(subtests: pytest.Subtests) -> None:
    for source, text in SAYINGS:
        with subtests.test(source=source):
            assert render(source) == text


BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ 10**9 * 'a' }}",
    "{{ [1] * 10**9 }}",
    "{{ (1,) * 10**9 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 2 ** (10**9) }}",
    "{{ 7 ** 7 ** 7 ** 7 }}",
    "{% for i in range(10**9) %}{% endfor %}",
    "{% for i in range(10**9) %}a{% endfor %}",
    "{% for i in range(9999) %}{% for j in range(9999) %}{% for k in range(9999) %}" + "{% endfor %}" * 3,
    "{% for i in range(99999) if i < 0 %}{% endfor %}" * 50,
    "{{ range(10**9) | list }}",
    "{{ range(10**9) | sum }}",
    "{{ range(10**9) | last }}",
    "{{ range(10**9) | join }}",
    "{{ 5 in range(10**9) | list }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '%*d' | format(10**9, 1) }}",
    "{{ '%.1000000000f' | format(1.0) }}",
    "{{ '%(a)1000000000d' | format(a=1) }}",
    "{{ ('%(a)s' * 9999) | format(a='x' * 9999) }}",
    "{{ 'x' | indent(10**9) }}",
    "{{ ('x\n' * 9999) | indent(9999) }}",
    "{{ ('x' * 9999) | replace('x', 'y' * 9999) }}",
    "{{ ('x' * 9999) | replace('', 'y' * 9999) }}",
    "{{ range(9999) | join('y' * 9999) }}",
    "{{ [1, 2] | join('y' * 10**9) }}",
    "{{ 1.5 | round(10**9, 'floor') }}",
    "{{ [1] | batch(10**9, 'x') | list }}",
    "{{ 'x' | truncate(10**9) * 10**9 }}",
    "{{ {'a': 1} | tojson(10**9) }}",
    "{% set ns = namespace(t='ab') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}",
    "{% set ns = namespace(t='ab') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
    "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
    "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = {'a': ns.t, 'b': ns.t} %}{% endfor %}",
    "{% set ns = namespace(t=9) %}{% for i in range(99) %}{% set ns.t = ns.t * ns.t %}{% endfor %}",
    "{% set ns = namespace(t=9) %}{% for i in range(99) %}{% set ns.t = ns.t ** 60 %}{% endfor %}",
    "{% set ns = namespace(t='x' * 99999) %}{% for i in range(9999) %}{% set a = ns.t[1:] %}{% endfor %}",
    "{% set ns = namespace(t='x' * 99999) %}{% for i in range(9999) %}{% set a = ns.t.upper() %}{% endfor %}",
    "{% set ns = namespace(t='x' * 99999) %}{% for i in range(9999) %}{% set a = ns.t | upper %}{% endfor %}",
    "{% set ns = namespace(t='x' * 99999) %}{% for i in range(9999) %}{{ ns.t }}{% endfor %}",
    "{% for i in range(99) %}{{ range(99999) | map('string') | join }}{% endfor %}",
    "{% for i in range(9999) %}{{ ['x' * 9999] | map('replace', 'x', 'y' * 9999) | list }}{% endfor %}",
]


def test_a_bomb_is_refused_soon_and_in_little_memory(subtests: pytest.Subtests) -> None:
    for source in BOMBS:
        with subtests.test(source[:50]):
            before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
            with pytest.raises(DefinitionError) as error:
                compile_prompt(source, file="agents/bomb.md", first_line=9).render(VALUES)
            assert time.monotonic() - began < 4
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
            assert str(error.value.where).startswith("agents/bomb.md:")
            assert len(str(error.value).splitlines()) <= 5


REFUSED = [
    "{{ x.format(1) }}",
    "{{ x.format }}",
    "{{ x.__class__ }}",
    "{{ x['__class__'] }}",
    "{{ x.center(10**9) }}",
    "{{ x.join(xs) }}",
    "{{ x.encode() }}",
    "{{ x.translate({}) }}",
    "{{ x.expandtabs(10**9) }}",
    "{{ xs.append(1) }}",
    "{{ xs.sort() }}",
    "{{ notes.pop('plan') }}",
    "{{ notes.update({}) }}",
    "{{ draft.model_copy() }}",
    "{{ draft.model_config }}",
    "{{ draft.__dict__ }}",
    "{{ draft['__dict__'] }}",
    "{{ draft.model_dump() }}",
    "{{ x | attr('__class__') }}",
    "{{ xs | map(attribute='__class__') | list }}",
    "{{ x | center(10**9) }}",
    "{{ x | pprint }}",
    "{{ x | urlize }}",
    "{{ x | random }}",
    "{{ lipsum(10**9) }}",
    "{{ cycler(1, 2) }}",
    "{{ dict(a=1) }}",
    "{{ range.__init__ }}",
    "{{ self }}",
    "{{ self.x() }}",
    "{{ loop.cycle('a') }}",
    "{% for i in xs %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in xs %}{{ loop }}{% endfor %}",
    "{% for i in xs recursive %}{{ loop(xs) }}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{{ f(n - 1) }}{{ f(n - 1) }}{% endmacro %}{{ f(99) }}",
    "{% call(y) x() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% set y %}a{% endset %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% with a = 1 %}{% endwith %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do x %}",
    "{{ namespace(a=1) }}",
    "{% set a = namespace() %}{% set a.b = a %}{{ a }}",
    "{% set a = namespace() %}{{ [a, a] }}",
    "{{ x.nothing }}",
    "{{ nothing.x }}",
    "{{ xs[99] }}",
    "{{ x + n }}",
    "{{ 1 // 0 }}",
    "{{ xs.upper() }}",
    "{{ n.real }}",
    "{{ (x) (1) }}",
    "{{ x | truncate(1) }}",
    "{{ x | nofilter }}",
    "{{ x is notest }}",
    "{{ x",
    "{% for %}",
    "{% if x %}",
    "{{ " + "(" * 500 + "x" + ")" * 500 + " }}",
    "{{ " + "x ~ (" * 300 + "x" + ")" * 300 + " }}",
    "{{ " + " + ".join(["n"] * 9000) + " }}",
    "{{ " + "not " * 3000 + "x }}",
    "{% if x %}" * 400 + "{% endif %}" * 400,
    "{{x}}" * 26_000,
    "a" * 200_000,
]


def test_what_a_prompt_cannot_say_is_refused(subtests: pytest.Subtests) -> None:
    for source in REFUSED:
        with subtests.test(source[:50]):
            with pytest.raises(DefinitionError) as error:
                compile_prompt(source, file="agents/a.md").render(VALUES)
            assert str(error.value.where).startswith("agents/a.md")
            assert len(str(error.value)) < 400


def test_an_error_names_its_line() -> None:
    for source in ("one\ntwo\n{{ x | uper }}", "one\ntwo\n{{ x.nothing }}", "one\n\n{{ 'a' * 10**9 }}", "\n\n{{ x"):
        with pytest.raises(DefinitionError) as error:
            compile_prompt(source, file="a.md", first_line=10).render(VALUES)
        assert error.value.where == "a.md:12"


def test_the_nearest_name_is_said(subtests: pytest.Subtests) -> None:
    for source, name in [("{{ x | uper }}", "upper"), ("{{ x is defind }}", "defined")]:
        with subtests.test(source=source), pytest.raises(DefinitionError, match=f"Did you mean '{name}'"):
            compile_prompt(source)


def test_the_variables_are_known_with_their_lines() -> None:
    prompt = compile_prompt(
        "{{ draft.text }}\n{% for p in critique.problems %}{{ p.fix }}{{ q }}{% endfor %}", "a.md", 5
    )
    found = {(one.name, one.attribute, one.line) for one in prompt.variables}
    assert found == {("draft", "text", 5), ("critique", "problems", 6), ("q", None, 6)}


def test_a_name_that_the_template_makes_its_own_is_not_looked_into() -> None:
    prompt = compile_prompt("{% for draft in recent %}{{ draft.rank }}{% endfor %}{{ draft.text }}")
    assert {one.attribute for one in prompt.variables if one.name == "draft"} == {None}


def test_a_missing_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(DefinitionError, match=r"a problem has no 'fixx'\. Did you mean 'fix'\?"):
        render("{% for p in critique.problems %}{{ p.fixx }}{% endfor %}")


def test_a_long_value_is_no_reason_to_refuse() -> None:
    text = "x" * 10_000_000
    assert compile_prompt("Task: {{ task.prompt }}").render({"task": Task(prompt=text)}) == f"Task: {text}"  # type: ignore[call-arg]


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_a_value_is_never_read_as_a_template(text: str) -> None:
    assert compile_prompt("<{{ x }}>").render({"x": text}) == f"<{text}>"
    assert json.loads(compile_prompt("{{ xs | tojson }}").render({"xs": [text]})) == [text]


@given(st.text(alphabet="{}%#|.()[]'x ns~*+-=19forinifendset\n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_anything_but_our_error(source: str) -> None:
    with suppress(DefinitionError):
        compile_prompt(source).render(VALUES)


def test_rendering_a_shipped_prompt_is_cheap() -> None:
    source = (Path(__file__).parents[2] / "agents" / "reviser.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    prompt = compile_prompt(source)
    times = []
    for _ in range(200):
        began = time.perf_counter()
        prompt.render(VALUES)
        times.append(time.perf_counter() - began)
    assert sorted(times)[100] < 0.0005
