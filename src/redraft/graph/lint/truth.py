"""What a graph is measured by: evaluators that are there, that fit, and that see what no loop does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redraft.errors import DefinitionError, RedraftError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redraft.evaluation import Evaluator
    from redraft.graph.lint.finding import Finding
    from redraft.graph.lint.subject import Subject
    from redraft.graph.spec import EvaluatorUse

__all__ = ["truth"]


def truth(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the truth. These are warnings: a run needs none of it, and may lack the plugin."""
    bench = subject.spec.bench
    if bench is None:
        return
    found = [(use, subject.evaluator(use)) for use in bench.truth]
    for use, evaluator in found:
        if isinstance(evaluator, RedraftError):
            yield subject.finding_of(evaluator, "G049", ("bench", "truth", use.name), name=use.name)
        else:
            yield from _unfit(subject, use, evaluator)
    if not any(isinstance(evaluator, RedraftError) or evaluator.kind == "oracle" for _, evaluator in found):
        names = ", ".join(f"'{use.name}'" for use in bench.truth)
        message = f"no oracle says what is right: a loop may see all that {names} see"
        yield subject.finding("G050", ("bench", "truth"), message, name=bench.truth[0].name)


def _unfit(subject: Subject, use: EvaluatorUse, evaluator: Evaluator) -> Iterator[Finding]:
    try:
        evaluator.validate_params(use.params)
    except DefinitionError as error:
        yield _at(subject, use, f"evaluator '{use.name}': {error.what}", error.mend or "")
    if evaluator.kind == "judge":
        yield _at(subject, use, f"'{use.name}' asks a model, and what a model thinks is not the truth", "")
    for message in subject.misfits(evaluator).values():
        yield _at(subject, use, message, "")


def _at(subject: Subject, use: EvaluatorUse, message: str, mend: str) -> Finding:
    return subject.finding("G049", ("bench", "truth", use.name), message, name=use.name, mend=mend)
