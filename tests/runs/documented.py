"""What documents say of a run's JSON."""

KEYS = [
    *("run", "graph", "model", "task", "answer", "best", "stop", "path", "notes"),
    *("drafts", "usage", "reproducible"),
]
