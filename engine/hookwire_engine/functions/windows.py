"""Window functions (PostgreSQL 9.22)."""

from __future__ import annotations

from typing import Any

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Kind

chapter = Chapter("9.22", "Window functions")


def _window(shown: str, target: str, **more: Any) -> None:
    chapter.function(shown, target=target, kind=Kind.WINDOW, strict=False, **more)


for _name in ("row_number", "rank", "dense_rank"):
    _window(f"{_name}() int8", _name)
for _name in ("percent_rank", "cume_dist"):
    _window(f"{_name}() float8", _name)
_window("ntile(int4) int4", "ntile", wrap="CAST({0} AS INTEGER)")
for _name in ("lag", "lead"):
    _window(f"{_name}(anycompatible, int4=, anycompatible=) anycompatible", _name)
for _name in ("first_value", "last_value"):
    _window(f"{_name}(anyelement) anyelement", _name)
_window("nth_value(anyelement, int4) anyelement", "nth_value")
