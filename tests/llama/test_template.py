import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redraft.errors import ModelError
from redraft.llama.interface import Piece
from redraft.llama.template import CHATML, ChatTemplate
from redraft.task import Message

MISTRAL = """{{ bos_token }}{% for message in messages %}
{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
{{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
{%- endif %}
{%- if message['role'] == 'user' %}{{ '[INST] ' + message['content'] | trim + ' [/INST]' }}
{%- else %}{{ message['content'] + eos_token }}{% endif %}
{%- endfor %}"""
MACROS = """{%- macro turn(role, text) %}<|{{ role }}|>{{ caller() if caller else '' }}{{ text }}<|end|>{% endmacro -%}
{%- set ns = namespace(last=-1) -%}
{%- for message in messages %}{% if message.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}{% endfor -%}
{%- for message in messages -%}
{%- if message.role == 'tool' %}{% continue %}{% endif -%}
{%- if message.role == 'assistant' -%}
{% generation %}{{ turn('assistant', message.content.split('</think>')[-1].lstrip('\\n')) }}{% endgeneration %}
{%- elif loop.index0 == ns.last %}{% call turn('user', message.content) %}!{% endcall %}
{%- else %}{{ turn(message.role, message.content) }}{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt %}<|assistant|>{{ strftime_now('%Y')[:0] -}}
{% if enable_thinking is false %}<think></think>{% endif %}{% endif %}"""
NO_SYSTEM = """{% for message in messages if message.role != 'system' %}{{ message.role }}: {{ message.content }}
{% endfor %}"""
TEMPLATES = {"chatml": CHATML, "mistral": MISTRAL, "macros": MACROS, "no system": NO_SYSTEM}

contents = st.text(max_size=30) | st.sampled_from(
    ["<|im_end|>", "[INST] {{7*7}} [/INST]", "{% raw %}", "</think>", " a\n", "x0x", "\0", "\ud800", "</s><s>"]
)


ROLES = ("user", "assistant", "user")


def talk(*contents_):
    roles = ["system", *["user", "assistant"] * len(contents_)]
    return [Message(role=role, content=content) for role, content in zip(roles, contents_, strict=False)]


def text_of(pieces):
    return "".join(piece.text for piece in pieces)


@given(st.sampled_from(sorted(TEMPLATES)), st.lists(contents, min_size=2, max_size=4))
def test_what_was_said_stands_in_plain_pieces_and_nowhere_else(name, said):
    template = ChatTemplate(TEMPLATES[name], bos="<s>", eos="</s>")
    pieces = template.pieces(talk(*said))
    plain = "".join("".join(piece.text.split()) for piece in pieces if not piece.special)
    assert plain == "".join("".join(text.split()) for text in said)
    frame = text_of(piece for piece in template.pieces(talk(*(["y"] * len(said)))) if piece.special)
    assert "".join("".join(piece.text.split()) for piece in pieces if piece.special) in "".join(
        frame.split()
    ) or not all(text.strip() for text in said)


def test_chatml():
    assert ChatTemplate(CHATML).pieces(talk("Be good.", " hello\n")) == (
        Piece("<|im_start|>system\n", special=True),
        Piece("Be good."),
        Piece("<|im_end|>\n<|im_start|>user\n", special=True),
        Piece(" hello"),
        Piece("\n<|im_end|>\n<|im_start|>assistant\n", special=True),
    )


def test_a_template_without_a_system_turn_gets_it_in_the_users():
    pieces = ChatTemplate(MISTRAL, bos="<s>", eos="</s>").pieces(talk("Be good.", "hello"))
    assert text_of(pieces) == "<s>[INST] Be good.\n\nhello [/INST]"
    assert [piece.text for piece in pieces if not piece.special] == [" Be good.\n\nhello"]


def test_a_template_that_drops_the_system_turn_gets_it_in_the_users():
    assert text_of(ChatTemplate(NO_SYSTEM).pieces(talk("Be good.", "hello"))) == "user: Be good.\n\nhello\n"


def test_neighbours_of_one_role_are_joined_where_the_template_wants_turns_to_alternate():
    said = [Message(role="user", content="a"), Message(role="user", content="b")]
    assert text_of(ChatTemplate(MISTRAL).pieces(said)) == "[INST] a\n\nb [/INST]"


def test_what_real_templates_use_is_there():
    pieces = ChatTemplate(MACROS).pieces(talk("s", "u", "<think>x</think>a", "v"))
    assert text_of(pieces) == (
        "<|system|>s<|end|><|user|>u<|end|><|assistant|><think>x</think>a<|end|><|user|>!v<|end|><|assistant|><think></think>"
    )


THINKING = """{%- for message in messages -%}
<|{{ message.role }}|>{% if message.role == 'assistant' %}{{ message.content.split('</think>')[-1] }}
{%- else %}{{ message.content }}{% endif %}<|end|>
{%- endfor -%}
{% if add_generation_prompt %}<|assistant|><think></think>{% endif %}"""
DATED = "Today is {{ strftime_now('%Y') }}.\n" + CHATML
CONTINUED = {
    "chatml": (CHATML, "<|im_end|>\n<|im_start|>user\nnew<|im_end|>\n<|im_start|>assistant\n"),
    "mistral": (MISTRAL, "</s>[INST] new [/INST]"),
    "thinking": (THINKING, "<|end|><|user|>new<|end|><|assistant|><think></think>"),
    "dated": (DATED, "<|im_end|>\n<|im_start|>user\nnew<|im_end|>\n<|im_start|>assistant\n"),
    "no system": (NO_SYSTEM, "\nuser: new\n"),
}
BROKEN_OFF = {
    "{% for m in messages %}{{ loop.index }}. {{ m.content }}\n{% endfor %}": "depends on the turns before",
    "{% for m in messages %}{{ m.content }}\n{% endfor %}{{ messages[0].content }}": "shows earlier turns",
    "{% for m in messages | reverse %}{{ m.content }}\n{% endfor %}": "shows earlier turns",
    "{{ messages[-1].content }}": "leaves a turn out",
    "{{ raise_exception('one turn only') if messages | length > 2 else messages[0].content }}": "one turn only",
}


def test_what_leads_from_one_answer_to_the_next(subtests):
    for name, (source, expected) in CONTINUED.items():
        with subtests.test(template=name):
            pieces = ChatTemplate(source, bos="<s>", eos="</s>").continuation([Message(role="user", content="new")])
            assert text_of(pieces) == expected
            assert [piece.text.strip() for piece in pieces if not piece.special] == ["new"]


def test_a_template_that_cannot_go_on_from_an_answer_says_so(subtests):
    for source, said in BROKEN_OFF.items():
        with subtests.test(template=source), pytest.raises(ModelError) as caught:
            ChatTemplate(source).continuation([Message(role="user", content="new")])
        assert "does not support `context: thread`" in caught.value.what
        assert said in caught.value.what
        assert "fresh" in caught.value.mend


@given(st.sampled_from(["chatml", "mistral", "dated"]), st.lists(contents, min_size=3, max_size=3))
def test_a_conversation_and_its_continuation_are_the_longer_conversation(name, said):
    template = ChatTemplate(CONTINUED[name][0], bos="<s>", eos="</s>")
    first, answer, second = (Message(role=role, content=text) for role, text in zip(ROLES, said, strict=True))
    whole = template.pieces([first, answer, second])
    joined = [*template.pieces([first]), Piece(answer.content), *template.continuation([second])]
    assert "".join(text_of(joined).split()) == "".join(text_of(whole).split())


HOSTILE = [
    ("{% for i in range(10**9) %}x{% endfor %}", "does not end"),
    ("{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}", "does not end"),
    ("{{ 'a' * 10**9 }}", "does not end"),
    ("{{ 10**10**10 }}", "a power is at most"),
    ("{{ '%1000000000d' % 1 }}", "a width in a format"),
    ("{{ '{:1000000000}'.format('a') }}", "cannot be called"),
    ("{{ '{0.__class__}'.format(1) }}", "cannot be called"),
    ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", "does not end"),
    ("{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}", "does not end"),
    ("{% set x = 'a' * 20 %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40, "does not end"),
    ("{% set x = 'a' * 20 %}" + "{% set x = x ~ x %}" * 40, "does not end"),
    ("{{ ('a' * 9999).replace('a', 'b' * 9999) }}", "does not end"),
    ("{{ strftime_now('%1000000000d') }}", "time format"),
    ("{{ messages.append(1) }}", "cannot be called"),
    ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "refuses"),
    ("{{ lipsum() }}", "cannot be called"),
    ("{{ raise_exception('never') }}", "refuses the conversation: never"),
    ("nothing", "it leaves a turn out"),
    ("{% if %}", "cannot be read"),
    ("{{" + "(" * 2000 + "1" + ")" * 2000 + "}}", "cannot be read"),
    ("a" * 200_000, "cannot be read"),
    ("{{ 'a' | center(10**9) }}", "cannot be read"),
]


def test_a_hostile_template_is_refused_in_time(subtests):
    for source, said in HOSTILE:
        with subtests.test(source=source):
            started = time.monotonic()
            with pytest.raises(ModelError) as caught:
                ChatTemplate(source + ("" if source == "nothing" else "{{ messages[0].content }}")).pieces(
                    talk("hello")
                )
            assert said in str(caught.value)
            assert len(str(caught.value).splitlines()) <= 5
            assert time.monotonic() - started < 20
