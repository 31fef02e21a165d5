"""The JSON Schemas that are shipped: of graph files, agent files, and the reports of bench and advise."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal, TypeAlias

__all__ = ["DIALECT", "Format", "load_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Format: TypeAlias = Literal["graph", "agent", "bench", "advice"]


def load_schema(which: Format) -> dict[str, Any]:
    """Return the JSON Schema of graph files, of the front matter of agent files, or of what bench or advise report."""
    text = files(__name__).joinpath(f"{which}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
