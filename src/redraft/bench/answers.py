"""Which draft of a run is its answer, where each method ends, and what it had paid for by then. Pure functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redraft.graph.voting import said_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from redraft.bench.recorded import Run

__all__ = ["READERS", "Answer", "after_rounds", "agreement", "at_round", "best_of", "loop_answer"]

NEVER = (False, False, -2.0)
"""The rank of a draft that was never evaluated: below all that were."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The place of the answer among a run's drafts (None: no draft was finished in time), and its cost in tokens."""

    draft: int | None
    tokens: int
    prompt_tokens: int


def loop_answer(run: Run) -> Answer:
    """Return what a run of the graph itself hands over, which is what a user gets."""
    draft = run.best if run.best is not None else len(run.drafts) - 1
    return Answer(draft if run.drafts else None, run.tokens, run.prompt_tokens)


def best_of(run: Run, places: Iterable[int]) -> int | None:
    """Return the best of some drafts by their verdicts, the earliest of equals, as redraft has it."""
    return max(places, key=lambda place: (run.drafts[place].rank or NEVER, -place), default=None)


def after_rounds(run: Run, rounds: int) -> int | None:
    """Return the draft that a run would have handed over after so many rounds."""
    return best_of(run, (place for place, draft in enumerate(run.drafts) if draft.round <= rounds))


def at_round(run: Run, rounds: int) -> int | None:
    """Return the last draft that a run had after so many rounds."""
    return max((place for place, draft in enumerate(run.drafts) if draft.round <= rounds), default=None)


def _in_time(run: Run, budget: int) -> list[int]:
    return [place for place, draft in enumerate(run.drafts) if run.spent[draft.judged] <= budget and not draft.cut]


def _paid(run: Run, draft: int | None, calls: int, budget: int) -> Answer:
    """Return an answer for which a run made so many calls, within its budget."""
    began = [call for call, before in zip(run.calls[:calls], run.spent, strict=False) if before < budget]
    return Answer(draft, min(budget, run.spent[calls]), sum(call.prompt_tokens for call in began))


def _contented(run: Run, budget: int) -> Answer:
    """Return the best draft by verdict up to the first that contents the graph."""
    places = _in_time(run, budget)
    first = next((place for place in places if run.drafts[place].content), None)
    if first is None:
        return _paid(run, best_of(run, places), len(run.calls), budget)
    seen = [place for place in places if place <= first]
    return _paid(run, best_of(run, seen), run.drafts[first].judged, budget)


def _voted(run: Run, budget: int) -> Answer:
    """Return the draft that says what most say, the earliest of equals; evaluators are not asked, and not paid."""
    places = [place for place, draft in enumerate(run.drafts) if run.spent[draft.written] <= budget and not draft.cut]
    votes = Counter(said_by(run.drafts[place].text) for place in places)
    draft = max(places, key=lambda place: (votes[said_by(run.drafts[place].text)], -place), default=None)
    paid = _paid(run, draft, len(run.calls), budget)
    rated = sum(call.prompt_tokens for call in run.calls if call.evaluates)
    return Answer(draft, paid.tokens, max(paid.prompt_tokens - rated, 0))


def _believed(run: Run, budget: int) -> Answer:
    """Return the last draft of a loop that believes its critic, up to the first in which it finds nothing."""
    places = _in_time(run, budget)
    content = next((place for place in places if run.drafts[place].problems == ()), None)
    last = content if content is not None else max(places, default=None)
    return _paid(run, last, len(run.calls), budget)


READERS: Mapping[str, Callable[[Run, int], Answer]] = {
    "best_of_n": _contented,
    "self_consistency": _voted,
    "no_critique": _contented,
    "self_critique": _believed,
}
"""How each rival's answer is read off its run, within a number of generated tokens."""


def agreement(runs: Sequence[Run]) -> float | None:
    """Return how often two drafts of a run say the same, among runs that have two; None where none has."""
    counts = [Counter(said_by(draft.text) for draft in run.drafts if not draft.cut) for run in runs]
    several = [count for count in counts if count.total() > 1]
    return sum(max(count.values()) > 1 for count in several) / len(several) if several else None
