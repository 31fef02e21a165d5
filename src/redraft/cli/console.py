"""The two streams of a process: stdout carries the answer, stderr everything else, neither ever a raw escape."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "escape",
    "is_terminal",
    "make_console",
    "plain_glyphs",
    "prepare",
    "silence",
    "write_answer",
    "write_json",
]

# Controls (C0 without tab and newline, DEL, C1), line separators, what reverses the direction of text, lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ASCII = str.maketrans({"│": "|", "━": "=", "─": "-", "·": "-", "✓": "+", "✗": "x", "■": "*", "→": ">", "…": "."})
_NARROWEST = 40
_LAST_BYTE = 0xFF


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= _LAST_BYTE else f"\\u{code:04x}"


def escape(text: str) -> str:
    r"""Return text that a terminal can only show: every control character is spelled out, as in `\\x1b`."""
    return _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person looks at the stream; a closed one has nobody."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def prepare() -> None:
    """Make stdout and stderr take any text: UTF-8 into pipes and files, the locale's encoding on a terminal."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            encoding = stream.encoding if is_terminal(stream) else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace")


def silence() -> None:
    """Point stdout and stderr nowhere: their reader is gone, and the interpreter flushes them once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)


def write_answer(text: str) -> None:
    """Write the answer to stdout: as it is into a pipe or a file, escaped on a terminal."""
    _write(escape(text) if is_terminal(sys.stdout) else text)


def write_json(value: Any) -> None:
    """Write one JSON document to stdout. Control characters are JSON escapes everywhere."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    _write(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def _write(text: str) -> None:
    if sys.stdout is None:
        return
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def make_console(stream: TextIO | None) -> Console:
    """Return a console that prints what it is given: no markup, no emoji codes, no highlighting."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            # Rich would point stdout nowhere and exit; a reader of stderr that went away must not cost the answer.
            raise BrokenPipeError

    console = Plain(
        file=stream or io.StringIO(),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
    console.width = max(console.width, _NARROWEST)
    return console


def plain_glyphs(text: str, encoding: str) -> str:
    """Return the text with its ornaments in ASCII where the encoding has no others."""
    return text if encoding.lower().startswith("utf") else text.translate(_ASCII)
