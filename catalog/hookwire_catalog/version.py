"""The version of Hookwire, for whoever has to tell it. pyproject.toml says the same (tested)."""

VERSION = "0.1.0"
