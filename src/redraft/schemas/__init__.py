"""The JSON Schemas that are shipped: `graph.schema.json`, `agent.schema.json`, `bench.schema.json`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal

__all__ = ["load_schema"]


def load_schema(which: Literal["graph", "agent", "bench"]) -> dict[str, Any]:
    """Return the JSON Schema of graph files, of the front matter of agent files, or of a bench's report."""
    text = files(__name__).joinpath(f"{which}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
