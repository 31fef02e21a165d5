"""The author's kit: what a test of an agent, a graph or an evaluator needs."""

from redraft.testing.scripted import ScriptedEngine

__all__ = ["ScriptedEngine"]
