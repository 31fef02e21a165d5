"""Random graphs: grown ones, sound for the most part, and wild ones, whose edges lead anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.soundness.sketch import Path, Sketch
from benchmarks.soundness.world import EVALUATE, GUARDED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from benchmarks.soundness.sketch import Steps

__all__ = ["condition", "grown", "wild"]

WRITER: dict[str, Any] = {"agent": "writer"}
CRITIC: dict[str, Any] = {"agent": "critic"}
PLANNER: dict[str, Any] = {"agent": "planner"}
ASKED: dict[str, Any] = {"human": "Good?", "choices": ["yes", "no"]}
DRAFTS: list[dict[str, Any]] = [
    WRITER,
    WRITER | {"retry": {"times": 1, "wait": 0.0}},
    {"call": "any", "reads": ["task"], "writes": "draft"},
    {"human": "Write it.", "reads": [], "writes": "draft"},
    {"graph": "begin"},
    {"graph": "begin", "rounds": 2},
    {"graph": "stroll"},
    {"agent": "starter"},
]
NOTES: list[dict[str, Any]] = [
    PLANNER,
    ASKED | {"reads": []},
    {"call": "any", "reads": ["task"], "writes": "note"},
    {"call": "two", "reads": ["notes"], "writes": ["facts", "doubts"]},
]
REVISIONS: list[dict[str, Any]] = [
    {"agent": "reviser"},
    {"call": "cut", "reads": ["draft"], "writes": "draft"},
    {"call": "any", "reads": ["draft", "critique"], "writes": "draft"},
    {"human": "Mend it.", "reads": ["draft", "critique"], "writes": "draft"},
    {"agent": "mender"},
]
CRITICS: list[dict[str, Any]] = [
    CRITIC,
    {"human": "What is wrong?", "reads": ["draft", "verdict"], "writes": "critique"},
    {"agent": "finder"},
]
WILD: list[dict[str, Any]] = [
    *({"agent": name} for name in ("writer", "critic", "reviser", "proud", "planner", "chooser", "listener")),
    WRITER | {"samples": 2},
    {"select": "best"},
    {"select": "majority"},
    {"select": "majority", "keep": 2},
    {"select": "pareto"},
    {"select": "pareto", "keep": 2},
    {"graph": "begin"},
    {"graph": "polish"},
    {"graph": "stroll"},
    ASKED,
    {"human": "Mend it.", "reads": ["draft"], "writes": "draft"},
    {"human": "What is wrong?", "writes": "critique"},
    {"call": "any", "reads": ["notes"], "writes": "draft"},
    {"call": "two", "reads": ["critique"], "writes": ["facts", "doubts"]},
    EVALUATE,
    GUARDED,
]
BESIDE: list[dict[str, Any]] = [WRITER, WRITER, WRITER | {"samples": 2}, CRITIC, PLANNER]


def condition(draw: random.Random, depth: int = 2) -> Any:  # noqa: PLR0911 -- one for each kind
    """Return a condition of any kind, at most so deep."""
    kind = draw.randrange(8 if depth else 5)
    match kind:
        case 0:
            return "stop"
        case 1:
            return {"rounds": draw.randint(0, 4)}
        case 2:
            return draw.choice([{"score": 0.5}, {"tokens": 9}, {"score": {"proof": 1}}, {"gate": True}])
        case 3:
            return {"note": {draw.choice("cd"): draw.choice(["yes", "no"])}}
        case 4:
            return {"critique": "empty"}
        case 5:
            return {"not": condition(draw, depth - 1)}
        case _:
            return {"any" if kind == 6 else "all": [condition(draw, depth - 1) for _ in range(draw.randint(1, 3))]}


def wild(draw: random.Random) -> Sketch:
    """Return a graph of two to six nodes and a fan-out, its edges and fallbacks anywhere."""
    names = list("abcdeh")[: draw.randint(2, 6)]
    sketch = Sketch(stop={"rounds": draw.randint(0, 4)})
    for number, name in enumerate(names):
        table = WRITER if number == 0 else EVALUATE if number == 1 else draw.choice(WILD)
        failing = {"agent", "graph", "call"} & set(table) and draw.random() < 0.2
        sketch.nodes[name] = table | ({"fallback": draw.choice([*names, "end"])} if failing else {})
    fans = _fanned(draw, sketch, names) if draw.random() < 0.5 else []
    sketch.paths.insert(0, Path(["start", "a", "b"]))
    for name in names[1:]:
        ways: list[Steps] = [*([other] for other in names if other != name), ["end"], *fans]
        if draw.random() < 0.5:
            sketch.paths.append(Path([name, "end"], draw.choice(["stop", {"rounds": 2}])))
        for _ in range(draw.randint(0, 2)):
            sketch.paths.append(Path([name, *draw.choice(ways)], condition(draw)))
        sketch.paths.append(Path([name, *draw.choice(ways)]))
    return sketch


def _fanned(draw: random.Random, sketch: Sketch, names: list[str]) -> list[Steps]:
    join = draw.choice(names[1:])
    for name in "fg":
        failing = draw.random() < 0.25
        sketch.nodes[name] = draw.choice(BESIDE) | ({"fallback": join} if failing else {})
        sketch.paths.append(Path([name, join]))
    return [[["f", "g"]]] * 2


@dataclass(slots=True)
class _Growing:
    """A chain that grows part by part. `there` is what has been written by its tip."""

    draw: random.Random
    sketch: Sketch = field(default_factory=Sketch)
    steps: Steps = field(default_factory=lambda: ["start"])
    there: set[str] = field(default_factory=set)
    threaded: bool = False

    def new(self, table: dict[str, Any], **more: Any) -> str:
        """Return the name of a new node."""
        name = f"n{len(self.sketch.nodes)}"
        self.sketch.nodes[name] = table | more
        return name

    def on(self, *steps: str | list[str]) -> str:
        """Lead the chain on, and return its tip."""
        self.steps += steps
        return str(steps[-1])

    def fork(self, steps: Steps, when: Any) -> None:
        """Add a way out of the tip that is tried before the chain goes on."""
        tip = self.steps[-1]
        if len(self.steps) > 1:
            self.sketch.paths.append(Path(self.steps))
        self.sketch.paths.append(Path([tip, *steps], when))
        self.steps = [tip]

    def pick(self, tables: list[dict[str, Any]]) -> dict[str, Any]:
        """Return one of some tables; agents in a thread only where all are."""
        threads = {"starter", "finder", "mender"}
        return self.draw.choice([one for one in tables if self.threaded or one.get("agent") not in threads])

    def ending(self) -> Any:
        """Return a condition that used-up rounds suffice for."""
        rounds = {"rounds": self.draw.randint(0, 3)}
        own = (
            [{"score": {"proof": 1}}, {"score": 0.75}, {"all": ["stop", {"score": 0.5}]}, {"gate": True}]
            if self.judged
            else []
        )
        if "critique" in self.there:
            own.append({"critique": "empty"})
        sure = self.draw.choice(["stop", rounds, {"not": {"not": "stop"}}, {"not": {"all": [{"not": rounds}, "stop"]}}])
        sure = "stop" if isinstance(sure, dict) and "all" in str(sure) and self.draw.random() < 0.5 else sure
        return {"any": [sure, self.draw.choice(own)]} if own and self.draw.random() < 0.4 else sure

    @property
    def judged(self) -> bool:
        """Whether the current draft has a verdict."""
        return "verdict" in self.there

    def write(self) -> None:
        """A draft by one node."""
        self.on(self.new(self.pick(DRAFTS)))
        self.there = self.there - {"verdict"} | {"draft"}

    def evaluate(self) -> None:
        """A verdict."""
        self.on(self.judging())
        self.there |= {"verdict", "best"}

    def judging(self) -> str:
        """Return a new node that evaluates, with or without a gate."""
        return self.new(self.draw.choice([EVALUATE, GUARDED]))

    def note(self) -> None:
        """A note, and perhaps what is done about it."""
        table = self.draw.choice(NOTES)
        name = self.on(self.new(table))
        said = "facts" if table.get("call") == "two" else name
        if "draft" in self.there and self.draw.random() < 0.5:
            self.fork(["end"], {"note": {said: "yes"}})
        if self.draw.random() < 0.5:
            self.on(self.new({"agent": "listener"}))
            self.there = self.there - {"verdict"} | {"draft"}

    def several(self) -> None:
        """Several drafts, and the choice of one."""
        draw, known = self.draw, self.there - {"verdict"} | {"draft", "best"}
        if draw.random() < 0.5:
            self.on(self.new(WRITER, samples=draw.randint(2, 3)))
        else:
            wide = [self.new(draw.choice([WRITER, WRITER | {"samples": 2}])) for _ in range(draw.randint(2, 3))]
            self.on(wide)
        self.on(self.judging())
        if draw.random() < 0.3:
            self.on(self.new({"select": "majority", "keep": 2}), self.new({"agent": "chooser"}))
            self.there = known
            return
        self.on(self.new({"select": draw.choice(["best", "majority", "pareto"]), "keep": 1}))
        self.there = known | {"verdict"}

    def criticise(self) -> None:
        """A critique, by one or by several side by side, and a revision."""
        if not self.judged:
            self.evaluate()
        self.on(*self.round())
        self.there = self.there - {"verdict"} | {"draft", "critique"}

    def round(self) -> Steps:
        """Return the nodes that make a round of a loop."""
        draw = self.draw
        steps: Steps = []
        if draw.random() < 0.3:
            merger = self.new({"agent": "merger"})
            failing = {"fallback": merger} if draw.random() < 0.3 else {}
            steps += [[self.new(CRITIC), self.new(CRITIC, **failing)], merger]
        else:
            steps.append(self.new(self.pick(CRITICS)))
        return [*steps, self.new(self.pick(REVISIONS))]

    def loop(self) -> None:
        """A loop of critique and revision, and what is tried before it."""
        if not self.judged:
            self.evaluate()
        tip = str(self.steps[-1])
        if tip not in self.sketch.nodes or "evaluators" not in self.sketch.nodes[tip]:
            self.evaluate()
            tip = str(self.steps[-1])
        self.fork([*self.round(), tip], {"not": self.ending()})

    def part(self) -> None:
        """Polish the draft by a graph that has to be handed it."""
        if not self.judged:
            self.evaluate()
        self.on(self.new({"graph": "polish"}))
        self.there = self.there - {"verdict"}

    def leave(self) -> None:
        """An early way to the end."""
        if "draft" in self.there and isinstance(self.steps[-1], str):
            self.fork(["end"], self.ending())

    def fail_over(self) -> None:
        """Let a writer fail, and another take its place."""
        second = self.new(WRITER)
        first = self.new(WRITER, fallback=second)
        join = self.judging()
        self.on(first, join)
        self.sketch.paths.append(Path([second, join]))
        self.there = self.there | {"draft", "verdict", "best"}


def grown(draw: random.Random) -> Sketch:
    """Return a graph of two to about fifteen nodes, made of parts that fit."""
    chain = _Growing(draw, threaded=draw.random() < 0.2)
    chain.sketch.stop = {"rounds": draw.randint(0, 3), "regression": not chain.threaded}
    first: list[Callable[[], None]] = [chain.write, chain.write, chain.several, chain.fail_over]
    if draw.random() < 0.3:
        chain.note()
    draw.choice(first)()
    later = [chain.evaluate, chain.loop, chain.loop, chain.criticise, chain.note, chain.part, chain.leave, *first]
    for _ in range(draw.randint(1, 4)):
        draw.choice(later)()
    if draw.random() < 0.3 and chain.judged and chain.sketch.nodes.get(str(chain.steps[-1]), {}).get("evaluators"):
        chain.fork(["end"], chain.ending())
        chain.on(*chain.round(), str(chain.steps[-1]))
        chain.sketch.paths.append(Path(chain.steps))
        return chain.sketch
    chain.sketch.paths.append(Path([*chain.steps, "end"]))
    return chain.sketch
