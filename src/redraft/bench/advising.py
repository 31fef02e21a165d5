"""Advice from its request to its report: one round measured until it says something, and the critic audited."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redraft import __version__
from redraft.agents import agents as agents_of
from redraft.bench import deciding
from redraft.bench.advice import LEAST_TASKS
from redraft.bench.advice_report import AdviceReport
from redraft.bench.answers import after_rounds, at_round, loop_answer
from redraft.bench.audit import Audit, audit_of
from redraft.bench.deciding import decide, evidence_of, rounds_worth
from redraft.bench.measured import measure
from redraft.bench.once import critic_of, once, require_loop, written_by
from redraft.bench.outlook import outlook_of
from redraft.bench.subject import Asked, model_of, subject_of
from redraft.errors import UsageError
from redraft.graph.asked import uses_of
from redraft.graph.loading import load_graph
from redraft.runs.advised import Advised, keep_advice, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from redraft.agents import Agent
    from redraft.bench.deciding import Evidence, Pair
    from redraft.bench.listener import Listener
    from redraft.bench.recorded import Run
    from redraft.bench.subject import Place, Subject
    from redraft.bench.traces import Trace
    from redraft.graph.spec import GraphSpec
    from redraft.llama.interface import Engine
    from redraft.registry import Registry
    from redraft.runs.advised import Call

__all__ = ["SAMPLE", "Wanted", "advise"]

SAMPLE = 100
"""Tasks that are measured where nobody says how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks advice on.

    Args:
        graph: A graph's name or file.
        data: A file of tasks; None for the graph's own.
        model: The model's name or file; None to look it up.
        n: How many tasks, the first ones.
        seeds: Runs on each task, at most; None for as many as make 800 runs.
        against: Another model, whose drafts the critic reads too.
    """

    graph: str
    data: Path | None = None
    model: str | None = None
    n: int = SAMPLE
    seeds: int | None = None
    against: str | None = None


def advise(wanted: Wanted, place: Place, listener: Listener, *, engine: Engine | None = None) -> AdviceReport:
    """Return advice on a graph, and keep it for its runs.

    Runs that were made before are found, and not made again. What is made is kept at once: where advice is
    interrupted, the next call goes on from there.

    Args:
        wanted: What advice is asked on.
        place: Where.
        listener: Who is told what happens.
        engine: An open engine in place of the model; the runs are made in this process then.

    Raises:
        RedraftError: The graph cannot be measured: it has no truth, no loop, too few tasks, no model.
    """
    began = time.monotonic()
    desk = _Desk.of(wanted, place, listener, engine)
    for line in desk.subject.broken:
        listener.warn(str(line))
    looks, evidence, call = desk.measured()
    rounds = {"loop": rounds_worth(evidence), "do not loop": 0, "undecided": None}[call]
    audit = desk.audited()
    traces = desk.traces
    spec = desk.spec
    advice = Advised(
        graph=spec.name,
        model=desk.subject.model.stem,
        advice=call,
        rounds=rounds,
        tasks=len({trace.row for trace in traces}),
        runs=len(traces),
    )
    kept = keep_advice(key_of(spec, desk.agents, desk.registry, desk.subject.model), advice)
    return AdviceReport(
        redraft=__version__,
        graph=spec.name,
        model=advice.model,
        data=str(desk.subject.data),
        truth=[use.name for use in desk.subject.bench.truth],
        right=desk.subject.bench.right,
        advice=call,
        rounds=rounds,
        why=_why(call, evidence, desk.rounds, len(traces)),
        tasks=advice.tasks,
        seeds=looks[-1],
        looks=looks,
        broken=[line.line for line in desk.subject.broken],
        failed=sorted(desk.failed),
        outlook=outlook_of(_pairs(traces), desk.rounds),
        audit=audit,
        kept=str(kept),
        runs=sum(desk.runs.values()),
        made=desk.made,
        tokens=desk.tokens,
        seconds=round(time.monotonic() - began, 1),
    )


@dataclass
class _Desk:
    """Everything that advice on one graph takes, and what was made for it so far."""

    place: Place
    listener: Listener
    engine: Engine | None
    seeds: int | None
    spec: GraphSpec
    subject: Subject
    agents: Mapping[str, Agent]
    other: Path | None
    traces: Sequence[Trace] = ()
    failed: set[str] = field(default_factory=set)
    runs: dict[str, int] = field(default_factory=dict)
    made: int = 0
    tokens: int = 0

    @classmethod
    def of(cls, wanted: Wanted, place: Place, listener: Listener, engine: Engine | None) -> _Desk:
        asked = Asked([wanted.graph], wanted.data, wanted.model, wanted.n)
        subject = subject_of(wanted.graph, asked, place)
        agents = agents_of(place.project, plugins=place.plugins)
        require_loop(subject.spec, lambda agent: agents[agent].writes)
        if len(subject.tasks) < LEAST_TASKS:
            what = f"advice takes {LEAST_TASKS} tasks, and there are only {len(subject.tasks)}"
            mend = f"Add {LEAST_TASKS - len(subject.tasks)} more, better {deciding.FIRST}: fewer say nothing."
            raise UsageError(what, where=str(subject.data), mend=mend)
        # Without what was advised before: it must not say what loop advice is asked on.
        spec = load_graph(wanted.graph, place.project, plugins=place.plugins)
        other = None if wanted.against is None else model_of(wanted.against, spec, place)
        return cls(place, listener, engine, wanted.seeds, spec, subject, agents, other)

    @property
    def registry(self) -> Registry:
        return self.place.plugins.registry

    @property
    def rounds(self) -> int:
        """The rounds that are predicted: the graph's own, one at least."""
        return max(1, self.spec.stop.rounds)

    def measured(self) -> tuple[list[int], Evidence, Call]:
        """Return the looks that were taken, and what the last of them says."""
        subject = once(self.subject, self.agents, self.registry)
        plan = deciding.Plan(len(self.subject.tasks), self.seeds)
        looks: list[int] = []
        for seeds in plan.looks():
            looks.append(seeds)
            self.traces = self._made(subject, seeds)
            evidence = evidence_of(_pairs(self.traces))
            call = decide(evidence, self.rounds, part=seeds / plan.last)
            if call is not None:
                break
        few = len({trace.row for trace in self.traces}) < LEAST_TASKS
        return looks, evidence, "undecided" if few or call is None else call

    def audited(self) -> Audit:
        """Return what is known of the critic, by one first draft of each task."""
        critic = critic_of(self.subject, self.agents, self.registry)
        if critic is None:
            return Audit(missing="the graph has no critic on its one way back")
        verified = any(self.registry.evaluator(use.name).kind == "verifier" for use in uses_of(self.subject.spec))
        traces = self._made(critic, 1)
        if self.other is None:
            return audit_of(traces, (), verified=verified, other=None)
        others = self._made(written_by(critic, self.other, self.agents, self.registry, first=self.subject), 1)
        return audit_of(traces, others, verified=verified, other=self.other.stem)

    def _made(self, subject: Subject, seeds: int) -> tuple[Trace, ...]:
        """Return the traces of a subject with so many seeds."""
        found = measure(subject, seeds, self.place, self.listener, engine=self.engine)
        self.runs[subject.key] = found.runs
        self.made += found.made
        self.tokens += found.tokens
        self.failed |= found.failed
        return found.traces


def _pairs(traces: Sequence[Trace]) -> dict[str, list[Pair]]:
    pairs: dict[str, list[Pair]] = {}
    for trace in traces:
        before, after = _first(trace.loop), loop_answer(trace.loop).draft
        pairs.setdefault(trace.row, []).append((trace.is_right(trace.loop, before), trace.is_right(trace.loop, after)))
    return pairs


def _first(run: Run) -> int | None:
    """Return the answer that a run would have given without a round."""
    judged = any(draft.rank for draft in run.drafts)
    return after_rounds(run, 0) if judged else at_round(run, 0)


def _why(call: Call, evidence: Evidence, rounds: int, runs: int) -> str:
    turns = evidence.turns
    if not turns.mended + turns.missed:
        return f"all {runs} first drafts are right: a round has nothing to mend, and CS is unknown"
    gain = f"{100 * evidence.loop_gain(rounds):+.1f} points in {rounds} round{'s' if rounds > 1 else ''}"
    sure = f"{abs(evidence.gain) / evidence.error:.1f} standard errors from none"
    match call:
        case "loop":
            return f"a round mends more than it breaks: {gain}, {sure}"
        case "do not loop":
            return f"a round breaks more than it mends: {gain}, {sure}"
        case _:
            return f"neither gain nor loss is shown: {gain}, {sure}; first drafts are cheaper"
