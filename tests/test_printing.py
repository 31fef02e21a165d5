"""`diverted`: what other people's code prints goes to the log."""

from __future__ import annotations

import logging
import sys
import threading

from redraft.printing import diverted


def test_only_the_thread_that_diverts_is_diverted(capsys, caplog):
    def beside():
        print("beside")  # noqa: T201 - what it is about

    with caplog.at_level(logging.INFO, "redraft.printing"), diverted("it"):
        print("inside")  # noqa: T201
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    assert capsys.readouterr().out == "beside\n"
    assert caplog.messages == ["it printed: inside"]


def test_stdout_is_as_it_was_afterwards():
    before = sys.stdout
    with diverted("one"), diverted("two"):
        assert sys.stdout is not before
        assert sys.stdout.isatty() == before.isatty()
    assert sys.stdout is before


def test_a_stdout_that_was_set_meanwhile_stays(monkeypatch, capsys):
    other = sys.stderr
    with monkeypatch.context() as patch, diverted("it"):
        patch.setattr(sys, "stdout", other)
    assert sys.stdout is not other


def test_a_process_without_stdout_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with diverted("it"):
        print("nobody hears it")  # noqa: T201 - what it is about
        assert sys.stdout is None
