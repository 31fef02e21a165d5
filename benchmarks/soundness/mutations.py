"""The mutations: each breaks one rule, and returns False where a graph has no room for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from benchmarks.soundness.mutated import NEW
from benchmarks.soundness.sketch import Path
from benchmarks.soundness.world import EVALUATE, FAULTY, SHARED
from redraft.graph.lint import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.soundness.mutated import Mutated

__all__ = ["MUTATIONS", "Mutation"]

Mutation: TypeAlias = "Callable[[Mutated], bool]"
PLANNER = {"agent": "planner"}
WRITER = {"agent": "writer"}
NOTING = {"call": "any", "reads": ["task"], "writes": ["seen"]}
CONTRARY = {"all": ["stop", {"not": "stop"}]}
SOME = {"tokens": 9}


def _nowhere(on: Mutated) -> bool:
    path = on.draw.choice(on.sketch.paths)
    places = [number for number, step in enumerate(path.steps) if number and isinstance(step, str)]
    if places:
        path.steps[on.draw.choice(places)] = "nowhere"
    return bool(places)


def _failing_to_nowhere(on: Mutated) -> bool:
    return on.put(on.one([*on.having("agent"), *on.having("call")]), fallback="nowhere")


def _unreached(on: Mutated) -> bool:
    return on.instead(NEW, WRITER) and on.also(NEW, "end")


def _dead_end(on: Mutated) -> bool:
    return on.way(on.one(on.single), NEW, SOME) and on.instead(NEW, WRITER)


def _last_guarded(on: Mutated) -> bool:
    paths = [one for one in on.sketch.paths if one.steps[0] in on.single and one.when is None]
    if paths:
        on.draw.choice(paths).when = SOME
    return bool(paths)


def _itself(on: Mutated) -> bool:
    name = on.one(on.single)
    return on.way(name, name, SOME)


def _guarded_start(on: Mutated) -> bool:
    next(one for one in on.sketch.paths if one.steps[0] == "start").when = "stop"
    return True


def _endless(on: Mutated) -> bool:
    return on.first not in on.fanned and on.way(on.one(on.sure), on.first, SOME)


def _guard_weakened(on: Mutated) -> bool:
    """A way out of a loop that hopes for a score, too."""
    paths = [one for one in on.sketch.paths if one.when == {"not": "stop"} and one.steps[-1] == one.steps[0]]
    if paths:
        on.draw.choice(paths).when = {"not": {"all": ["stop", {"score": 1}]}}
    return bool(paths)


def _oracle(on: Mutated) -> bool:
    loops = {str(one.steps[0]) for one in on.sketch.paths if one.steps[-1] == one.steps[0]}
    return on.put(on.one([name for name in on.having("evaluators") if name in loops]), evaluators={"truth": 1.0})


def _unverified(on: Mutated) -> bool:
    """Takes every verifier away."""
    critics = {"critic", "finder", "merger"}
    asked = any(table.get("agent") in critics for table in on.sketch.nodes.values())
    within = any("graph" in table for table in on.sketch.nodes.values())
    if within or not asked:
        return False
    for name in on.having("evaluators"):
        on.put(name, evaluators={"hunch": 1.0})
    return True


def _unread_input(on: Mutated) -> bool:
    on.sketch.inputs = {"topic": "text"}
    return "task" not in {item for table in on.sketch.nodes.values() for item in table.get("reads", ())}


def _two_threads(on: Mutated) -> bool:
    return on.before_end({"agent": "starter"}, {"agent": "stranger"})


def _lonely_thread(on: Mutated) -> bool:
    return on.before_end({"agent": "guest"})


def _left_behind(on: Mutated) -> bool:
    reviser = on.one([name for name in on.having("agent", "reviser") if on.sketch.stop["regression"]])
    loops = [one for one in on.sketch.paths if one.steps[-1] == one.steps[0] and reviser in one.steps]
    return bool(loops) and on.instead(reviser, {"agent": "blind"})


def _twice_noted(on: Mutated) -> bool:
    return _beside(on, NOTING, NOTING)


def _beside(on: Mutated, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Put two nodes side by side behind `start`, and a planner where they meet."""
    on.begin(PLANNER)
    on.instead("left", one)
    on.instead("right", other)
    on.sketch.paths[:] = [path for path in on.sketch.paths if path.steps != ["start", NEW]]
    on.sketch.paths.append(Path(["start", ["left", "right"], NEW]))
    return True


def _straying(on: Mutated) -> bool:
    return on.way(on.one(on.fanned), "end", SOME)


def _intruding(on: Mutated) -> bool:
    return on.way(on.one(on.single), on.one(on.fanned), SOME) if on.fanned else False


def _not_beside(on: Mutated) -> bool:
    tables = [EVALUATE, {"select": "best"}, {"graph": "begin"}, {"human": "Good?"}, {"agent": "starter"}]
    return on.instead(on.one(on.fanned), on.draw.choice(tables))


def _failing_apart(on: Mutated) -> bool:
    fanned = [name for name in on.fanned if "agent" in on.sketch.nodes[name]]
    return on.put(on.one(fanned), fallback="end")


def _faulty_graph(on: Mutated) -> bool:
    on.sketch.graphs = {"begin": FAULTY.model_copy(update={"name": "begin"})}
    return on.instead(on.one(on.having("graph")), {"graph": "begin"})


def _needy_graph(on: Mutated) -> bool:
    on.sketch.graphs = {"begin": SHARED["begin"].model_copy(update={"inputs": {"topic": "text"}})}
    return on.instead(on.one(on.having("graph", "begin")), {"graph": "begin"})


def _measured(on: Mutated, truth: dict[str, object]) -> bool:
    on.sketch.truth = truth
    return True


def _tiny(on: Mutated) -> bool:
    on.windows = {"default": Window("tiny", 64)}
    return any("agent" in table for table in on.sketch.nodes.values())


def _evaluated_by(on: Mutated, **evaluators: object) -> bool:
    return on.put(on.one(on.having("evaluators")), evaluators=evaluators)


def _asks(on: Mutated, agent: str) -> bool:
    return on.put(on.one(on.having("agent")), agent=agent)


def _set(on: Mutated, **rules: object) -> bool:
    on.sketch.stop |= rules
    return True


MUTATIONS: Mapping[str, tuple[Mutation, ...]] = {
    "G000": (lambda on: on.put(on.one(on.single), samplse=2), lambda on: _set(on, rounds=-1)),
    "G001": (_nowhere, _failing_to_nowhere),
    "G002": (lambda on: _asks(on, "writter"),),
    "G003": (lambda on: _asks(on, "broken"),),
    "G004": (lambda on: _evaluated_by(on, prof=1.0),),
    "G005": (lambda on: _evaluated_by(on, brine=1.0), lambda on: _asks(on, "redraft-pickle:writer")),
    "G006": (lambda on: _set(on, rouns=3), lambda on: on.way(on.one(on.single), "end", {"scor": 1})),
    "G007": (lambda on: _evaluated_by(on, proof={"wight": 1}),),
    "G008": (lambda on: _evaluated_by(on, listing=1.0),),
    "G009": (
        lambda on: _evaluated_by(on, judge={"agent": "writter"}),
        lambda on: _evaluated_by(on, judge={"agent": "writer"}),
    ),
    "G010": (lambda on: on.also("start", on.one(on.single)), _guarded_start),
    "G011": (_unreached,),
    "G012": (_dead_end,),
    "G013": (lambda on: on.also(on.one(on.single), on.one(on.single)),),
    "G014": (_last_guarded,),
    "G015": (_itself,),
    "G016": (lambda on: on.way(on.one(on.single), "start", SOME), lambda on: on.also("end", on.one(on.single))),
    "G017": (lambda on: on.way(on.one(on.single), "end", CONTRARY),),
    "G018": (lambda on: _asks(on, "rater"),),
    "G019": (lambda on: _set(on, gate="proof"), lambda on: on.way(on.one(on.single), "end", {"gate": "prof"})),
    "G020": tuple(
        lambda on, agent=agent: on.begin({"agent": agent})  # type: ignore[misc]
        for agent in ("reviser", "critic", "proud", "chooser")
    ),
    "G021": (lambda on: on.before_end(PLANNER), lambda on: on.before_end({"agent": "critic"})),
    "G022": (lambda on: on.begin(WRITER, {"score": 0.5}), lambda on: on.begin(WRITER, {"score": {"proof": 1}})),
    "G023": (lambda on: on.begin(PLANNER, SOME),),
    "G030": (_endless, _guard_weakened),
    "G031": (_oracle,),
    "G032": (_unverified,),
    "G033": (
        lambda on: _asks(on, "wordy"),
        lambda on: on.put(on.one(on.having("agent", "critic", "finder")), max_tokens=9),
    ),
    "G034": (_unread_input,),
    "G035": (_two_threads,),
    "G036": (_lonely_thread,),
    "G037": (_left_behind,),
    "G038": (lambda on: on.put(on.one(on.having("call")), call="anny"),),
    "G039": (lambda on: on.put(on.one(on.having("call", "cut")), reads=["draft", "notes"]),),
    "G040": (
        lambda on: on.begin(WRITER, {"critique": "empty"}),
        lambda on: on.begin(WRITER, {"note": {"unsaid": "yes"}}),
    ),
    "G041": (lambda on: on.way(on.one(on.having("evaluators")), "end", {"score": {"prof": 1}}),),
    "G042": (_straying,),
    "G043": (_intruding,),
    "G044": (_not_beside, lambda on: on.put(on.one(on.having("agent", "critic")), samples=2)),
    "G045": (_twice_noted,),
    "G046": (_failing_apart,),
    "G047": (_faulty_graph,),
    "G048": (_needy_graph,),
    "G049": (lambda on: _measured(on, {"trueth": 1.0}), lambda on: _measured(on, {"truth": {"sure": True}})),
    "G050": (lambda on: _measured(on, {"proof": 1.0}),),
    "G051": (_tiny,),
}
"""The mutations that break each rule."""
