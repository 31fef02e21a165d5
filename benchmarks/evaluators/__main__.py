"""How far the evaluators of the plugins agree with real data.

    pip install . ./plugins/*
    python -m benchmarks.evaluators --data FOLDER [--only text code …] [--json]

FOLDER holds `acronyms.tsv`, `commongen_hard.jsonl` and `gsm8k_test.jsonl`. Each module here measures one plugin. Prints
a row for each figure, and exits with 1 where one is lower than demanded.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.evaluators.row import Row

_NO_MEASURES = ("__main__", "corruption", "row")


def main() -> int:
    """Measure, print, and say whether every demand is met."""
    known = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in _NO_MEASURES)
    parser = argparse.ArgumentParser(description="How far the evaluators of the plugins agree with real data.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data")
    parser.add_argument("--only", nargs="+", choices=known, default=known, metavar="PLUGIN", help=", ".join(known))
    parser.add_argument("--json", action="store_true", help="print one JSON object a row")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        parser.error(f"{chosen.data} is no folder")
    met = [show(row, as_json=chosen.json) for name in chosen.only for row in rows(name, chosen.data)]
    return 0 if all(met) else 1


def rows(name: str, data: Path) -> Iterable[Row]:
    """Return what the module of that name measures."""
    measured: Iterable[Row] = importlib.import_module(f"benchmarks.evaluators.{name}").measure(data)
    return measured


def show(row: Row, *, as_json: bool) -> bool:
    """Print a row, and return whether its demand is met."""
    if as_json:
        print(json.dumps(asdict(row) | {"met": row.met}))
    else:
        demanded = f"{row.least:.1%}" if row.least else "-"
        fault = "" if row.met else "NOT MET: "
        print(f"{row.name:<18} {row.n:>6} {row.agreement:>7.1%} {demanded:>7}  {fault}{row.what}")
    return row.met


if __name__ == "__main__":
    sys.exit(main())
