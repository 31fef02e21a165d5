"""The JSON Schemas of redraft's files, as they are shipped: `graph.schema.json`, `agent.schema.json`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal

__all__ = ["load_schema"]


def load_schema(which: Literal["graph", "agent"]) -> dict[str, Any]:
    """Return the JSON Schema of graph files, or of the front matter of agent files."""
    text = files(__name__).joinpath(f"{which}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
