"""The functions over system relations, and all that a statement can call."""

from __future__ import annotations

from hookwire_engine.functions.chapters import CHAPTERS as LIBRARY
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Signature
from hookwire_engine.system.functions_definitions import chapter as definitions
from hookwire_engine.system.functions_names import chapter as names
from hookwire_engine.system.functions_privileges import chapter as privileges
from hookwire_engine.system.functions_schema import chapter as information_schema

CHAPTERS: tuple[Chapter, ...] = (names, definitions, privileges, information_schema)
"""Those over system relations, in an order in which macros come after those they use."""

CALLABLE: tuple[Signature, ...] = tuple(
    signature for chapter in (*LIBRARY, *CHAPTERS) for signature in chapter.functions
)
"""The whole library: what pg_proc shows."""
