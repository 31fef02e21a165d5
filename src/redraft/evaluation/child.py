"""The child: a process that calls evaluators, one after the other, for another process."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from redraft.evaluation.confinement import flush_c
from redraft.evaluation.context import Context
from redraft.evaluation.fault import UnusableError
from redraft.evaluation.frame import framed, receive
from redraft.evaluation.message import Call, Load, Loaded, Material, Record, Scored, request_of
from redraft.evaluation.result import plain, score_of, sentence_of
from redraft.evaluation.surroundings import Surroundings
from redraft.task import Score

if TYPE_CHECKING:
    from pydantic import BaseModel

    from redraft.evaluation.declaration import Evaluator
    from redraft.evaluation.target import Target

__all__ = ["serve"]

_RECORDS = 100


def serve(descriptor: int) -> None:
    """Answer on a socket until the other side closes it."""
    connection = socket.socket(fileno=os.dup(descriptor))
    os.close(descriptor)
    _Service(connection).serve()


class _Service:
    """What a child knows: the evaluators that it found, and whom it answers."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._found: dict[Target, Evaluator] = {}
        self._own = os.getpid()
        self._surroundings = Surroundings()
        self._log = _Forwarding(self._say)
        self._sending = threading.Lock()

    def serve(self) -> None:
        logging.getLogger().addHandler(self._log)
        while (head := receive(self._connection)) is not None:
            request = request_of(head)
            if isinstance(request, Load):
                self._say(self._load(request))
            elif (material := receive(self._connection)) is not None:
                self._say(self._call(request, Material.model_validate_json(material)))

    def _say(self, message: BaseModel) -> None:
        if os.getpid() != self._own:
            # A plugin forked, and its copy came back to here: nobody waits for that one.
            os._exit(0)
        try:
            with self._sending:
                self._connection.sendall(framed(to_json(message)))
        except OSError:  # The parent is gone, or a plugin closed the connection: there is nobody to answer.
            os._exit(os.EX_UNAVAILABLE)

    def _load(self, wanted: Load) -> Loaded:
        try:
            self._found[wanted.target] = wanted.target.find()
        except BaseException as error:  # noqa: BLE001 - the boundary of a plugin: nothing that it raises ends the child
            return Loaded(number=wanted.number, error=sentence_of(error))
        finally:
            self._tidy(wanted.target)
        return Loaded(number=wanted.number)

    def _call(self, call: Call, material: Material) -> Scored:
        self._log.begin(call.level)
        try:
            score = self._score(self._found[call.target], call, material)
        except BaseException as error:  # noqa: BLE001 - the boundary of a plugin call: SystemExit would end the child
            score = Score(error=sentence_of(error))
        finally:
            self._tidy(call.target)
        return Scored(number=call.number, score=score, peak=_peak())

    def _score(self, evaluator: Evaluator, call: Call, material: Material) -> Score:
        inputs = deepcopy(material.task.inputs)
        given = {
            "draft": material.draft,
            "task": material.task,
            "params": evaluator.validate_params(call.params),
            "ctx": Context(history=material.history, log=_logger(call.target), least=evaluator.sandbox),
        }
        returned = evaluator.function(**{name: given[name] for name in evaluator.arguments})
        score = score_of(returned)
        if isinstance(returned, Score) and returned.reasons != score.reasons:
            self._note(f"evaluator '{call.target.name}' gave reasons that were cut")
        if material.task.inputs != inputs:
            raise UnusableError("changed the task's inputs; copy them before changing them")
        return score

    def _tidy(self, target: Target) -> None:
        """Hand over what was printed, go back to where the child began, and say what is not as it was."""
        with suppress(Exception):  # A plugin may have closed or replaced a stream.
            _flush()
        flush_c()
        for change in self._surroundings.changes():
            self._note(f"evaluator '{target.name}' changed {change}")

    def _note(self, text: str) -> None:
        self._say(Record(level=logging.INFO, text=text))


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


class _Forwarding(logging.Handler):
    """Sends records of the log to the parent, as many as one call may write."""

    def __init__(self, say: Any) -> None:
        super().__init__()
        self._tell = say
        self._left = _RECORDS

    def begin(self, level: int) -> None:
        self._left = _RECORDS
        logging.getLogger().setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        self._left -= 1
        if self._left >= 0:
            try:
                text = plain(record.getMessage())
            except Exception:  # noqa: BLE001 - its arguments do not fit its text
                text = plain(str(record.msg))
            self._tell(Record(level=record.levelno, text=text))


def _logger(target: Target) -> logging.Logger:
    return logging.getLogger(f"redraft.plugins.{target.distribution}")


def _peak() -> int:
    """Return the most memory that this process ever had, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
