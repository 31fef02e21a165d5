from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redraft.cli.failure import exit_code_of, message_of, report
from redraft.errors import ExitCode, ModelError, RedraftError, UsageError


@given(what=st.text(max_size=3000), where=st.none() | st.text(max_size=50), mend=st.none() | st.text(max_size=50))
def test_a_message_is_at_most_five_lines_without_control_characters(what, where, mend):
    message = message_of(RedraftError(what, where=where, mend=mend))
    assert len(message.splitlines()) <= 5
    assert "\x1b" not in message


def test_an_unexpected_error_asks_for_a_report():
    assert message_of(ValueError("x")).startswith("unexpected ValueError: x\n  This is a bug")


def test_each_error_has_its_exit_code():
    assert exit_code_of(UsageError("x")) == ExitCode.USAGE
    assert exit_code_of(ModelError("x")) == ExitCode.MODEL
    assert exit_code_of(KeyboardInterrupt()) == ExitCode.INTERRUPTED
    assert exit_code_of(ValueError("x")) == ExitCode.INTERNAL


def test_a_traceback_comes_with_debug_alone(capsys):
    error = UsageError("no \x1b[2J prompt", mend="Give one.")
    report(error, debug=False)
    assert capsys.readouterr().err == "redraft: no \\x1b[2J prompt\n  Give one.\n"
    report(error, debug=True)
    assert "UsageError" in capsys.readouterr().err


def test_without_stderr_nothing_breaks(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    report(UsageError("x"), debug=True)
