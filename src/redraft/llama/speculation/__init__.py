"""Speculation: what a sequence is likely to write next."""
