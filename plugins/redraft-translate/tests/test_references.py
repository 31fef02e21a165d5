"""The oracles `chrf`, `bleu` and `ter`: the numbers are sacrebleu's own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_translate.bleu import BleuParams, bleu
from redraft_translate.chrf import ChrfParams, chrf
from redraft_translate.ter import TerParams, ter

ENGLISH = [
    ("The cat sat on the mat.", "A cat was sitting on the mat."),
    ("It rains a lot in autumn here.", "In autumn it often rains here."),
    ("He bought 3 books, two pens and a map of the town.", "He bought three books, two pens and a town map."),
    ("Yes.", "Yes."),
    ("nothing in common", "something else entirely"),
]
CHINESE = [
    ("猫坐在垫子上。", "一只猫正坐在垫子上。"),
    ("这里秋天经常下雨。", "秋天这里雨很多。"),
    ("他买了3本书、两支笔和一张地图。", "他买了三本书、两支钢笔和一张城市地图。"),
    ("好的。", "好的。"),
]


class TestChrf(EvaluatorTests):
    evaluator = chrf
    task = make_task("Translate.", source="猫坐着。", reference=ENGLISH[0][1], language="en")
    good, bad = ENGLISH[0][1], "A dog barked."
    optional_inputs = ("language",)


class TestBleu(EvaluatorTests):
    evaluator = bleu
    task = make_task("Translate.", source="It rains.", reference=CHINESE[1][1], language="zh")
    good, bad = CHINESE[1][1], "狗叫了。"
    optional_inputs = ("language",)


class TestTer(EvaluatorTests):
    evaluator = ter
    task = make_task("Translate.", source="It rains.", reference=[CHINESE[1][1], CHINESE[1][0]])
    good, bad = CHINESE[1][0], "狗叫了。"
    optional_inputs = ("language",)


def score(evaluator, params, text, reference, **inputs):
    return evaluator(Draft(text=text), make_task(reference=reference, **inputs), params)


def by_its_own_tool(pairs, folder, *options):
    """Return what sacrebleu's command prints for each sentence."""
    drafts, references = folder / "drafts", folder / "references"
    drafts.write_text("".join(f"{draft}\n" for draft, _ in pairs), encoding="utf-8")
    references.write_text("".join(f"{reference}\n" for _, reference in pairs), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sacrebleu",
        references,
        "-i",
        drafts,
        "--sentence-level",
        "-b",
        "-w",
        "6",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
    return [float(line.split()[-1]) for line in done.stdout.splitlines() if line.strip()]


MEASURES = [
    (bleu, BleuParams(), ENGLISH, ["-m", "bleu", "-tok", "13a"]),
    (bleu, BleuParams(), CHINESE, ["-m", "bleu", "-tok", "zh"]),
    (chrf, ChrfParams(), ENGLISH + CHINESE, ["-m", "chrf"]),
    (chrf, ChrfParams(word_order=2), ENGLISH, ["-m", "chrf", "--chrf-word-order", "2"]),
    (ter, TerParams(), ENGLISH, ["-m", "ter"]),
    (ter, TerParams(), CHINESE, ["-m", "ter", "--ter-asian-support", "--ter-normalized"]),
]


def test_each_measure_gives_what_sacrebleu_prints(subtests, tmp_path):
    for measure, params, pairs, options in MEASURES:
        with subtests.test(options=" ".join(options)):
            printed = by_its_own_tool(pairs, tmp_path, *options)
            given = [score(measure, params, draft, reference).value for draft, reference in pairs]
            wanted = [max(0, 1 - number / 100) if measure is ter else number / 100 for number in printed]
            assert given == pytest.approx(wanted, abs=1e-6)


def test_the_signature_is_reported(subtests):
    reasons = {
        bleu: r"BLEU \d+\.\d \(nrefs:1\|case:mixed\|eff:yes\|tok:zh\|smooth:exp\|version:[\d.]+\)",
        chrf: r"chrF2 \d+\.\d \(nrefs:1\|case:mixed\|eff:yes\|nc:6\|nw:0\|space:no\|version:[\d.]+\)",
        ter: r"TER \d+\.\d \(nrefs:1\|case:lc\|tok:tercom\|norm:yes\|punct:yes\|asian:yes\|version:[\d.]+\)",
    }
    for measure, pattern in reasons.items():
        with subtests.test(measure=measure.name):
            (reason,) = score(measure, measure.validate_params({}), *CHINESE[0]).reasons
            assert re.fullmatch(pattern, reason)


def test_more_edits_than_words_have_a_ter_of_0():
    assert score(ter, TerParams(), "one two three four", "five six").value == 0.0


def test_a_draft_far_longer_than_its_reference_is_not_aligned(subtests):
    for text, reference in [("a dog " * 100_000, "A dog barked."), ("狗叫了。" * 100_000, "狗叫了。")]:
        with subtests.test(reference=reference):
            reason = "the draft has twice as many words as the reference, or more: TER is at least 100"
            assert score(ter, TerParams(), text, reference).reasons == (reason,)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=30), st.lists(st.sampled_from(["a", "b", "c"]), min_size=1)
)
@settings(deadline=None)
def test_the_short_cut_never_changes_the_value(draft, reference):
    from sacrebleu.metrics.ter import TER

    text, wanted = " ".join(draft), " ".join(reference)
    value = max(0.0, 1 - TER().sentence_score(text, [wanted]).score / 100)
    assert score(ter, TerParams(), text, wanted).value == value


def test_of_several_references_the_nearest_counts():
    assert score(ter, TerParams(), "b c", ["x y", "b c"]).value == 1.0


BAD_REFERENCES = [
    ({"reference": 5}, "the input 'reference' must be a text, or a list of texts"),
    ({"reference": []}, "the input 'reference' is empty"),
    ({"reference": ["a", " "]}, "the input 'reference' is empty"),
    ({"reference": "A cat.", "language": "zh"}, "the reference is written in Latin letters, and is to be in Chinese"),
    ({"reference": "猫", "language": "German"}, "the reference is written in Han letters, and is to be in German"),
]


def test_a_bad_reference_is_named(subtests):
    for measure, params in ((bleu, BleuParams()), (chrf, ChrfParams()), (ter, TerParams())):
        for inputs, message in BAD_REFERENCES:
            with subtests.test(measure=measure.name, message=message), pytest.raises((TypeError, ValueError)) as raised:
                measure(Draft(text="a"), make_task(**inputs), params)
            assert str(raised.value) == message


def test_a_draft_in_another_script_than_its_reference_is_told(subtests):
    for measure, params in ((bleu, BleuParams()), (chrf, ChrfParams()), (ter, TerParams())):
        with subtests.test(measure=measure.name):
            reasons = score(measure, params, "The cat sits.", "猫坐着。").reasons
            assert reasons[0] == "the draft is not written in the letters of the reference (Han)"
