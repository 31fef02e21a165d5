"""Checks of what an evaluator does beside scoring, as a fresh process saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import SkipTest

from redraft.testing.conformance.case import Case, require

if TYPE_CHECKING:
    from redraft.testing.conformance.effects import Effects

__all__ = ["ConductChecks"]

_WHO = "it shares its process with other evaluators"


class ConductChecks(Case):
    """An evaluator is a guest in its process."""

    def test_importing_it_does_nothing_else(self) -> None:
        """The import of its module prints, writes, starts and connects to nothing."""
        did = self._effects().imported
        require(not did, f"importing its module {did[0] if did else ''}", "Do it in the function, at its first call.")

    def test_it_prints_nothing(self) -> None:
        """On stdout stands a run's answer, and nothing else."""
        printed = self._effects().printed
        require(not printed, f"it prints {printed!r} to stdout", "Log it: ctx.log.info(…), or the module's logger.")

    def test_it_stays_in_its_folder(self) -> None:
        """The working folder is afterwards what it was."""
        self._unchanged("cwd", "the working folder", "Use full paths, or subprocess's cwd=.")

    def test_it_leaves_the_environment_alone(self) -> None:
        """Environment variables are afterwards what they were."""
        self._unchanged("environ", "environment variables", "Give a child process its own env=.")

    def test_it_leaves_the_random_generator_alone(self) -> None:
        """A run's own random numbers do not depend on who scores it."""
        self._unchanged("random", "the state of Python's random generator", "Use random.Random(seed) of your own.")

    def test_it_leaves_the_locale_alone(self) -> None:
        """Numbers and dates are written afterwards as they were."""
        self._unchanged("locale", "the locale", "Format what you need yourself: a locale is the whole process's.")

    def test_it_leaves_signal_handlers_alone(self) -> None:
        """Ctrl-C and alarms go on doing what they did."""
        self._unchanged("signals", "signal handlers", "Leave timeouts to redraft: declare timeout=.")

    def test_it_leaves_warning_filters_alone(self) -> None:
        """Warnings are afterwards shown as before."""
        self._unchanged("warnings", "the warning filters", "Use `with warnings.catch_warnings():` around the call.")

    def test_it_leaves_the_interpreter_alone(self) -> None:
        """The recursion limit, `sys.path`, `sys.stdout` and the precision of decimals are what they were."""
        self._unchanged("interpreter", "a setting of the interpreter", "Restore it in a finally:, or do without.")

    def test_it_leaves_no_thread(self) -> None:
        """What it starts has ended when it returns."""
        left = self._effects().threads
        require(not left, f"the thread {left[:1]} still runs after the call", "Join it, or use a `with` around a pool.")

    def test_it_leaves_no_child_process(self) -> None:
        """No process goes on after the call."""
        left = self._effects().children
        require(not left, f"the process {left[:1]} still runs after the call", "Wait for it, and kill it at a timeout.")

    def test_it_leaves_no_file_open(self) -> None:
        """A run calls it a thousand times."""
        more = self._effects().descriptors
        require(more <= 0, f"{more} files are still open after two calls", "Open files and sockets in a `with`.")

    def test_it_writes_no_file(self) -> None:
        """Outside of the temporary folder, nothing is written."""
        written = self._effects().written
        require(not written, f"it writes {written[:1]}", "Write to tempfile.TemporaryDirectory(), or not at all.")

    def test_it_stays_off_the_network(self) -> None:
        """Without `network=True`, it connects to nothing, not even on this machine."""
        if self._evaluator.network:
            raise SkipTest("it declares network=True")
        network = self._effects().network
        require(
            not network,
            f"it connects to {network[:1]}",
            "Declare network=True, so that the user is asked; or ship the data with the plugin.",
        )

    def _unchanged(self, part: str, what: str, mend: str) -> None:
        __tracebackhide__ = True
        now = self._effects().changed.get(part)
        require(now is None, f"it changes {what} ({now}), and {_WHO}", mend)

    def _effects(self) -> Effects:
        testimony = self._testimony()
        if testimony.not_imported:
            raise SkipTest("another process cannot import it")
        if testimony.effects is None:
            raise SkipTest("its first call ended the process")
        return testimony.effects
