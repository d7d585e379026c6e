"""`connect` opens connections to PostgreSQL and, in a second run, to Hookwire."""

from __future__ import annotations

from support.both import both_dsn, connect

__all__ = ["both_dsn", "connect"]
