"""A preview: what installed plugins say of themselves, with none of them run. Printed as JSON by a fresh process."""

from __future__ import annotations

import json
import sys

from redraft.plugins.metadata import entry_points
from redraft.plugins.source import Source

__all__ = ["GROUPS", "preview"]

GROUPS = ("redraft", "redraft.commands")
"""The entry-point groups that make a distribution a plugin."""


def preview() -> list[dict[str, object]]:
    """Return each plugin and each command of one, by what its metadata and its source say."""
    return [
        {
            "name": point.name,
            "distribution": metadata.name,
            "version": metadata.version,
            "hooks": list(Source.of(point).hooks()) if point.group == "redraft" else [f"command {point.name}"],
        }
        for metadata, point in entry_points(*GROUPS)
    ]


if __name__ == "__main__":
    json.dump(preview(), sys.stdout)
