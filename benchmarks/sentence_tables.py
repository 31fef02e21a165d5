"""The rows of every table of `sentence.py`, and what it demands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.sentence_figures import (
    End,
    Reading,
    Stopper,
    Trace,
    by_critic,
    by_rules,
    by_score,
    read,
    turns,
    unstopped,
)
from benchmarks.sentence_runs import BUDGET, ROUNDS, SIZES, TARGET, rules
from redraft import load_graph
from redraft.bench.intervals import Interval, difference, mean
from redraft.bench.turns import predicted
from redraft_text.everyday.parsing import accepts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.sentence_runs import Key

BUDGETS = (50, 100, 150, 200, 300)

Cell = Interval | float | int | str | None


@dataclass(frozen=True)
class Table:
    """A table: each row has its cells by column. Intervals are shares; other numbers stand as they are."""

    title: str
    note: str
    rows: list[dict[str, Cell]]


@dataclass(frozen=True)
class Rival:
    """A method as the table has it: the runs it reads, where they end, and whether the last draft is the answer."""

    name: str
    method: str
    end: Stopper = by_score
    last: bool = False


RIVALS = (
    Rival("loop", "loop"),
    Rival("best-of-N", "best-of-N"),
    Rival("re-prompting, no critique", "no critique"),
    Rival("self-critique, stopped by score", "self-critique"),
    Rival("self-critique, no evaluator at all", "self-critique", by_critic, last=True),
    Rival("the graph as shipped, fresh drafts after two revisions", "shipped", unstopped),
)


@dataclass(frozen=True)
class Demand:
    """What must show: the share that was measured, and the least it may be."""

    text: str
    measured: Interval | None
    least: float

    @property
    def met(self) -> bool:
        """Whether what was measured is enough."""
        return self.measured is not None and self.measured.value >= self.least


class Report:
    """Everything that the traces of all methods say.

    Args:
        traces: All of them, in any order.
    """

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._of: dict[str, list[Trace]] = {}
        for trace in sorted(traces, key=lambda trace: trace.run.key):
            self._of.setdefault(trace.run.method, []).append(trace)
        self.shipped = self._of["shipped"]

    @cached_property
    def tables(self) -> list[Table]:
        """Every table, in the order of the page."""
        spent = round(sum(reading.tokens for reading in self._answers.values()) / len(self.shipped))
        return [
            self._drafts(),
            self._costs(),
            self._sizes(),
            self._budgets(),
            self._rivals(min(spent, BUDGET), "what the shipped graph spends on average"),
            self._rivals(BUDGET, "all that a method has"),
            self._stops(),
            self._rounds(),
        ]

    @property
    def demands(self) -> list[Demand]:
        """What the benchmark demands."""
        middle = [trace for trace in self.shipped if 4 <= len(trace.run.words) <= 6]
        failing = [trace for trace in self.shipped if not trace.right[0]]
        return [
            Demand("failing first drafts that end right", self._share(failing, self._is_answer_right), 0.60),
            Demand("answers right", self._share(self.shipped, self._is_answer_right), 0.85),
            Demand("answers accepted by the parser", self._share(self.shipped, self._is_answer_accepted), 0.95),
            Demand("first drafts right at 4 to 6 words", self._share(middle, lambda trace: trace.right[0]), 0.50),
        ]

    def curve(self, rival: Rival, budgets: Iterable[int]) -> list[float]:
        """Return the share of right answers of a method at each budget."""
        readings = (self._readings(rival, budget) for budget in budgets)
        return [sum(one.right for _, one in at) / len(at) for at in readings]

    def chain(self) -> dict[str, list[float]]:
        """Return the share of right drafts after each round: as it was, and as it is predicted."""
        traces = self._of["unstopped"]
        seen = [sum(t.right[number] for t in traces) / len(traces) for number in range(ROUNDS + 1)]
        return {
            "observed": seen,
            "predicted from round 1": predicted(seen[0], turns(traces, 1), ROUNDS),
            "predicted from all rounds": predicted(seen[0], turns(traces), ROUNDS),
        }

    @cached_property
    def _answers(self) -> Mapping[Key, Reading]:
        return {trace.run.key: read(trace, unstopped(trace.run)) for trace in self.shipped}

    def _is_answer_right(self, trace: Trace) -> bool:
        return self._answers[trace.run.key].right

    def _is_answer_accepted(self, trace: Trace) -> bool:
        return accepts(text_of(trace, self._answers[trace.run.key].answer or 0), trace.run.words)

    def _share(self, traces: Sequence[Trace], holds: Callable[[Trace], bool]) -> Interval | None:
        return mean((trace.run.task, float(holds(trace))) for trace in traces)

    def _drafts(self) -> Table:
        kinds: dict[str, tuple[Callable[[Trace], bool], Callable[[Trace], bool] | None]] = {
            "first draft": (lambda t: t.right[0], lambda t: accepts(text_of(t, 0), t.run.words)),
            "last draft": (lambda t: t.right[-1], lambda t: accepts(text_of(t, -1), t.run.words)),
            "answer": (self._is_answer_right, self._is_answer_accepted),
            "oracle-best": (lambda t: any(t.right), None),
        }
        failing = [trace for trace in self.shipped if not trace.right[0]]
        rows: list[dict[str, Cell]] = [
            {
                "draft": name,
                "right": self._share(self.shipped, right),
                "right where the first draft fails": self._share(failing, right),
                "accepted by the parser": accepted and self._share(self.shipped, accepted),
            }
            for name, (right, accepted) in kinds.items()
        ]
        note = "Oracle-best: any draft of the run is right; no one could pick it without the truth."
        return Table("The shipped graph", note, rows)

    def _costs(self) -> Table:
        answers = [self._answers[trace.run.key] for trace in self.shipped]
        seconds = sorted(trace.run.seconds for trace in self.shipped)
        stops = Counter(trace.run.stop.check for trace in self.shipped)
        row: dict[str, Cell] = {
            "runs": len(answers),
            "generated tokens": _average([answer.tokens for answer in answers]),
            "prompt tokens": _average([answer.prompt_tokens for answer in answers]),
            "drafts": _average([len(trace.run.drafts) for trace in self.shipped]),
            "seconds, median": round(median(seconds), 3),
            "seconds, p95": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
            "stopped by": ", ".join(f"{check} {count}" for check, count in stops.most_common()),
        }
        return Table("What the shipped graph costs a task", "Means, unless another word stands there.", [row])

    def _sizes(self) -> Table:
        rows: list[dict[str, Cell]] = []
        for size in SIZES:
            traces = [trace for trace in self.shipped if len(trace.run.words) == size]
            rows.append(
                {
                    "words": size,
                    "first draft": self._share(traces, lambda t: t.right[0]),
                    "answer": self._share(traces, self._is_answer_right),
                    "oracle-best": self._share(traces, lambda t: any(t.right)),
                    "generated tokens": _average([self._answers[t.run.key].tokens for t in traces]),
                }
            )
        return Table("The shipped graph by number of words", "", rows)

    def _budgets(self) -> Table:
        rows: list[dict[str, Cell]] = []
        for rival in RIVALS:
            row: dict[str, Cell] = {"method": rival.name}
            rows.append(row | {str(budget): self._right(rival, budget) for budget in BUDGETS})
        return Table("Right answers within a number of generated tokens", _SAME, rows)

    def _rivals(self, budget: int, what: str) -> Table:
        loop = [(trace.run.task, float(one.right)) for trace, one in self._readings(RIVALS[0], budget)]
        rows: list[dict[str, Cell]] = []
        for rival in RIVALS:
            readings = self._readings(rival, budget)
            right = [(trace.run.task, float(one.right)) for trace, one in readings]
            rows.append(
                {
                    "method": rival.name,
                    "right": mean(right),
                    "the loop is ahead by": difference(loop, right) if rival is not RIVALS[0] else None,
                    "right where the first draft fails": mean(
                        case for case, (trace, _) in zip(right, readings, strict=True) if not trace.right[0]
                    ),
                    "generated tokens": _average([one.tokens for _, one in readings]),
                    "prompt tokens": _average([one.prompt_tokens for _, one in readings]),
                }
            )
        return Table(f"Within {budget} generated tokens, {what}", _SAME, rows)

    def _readings(self, rival: Rival, budget: int) -> list[tuple[Trace, Reading]]:
        return [(trace, read(trace, end, budget=budget, last=rival.last)) for trace, end in self._ends[rival]]

    @cached_property
    def _ends(self) -> Mapping[Rival, list[tuple[Trace, End]]]:
        return {rival: [(trace, rival.end(trace.run)) for trace in self._of[rival.method]] for rival in RIVALS}

    def _right(self, rival: Rival, budget: int) -> Interval | None:
        return mean((trace.run.task, float(one.right)) for trace, one in self._readings(rival, budget))

    def _stops(self) -> Table:
        rows: list[dict[str, Cell]] = []
        for name, stop in stops().items():
            ends = [(trace, stop(trace.run)) for trace in self._of["unstopped"]]
            readings = [(trace, read(trace, end)) for trace, end in ends]
            rows.append(
                {
                    "stop": name,
                    "answer right": mean((trace.run.task, float(one.right)) for trace, one in readings),
                    "last draft right": mean((trace.run.task, float(trace.right[end.draft])) for trace, end in ends),
                    "rounds": _average([end.draft for _, end in ends]),
                    "generated tokens": _average([one.tokens for _, one in readings]),
                }
            )
        note = (
            f"One at a time, beside a limit of {ROUNDS} rounds, read off the same runs without stops; `regression` is "
            "not among them, for it takes a run another way."
        )
        return Table("Each kind of stop", note, rows)

    def _rounds(self) -> Table:
        traces, chain = self._of["unstopped"], self.chain()
        rows: list[dict[str, Cell]] = []
        for number in range(ROUNDS + 1):
            seen = turns(traces, number)
            rows.append(
                {
                    "round": number,
                    "right → right (CL)": _out_of(seen.kept, seen.broken) if number else None,
                    "wrong → right (CS)": _out_of(seen.mended, seen.missed) if number else None,
                    "right → wrong": seen.broken if number else None,
                    **{name: percent(values[number]) for name, values in chain.items()},
                }
            )
        every = turns(traces)
        kept, mended = _out_of(every.kept, every.broken), _out_of(every.mended, every.missed)
        rows.append(
            {"round": "all", "right → right (CL)": kept, "wrong → right (CS)": mended, "right → wrong": every.broken}
        )
        note = (
            "Runs without stops, the draft of each round. Predicted: Acc_t = Upp - a^t (Upp - Acc_0), a = CL - CS, "
            "Upp = CS / (1 - CL + CS) (Yang et al., arXiv 2508.16456)."
        )
        return Table("What revisions do to right and wrong drafts", note, rows)


_SAME = (
    f"The same first draft, at most {BUDGET} tokens by all agents together, and the same early stop: the value reaches "
    f"{TARGET}, unless the name says otherwise. The answer is the best draft by verdict that was finished by then; "
    "where there is no evaluator, the last."
)


def stops() -> Mapping[str, Stopper]:
    """Return every kind of stop that the shipped graph knows, by itself, and all but `regression` together."""
    shipped = load_graph("sentence").stop
    return {
        "score": by_score,
        "verified": by_rules(rules(verified=True)),
        "plateau": by_rules(rules(plateau=shipped.plateau)),
        "fixpoint": by_rules(rules(fixpoint=True)),
        "oscillation": by_rules(rules(oscillation=shipped.oscillation)),
        "critic finds nothing": by_critic,
        **{f"rounds = {number}": by_rules(rules(rounds=number)) for number in (1, 2, 4)},
        f"none ({ROUNDS} rounds)": unstopped,
        f"all together, rounds = {shipped.rounds}": by_rules(shipped.model_copy(update={"regression": False})),
    }


def text_of(trace: Trace, index: int) -> str:
    """Return the text of a draft."""
    return trace.run.drafts[index].record.draft.text


def percent(share: float) -> str:
    """Return a share as it is read."""
    return f"{100 * share:.1f} %"


def _average(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None


def _out_of(held: int, other: int) -> str | None:
    return f"{percent(held / (held + other))} ({held} of {held + other})" if held + other else None
