"""Runs commands that nobody trusts, shut in as far as the machine allows."""

from __future__ import annotations

from redraft.sandbox.interface import Ended, Limits, Ran, Sandbox, Strength
from redraft.sandbox.providers import Provider, available, strongest

__all__ = ["Ended", "Limits", "Provider", "Ran", "Sandbox", "Strength", "available", "strongest"]
