"""A witness: a fresh process that calls one evaluator and tells, line by line, what it saw."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from redraft.task import Draft, Task
from redraft.testing.conformance.answer import Answer, answer_of
from redraft.testing.conformance.audit import Auditor
from redraft.testing.conformance.calling import arguments, call
from redraft.testing.conformance.effects import Effects
from redraft.testing.conformance.interruption import interrupted
from redraft.testing.conformance.reference import Reference
from redraft.testing.conformance.residue import Residue
from redraft.testing.conformance.samples import HEAVY, SMALL, heavy_text
from redraft.testing.conformance.snapshot import Snapshot
from redraft.testing.scripted_models import ScriptedModels

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from redraft.evaluation import Evaluator

__all__ = ["FIRST", "NESTED", "main", "names"]

NESTED = "interrupted"
"""The name of the good draft's answer where calls for the bad one come in between."""

_WARM_UP = "very first call"
"""The name of the first call, for which an evaluator may import what it needs; it is for the good draft."""

FIRST = (_WARM_UP, "good", "bad")
"""The names of the answers that come first."""

_TOGETHER = 8


def names() -> tuple[str, ...]:
    """Return the names of all answers that a witness gives, in their order."""
    return (*FIRST, NESTED, *SMALL, *HEAVY)


def main() -> None:
    """Read an order from stdin, carry it out, and write what happens to what stdout was."""
    order = json.loads(sys.stdin.read())
    sys.path[:] = order["path"]
    sys.dont_write_bytecode = True
    wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
    printed = os.open(order["printed"], os.O_RDWR | os.O_CREAT)
    os.dup2(printed, 1)
    _Witness(order, wire).run()
    # What an evaluator left running must not keep this process.
    wire.flush()
    os._exit(0)


class _Witness:
    def __init__(self, order: dict[str, Any], wire: TextIO) -> None:
        self._order = order
        self._wire = wire
        self._task = Task.model_validate(order["task"])
        self._printed = 0
        self._auditor = Auditor(network=order["network"])

    def run(self) -> None:
        """Import the evaluator, then give every answer that is asked for."""
        before = Residue.take()
        try:
            self._evaluator: Evaluator = Reference(**self._order["evaluator"]).evaluator()
            self._models = self._models_found()
        except BaseException as error:  # noqa: BLE001 - the boundary of a plugin's import
            self._tell(imported=answer_of(_raising(error)).detail)
            return
        self._imported = self._did(Residue.take().threads - before.threads)
        self._params = self._evaluator.validate_params(self._order["params"])
        self._tell(imported="")
        for name in self._order["names"]:
            self._tell(name=name, answer=self._answer(name).to_json())
            if name == _WARM_UP:
                self._tell(effects=self._effects(before).to_json())

    def _models_found(self) -> Any:
        named = self._order["models"]
        return Reference(**named).thing().models if named else ScriptedModels.favouring(self._order["good"]["text"])

    def _did(self, threads: frozenset[str]) -> tuple[str, ...]:
        """Return what the import did beside giving the evaluator."""
        heard, printed = self._auditor.take(), self._print_out()
        return (
            *([f"printed {printed!r}"] if printed else []),
            *(f"wrote {path}" for path in heard.written),
            *(f"connected to {address}" for address in heard.network),
            *(f"started {name}" for name in sorted(threads)),
        )

    def _effects(self, before: Residue) -> Effects:
        """Call the evaluator once more for the good and the bad draft, and look at what that does."""
        self._auditor.take()
        self._print_out()
        state, files = Snapshot.take(), Residue.take().descriptors
        # A second look, for what the first call changed because it imported something is not what calls change.
        self._start.restore()
        for name in ("good", "bad"):
            self._call(self._draft(name))
        changed = self._start.changes()
        state.restore()
        heard, after = self._auditor.take(), Residue.take()
        return Effects(
            imported=self._imported,
            printed=self._print_out(),
            changed=changed,
            threads=tuple(sorted(after.threads - before.threads)),
            children=tuple(sorted(after.children - before.children)),
            written=heard.written,
            network=heard.network,
            descriptors=after.descriptors - files,
        )

    def _answer(self, name: str) -> Answer:
        if name == _WARM_UP:
            self._start = Snapshot.take()
            name = "good"
        if name == NESTED:
            return self._nested()
        return self._call(self._draft(name))

    def _call(self, draft: Draft) -> Answer:
        return answer_of(lambda: call(self._evaluator, self._arguments(draft)))

    def _arguments(self, draft: Draft) -> dict[str, Any]:
        return arguments(self._evaluator, draft, self._task, self._params, self._models)

    def _nested(self) -> Answer:
        """Return the answer for the good draft, where calls for the bad one come in between."""
        good, bad = self._draft("good"), self._draft("bad")
        if self._evaluator.is_async:
            return self._together(good, bad)
        with interrupted(self._evaluator, lambda: self._call(bad)):
            return self._call(good)

    def _together(self, good: Draft, bad: Draft) -> Answer:
        async def all_at_once() -> list[Any]:
            drafts = (good, bad) * _TOGETHER
            return await asyncio.gather(*(self._evaluator.function(**self._arguments(draft)) for draft in drafts))

        return answer_of(lambda: asyncio.run(all_at_once())[-2])

    def _draft(self, name: str) -> Draft:
        if name in ("good", "bad"):
            return Draft.model_validate(self._order[name])
        text = SMALL[name] if name in SMALL else heavy_text(name, self._order["good"]["text"])
        return Draft(text=text)

    def _print_out(self) -> str:
        """Return what was printed since the last time."""
        sys.stdout.flush()
        with open(self._order["printed"], encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - its own file
            text = file.read()
        new, self._printed = text[self._printed :], len(text)
        return new[:200]

    def _tell(self, **fields: Any) -> None:
        self._wire.write(json.dumps(fields) + "\n")
        self._wire.flush()


def _raising(error: BaseException) -> Callable[[], Any]:
    def call() -> Any:
        raise error

    return call


if __name__ == "__main__":
    main()
