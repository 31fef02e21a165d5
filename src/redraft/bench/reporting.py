"""How the figures of a graph follow from its traces. Pure: the same traces, the same figures, in any order."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from redraft.bench.advice import Forecast, advised, gained, halves
from redraft.bench.answers import after_rounds, agreement, at_round, loop_answer
from redraft.bench.intervals import Interval, difference, mean
from redraft.bench.methods import RIVALS
from redraft.bench.report import Cost, Curves, Drafts, Rival
from redraft.bench.turns import Turns, predicted, turned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redraft.bench.recorded import Run
    from redraft.bench.traces import Trace

__all__ = ["figures_of"]

AGREEMENT = 0.1
"""The least share of tasks on which two of several drafts must say the same for a vote to mean anything."""


def figures_of(traces: Sequence[Trace], missing: Mapping[str, str], *, rounds: int) -> dict[str, Any]:
    """Return the figures of a graph, by their names in its report.

    Args:
        traces: One for each task and seed, at least one, in the order of the tasks.
        missing: Why a rival cannot be made of the graph, by its name.
        rounds: The graph's own limit of rounds.
    """
    ordered = sorted(traces, key=lambda trace: (trace.row, trace.loop.seed))
    answer = _shares(ordered, _is_answer_right)
    first = _shares(ordered, _is_first_right)
    return {
        "drafts": Drafts(
            first=_sure(mean(first)),
            last=_sure(mean(_shares(ordered, lambda t: t.is_right(t.loop, len(t.loop.drafts) - 1)))),
            answer=_sure(mean(answer)),
            oracle_best=_sure(mean(_shares(ordered, lambda t: _any_right(t, rounds)))),
        ),
        "gain": _sure(difference(answer, first)),
        "flips": turned((_is_first_right(t), _is_answer_right(t)) for t in ordered),
        "rivals": [_rival(name, ordered, missing) for name in RIVALS],
        "cost": _cost([t.loop for t in ordered]),
        "curves": _curves(ordered, rounds),
        "forecast": _forecast(traces, ordered, rounds),
    }


def _shares(traces: Sequence[Trace], holds: Callable[[Trace], bool]) -> list[tuple[str, float]]:
    return [(trace.row, float(holds(trace))) for trace in traces]


def _sure(found: Interval | None) -> Interval:
    assert found is not None  # noqa: S101 -- there is at least one trace
    return found


def _is_first_right(trace: Trace) -> bool:
    return trace.is_right(trace.loop, 0)


def _is_answer_right(trace: Trace) -> bool:
    return trace.is_right(trace.loop, loop_answer(trace.loop).draft)


def _any_right(trace: Trace, rounds: int) -> bool:
    return any(trace.right[draft.text] for draft in trace.loop.drafts if draft.round <= rounds)


def _rival(name: str, traces: Sequence[Trace], missing: Mapping[str, str]) -> Rival:
    title = RIVALS[name][0]
    why = missing.get(name) or (_no_vote(traces) if name == "self_consistency" else None)
    if why:
        return Rival(name=title, missing=why)
    read = [(trace, *trace.rival(name)) for trace in traces]
    right = [(trace.row, float(trace.is_right(run, answer.draft))) for trace, run, answer in read]
    return Rival(
        name=title,
        right=mean(right),
        ahead=difference(_shares(traces, _is_answer_right), right),
        completion_tokens=_average([answer.tokens for _, _, answer in read]),
        prompt_tokens=_average([answer.prompt_tokens for _, _, answer in read]),
    )


def _no_vote(traces: Sequence[Trace]) -> str | None:
    """Return why a vote means nothing, or None: where hardly two drafts say the same, the majority is the first one."""
    runs = [run for trace in traces if (run := trace.runs.get("votes") or trace.runs.get("samples"))]
    agree = agreement(runs)
    if agree is None or agree >= AGREEMENT:
        return None
    return f"drafts hardly ever say the same: two agree on {100 * agree:.0f} % of the tasks"


def _cost(runs: Sequence[Run]) -> Cost:
    seconds = sorted(run.seconds for run in runs)
    return Cost(
        completion_tokens=_average([run.tokens for run in runs]),
        prompt_tokens=_average([run.prompt_tokens for run in runs]),
        drafts=_average([len(run.drafts) for run in runs]),
        seconds_median=round(median(seconds), 3),
        seconds_p95=round(seconds[int(0.95 * (len(seconds) - 1))], 3),
        stops=dict(Counter(run.stop.check for run in runs).most_common()),
    )


def _average(values: Sequence[float]) -> float:
    return round(fmean(values), 2)


def _curves(traces: Sequence[Trace], rounds: int) -> Curves:
    last = min(rounds, max(draft.round for trace in traces for draft in trace.loop.drafts))
    numbers = range(last + 1)
    turns = _chain_turns(traces)
    first = fmean(_is_first_right(trace) for trace in traces)
    return Curves(
        answer=[fmean(t.is_right(t.loop, after_rounds(t.loop, number)) for t in traces) for number in numbers],
        last=[fmean(t.is_right(t.loop, at_round(t.loop, number)) for t in traces) for number in numbers],
        oracle_best=[fmean(_any_right(t, number) for t in traces) for number in numbers],
        chain=_observed(traces, len(turns)) if turns else [],
        chain_turns=turns,
        chain_predicted=predicted(first, turns[0], len(turns)) if turns else [],
    )


def _chain_turns(traces: Sequence[Trace]) -> list[Turns]:
    """Return what each round of the chains did, for as many rounds as all of them have."""
    chains = [
        [trace.is_right(run, place) for place in range(len(run.drafts))] for trace in traces if (run := trace.chain)
    ]
    rounds = min((len(chain) for chain in chains), default=1) - 1
    pairs = [list(pairwise(chain)) for chain in chains]
    return [turned(pair[number] for pair in pairs) for number in range(rounds)]


def _observed(traces: Sequence[Trace], rounds: int) -> list[float]:
    chains = [(trace, run) for trace in traces if (run := trace.chain)]
    return [fmean(trace.is_right(run, number) for trace, run in chains) for number in range(rounds + 1)]


def _forecast(traces: Sequence[Trace], ordered: Sequence[Trace], rounds: int) -> Forecast:
    measured, checked = halves(list(dict.fromkeys(trace.row for trace in traces)))
    ours = [trace for trace in ordered if trace.row in set(measured)]
    others = [trace for trace in ordered if trace.row in set(checked)]
    once = turned((_is_first_right(t), t.is_right(t.loop, after_rounds(t.loop, 1))) for t in ours)
    gain = difference(
        _shares(ours, lambda t: t.is_right(t.loop, after_rounds(t.loop, 1))), _shares(ours, _is_first_right)
    )
    loop_gain = difference(_shares(others, _is_answer_right), _shares(others, _is_first_right))
    advice, worth = advised(gain, len(measured)), gained(loop_gain)
    undecided = advice == "undecided" or worth is None
    return Forecast(
        advice=advice,
        measured_on=len(measured),
        checked_on=len(checked),
        round_gain=gain,
        turns=once,
        predicted=predicted(fmean(_is_first_right(t) for t in ours), once, rounds),
        loop_gain=loop_gain,
        gained=worth,
        agrees=None if undecided else (advice == "loop") is worth,
    )
