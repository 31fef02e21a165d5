"""Plugins: found, loaded one by one so that a broken one harms nobody else, and put to use by name.

Everything is imported when it is first used: help lists the commands of plugins, and imports nothing for that.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redraft.plugins.info import Loaded, PluginFailure, PluginInfo
    from redraft.plugins.loading import load_plugins

_HOMES = {"Loaded": "info", "PluginFailure": "info", "PluginInfo": "info", "load_plugins": "loading"}

__all__ = ["Loaded", "PluginFailure", "PluginInfo", "load_plugins"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'redraft.plugins' has no attribute '{name}'")
    return getattr(importlib.import_module(f"redraft.plugins.{_HOMES[name]}"), name)
