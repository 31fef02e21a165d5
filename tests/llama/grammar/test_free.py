import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.errors import DefinitionError, GenerationError
from redraft.llama.grammar.free import FreeConstraint
from redraft.llama.interface import Sampling
from redraft.llama.sampling.sampler import Sampler

GREETING = 'start: "dear " NAME ("," | "!") "\\n"\nNAME: /[a-zé]{2,12}/'
NESTED = 'start: "(" start ")" | "x"'
LETTERS = "start: /[a-z ]+/"
ENDLESS = 'start: ("a" | "b") start'


def written(grammars, grammar, *, limit, seed, temperature=1.0, run=False):  # noqa: PLR0913
    """Return the text that a random model writes, and whether it ended."""
    vocabulary = grammars.vocabulary
    noise = np.random.default_rng(seed)
    sampler = Sampler(Sampling(temperature=temperature, top_k=0, top_p=1.0), seed)
    constraint = FreeConstraint(grammars, grammar)
    tokens = list(constraint.forced(limit)) if run else []
    while len(tokens) < limit and not constraint.complete:
        logits = noise.standard_normal(vocabulary.size).astype(np.float32)
        logits[vocabulary.barred] = -np.inf
        token = constraint.pick(logits, sampler, sampler.uniform(), left=limit - len(tokens))
        if token in vocabulary.ends:
            return b"".join(map(vocabulary.bytes_of, tokens)).decode(), True
        tokens.append(token)
        tokens += constraint.forced(limit - len(tokens)) if run else ()
    assert len(tokens) <= limit
    return b"".join(map(vocabulary.bytes_of, tokens)).decode(errors="ignore"), constraint.complete


def test_what_ends_is_in_the_language(grammars):
    @settings(max_examples=60)
    @given(st.integers(0, 2**32), st.sampled_from([0.0, 1.0, 3.0]), st.booleans())
    def holds(seed, temperature, run):
        text, ended = written(grammars, GREETING, limit=200, seed=seed, temperature=temperature, run=run)
        assert ended
        assert re.fullmatch(r"dear [a-zé]{2,12}[,!]\n", text)

    holds()


def test_a_grammar_may_be_recursive(grammars):
    texts = [written(grammars, NESTED, limit=60, seed=seed) for seed in range(20)]
    assert all(re.fullmatch(r"\(*x?\)*", text) and text.count("(") >= text.count(")") for text, _ in texts)
    assert all(text.count("(") == text.count(")") for text, ended in texts if ended)


def test_a_grammar_without_end_is_cut_at_the_limit(grammars):
    text, ended = written(grammars, ENDLESS, limit=17, seed=0)
    assert re.fullmatch("[ab]{17,}", text)
    assert not ended


def test_the_model_ends_where_the_grammar_may_end(grammars):
    endings = [written(grammars, LETTERS, limit=300, seed=seed) for seed in range(3)]
    assert all(re.fullmatch("[a-z ]+", text) for text, _ in endings)


def test_what_must_come_next_is_taken_at_once(grammars):
    constraint = FreeConstraint(grammars, 'start: "the dog sleeps in the park" ("." | "!")')
    taken = b"".join(map(grammars.vocabulary.bytes_of, constraint.forced(100)))
    assert taken == b"the dog sleeps in the park"
    assert not list(constraint.forced(100))
    assert not list(FreeConstraint(grammars, 'start: "the dog sleeps"').forced(0))
    assert len(list(FreeConstraint(grammars, 'start: "the dog sleeps"').forced(2))) == 2


def test_what_must_come_next_is_taken_token_by_token(grammars):
    constraint = FreeConstraint(grammars, 'start: "the dog sleeps"')
    wholes = [constraint.complete for _ in constraint.forced(100)]
    assert wholes == [False] * (len(wholes) - 1) + [True]


MISTAKES = [
    ("", "Empty grammar"),
    ("start: x", 'unknown name: "x"'),
    ("start: /[a-z/", "unclosed character class"),
    ('x: "a"', "no start rule"),
    ("start: /(?=a)b/", "look-ahead"),
    ('start: "a" %', "lexer error"),
    ('start: "a" <nope>', "unknown special token"),
    ("start: start", "no output satisfies"),
    ("start: /[^\\s\\S]/", "no output satisfies"),
    ("start: X\nX: /a/ & /b/", "no output satisfies"),
    ('start: "a" start', "never ends"),
]


def test_a_grammar_with_a_mistake_is_refused(subtests, grammars):
    for grammar, said in MISTAKES:
        with subtests.test(grammar=grammar):
            with pytest.raises(DefinitionError, match="grammar") as caught:
                FreeConstraint(grammars, grammar)
            assert said in str(caught.value)
            assert len(str(caught.value).splitlines()) <= 2


DEAD = [
    'start: "a" dead\ndead: "b" dead',
    'start: "a" X\nX: /b/ & /c/',
    'start: "a" dead\ndead: "b" dead2\ndead2: dead2',
]


def test_a_grammar_that_leads_nowhere_is_an_error(subtests, grammars):
    for grammar in DEAD:
        with subtests.test(grammar=grammar), pytest.raises((GenerationError, DefinitionError), match="satisf"):
            written(grammars, grammar, limit=20, seed=0)


def test_a_grammar_of_control_tokens_is_an_error(grammars):
    with pytest.raises(GenerationError, match="cannot be satisfied from here"):
        written(grammars, "start: <|im_start|>", limit=20, seed=0)
