"""The data sets of Self-Refine, as they are published, made into tasks for `redraft bench`.

    python -m benchmarks.data gsm8k FILE                         # writes gsm8k.jsonl
    python -m benchmarks.data gsm8k FILE --bench -m MODEL.gguf   # and runs redraft bench on it

Each module here knows one data set. A line that is no task is told with its number, and left out. Exits with 2 where
no line is one.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redraft.bench.tasks import Broken
from redraft.errors import RedraftError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

NAMES = ("acronyms", "commongen_hard", "gsm8k")


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert, say what was converted, and run the bench where that is asked for."""
    asked = _parser().parse_args(arguments)
    source = importlib.import_module(f"benchmarks.data.{asked.name}")
    out = asked.out or Path(f"{asked.name}.jsonl")
    try:
        convert(source, asked.file, out)
    except RedraftError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if asked.bench is None:
        return 0
    command = [sys.executable, "-m", "redraft", "bench", source.GRAPH, "--data", str(out), *asked.bench]
    return subprocess.run(command, check=False).returncode


def convert(source: ModuleType, file: Path, out: Path) -> None:
    """Write the tasks of a file, and tell of its broken lines on stderr.

    Args:
        source: The module that knows the data set.
        file: The file, as it is published.
        out: Where the tasks are written, as JSON lines.

    Raises:
        UsageError: The file cannot be read, has no task, or is the one to be written; or that cannot be written.
    """
    if out.exists() and file.exists() and out.samefile(file):
        raise UsageError("the tasks would be written over their source", where=str(out), mend="Name another file.")
    found: list[dict[str, Any] | Broken] = list(source.tasks(file))
    tasks = [task for task in found if not isinstance(task, Broken)]
    broken = [line for line in found if isinstance(line, Broken)]
    for line in broken:
        print(line, file=sys.stderr)
    if not tasks:
        raise UsageError("no line is a task", where=str(file), mend="Is this the right file? See docs/bench-data.md.")
    text = "".join(f"{json.dumps(task, ensure_ascii=False)}\n" for task in tasks)
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"the tasks cannot be written: {error.strerror}", where=str(out)) from error
    print(f"{out}: {len(tasks)} tasks for the graph {source.GRAPH}; broken lines: {len(broken)}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.data", description="Make tasks of a published data set."
    )
    parser.add_argument("name", choices=NAMES, help="the data set")
    parser.add_argument("file", type=Path, metavar="FILE", help="its file, as it is published")
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT", help="where the tasks go; NAME.jsonl if left out")
    parser.add_argument("--bench", nargs=argparse.REMAINDER, metavar="…", help="run redraft bench with these options")
    return parser


if __name__ == "__main__":
    sys.exit(main())
