"""The two sides of every comparison: PostgreSQL, and DuckDB behind the dialect."""

from support.dialect import pair, translated

__all__ = ["pair", "translated"]
