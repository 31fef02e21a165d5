"""Replies that keep to given facts: two places, or the one that speaks."""
