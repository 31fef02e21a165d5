"""The Python code of a draft, whether it stands in Markdown fences or alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft_code.extraction import extract

EXTRACTED = [
    ("print(1)", "print(1)"),
    ("\ufeffprint(1)\r\nprint(2)\r\n", "print(1)\nprint(2)"),
    ("Here:\n```python\nprint(1)\n```\nDone.", "\n\nprint(1)"),
    ("```\nprint(1)\n```", "\nprint(1)"),
    ("```py\nprint(1)", "\nprint(1)"),
    ("~~~Python3\nprint(1)\n~~~", "\nprint(1)"),
    ("1. So:\n   ```python\n   if a:\n       b()\n   ```", "\n\nif a:\n    b()"),
    ("```python\na = 1\n```\nand\n```python\nb = 2\n```", "\na = 1\n\n\n\nb = 2"),
    ("```python\na = 1\n```\nprints\n```\n1\n```", "\na = 1"),
    ("```bash\npip install x\n```\n```python\na = 1\n```", "\n\n\n\na = 1"),
    ("```bash\npip install x\n```", ""),
    ("````python\ns = '''\n```\n'''\n````", "\ns = '''\n```\n'''"),
    ("代码如下：\n```python\nprint('你好')\n```", "\n\nprint('你好')"),
    ("```{.python}\na = 1\n```", "\na = 1"),
    ("", ""),
]


def test_extract(subtests):
    for text, code in EXTRACTED:
        with subtests.test(text=text):
            assert extract(text) == code


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="`~"), max_size=20)


@given(st.lists(LINE), st.lists(LINE.filter(str.strip), min_size=1), st.lists(LINE))
def test_a_line_always_keeps_its_number(before, code, after):
    draft = "\n".join([*before, "```python", *code, "```", *after])
    lines = extract(draft).split("\n")
    assert [line.rstrip() for line in lines[len(before) + 1 :]] == [line.rstrip() for line in code]
    assert not any(lines[: len(before) + 1])
