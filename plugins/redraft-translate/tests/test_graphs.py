"""The graphs, walked over a scripted model: what evaluators find reaches the critic, and a better draft wins."""

from __future__ import annotations

SOURCE = "Hello {name}, you have 3 new messages. The cloud is full."


def test_a_placeholder_that_was_lost_comes_back(redraft):
    script = {
        "generator": "你好，您有3条新信息。云已满。",
        "critic": {"problems": []},
        "reviser": "你好{name}，您有3条新信息。云已满。",
    }
    ran = redraft("translate", inputs={"source": SOURCE, "language": "zh"}, script=script, rating="5")
    assert ran.answer == "你好{name}，您有3条新信息。云已满。"
    assert '"{name}" is missing' in ran.prompts("critic")[0]
    assert SOURCE in ran.prompts("generator")[0]
    assert ran.outcome.stop.check == "score"
    assert all(score.error is None for record in ran.outcome.drafts for score in record.verdict.scores)


def test_a_glossary_and_a_back_translation_steer(redraft):
    script = {
        "generator": "你好{name}，您有3条新信息。服务器已满。",
        "critic": {"problems": []},
        "reviser": "你好{name}，您有3条新信息。云已满。",
        "back_translator": ["Hello {name}, you have 3 new messages. The server is full.", SOURCE],
    }
    inputs = {"source": SOURCE, "language": "Chinese", "glossary": {"cloud": "云"}}
    ran = redraft("localize", inputs=inputs, script=script, rating="5")
    assert ran.answer == "你好{name}，您有3条新信息。云已满。"
    assert '"cloud" must be translated as "云", which the draft lacks' in ran.prompts("critic")[0]
    assert 'words of the source that do not come back: "cloud"' in ran.prompts("critic")[0]
    assert "into English" in ran.prompts("back_translator")[0]
    assert SOURCE not in ran.prompts("back_translator")[0]
