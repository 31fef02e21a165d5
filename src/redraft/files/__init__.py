"""Where things are, and at which line a key stands: the one place that knows."""

from redraft.files.config import Config, load_config
from redraft.files.folders import cache_dir, config_dir, data_dir, embedded_model, library, project_dir
from redraft.files.front_matter import load_front_matter
from redraft.files.place import KeyPath, Located, Place
from redraft.files.reading import read_text
from redraft.files.search import Found, find
from redraft.files.toml import load_toml, parse_toml
from redraft.files.toml_writing import dump_toml
from redraft.files.validation import validate

__all__ = [
    "Config",
    "Found",
    "KeyPath",
    "Located",
    "Place",
    "cache_dir",
    "config_dir",
    "data_dir",
    "dump_toml",
    "embedded_model",
    "find",
    "library",
    "load_config",
    "load_front_matter",
    "load_toml",
    "parse_toml",
    "project_dir",
    "read_text",
    "validate",
]
