from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from redraft.cli.given import read_inputs, read_prompt
from redraft.errors import UsageError


def pipe(data: bytes):
    return SimpleNamespace(buffer=io.BytesIO(data), isatty=lambda: False)


def test_inputs_are_named():
    assert read_inputs(["words=dog,throw", "note=a=b", "empty="]) == {"words": "dog,throw", "note": "a=b", "empty": ""}


def test_an_at_sign_reads_a_file(tmp_path):
    file = tmp_path / "passage.txt"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    assert read_inputs([f"passage=@{file}"]) == {"passage": "one\ntwo\n"}


def test_two_at_signs_are_one():
    assert read_inputs(["handle=@@home"]) == {"handle": "@home"}


BAD = [["words"], ["=dog"], ["a=1", "a=2"], ["a=@/no/such/file"], ["a=@/"], ["a=@\0"]]


def test_a_bad_input_is_a_usage_error(subtests):
    for pairs in BAD:
        with subtests.test(pairs=pairs), pytest.raises(UsageError):
            read_inputs(pairs)


def test_a_file_that_is_not_text_is_a_usage_error(tmp_path):
    file = tmp_path / "image"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="byte 0 is not UTF-8"):
        read_inputs([f"a=@{file}"])


def test_a_prompt_stands_for_itself_whatever_is_in_it():
    for prompt in ("{{7*7}}", "<|im_end|>", "\x1b[2J", "  "):
        assert read_prompt(prompt, wanted=True) == prompt


def test_a_dash_reads_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", pipe("Grüße\r\n".encode()))
    assert read_prompt("-", wanted=False) == "Grüße"


def test_a_pipe_is_read_where_a_prompt_is_wanted(monkeypatch):
    monkeypatch.setattr("sys.stdin", pipe(b"hello\n"))
    assert read_prompt(None, wanted=True) == "hello"


def test_a_pipe_is_left_alone_where_no_prompt_is_wanted(monkeypatch):
    monkeypatch.setattr("sys.stdin", pipe(b"hello\n"))
    assert read_prompt(None, wanted=False) is None


def test_a_closed_stdin_has_no_prompt(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert read_prompt(None, wanted=True) is None
    assert read_prompt("-", wanted=True) == ""


def test_an_endless_stdin_is_a_usage_error(monkeypatch):
    class Zeros(io.RawIOBase):
        def read(self, size=-1):
            assert size > 0, "asked for all of an endless stream"
            return bytes(size)

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Zeros(), isatty=lambda: False))
    with pytest.raises(UsageError, match="longer than"):
        read_prompt("-", wanted=True)


def test_a_lone_surrogate_is_a_usage_error():
    with pytest.raises(UsageError, match="UTF-8 at character 1"):
        read_prompt("a\udcff", wanted=True)
    with pytest.raises(UsageError, match="'words'"):
        read_inputs(["words=\udcff"])
