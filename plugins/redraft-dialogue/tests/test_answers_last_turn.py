"""`answers_last_turn`: whether a reply takes up what the user said last."""

from __future__ import annotations

from redraft import Draft
from redraft.testing import EvaluatorTests, make_task
from redraft_dialogue.answers_last_turn import AnswersLastTurnParams, answers_last_turn
from redraft_dialogue.questions import questions

BEFORE = ["I love trains and mountains.", "Great, the Alps have many railways."]


def reply(last, text, before=(), **params):
    task = make_task(turns=[*before, last])
    return answers_last_turn(Draft(text=text), task, AnswersLastTurnParams(**params))


class TestAnswersLastTurn(EvaluatorTests):
    evaluator = answers_last_turn
    task = make_task(turns=[*BEFORE, "When does the museum open?"])
    good = "The museum opens at nine."
    bad = "The Alps have many railways, which is great."
    optional_inputs = ("turns",)


KINDS = [
    ("How many dogs do you have?", "number"),
    ("How much is it?", "number"),
    ("What is the price of the ticket?", "number"),
    ("When does it open?", "time"),
    ("How long does it take?", "time"),
    ("What time is it?", "time"),
    ("Why did she leave?", "reason"),
    ("Where is it?", "place"),
    ("Is it open?", "yes or no"),
    ("Don't you like it?", "yes or no"),
    ("And is it open?", "yes or no"),
    ("Do you want tea or coffee?", "choice"),
    ("What is a monad?", "open"),
    ("Who wrote it?", "open"),
    ("你有多少只狗？", "number"),
    ("几个人来？", "number"),
    ("什么时候开门？", "time"),
    ("现在几点了", "time"),
    ("我知道为什么", None),
    ("谁都喜欢它。", None),
    ("你为什么走了？", "reason"),
    ("博物馆在哪里？", "place"),
    ("它开门吗？", "yes or no"),
    ("你喜不喜欢？", "yes or no"),
    ("你要茶还是咖啡？", "choice"),
    ("什么是单子？", "open"),
    ("I like it.", None),
    ("What a day.", None),
]


def test_what_a_question_asks_for(subtests):
    for text, kind in KINDS:
        with subtests.test(text=text):
            assert [question.kind for question in questions(text)] == ([kind] if kind else [])


ANSWERS = [
    ("When does the museum open?", "At nine."),
    ("When does the museum open?", "The museum opens in the morning."),
    ("How many dogs do you have?", "Three."),
    ("How many dogs do you have?", "None at all."),
    ("Why did she leave early?", "Because she was tired."),
    ("Where is the station?", "It is behind the old town hall."),
    ("Is the museum open today?", "Yes."),
    ("Is the museum open today?", "It is, until six."),
    ("Do you want tea or coffee?", "Coffee, please."),
    ("Who painted the ceiling of the chapel?", "Michelangelo painted the ceiling."),
    ("When does the museum open?", "I don't know."),
    ("I moved to Oslo last week.", "Oslo is beautiful."),
    ("Thanks!", "You are welcome."),
    ("Why?", "Since nobody asked."),
    ("博物馆什么时候开门？", "早上九点。"),
    ("博物馆什么时候开门？", "博物馆上午开门。"),
    ("你有多少只狗？", "三只。"),
    ("你为什么走了？", "因为累了。"),
    ("博物馆今天开门吗？", "开。博物馆今天开门，对的。"),
    ("你要茶还是咖啡？", "咖啡吧。"),
    ("博物馆什么时候开门？", "我不清楚。"),
]


def test_an_answer_has_a_full_score(subtests):
    for last, text in ANSWERS:
        with subtests.test(last=last, text=text):
            score = reply(last, text, BEFORE)
            assert (score.value, score.reasons) == (1.0, ())


ASIDE = [
    ("When does the museum open?", "The museum is nice.", 0.5, "asks when or how long, and the reply has no time"),
    ("How many dogs do you have?", "Dogs are nice animals.", 0.5, "asks how many or how much"),
    ("Why did she leave early?", "She likes trains.", 0.0, "the reply takes up earlier turns"),
    ("When does the museum open?", "The Alps have great railways.", 0.0, 'takes up earlier turns ("alps", "great"'),
    (
        "Tell me about your dog's food.",
        "Quantum fields fluctuate.",
        0.5,
        "the reply has no word of the user's last turn",
    ),
    ("When does the museum open?", "When would you like to visit the museum?", 0.75, "the reply only asks back"),
    ("When does the museum open?", " ", 0.0, "the reply is empty"),
    ("博物馆什么时候开门？", "火车很漂亮。", 0.25, "asks when or how long"),
]


def test_a_reply_beside_the_point_loses_and_is_told_why(subtests):
    for last, text, most, reason in ASIDE:
        with subtests.test(last=last, text=text):
            score = reply(last, text, BEFORE)
            assert score.value <= most
            assert any(reason in each for each in score.reasons)


def test_each_of_several_questions_counts():
    score = reply("Where is the museum, please? How much is the museum?", "The museum costs 5 euros.")
    assert (score.value, score.reasons[0][:27]) == (0.75, '"Where is the museum, pleas')


def test_the_weight_of_the_topic_can_be_set():
    last, text = "When does the museum open?", "The museum is nice."
    assert (reply(last, text, topic=0).value, reply(last, text, topic=1).value) == (0.0, 1.0)
