"""How long a person waits: the first `redraft run` of all, later ones, and an answer once the model is loaded.

    python -m benchmarks.first_answer [--n 30]

The first run has no bytecode of any module: a fresh installation's worst case (the disk's own cache is left alone).
The tasks are those of `sentence.py`. Exits 1 where the first run takes 10 seconds or the median answer 3.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from benchmarks.sentence_runs import given_tasks
from redraft.errors import ExitCode

MOST_FIRST, MOST_ANSWER = 10.0, 3.0


def timed(words: tuple[str, ...], seed: int, **environment: str) -> tuple[float, float]:
    """Return the seconds that a command took, and those of its run: from the first prompt to the answer."""
    command = [sys.executable, "-m", "redraft", "run", "-g", "sentence", "-i", f"words={','.join(words)}"]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--seed", str(seed), "--json"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {ExitCode.DONE, ExitCode.NOT_MET}:
        raise SystemExit(done.stderr)
    return time.monotonic() - began, json.loads(done.stdout)["usage"]["seconds"]


def main() -> int:
    """Time them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=30, help="how many tasks")
    tasks = given_tasks(parser.parse_args().n)
    with tempfile.TemporaryDirectory() as empty:
        first, _ = timed(tasks[0].words, 0, PYTHONPYCACHEPREFIX=empty)
    times = [timed(task.words, number) for number, task in enumerate(tasks)]
    whole, answer = (sorted(column) for column in zip(*times, strict=True))
    met = first < MOST_FIRST and median(answer) < MOST_ANSWER
    print(f"first command, no bytecode: {first:.1f} s (at most {MOST_FIRST:.0f})")
    print(f"later commands: median {median(whole):.2f} s, worst {whole[-1]:.2f} s")
    at_most = f"median at most {MOST_ANSWER:.0f}"
    print(f"answers, model loaded: median {median(answer):.2f} s, worst {answer[-1]:.2f} s ({at_most})")
    print("PASS" if met else "FAIL")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
