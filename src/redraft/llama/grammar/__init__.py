"""Grammars: what an output must satisfy, enforced token by token."""
