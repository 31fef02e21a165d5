"""Each evaluator holds to what redraft asks of every evaluator."""

from __future__ import annotations

from redraft.testing import EvaluatorTests, make_task
from redraft_text.acronym import acronym
from redraft_text.everyday_sentence import everyday_sentence
from redraft_text.forbidden import forbidden
from redraft_text.language import language
from redraft_text.lemmas import lemmas
from redraft_text.order import order
from redraft_text.readability import readability
from redraft_text.same_acronym import same_acronym
from redraft_text.woven import woven


class TestAcronym(EvaluatorTests):
    evaluator = acronym
    task = make_task("Find an acronym.", title="Radio Detection And Ranging")
    good = "RADAR"
    bad = "BADGE"


class TestEverydaySentence(EvaluatorTests):
    evaluator = everyday_sentence
    task = make_task("Write.", words=["dog", "ball"])
    good = "The dog throws a ball."
    bad = "The dog throw a ball."


class TestForbidden(EvaluatorTests):
    evaluator = forbidden
    params = {"words": ["very"], "patterns": [r"\d{3}-\d{4}"]}
    optional_inputs = ("forbidden",)
    good = "A good dog."
    bad = "A very good dog. Call 555-1234."


class TestLanguage(EvaluatorTests):
    evaluator = language
    params = {"language": "en"}
    optional_inputs = ("language",)
    good = "The dog runs through the park with a ball."
    bad = "Der Hund läuft mit einem Ball durch den Park."


class TestLemmas(EvaluatorTests):
    evaluator = lemmas
    params = {"words": ["dog", "throw"]}
    optional_inputs = ("words",)
    good = "She threw a ball for the dogs."
    bad = "She has a ball for the cat."


class TestOrder(EvaluatorTests):
    evaluator = order
    params = {"words": ["wake", "wash", "eat"]}
    optional_inputs = ("words",)
    good = "He woke, washed and ate."
    bad = "He ate, washed and woke."


class TestReadability(EvaluatorTests):
    evaluator = readability
    params = {"max_grade": 6.0, "max_sentence": 15.0, "max_uncommon": 0.1}
    good = "The dog ran to the park. It had a ball."
    bad = "Considerable methodological heterogeneity notwithstanding, institutional accountability improved."


class TestSameAcronym(EvaluatorTests):
    evaluator = same_acronym
    task = make_task("Find an acronym.", acronym="RADAR")
    good = "RADAR"
    bad = "BADGE"


class TestWoven(EvaluatorTests):
    evaluator = woven
    params = {"longest": 3}
    task = make_task("Write.", words=["dog", "cat", "bird", "horse"])
    good = "The dog and the cat saw a bird on a horse."
    bad = "dog, cat, bird, horse"
