"""Agent files: what one says, and what is said about a wrong one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import validate

from redraft.agents import CRITIQUE_SCHEMA, SYSTEM, Agent, agents, get_agent, load_agent
from redraft.errors import DefinitionError, UnknownNameError
from redraft.llama.grammar.schema import shortest_instance
from redraft.llama.interface import Dry, Sampling
from redraft.plugins import load_plugins
from redraft.task import Critique, Draft, Problem, Score, Task, Verdict

if TYPE_CHECKING:
    from redraft.task import Message

VALUES = {
    "task": Task.model_validate({"prompt": "Use {{ 7 * 7 }} and <|im_end|>."}),
    "draft": Draft(text="A dog."),
    "verdict": Verdict(scores=(Score(0.5, ['"park" is missing'], evaluator="coverage"),)),
    "critique": Critique(problems=(Problem(where="end", problem="no park", fix="add it"), Problem(problem="dull"))),
}
CRITIC = """---
redraft: 1
description: Finds fault.
reads: [task, draft]
writes: critique
schema: critique
---

Draft:
{{ draft.text }}
"""


def written(folder: Path, text: str | bytes, name: str = "critic.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rendered(name: str) -> tuple[Message, ...]:
    agent = get_agent(name)
    return agent.render({key: VALUES[key] for key in agent.reads})


def test_the_shipped_reviser_reads_everything_it_needs() -> None:
    system, user = rendered("reviser")
    assert (system.role, system.content, user.role) == ("system", SYSTEM, "user")
    assert user.content == (
        'Task:\nUse {{ 7 * 7 }} and <|im_end|>.\n\nDraft:\nA dog.\n\nChecks:\n- "park" is missing\n\n'
        "Critique:\n- end: no park -> add it\n- dull\n\n"
        "Rewrite the draft so that every problem is gone, and keep the rest."
        " Write only the new answer, in the language of the task."
    )


def test_the_shipped_agents_share_their_beginning() -> None:
    texts = [rendered(name)[1].content for name in ("critic", "reviser", "judge")]
    assert all(text.startswith("Task:\nUse {{ 7 * 7 }} and <|im_end|>.\n\nDraft:\nA dog.\n\n") for text in texts)


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    values = VALUES | {"verdict": Verdict(), "critique": Critique()}
    agent = get_agent("reviser")
    text = agent.render(values)[1].content
    assert "Checks:\n- all passed\n" in text
    assert "Critique:\n- nothing\n" in text


def test_the_least_tokens_are_those_of_the_shortest_critique() -> None:
    shortest = shortest_instance(CRITIQUE_SCHEMA)
    validate(json.loads(shortest), CRITIQUE_SCHEMA)
    assert get_agent("critic").least_tokens == len(shortest)
    assert get_agent("generator").least_tokens == 1


def test_a_fingerprint_is_of_the_text_alone() -> None:
    agent = get_agent("critic")
    assert agent.model_copy(update={"temperature": 1.0, "name": "x"}).fingerprint == agent.fingerprint
    assert agent.model_copy(update={"prompt": "other"}).fingerprint != agent.fingerprint


def test_an_agent_changed_by_a_node_keeps_its_prompt() -> None:
    agent = get_agent("generator").model_copy(update={"temperature": 0.0})
    assert agent.render({"task": VALUES["task"]}) == get_agent("generator").render({"task": VALUES["task"]})


def test_the_book_has_every_agent_and_reads_one_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    written(tmp_path / "agents", "broken")
    book = agents(tmp_path, plugins=load_plugins(only=()))
    trained, others = {"critic", "generator", "judge", "reviser"}, {"merger", "debater", "reasoner"}
    assert set(book) == trained | others | {"retranslator", "comparer"}
    assert book["judge"].choices == ("1", "2", "3", "4", "5")
    assert "nobody" not in book
    with pytest.raises(DefinitionError):
        book["critic"]


def test_an_unknown_agent_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"'critik'.* Did you mean 'critic'\?"):
        get_agent("critik")


def test_a_file_from_windows_is_read(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for name, text in {"BOM": CRITIC.encode("utf-8-sig"), "CRLF": CRITIC.replace("\n", "\r\n").encode()}.items():
        with subtests.test(name):
            assert load_agent(written(tmp_path, text)).prompt == "Draft:\n{{ draft.text }}"


def changed(old: str, new: str) -> str:
    assert old in CRITIC
    return CRITIC.replace(old, new, 1)


SAMPLED = """top_k: 5
typical_p: 0.9
repeat_penalty: 1.2
frequency_penalty: 0.5
presence_penalty: -0.5
penalty_last_n: 16
dry: {base: 2.0, breakers: ["!"]}
logit_bias: {" dog": -3.5}
schema:"""


def test_how_an_agent_samples_is_what_its_file_says(tmp_path: Path) -> None:
    assert load_agent(written(tmp_path, CRITIC)).sampling == Sampling()
    assert load_agent(written(tmp_path, changed("schema:", SAMPLED))).sampling == Sampling(
        top_k=5,
        typical_p=0.9,
        repeat_penalty=1.2,
        frequency_penalty=0.5,
        presence_penalty=-0.5,
        penalty_last_n=16,
        dry=Dry(base=2.0, breakers=("!",)),
        logit_bias=((" dog", -3.5),),
    )


WRONG = {
    "text for a bias": (changed("schema:", 'logit_bias: {" dog": "5"}\nschema:'), ":6 logit_bias", "number"),
    "penalty that takes logits away": (changed("schema:", "repeat_penalty: 0\nschema:"), ":6 repeat_penalty", "0"),
    "key of dry": (changed("schema:", "dry: {bas: 2.0}\nschema:"), ":6 dry", "base"),
    "unknown key": (changed("schema:", "shema:"), ":6 shema", "Did you mean 'schema'?"),
    "key for code only": (changed("schema: critique", "schema: critique\nprompt: x"), ":7 prompt", "no key 'prompt'"),
    "missing key": (changed("writes: critique\n", ""), "critic.md", "'writes' is missing"),
    "missing version": (changed("redraft: 1\n", ""), "critic.md", "'redraft' is missing"),
    "later version": (changed("redraft: 1", "redraft: 2"), ":2 redraft", "2"),
    "unknown thing read": (changed("[task, draft]", "[task, drafts]"), ":4 reads[1]", "Did you mean 'draft'?"),
    "unknown thing written": (changed("writes: critique", "writes: critic"), ":5 writes", "Did you mean 'critique'?"),
    "number out of range": (changed("schema:", "temperature: 3\nschema:"), ":6 temperature", "3"),
    "word for a number": (changed("schema:", "max_tokens: many\nschema:"), ":6 max_tokens", "'many'"),
    "yes for a number": (changed("schema:", "max_tokens: yes\nschema:"), ":6 max_tokens", "True"),
    "unknown schema": (changed("schema: critique", "schema: critic"), ":6 schema", "critic"),
    "schema that cannot be enforced": (
        changed("schema: critique", "schema: {type: string, pattern: '(?=a)'}"),
        ":6 schema",
        "a look-ahead",
    ),
    "critique without schema": (changed("schema: critique\n", ""), ":5 writes", "needs a schema"),
    "rating without choices": (changed("writes: critique\nschema: critique", "writes: rating"), "choices", "two"),
    "grammar beside a schema": (
        changed("schema:", "grammar: 'start: \"a\"'\nschema:"),
        ":6 grammar",
        "without a schema",
    ),
    "grammar with a mistake": (
        changed("writes: critique\nschema: critique", "writes: note\ngrammar: 'start: x'"),
        ":6 grammar",
        'unknown name: "x"',
    ),
    "choices without rating": (changed("schema:", "choices: [a, b]\nschema:"), ":6 choices", "only a rating"),
    "copies what it does not read": (changed("schema:", "copies: best\nschema:"), ":6 copies", "not read"),
    "read twice": (changed("[task, draft]", "[task, draft, task]"), ":4 reads", "twice"),
    "empty stop": (changed("schema:", 'stop: [""]\nschema:'), ":6 stop[0]", "1 character"),
    "rating in a thread": (
        changed("writes: critique\nschema: critique", 'writes: rating\nchoices: ["1", "2"]\ncontext: thread'),
        ":7 context",
        "always asked for afresh",
    ),
    "unknown layout": (changed("schema:", "context: threat\nschema:"), ":6 context", "threat"),
    "tools": (changed("schema:", "tools: [x]\nschema:"), ":6 tools", "reserved"),
    "unknown variable": (changed("draft.text", "darft.text"), ":10", "Did you mean 'draft'?"),
    "variable not in reads": (changed("draft.text", "verdict.value"), ":10", "Add verdict to reads"),
    "unknown attribute": (changed("draft.text", "draft.txt"), ":10", "Did you mean 'text'?"),
    "unknown filter": (changed("draft.text", "draft.text | uper"), ":10", "Did you mean 'upper'?"),
    "broken template": (changed("{{ draft.text }}", "{{ draft.text"), ":10", "not a sound template"),
    "no prompt": (CRITIC.split("\n\n", maxsplit=1)[0] + "\n\n", "critic.md", "no prompt"),
    "no front matter": ("Draft:", ":1", "'---'"),
    "open front matter": (changed("critique\n---\n", "critique\n"), ":1", "no closing"),
    "key twice": (changed("schema: critique", "schema: critique\nreads: [task]"), ":7 reads", "twice"),
    "broken YAML": (changed("Finds fault.", "Finds: fault: x"), ":3", "not YAML"),
    "tab": (changed("schema:", "\tschema:"), ":6", "not YAML"),
    "list for a table": (changed("redraft: 1", "- redraft"), ":", "not YAML"),
    "list alone": ("---\n- a\n---\nx", ":2", "key: value"),
    "list as a key": (changed("schema:", "? [a, b]\n: 1\nschema:"), ":6", "one word"),
    "table as a key": (changed("schema:", "{a: 1}: 1\nschema:"), ":6", "one word"),
    "alias": (changed("schema:", "a: &a [1]\nb: *a\nschema:"), ":6", "aliases"),
    "merge": (changed("schema:", "<<: {a: 1}\nschema:"), ":6 <<", "no key"),
    "python object": (changed("Finds fault.", "!!python/object/apply:os.system [id]"), ":3", "not YAML"),
    "bad date": (changed("Finds fault.", "2020-13-45"), ":3 description", "month"),
    "two documents": (changed("schema:", "...\nschema:"), ":7", "not YAML"),
    "control character": (changed("fault", "fa\x00ult"), "critic.md", "not YAML"),
    "not UTF-8": (CRITIC.replace("fault", "fa\xfcult").encode("latin-1"), ":3", "not UTF-8"),
    "deep": (changed("Finds fault.", "[" * 3000 + "]" * 3000), "critic.md", "too deeply"),
    "laughs": (changed("schema:", "a: &a [x, x]\n" + "b: &b [*a, *a]\n" * 40 + "schema:"), ":6", "aliases"),
    "huge": (CRITIC + "x" * (8 << 20), "critic.md", "8 MiB"),
    "huge front matter": (changed("Finds fault.", "x" * (1 << 17)), "critic.md", "64 KiB"),
    "long prompt": (CRITIC + "x" * (1 << 18), "critic.md", "longer than"),
    "empty": ("", ":1", "'---'"),
}


def test_a_wrong_file_is_one_clear_message(subtests: pytest.Subtests, tmp_path: Path) -> None:
    for name, (text, where, what) in WRONG.items():
        with subtests.test(name):
            path = written(tmp_path, text)
            with pytest.raises(DefinitionError) as error:
                load_agent(path)
            assert what in str(error.value)
            assert where in f"{error.value.where}"
            assert str(error.value.where).startswith(str(path))
            assert len(str(error.value).splitlines()) <= 5


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, what in (
        (tmp_path / "none.md", "no such file"),
        (tmp_path, "not a file"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(DefinitionError, match=what):
            load_agent(path)


def test_an_agent_made_in_code_is_checked_alike() -> None:
    assert Agent(name="mine", reads=("task",), prompt="{{ task.prompt }}").render(VALUES)[1].content
    with pytest.raises(DefinitionError, match="agent mine"):
        Agent(name="mine", prompt="{{ task.prompt }}")
    with pytest.raises(DefinitionError, match="choices"):
        Agent(name="mine", writes="rating", prompt="x")
