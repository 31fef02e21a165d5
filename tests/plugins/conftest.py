"""Distributions as an installer leaves them, in a folder on the path of this process."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOOK = "from redraft import hookimpl\nfrom pathlib import Path\n"


class Site:
    """A folder of installed distributions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: set[str] = set()

    def add(self, name: str, source: str = "", *, requires: str = "", **files: str) -> Path:
        """Install the distribution `name`, a package that is its plugin; return the package's folder.

        Args:
            name: Its name.
            source: The source of its `__init__.py`, behind the usual imports.
            requires: What its metadata says that it requires.
            **files: Texts of further files in the package by name, `__` for a slash and `_` before the suffix.
        """
        module = name.replace("-", "_")
        self.modules.add(module)
        package = self.folder / module
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(HOOK + textwrap.dedent(source), encoding="utf-8")
        for key, text in files.items():
            path = package / re.sub(r"_(?=[a-z]+$)", ".", key).replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        required = f"Requires-Dist: {requires}\n" if requires else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{required}\n", "utf-8")
        short = name.removeprefix("redraft-")
        (info / "entry_points.txt").write_text(f"[redraft]\n{short} = {module}\n", encoding="utf-8")
        return package


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty site on the path; what was imported from it is forgotten afterwards."""
    made = Site(tmp_path / "site")
    made.folder.mkdir()
    monkeypatch.syspath_prepend(str(made.folder))
    yield made
    for name in [name for name in sys.modules if name.partition(".")[0] in made.modules]:
        del sys.modules[name]
