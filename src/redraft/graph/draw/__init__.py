"""Pictures of graphs, made on this machine alone."""

from redraft.graph.draw.drawing import Format, draw
from redraft.graph.draw.run_reading import Run, read_run

__all__ = ["Format", "Run", "draw", "read_run"]
