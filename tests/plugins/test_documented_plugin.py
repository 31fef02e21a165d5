"""The examples of docs/plugins.md, put together, are one working plugin."""

from __future__ import annotations

import re
from pathlib import Path

from redraft.onefile import digest_of
from redraft.plugins import load_plugins
from redraft.plugins.hooks import HOOKS
from redraft.plugins.trust import trust

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"


def test_the_documented_plugin_has_every_hook_and_works(tmp_path, monkeypatch):
    monkeypatch.setenv("REDRAFT_DATA_DIR", str(tmp_path / "data"))
    text, _, _ = PAGE.read_text(encoding="utf-8").partition("## Names")
    source = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    plugin = tmp_path / "plugins" / "whole.py"
    for name, content in [
        ("whole.py", source),
        ("agents/reader.md", "---\nredraft: 1\nwrites: note\n---\nRead."),
        ("graphs/reading.toml", 'redraft = 1\nextends = "refine"\n'),
        ("models/tiny.gguf", ""),
    ]:
        file = plugin.parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    trust(plugin, digest_of(plugin.read_bytes()))
    (info,) = [info for info in load_plugins(tmp_path).infos if info.name == "whole"]
    assert info.error is None
    assert set(info.hooks) == set(HOOKS)
    assert set(info.provides) == {
        "agents/reader", "checks/enough", "evaluators/politeness", "graphs/reading", "models/tiny",
        "nodes/shorten", "observers/keep",
    }  # fmt: skip
