"""Models without weights answer what they are told to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.testing import ScriptedModels, make_draft


async def test_each_question_has_its_scripted_answer():
    models = ScriptedModels(
        choices=("no", "yes"),
        rating=lambda agent, values: "yes" if agent == "judge" else "no",
        text=lambda agent, values: f"{agent} read {values['draft'].text}",
        embedding=lambda text: (float(len(text)),),
        value=lambda query, document: float(query in document),
    )
    values = {"draft": make_draft("Tea!")}
    assert models.choices("judge") == ("no", "yes")
    assert await models.rate("judge", values) == (0.0, 1.0)
    assert await models.generate("critic", values, seed=3) == "critic read Tea!"
    assert await models.embed(["Tea!", ""]) == ((4.0,), (0.0,))
    assert await models.score("reranker", "Tea", ["Tea!", "No."]) == (1.0, 0.0)


async def test_without_a_script_they_are_content():
    models = ScriptedModels()
    assert await models.rate("judge", {}) == (0.0, 0.0, 0.0, 0.0, 1.0)
    assert await models.generate("critic", {"draft": make_draft("Tea!")}) == "Tea!"
    assert await models.score("reranker", "Tea", ["No."]) == (1.0,)


async def test_models_that_favour_one_draft_like_no_other():
    models = ScriptedModels.favouring("Tea, please.")
    for text, best in (("Tea, please.", True), ("Tea!", False)):
        assert (await models.rate("judge", {"draft": make_draft(text)}))[-1] == best
        assert await models.score("reranker", "Ask.", [text]) == (float(best),)


@given(st.lists(st.text(), min_size=1))
async def test_an_embedding_has_length_1_or_is_nothing(texts):
    vectors = await ScriptedModels().embed(texts)
    assert len({len(vector) for vector in vectors}) == 1
    for text, vector in zip(texts, vectors, strict=True):
        assert abs(sum(number * number for number in vector) - bool(text)) < 1e-9
