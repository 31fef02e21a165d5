"""Pictures of graphs: everything is there, nothing touches, and the same graph gives the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Graph, load_graph
from redraft.errors import UsageError
from redraft.graph.draw import Format, draw
from redraft.graph.draw.layout import laid_out
from redraft.graph.draw.metric import CELLS, PIXELS
from redraft.graph.draw.scheme import scheme_of

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("graphs/*.toml"), *ROOT.glob("plugins/*/src/*/graphs/*.toml")])
SVG = "{http://www.w3.org/2000/svg}"


def polish():
    return (
        Graph("polish")
        .reads("draft")
        .node("evaluate", evaluators={"repetition": 1.0})
        .node("reviser", agent="reviser")
        .edge("start", "evaluate")
        .edge("evaluate", "end", when="stop")
        .edge("evaluate", "reviser", "evaluate")
    )


def everything():
    """A graph with each kind of node and edge, and with words that mean something to the formats."""
    return (
        Graph("everything")
        .node("style", agent="generator", samples=3, model="小模型", fallback="ask")
        .node("class", agent="generator")
        .node("scores", evaluators={"judge": 2.0, "length": 1.0}, gates=["artefact"])
        .node("pick", select="majority", keep=2)
        .node("ask", human='Is "this" <b>fine</b> & 100%; #1 `x` 好吗？%%{init}%%', choices=["yes", "no"])
        .node("shorten", call="shorten", writes=["plan", "facts"])
        .node("inner", graph=polish(), rounds=2)
        .edge("start", ["style", "class"], "scores", "pick")
        .edge("pick", "pick", when={"score": {"judge": 0.9}})
        .edge("pick", "end", when={"all": ["stop", {"not": {"critique": "empty"}}]})
        .edge("pick", "ask")
        .edge("ask", "end", when={"any": [{"note": {"ask": "yes"}}, {"rounds": 5}]})
        .edge("ask", "shorten", "inner", "scores")
        .spec()
    )


def texts(svg):
    return " ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))


def test_every_shipped_graph_is_drawn_as_everything_and_fits_a_terminal(subtests):
    for file in FILES:
        with subtests.test(file=file.stem):
            spec = load_graph(file)
            assert max(map(len, draw(spec, "ascii").decode().splitlines())) <= 100
            shown = {form: draw(spec, form) for form in get_args(Format)}
            assert shown["png"].startswith(b"\x89PNG")
            for name in spec.nodes:
                assert name in texts(shown["svg"])
                assert name in shown["ascii"].decode()
                assert f'"{name}' in shown["mermaid"].decode()


def test_the_same_graph_gives_the_same_bytes(subtests):
    for form in get_args(Format):
        with subtests.test(form=form):
            plain = Graph("plain").node("class", agent="generator").edge("start", "class", "end").spec()
            assert draw(plain, form) == draw(plain.model_copy(), form)


def test_conditions_and_rules_stand_on_the_edges():
    shown = texts(draw(load_graph("human_review")))
    assert "note ask = yes or" in shown
    assert "rounds ≥ 5" in shown
    assert "otherwise" in shown
    refine = texts(draw(load_graph("refine")))
    assert "stop: score ≥ 0.95," in refine
    assert "plateau 0.01 in 2 rounds" in refine


def test_each_kind_of_node_and_edge_is_told_apart():
    shown = draw(everything(), "ascii").decode()
    for told in ("3 drafts at once", "judge ×2", "gate artefact", "takes what most say", "keeps 2", "yes / no"):
        assert told in shown
    assert "╔" in shown  # a graph
    assert "┏" in shown  # a person
    assert "╎" in shown  # the fallback
    assert "where it fails" in shown
    assert "side by side:" in shown
    assert 'class="line dashed"' in draw(everything()).decode()


def test_an_svg_is_told_in_words_and_looks_well_in_the_dark():
    root = ET.fromstring(draw(everything()))
    assert root.find(f"{SVG}title").text == "Graph everything"
    assert "From pick to end (stop and not critique empty" in root.find(f"{SVG}desc").text
    assert "prefers-color-scheme: dark" in root.find(f"{SVG}style").text
    assert root.get("role") == "img"


def test_mermaid_sees_none_of_its_own_words():
    lines = draw(everything(), "mermaid").decode().splitlines()
    assert lines[0] == "flowchart TD"
    boxes = [line for line in lines if re.match(r"\s+n\d+\W", line) and '"' in line]
    for line in boxes:
        assert line.count('"') % 2 == 0
    starts = {line.split()[0] for line in lines if not line.startswith(("  classDef ", "  class n"))}
    assert starts & {"class", "style"} == set()
    assert "%%" not in "".join(lines)
    assert "#34;this#34; #60;b#62;fine" in "".join(lines)


def test_where_a_terminal_has_no_box_drawing_all_is_ascii():
    shown = draw(everything(), "ascii", encoding="ascii")
    assert shown.isascii()
    assert b"note ask = yes or" in shown
    assert b"\\u5c0f" in shown


def test_a_graph_that_is_not_sound_is_drawn_as_well():
    shown = draw(Graph("torn").node("a", agent="generator").edge("start", "a", "ghost").spec(), "ascii").decode()
    assert "there is no such node" in shown


def test_a_graph_that_is_too_large_says_what_draws_it():
    graph = Graph("huge")
    names = [f"n{number}" for number in range(300)]
    for name in names:
        graph.node(name, agent="generator")
    graph.edge("start", *names, "end")
    for name in names[:100]:
        graph.edge(name, "end")
    spec = graph.spec()
    with pytest.raises(UsageError, match="too large to be laid out") as error:
        draw(spec)
    assert "--format mermaid" in error.value.mend
    assert draw(spec, "mermaid")


@st.composite
def graphs(made):
    """Any graph, sound or not: nodes of several kinds, edges from anywhere to anywhere, fan-outs, long names."""
    count = made(st.integers(1, 9))
    names = [f"n{number}" + "_long" * made(st.integers(0, 8)) for number in range(count)]
    graph = Graph("any")
    for name in names:
        kind = made(st.sampled_from([{"agent": "generator"}, {"agent": "critic", "samples": 2}, {"select": "best"}]))
        fallback = {"fallback": made(st.sampled_from(names))} if "agent" in kind and made(st.booleans()) else {}
        graph.node(name, **kind, **fallback)
    graph.edge("start", names[0])
    for _ in range(made(st.integers(0, 14))):
        source, target = made(st.sampled_from(names)), made(st.sampled_from([*names, "end"]))
        graph.edge(source, target, when=made(st.sampled_from([None, "stop", {"rounds": 2}])))
    if count > 3 and made(st.booleans()):
        graph.edge(names[0], names[1:3], names[3])
    return graph.spec()


def overlap(one, other):
    return max(one.x, other.x) < min(one.x + one.width, other.x + other.width) and max(one.y, other.y) < min(
        one.y + one.height, other.y + other.height
    )


@settings(max_examples=60, deadline=None)
@given(spec=graphs(), metric=st.sampled_from([CELLS, PIXELS]))
def test_no_box_touches_another_and_all_text_is_inside(spec, metric):
    sheet = laid_out(scheme_of(spec), metric)
    assert not [pair for pair in combinations(sheet.frames, 2) if overlap(*pair)]
    for frame in sheet.frames:
        assert 0 <= frame.x <= frame.x + frame.width <= sheet.width
        assert 0 <= frame.y <= frame.y + frame.height <= sheet.height
        if frame.box.kind != "bar":
            assert max(metric.width(line.text, bold=line.style != "text") for line in frame.words.lines) <= frame.width
    for caption in sheet.captions:
        assert caption.x + caption.words.width <= sheet.width


@settings(max_examples=60, deadline=None)
@given(spec=graphs())
def test_each_line_leaves_its_box_and_meets_the_other_without_crossing_a_box(spec):
    sheet = laid_out(scheme_of(spec), PIXELS)
    frames = {frame.box.name: frame for frame in sheet.frames}
    for route in sheet.routes:
        for point, name in ((route.points[0], route.link.source), (route.points[-1], route.link.target)):
            frame = frames[name]
            assert frame.x <= point.x <= frame.x + frame.width
            assert frame.y <= point.y <= frame.y + frame.height + 2 * PIXELS.behind
        for a, b in zip(route.points, route.points[1:], strict=False):
            assert a.x == b.x or a.y == b.y
            for frame in sheet.frames:
                inside_x = max(min(a.x, b.x), frame.x + 1) < min(max(a.x, b.x) + 1, frame.x + frame.width - 1)
                inside_y = max(min(a.y, b.y), frame.y + 1) < min(max(a.y, b.y) + 1, frame.y + frame.height - 1)
                assert not (inside_x and inside_y), (route.link, frame.box.name)
