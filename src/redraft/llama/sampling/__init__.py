"""Sampling: from logits to a token, from tokens to text."""
