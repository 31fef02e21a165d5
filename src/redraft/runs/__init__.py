"""Runs: a walk of a graph over a task, its events, its record, its outcome."""
