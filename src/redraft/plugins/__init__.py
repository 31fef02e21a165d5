"""Plugins: found, loaded one by one so that a broken one harms nobody else, and put to use by name."""

from __future__ import annotations

from redraft.plugins.info import Loaded, PluginFailure, PluginInfo
from redraft.plugins.loading import load_plugins

__all__ = ["Loaded", "PluginFailure", "PluginInfo", "load_plugins"]
