"""`python -m redraft.sandbox`: tries every sandbox of this machine with every check."""

from __future__ import annotations

import sys

from redraft.sandbox.conformance import examine
from redraft.sandbox.providers import available


def main() -> int:
    """Print what each sandbox keeps in, and return 1 where one fails in what it has to."""
    failed = 0
    for provider in available():
        if provider.sandbox is None:
            _say(f"{provider.strength}: {provider.missing}. {provider.mend}")
            continue
        _say(f"{provider.strength} ({provider.name})")
        for finding in examine(provider.sandbox):
            failed += finding.required and finding.breach is not None
            state = "kept in" if finding.breach is None else "GOT OUT" if finding.required else "gets out"
            _say(f"  {state}  {finding.check.name}{f': {finding.breach}' if finding.breach else ''}")
    return int(failed > 0)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
