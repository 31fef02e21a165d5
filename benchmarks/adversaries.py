"""Runs that try to break the loop: critics never satisfied, revisers that alternate, parts that raise, hang or lie.

    python benchmarks/adversaries.py [--n 10000] [--seed 0]

Every run must end with a reason, within its rounds and tokens and at most one second over its clock, with an answer
that does not rank below its first draft. Prints one row for each kind of adversary; exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import random
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft.agents import get_agent
from redraft.convergence import Plateau, StopRules
from redraft.evaluation import Use, evaluator
from redraft.graph.compile import Parts
from redraft.graph.loading import load_graph
from redraft.runs.engines import EnginePool
from redraft.runs.events import RunEnded
from redraft.runs.preparation import Engines, Prepared
from redraft.runs.run import walk
from redraft.task import Assessed, Draft, Score
from redraft.testing import ScriptedEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from redraft.llama.interface import Request
    from redraft.task import Outcome

NEVER = '{"problems":[{"where":"all of it","problem":"still not good enough","fix":"try again"}]}'
REVISERS = ("new text", "alternating", "period 3", "period 4", "period 5", "random", "identity", "raising", "empty")
CRITICS = ("never satisfied", "satisfied", "unparseable", "raising", "slow")
EVALUATORS = ("falling", "rising", "random", "raising", "gating", "incomplete", "constant")


@dataclass(frozen=True, slots=True)
class Case:
    """One adversary: how its parts behave, and the bounds it is held to."""

    reviser: str
    critic: str
    evaluator: str
    rules: StopRules
    random: random.Random = field(repr=False)


def case(seed: int) -> Case:
    """Return the adversary of a seed."""
    rng = random.Random(seed)
    critic = rng.choice(CRITICS)
    rules = StopRules(
        score=rng.choice([None, 0.95]),
        plateau=rng.choice([None, Plateau(rounds=rng.randint(1, 4))]),
        oscillation=rng.choice([None, 2, 4]),
        fixpoint=rng.random() < 0.5,
        regression=rng.random() < 0.5,
        rounds=rng.randint(0, 12),
        tokens=rng.choice([None, rng.randint(1, 200)]),
        seconds=rng.uniform(0.02, 0.2) if critic == "slow" else rng.choice([None, 5.0]),
    )
    return Case(rng.choice(REVISERS), critic, rng.choice(EVALUATORS), rules, rng)


def script(case: Case) -> Callable[[Request, int], str]:
    """Return what the model of an adversary answers."""

    def answer(request: Request, visit: int) -> str:
        if request.agent == "critic":
            return criticise(case, visit)
        return "the first draft" if request.agent == "generator" else revise(case, visit)

    return answer


def criticise(case: Case, visit: int) -> str:
    """Return the critic's answer on its n-th visit."""
    if case.critic == "raising" and visit >= case.random.randint(0, 3):
        raise RuntimeError("the critic is out")
    return {"unparseable": "Looks bad {", "satisfied": '{"problems":[]}'}.get(case.critic, NEVER)


def revise(case: Case, visit: int) -> str:
    """Return the reviser's answer on its n-th visit."""
    if case.reviser == "raising" and visit >= case.random.randint(0, 3):
        raise RuntimeError("the reviser is out")
    if case.reviser.startswith("period"):
        return f"draft {visit % int(case.reviser[-1])}"
    return {
        "alternating": f"draft {visit % 2}",
        "random": " ".join(case.random.choices("abcdef", k=case.random.randint(1, 30))),
        "identity": "the first draft",
        "empty": "",
    }.get(case.reviser, f"revision {visit}")


class SlowEngine(ScriptedEngine):
    """A scripted engine whose every answer takes its time."""

    async def generate(self, request: Request):  # noqa: ANN201  (the base says it)
        """Yield the scripted answer after a while."""
        await asyncio.sleep(0.03)
        async for token in super().generate(request):
            yield token


def use(case: Case) -> tuple[Use, ...]:
    """Return the evaluators of an adversary."""
    calls = iter(range(1_000_000))

    @evaluator("scripted", kind="heuristic")
    def scripted(draft: Draft) -> Score:
        """Score by script."""
        number = next(calls)
        if case.evaluator == "raising" or (case.evaluator == "incomplete" and case.random.random() < 0.5):
            raise ValueError("the evaluator is out")
        values = {"falling": 1 / (number + 2), "rising": 1 - 1 / (number + 2), "constant": 0.5}
        return Score(values.get(case.evaluator, case.random.random()), ["not yet"])

    @evaluator("gate")
    def gate(draft: Draft) -> Score:
        """Fail at random."""
        return Score(float(case.evaluator != "gating" or case.random.random() < 0.5))

    return Use(evaluator=scripted), Use(evaluator=gate, gate=True)


async def run_case(case: Case) -> Outcome:
    """Return the outcome of one adversary's run."""
    spec = load_graph("refine").model_copy(update={"stop": case.rules})
    engine = (SlowEngine if case.critic == "slow" else ScriptedEngine)(script(case))
    engines = Engines(engine, pool=EnginePool(idle=0))
    agents = {name: get_agent(name) for name in ("generator", "critic", "reviser")}
    parts = Parts(agents=agents, uses={"evaluate": use(case)}, engines=engines)
    async for event in walk(Prepared(spec, spec.task("Do it.", {}), parts, engines, "scripted", ())):
        if isinstance(event, RunEnded):
            return event.outcome
    raise RuntimeError("no outcome")


def violations(case: Case, outcome: Outcome, seconds: float) -> list[str]:
    """Return what a run did that it must never do."""
    found = []
    if len(outcome.drafts) - 1 > case.rules.rounds:
        found.append(f"{len(outcome.drafts) - 1} revisions, {case.rules.rounds} allowed")
    if case.rules.tokens is not None and outcome.usage.completion_tokens > case.rules.tokens:
        found.append(f"{outcome.usage.completion_tokens} tokens, {case.rules.tokens} allowed")
    if case.rules.seconds is not None and seconds > case.rules.seconds + 1:
        found.append(f"{seconds:.2f} s, {case.rules.seconds:.2f} s allowed")
    if not (outcome.stop.check and outcome.stop.detail):
        found.append("no reason")
    ranks = [Assessed(draft=record.draft, verdict=record.verdict).rank for record in outcome.drafts]
    if outcome.drafts and (outcome.best is None or ranks[outcome.best] < ranks[0]) and outcome.drafts[0].verdict:
        found.append("the answer ranks below the first draft")
    return found


def main() -> int:
    """Run the adversaries and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    stops: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    broken, over = [], 0.0
    for seed in range(options.seed, options.seed + options.n):
        tried = case(seed)
        began = time.monotonic()
        outcome = asyncio.run(run_case(tried))
        seconds = time.monotonic() - began
        over = max(over, seconds - (tried.rules.seconds or seconds))
        stops[tried.critic, tried.reviser][outcome.stop.check] += 1
        broken += [(seed, tried, found) for found in violations(tried, outcome, seconds)]
    for (critic, reviser), counts in sorted(stops.items()):
        print(f"critic {critic:16} reviser {reviser:12} " + ", ".join(f"{k} {n}" for k, n in counts.most_common()))
    for seed, tried, found in broken[:20]:
        print(f"VIOLATION seed {seed}: {found}: {tried}")
    print(f"{options.n} runs, {len(broken)} violations, at most {max(over, 0.0):.3f} s over the clock")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
