"""`artefact`: whether a draft is an answer and nothing else."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from redraft.builtin.artefact import ArtefactParams, artefact
from redraft.task import Draft, Message, Task

SENTENCE = "Write one sentence that uses all of these words: dog, throw, ball, park."
ANSWER = "A child threw the ball for her dog in the park."
ZH_TASK = "请用“狗、公园、球”写一句话，不超过二十个字。"


def gate(text, prompt=SENTENCE, *, cut=False, **params):
    return artefact(Draft(text=text, cut=cut), Task(prompt=prompt), ArtefactParams(**params))


LEAKED = [
    "Feedback: the sentence is too long.",
    "**Feedback:** the sentence is too long.",
    "Critique: it lacks a verb.",
    "Draft: A dog ran.",
    "Revised draft: A dog ran.",
    "Improved version:\nA dog ran.",
    "No changes are needed.",
    "No changes needed!",
    "There are no problems found in the text.",
    "Nothing is wrong with it.",
    "The draft is good and uses all words.",
    "The draft does not use the word park.",
    "This draft already meets the task.",
    "All checks passed.",
    "Here is the revised sentence: A dog ran.",
    "Here's the improved version of the sentence:\n\nA dog ran.",
    "Here is a sentence that uses all of the words: A dog ran.",
    "Sure, here's a sentence: A dog ran.",
    "Sure! Here is one:\nA dog ran.",
    "Certainly! Here's the rewritten text:\n\nA dog ran.",
    "Of course, here is your sentence:\nA dog ran.",
    "I have revised the sentence so that it is shorter.",
    "The revised sentence is: A dog ran.",
    "As an AI language model, I cannot throw a ball.",
    "A dog ran. As an AI, I have no dog.",
    "I am an AI assistant and I cannot run.",
    "A dog ran.<|im_end|>",
    "<|im_start|>assistant\nA dog ran.",
    "A dog ran.<\uff5cend\u2581of\u2581sentence\uff5c>",
    "[INST] Write [/INST] A dog ran.",
    "<think>\nLet me see.\n</think>\nA dog ran.",
    "A dog ran.</s>",
    "A dog ran.<end_of_turn>",
    "A dog ran.\n\nChecks:\n- all passed",
    "A dog ran.\n\nCritique:\n- nothing",
    "Task:\nWrite a sentence.\n\nDraft:\nA dog ran.",
    "A dog ran. Do the task. Write only the answer, in the language of the task.",
    '{"problems": []}',
    '```json\n{"problems": [{"where": "start", "problem": "too long", "fix": "cut"}]}\n```',
    'A dog ran. {"problems": [{"where": "", "problem": "x", "fix": ""}]}',
    "A dog ran.\n\nChanges made:\n- shorter",
    "A dog ran.\n\nTask: Write a poem about cats.",
    "A dog ran.\nuser: and now a cat",
    "A dog ran.\n\nUser: Write another one.\nAssistant: A cat ran.",
    "Assistant: A dog ran.",
    "A dog ran.\n\nQuestion: What is a cat?\nAnswer: An animal.",
    "反馈：这句话太长。",
    "草稿没有使用“公园”这个词。",
    "草稿很好，符合要求。",
    "无需修改。",
    "不需要任何修改。",
    "好的，以下是修改后的句子：狗在公园里追球。",
    "以下是修改后的版本：狗在公园里追球。",
    "当然可以，这是您要的句子：狗在公园里追球。",
    "修改后的句子：狗在公园里追球。",
    "根据您的反馈，狗在公园里追球。",
    "作为一个人工智能语言模型，我没有狗。",
    "狗在公园里追球。\n\n批评：\n- 无",
    "狗在公园里追球。\n\n修改说明：更短了。",
    "狗在公园里追球。\n用户：再写一句。",
    "狗在公园里追球。\n\n问题：什么是猫？\n回答：一种动物。",
]

LEGITIMATE = [
    (SENTENCE, ANSWER),
    (SENTENCE, "The draft of cold air made the dog throw up its ball in the park."),
    (SENTENCE, "Feedback from the crowd made the dog drop the ball."),
    (SENTENCE, "No dog in the park can throw a ball."),
    (SENTENCE, "Here in the park, a dog waits for someone to throw the ball."),
    (SENTENCE, "Sure, here in the park dogs wait for a ball to be thrown."),
    (SENTENCE, 'The chatbot wrote: "As an AI language model, I cannot throw a ball."'),
    ("Explain peer review.", "Feedback is what reviewers send. No changes are needed when all of them agree."),
    ("Write feedback on this essay: …", "Feedback: a clear opening, but the end is weak."),
    ("Critique the following poem.", "Critique:\nThe rhythm is uneven."),
    ("Review this function for problems.", "No problems found: the loop ends and nothing is shared."),
    ("What should I change in this code?", "No changes are needed; it is correct."),
    ("What is the draft in American history?", "The draft is a system of conscription."),
    ("Write a first draft of a letter.", "Draft:\nDear Ann, thank you."),
    (
        "Write an e-mail that sends the contract.",
        "Hi Bob,\n\nHere is the revised contract. Let me know what you think.",
    ),
    ("Write a reply to my boss.", "Certainly, I will attend the meeting. Of course, I can bring the slides."),
    ("Write an email about the report.", "I have updated the report. Regards, Ann"),
    ("Write a dialogue between a user and an assistant.", "User: Hello\nAssistant: Hello, what can I do?"),
    (
        "Write an FAQ about bees.",
        "Question: Do bees sleep?\nAnswer: Yes.\n\nQuestion: Do they dream?\nAnswer: Nobody knows.",
    ),
    ("Make a project plan.", "Task: write the report\nOwner: Ann\n\nTask: check it\nOwner: Bob"),
    ("Explain what <|im_end|> means.", "The token <|im_end|> ends a turn."),
    ("Show me HTML that strikes text through.", "Use <s>old text</s> for that."),
    ('Give me JSON with a key "problems".', '{"problems": ["noise", "cost"]}'),
    ("Which is an example of a JSON object?", '{"name": "Ann", "age": 5}'),
    ("Why do chatbots talk so much?", "They were trained to open with phrases that please."),
    ("What does an AI say when asked to run?", "As an AI, I cannot run."),
    ("Give a checklist for camping.", "Checks:\n- tent\n- water"),
    ("Describe the job.", "As an AI researcher, I design experiments."),
    ("Write about ice.", "There is nothing wrong with falling; the ice forgives."),
    ("Translate into French: The dog ran in the park with the ball.", "Le chien courait dans le parc avec la balle."),
    (
        "Correct the spelling: Teh dog ran across the park and caught the ball before the child could see it.",
        "The dog ran across the park and caught the ball before the child could see it.",
    ),
    (
        "The dog ran across the park and caught the ball before the child could see it. Correct any mistake above.",
        "The dog ran across the park and caught the ball before the child could see it.",
    ),
    ("What is 6 times 7?", "Final answer: 42"),
    ("What is 6 times 7?", "The final answer is 42."),
    ("Summarise the trial.", "Verdict: not guilty."),
    ("Write a note about the patient.", "Assessment: a mild cold."),
    ("Review this function.", "No issues found."),
    ("Write a lesson plan.", "Task:\nRead the text aloud."),
    ("Write a docker compose file.", "services:\n  app:\n    user: root"),
    ("List the parts of my computer.", "Laptop\nSystem: Linux\nMemory: 16 GB"),
    ("Begin a story.", "Here is where it began: a door, and a key that did not fit."),
    ("可以帮我一下吗？", "没有问题。"),
    ("Hello!", "Hello!"),
    ("Say yes.", "Yes."),
    ("How tall is Mount Everest in metres above the sea?", "Mount Everest is 8,849 metres above the sea."),
    (ZH_TASK, "小狗在公园里追着球跑。"),
    ("请解释什么是同行评审。", "反馈是评审人给作者的意见，没有问题时无需修改。"),
    ("请对这篇文章给出反馈。", "反馈：开头清楚，结尾较弱。"),
    ("写一段用户和助手的对话。", "用户：你好\n助手：你好，有什么可以帮您？"),
    ("草稿是什么意思？", "草稿是还没有定稿的文字。"),
    ("把这句话翻译成中文：The dog ran in the park.", "狗在公园里跑。"),
    ("写一句关于春天的话。", "好的，春天来了。"),
    ("人工智能会怎么回答？", "作为人工智能，我没有感情。"),
]


def test_what_leaked_fails(subtests):
    for text in LEAKED:
        with subtests.test(text=text):
            score = gate(text)
            assert score.value == 0.0
            assert score.reasons


def test_an_answer_passes(subtests):
    for prompt, text in LEGITIMATE:
        with subtests.test(prompt=prompt):
            score = gate(text, prompt)
            assert (score.value, score.reasons) == (1.0, ())


def test_an_empty_draft_fails(subtests):
    for text in ["", "  \n\t", "\u200b\u200b", "\ufeff", "\u3000", "\x00"]:
        with subtests.test(text=text):
            assert gate(text).reasons == ("the draft is empty",)


def test_a_draft_cut_at_the_token_limit_fails():
    assert gate(ANSWER, cut=True).reasons == ("the draft was cut at the token limit",)


ECHOES = [
    (SENTENCE, SENTENCE),
    (SENTENCE, f"{SENTENCE}\n\n{ANSWER}"),
    (SENTENCE, "write ONE sentence that uses all of these words dog throw ball park"),
    (SENTENCE, "Write one sentence that uses all"),
    (ZH_TASK, ZH_TASK),
    (ZH_TASK, f"{ZH_TASK}小狗在公园里追球。"),
]


def test_an_echo_of_the_task_fails(subtests):
    for prompt, text in ECHOES:
        with subtests.test(prompt=prompt):
            assert gate(text, prompt).reasons == ("the draft repeats the task",)
            assert gate(text, prompt, echo=False).value == 1.0


def test_of_a_conversation_only_the_last_turn_counts_as_echo():
    turns = (
        Message(role="user", content="Tell me about the dog that ran in the park."),
        Message(role="assistant", content="It ran in the park."),
        Message(role="user", content="Repeat my question."),
    )
    score = artefact(Draft(text=turns[0].content), Task(messages=turns), ArtefactParams())
    assert score.value == 1.0


def test_the_reason_shows_what_leaked():
    assert gate("A dog ran.<|im_end|>").reasons == ('a control token in the answer: "<|im_end|>"',)


SIGNS = ["\n", "a\n", "- ", "<", "\nq:\n", "Task: ", "here is the a ", "Write one ", "\\", "：", "a\n\n\n"]


def test_a_huge_draft_is_looked_at_in_less_than_a_second(subtests):
    for sign in SIGNS:
        with subtests.test(sign=sign):
            start = time.perf_counter()
            gate(sign * (1_000_000 // len(sign)), sign * (100_000 // len(sign)) + "x")
            assert time.perf_counter() - start < 1


@given(st.text(), st.text(min_size=1))
def test_the_value_is_always_0_or_1(text, prompt):
    assert gate(text, prompt).value in (0, 1)
