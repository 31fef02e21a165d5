"""What a sandbox has to keep in, tried for real: the same checks for every provider."""

from __future__ import annotations

from redraft.sandbox.conformance.check import Check
from redraft.sandbox.conformance.suite import CHECKS, Finding, examine, has_to_pass

__all__ = ["CHECKS", "Check", "Finding", "examine", "has_to_pass"]
