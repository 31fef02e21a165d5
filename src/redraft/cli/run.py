"""`redraft run`: one task, from the command line to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from redraft.errors import ExitCode

if TYPE_CHECKING:
    from redraft.task import Outcome

__all__ = ["run"]

_MET = frozenset({"score", "verified"})
"""Checks that say the draft is good; every other one says that going on is no use."""


def run(  # noqa: PLR0913 -- one parameter for each option
    prompt: Annotated[
        str | None, typer.Argument(help="What is asked; - reads it from stdin.", show_default=False)
    ] = None,
    *,
    graph: Annotated[str, typer.Option("--graph", "-g", metavar="GRAPH", help="A graph's name or file.")] = "refine",
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="NAME=VALUE", help="A named input; @FILE is a file's text. Repeatable."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", metavar="MODEL", help="A GGUF file, a model's name, or embedded.")
    ] = None,
    evaluators: Annotated[
        list[str] | None,
        typer.Option("--evaluator", "-e", metavar="EVALUATOR", help="Add an evaluator with weight 1. Repeatable."),
    ] = None,
    rounds: Annotated[
        int | None, typer.Option("--rounds", metavar="N", min=0, max=1000, help="At most N revisions.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same drafts.")] = 0,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="Let evaluators that declare it call out of this machine.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole run as one JSON object.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but the answer and errors.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where the score was not met.")] = False,
) -> int:
    """Draft an answer, and improve it until it stops getting better."""
    from redraft.cli.delivery import deliver, deliver_failure
    from redraft.cli.interrupt import leaving
    from redraft.cli.walk import Wish, walk

    def failed(error: BaseException) -> None:
        if as_json:
            deliver_failure(error, graph)

    wish = Wish(
        prompt,
        graph,
        tuple(inputs or ()),
        model,
        tuple(evaluators or ()),
        rounds,
        seed,
        allow_network=allow_network,
        quiet=quiet,
    )
    with leaving(lambda: failed(KeyboardInterrupt())):
        try:
            ended = walk(wish)
        except BaseException as error:
            failed(error)
            raise
    deliver(ended.outcome, as_json=as_json)
    if ended.error is not None:
        raise ended.error
    return _exit_code(ended.outcome, strict=strict)


def _exit_code(outcome: Outcome, *, strict: bool) -> int:
    missed = strict and outcome.stop.check not in _MET
    return ExitCode.NOT_MET if missed and outcome.exit_code == ExitCode.DONE else outcome.exit_code
