"""What the model learns from: the shipped agents' own prompts, each with its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from redraft.agents import Agent, get_agent
from redraft.builtin.coverage import CoverageParams, coverage
from redraft.builtin.length import LengthParams, length
from redraft.task import Critique, Draft, Message, Problem, Score, Task, Verdict
from training.critique import criticise, likeness, mend, with_articles
from training.faults import spoil
from training.grammar import Chunk, compose, join, split
from training.mending import changes
from training.parsing import accepts
from training.phrases import without_phrases
from training.words import held_out, sample_words, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

__all__ = [
    "EVEN",
    "ROLES",
    "Example",
    "Mix",
    "Own",
    "Role",
    "examples",
    "fixed_texts",
    "heard_of",
    "is_right",
    "mended",
    "missing_words",
    "mix_at",
    "problems_of",
    "rating",
    "sentence_text",
    "shown_words",
    "task_for",
    "verdict_for",
]

Role = Literal["generator", "critic", "reviser", "judge"]
ROLES: tuple[Role, ...] = ("generator", "critic", "reviser", "judge")
PROMPT = "Write one sentence that uses all of these words: {words}."
MOST_WORDS = 25
# Three sentences for the same words cost little more than one: they share their prompt.
FIRST_DRAFTS = 3
CANDIDATES = 12
SEARCH = 6
TRIALS = 40
ANY_ORDER = 0.5
SOUND, ASTRAY = 0.08, 0.03
# How far a judge is off.
OFF = 0.6
BY_RULE = 0.5


@dataclass(frozen=True)
class Example:
    """A conversation and its answer."""

    messages: tuple[Message, ...]
    answer: str
    role: str


class Own(NamedTuple):
    """A draft of the model's own: the words of its task, what it wrote, and what that should become.

    Where the model criticised it, `said` is what it said, which may be wrong; where it rated it, `rated` is its rating.
    """

    words: tuple[str, ...]
    draft: str
    target: str
    said: tuple[tuple[str, str, str], ...] | None = None
    rated: float | None = None

    @property
    def right(self) -> bool:
        """Whether nothing is to be done."""
        return self.draft == self.target


@dataclass(frozen=True)
class Mix:
    """How much of what: it changes as training goes on.

    Attributes:
        copying: Share of tasks that are bare copying exercises.
        verbatim: Share of tasks where a sound draft is criticised, revised and rated too: nothing is to be done.
        own: Share of drafts that the model itself wrote, where there are any.
        blind: Share of critiques and revisions that are not told what the evaluators said.
        silent: Share of revisions that are not told what the critic said.
        both: Whether a draft is revised after what the rule says and after what the model said, or after one of them.
        judged: Whether the model rates its own drafts, so that what is heard of them is its own rating.
        anyhow: Share of other ratings that say nothing.
        articles: Whether `a egg` is mended by its article alone.
    """

    copying: float = 0.0
    verbatim: float = 0.3
    own: float = 0.0
    blind: float = 0.15
    silent: float = 0.15
    both: bool = False
    judged: bool = False
    anyhow: float = 0.08
    articles: bool = False


def mix_at(share: float) -> Mix:
    """Return what is trained when a share of the run is over: copying first, then the model's own drafts."""
    return next(mix for until, mix in CURRICULUM if share <= until)


EVEN = Mix()
CURRICULUM = (
    (0.06, Mix(copying=0.9)),
    (0.12, Mix(copying=0.3)),
    (0.3, Mix(copying=0.1, own=0.3)),
    (0.515, Mix(copying=0.05, own=0.7, both=True)),
    # A judge that overlooks a missing word must not talk critic and reviser out of seeing it.
    (1.0, Mix(copying=0.05, own=0.7, both=True, judged=True, anyhow=0.5, articles=True)),
)
"""What is trained until a share of the run is over."""


@cache
def _agent(role: Role) -> Agent:
    return get_agent(role)


def task_for(words: Sequence[str]) -> Task:
    """Return the task that `graphs/sentence.toml` makes of some words."""
    return Task(
        messages=(Message(role="user", content=PROMPT.format(words=", ".join(words))),), inputs={"words": [*words]}
    )


def verdict_for(task: Task, text: str, *, rated: float | None = None) -> Verdict:
    """Return what the evaluators of `graphs/sentence.toml` say about a draft; the judge is one where it has rated."""
    draft = Draft(text=text)
    scores: list[Score] = [
        coverage(draft, task, CoverageParams()).model_copy(
            update={"evaluator": "coverage", "kind": "verifier", "weight": 2.0}
        ),
        length(draft, LengthParams(max_words=MOST_WORDS, max_sentences=1)).model_copy(
            update={"evaluator": "length", "kind": "verifier"}
        ),
    ]
    if rated is not None:
        reasons = [f"{rated:.1f} of 5"]
        scores.append(Score((rated - 1) / 4, reasons, evaluator="judge", kind="judge", weight=1.0))
    return Verdict(scores=tuple(scores))


def missing_words(verdict: Verdict) -> list[str]:
    """Return the words that coverage misses."""
    score = verdict.score_of("coverage")
    return [reason.split('"')[1] for reason in (score.reasons if score else ())]


def examples(rng: Random, mix: Mix, own: Sequence[Own] = ()) -> list[Example]:
    """Draw the examples of one task: first drafts, and what comes of a draft with faults.

    No example shows two words that are held out from standing together.

    Args:
        rng: Draws everything.
        mix: How much of what.
        own: The model's own drafts.
    """
    if rng.random() < mix.copying:
        return [_copying(rng) for _ in range(6)]
    its = bool(own) and rng.random() < mix.own
    one = _one_of(own, rng) if its else _made(rng)
    prompt = {"task": task_for(one.words)}
    drawn = [_ask("generator", prompt, text) for text in _first_drafts(one, rng, its=its)]
    other = rng.choice(own) if its else one
    sound = other if other.right else Own(one.words, one.target, one.target)
    blind, silent = rng.random() < mix.blind, rng.random() < mix.silent
    drawn += [_about("critic", one, heard_of(one, rng, mix, blind=blind)), _about("judge", one), _about("judge", sound)]
    if its and not other.right:
        drawn.append(_about("judge", other))
    told = [()] if silent else _critiques(one, rng, both=mix.both)
    heard = heard_of(one, rng, mix, blind=blind and not silent)
    drawn += [_about("reviser", one, heard, critique) for critique in told]
    if rng.random() < mix.verbatim:
        heard = heard_of(sound, rng, mix, blind=blind)
        drawn += [_about(role, sound, heard) for role in ("critic", "reviser")]
    if its and other.right:
        drawn.append(_ask("generator", {"task": task_for(other.words)}, other.draft))
    return drawn


def _first_drafts(one: Own, rng: Random, *, its: bool) -> list[str]:
    """Return sentences for the same words; where the model wrote a draft of its own, one is what that should become."""
    return [
        one.target if its and index == 0 else sentence_text(compose(one.words, rng)) for index in range(FIRST_DRAFTS)
    ]


def _one_of(own: Sequence[Own], rng: Random) -> Own:
    """Draw a draft of the model's own, mostly one that is not right: those that are teach the reviser little."""
    drawn = rng.choices(own, k=SEARCH)
    return next((one for one in drawn if not one.right), drawn[0])


def _made(rng: Random) -> Own:
    """Return a draft made by rule: spoiled, or sound, or about something else."""
    while True:
        words = tuple(sample_words(rng))
        chunks = compose(words, rng)
        draft = _spoiled(chunks, words, rng)
        if not held_out(words_in(draft).union(words)):
            return Own(words, draft, draft if is_right(words, draft) else sentence_text(chunks))


def shown_words(example: Example) -> frozenset[str]:
    """Return the words of the lexicon that an example shows, the fixed text of the prompts left out."""
    texts = [*(message.content for message in example.messages), example.answer]
    return words_in(without_phrases("\n".join(texts)))


def sentence_text(chunks: Sequence[Chunk]) -> str:
    """Return a sentence as it is written."""
    return join([word for chunk in chunks for word in chunk.words])


def _spoiled(chunks: Sequence[Chunk], words: Sequence[str], rng: Random) -> str:
    """Return a draft: spoiled, or sound, or about something else."""
    chance = rng.random()
    if chance < SOUND:
        return sentence_text(chunks)
    if chance < SOUND + ASTRAY:
        return sentence_text(compose(sample_words(rng), rng))
    return sentence_text(spoil(chunks, words, rng)) or "."


def mended(words: Sequence[str], draft: str, rng: Random, mix: Mix = EVEN) -> Own | None:
    """Return what a draft of the model's own should become, or None where it shows words that are held out.

    It is the least change that the grammar takes, or else the sentence most like the draft.
    """
    if held_out(words_in(draft).union(words)):
        return None
    parts, order = split(draft), rng.sample(words, len(words))
    for kept in islice(changes(parts, words, _lacking(order, parts)), TRIALS):
        changed = with_articles(kept) if mix.articles else kept
        target = join(mend(changed, _lacking(order, changed)))
        if is_right(words, target):
            return Own(tuple(words), draft, target)
    composed = (sentence_text(compose(words, rng)) for _ in range(CANDIDATES))
    return Own(tuple(words), draft, max(composed, key=lambda text: likeness(parts, split(text))))


def _lacking(words: Sequence[str], parts: Sequence[str]) -> list[str]:
    return missing_words(verdict_for(task_for(words), join(parts)))


def is_right(words: Sequence[str], text: str) -> bool:
    """Whether a text does the task in truth: every word, the length kept, and a sentence of the grammar."""
    return verdict_for(task_for(words), text).value == 1 and accepts(text, words)


def _about(role: Role, own: Own, heard: Verdict | None = None, told: tuple[Problem, ...] | None = None) -> Example:
    """Return what a role is asked about a draft, having heard a verdict and been told problems, and its answer."""
    problems = _problems(own)
    values: dict[str, object] = {
        "task": task_for(own.words),
        "draft": Draft(text=own.draft),
        "verdict": heard,
        "critique": Critique(problems=problems if told is None else told),
    }
    answers = {"critic": _json(problems), "judge": str(rating(own))}
    return _ask(role, values, answers.get(role, own.target))


def _critiques(own: Own, rng: Random, *, both: bool) -> list[tuple[Problem, ...]]:
    """Return the critiques after which a draft is revised: the rule's and the model's own, or one of them."""
    rule = _problems(own)
    if own.said is None:
        return [rule]
    said = tuple(Problem(where=where, problem=problem, fix=fix) for where, problem, fix in own.said)
    return [rule, said] if both else [rule if rng.random() < BY_RULE else said]


@lru_cache(maxsize=256)
def _problems(own: Own) -> tuple[Problem, ...]:
    return problems_of(own.draft, own.target, missing_words(verdict_for(task_for(own.words), own.draft)))


def heard_of(own: Own, rng: Random, mix: Mix = EVEN, *, blind: bool = False) -> Verdict:
    """Return what the evaluators say of a draft: the judge what the model said, or else about what the rule says."""
    if blind:
        return Verdict()
    said = own.rated
    if said is None:
        said = rng.uniform(1, 5) if rng.random() < mix.anyhow else rating(own) + rng.gauss(0, OFF)
    return verdict_for(task_for(own.words), own.draft, rated=min(5.0, max(1.0, said)))


def problems_of(draft: str, target: str, missing: Sequence[str]) -> tuple[Problem, ...]:
    """Return what a rule says about a draft, given the sentence that it should become."""
    return criticise(split(draft), split(target), missing)


def rating(own: Own) -> int:
    """Return the rating from 1 to 5 that a rule gives: 5 is right; the first fault costs two, each further one."""
    if own.right:
        return 5
    lost = missing_words(verdict_for(task_for(own.words), own.draft))
    others = sum(1 for problem in _problems(own) if not problem.problem.startswith("no "))
    return max(1, 4 - max(1, len(lost) + others))


def _json(problems: Sequence[Problem]) -> str:
    listed = [{"where": p.where, "problem": p.problem, "fix": p.fix} for p in problems]
    return json.dumps({"problems": listed}, ensure_ascii=False, separators=(",", ":"))


def _ask(role: Role, values: Mapping[str, object], answer: str) -> Example:
    agent = _agent(role)
    return Example(agent.render({name: values[name] for name in agent.reads}), answer, role)


def _copying(rng: Random) -> Example:
    """Return words and a sentence that uses them, or the words in any order: each one once is all there is to learn."""
    words = sample_words(rng)
    listed = ", ".join(words)
    prompt = Message(role="user", content=f"Task:\n{listed}.")
    if rng.random() < ANY_ORDER:
        return Example((prompt,), f"A {' '.join(rng.sample(words, len(words)))}.", "copy")
    return Example((prompt,), sentence_text(compose(words, rng)), "copy")


def fixed_texts() -> Iterator[str]:
    """Yield the text that stands in every prompt and in every critique."""
    task = task_for(("ball",))
    values: dict[str, object] = {
        "task": task,
        "draft": Draft(text="."),
        "verdict": verdict_for(task, " ".join(["a. B"] * 40), rated=1.5),
        "critique": Critique(problems=(Problem(problem="too much", where="at", fix="add"),)),
    }
    for role in ROLES:
        yield from (message.content for message in _ask(role, values, "").messages)
        yield f"\n{role}\n" + "assistant\nuser\nsystem\n"
    yield "- all passed\n- nothing\n"
    yield _json(())
    yield _json((Problem(where=" a", problem="no a", fix=" a"), Problem(where=" a", problem="a", fix=" a")))
    yield "1 2 3 4 5"
