"""Scaffolds: what `redraft new` writes."""

from __future__ import annotations

from redraft.scaffold.making import Made, make_agent, make_graph, make_one_file, make_plugin, make_project

__all__ = ["Made", "make_agent", "make_graph", "make_one_file", "make_plugin", "make_project"]
