"""The chapters in the order of PostgreSQL's manual."""

from __future__ import annotations

from hookwire_engine.functions import (
    acting,
    aggregates,
    arithmetic,
    arrays,
    binary,
    comparison,
    dates,
    formatting,
    hstore,
    misc,
    pattern,
    proofs,
    rendering,
    series,
    text,
    unsupported,
    windows,
)
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.jsonb import functions as jsonb_functions
from hookwire_engine.functions.jsonb import operators as jsonb_operators
from hookwire_engine.functions.jsonb import path_functions as jsonb_path_functions

CHAPTERS: tuple[Chapter, ...] = (
    rendering.chapter,
    comparison.chapter,
    arithmetic.chapter,
    text.chapter,
    binary.chapter,
    pattern.chapter,
    dates.chapter,
    formatting.chapter,
    jsonb_operators.chapter,
    jsonb_functions.chapter,
    jsonb_path_functions.chapter,
    arrays.chapter,
    aggregates.chapter,
    windows.chapter,
    series.chapter,
    misc.addresses,
    misc.uuids,
    misc.sequences,
    misc.sizes,
    acting.settings,
    acting.locks,
    acting.signals,
    hstore.chapter,
    proofs.chapter,
    unsupported.geometry,
    unsupported.text_search,
    unsupported.xml,
    unsupported.ranges,
)
