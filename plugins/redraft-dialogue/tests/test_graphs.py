"""The graphs, walked over a scripted model: what evaluators find reaches the critic, and a better reply wins."""

from __future__ import annotations

TURNS = ["Do you sell tickets?", "Yes, at the door.", "When does the museum open?"]
GOOD = "The museum opens at nine."


def reviewed(redraft, graph, first, **inputs):
    script = {"generator": first, "critic": {"problems": []}, "reviser": GOOD}
    inputs = {"turns": TURNS, "tone": "polite", **inputs}
    ran = redraft(graph, inputs=inputs, script=script, rating="5")
    assert all(score.error is None for record in ran.outcome.drafts for score in record.verdict.scores)
    return ran


def test_a_reply_that_does_not_answer_is_revised(redraft):
    ran = reviewed(redraft, "dialogue", "Yes, at the door.")
    assert ran.answer == GOOD
    assert "in turn 1 of the assistant" in ran.prompts("critic")[0]
    prompt = ran.prompts("generator")[0]
    lines = [line for line in prompt.splitlines() if line.startswith(("user:", "assistant:"))]
    assert lines == [f"user: {TURNS[0]}", f"assistant: {TURNS[1]}", f"user: {TURNS[2]}"]


def test_turns_may_be_messages(redraft):
    turns = [{"role": "user", "content": TURNS[2]}]
    ran = reviewed(redraft, "dialogue", GOOD, turns=turns)
    assert ran.drafts == (GOOD,)
    assert f"user: {TURNS[2]}" in ran.prompts("generator")[0]


def test_a_contradicted_fact_is_told(subtests, redraft):
    for facts in (["The museum opens at 9."], {"opening time of the museum": "9"}):
        with subtests.test(facts=facts):
            ran = reviewed(redraft, "grounded", "The opening time: the museum opens at 10.", facts=facts)
            assert ran.answer == GOOD
            assert "10, not 9" in ran.prompts("critic")[0]
            assert "- The museum opens at 9." in ran.prompts("generator")[0] or isinstance(facts, dict)


FACTS = ["bakery opens: 8", "bakery closes: 5", "library opens: 10"]


def test_what_the_facts_graph_finds_reaches_critic_and_reviser(redraft):
    right = "No, the bakery opens at 8."
    script = {"generator": "Yes, the bakery opens at 9.", "critic": {"problems": []}, "reviser": right}
    ran = redraft("facts", inputs={"facts": FACTS, "turns": ["Does the bakery open at 9?"]}, script=script)
    assert ran.answer == right
    for told in ("is asked for and not told", "9, not 8", "is not what the user supposes"):
        assert told in ran.prompts("critic")[0]
        assert told in ran.prompts("reviser")[0]
    assert "Facts: bakery opens: 8; bakery closes: 5; library opens: 10." in ran.prompts("generator")[0]


def test_the_facts_graph_takes_a_table_and_stops_at_a_reply_without_fault(redraft):
    facts = {"opens": "9", "street": "Mill Road"}
    reply = "We open at 9. We are in Mill Road."
    inputs = {"facts": facts, "turns": ["When do you open, and where are you?"]}
    ran = redraft("facts", inputs=inputs, script={"generator": reply})
    assert (ran.drafts, ran.outcome.stop.check) == ((reply,), "score")
    assert "Facts: opens: 9; street: Mill Road." in ran.prompts("generator")[0]
