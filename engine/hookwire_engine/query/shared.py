"""What all sessions of an engine share: plans, system tables, what DuckDB says of plain tables.

Kept things follow from versions, never from time: the catalog's, and `tables_version`, which
counts committed changes of what only DuckDB knows.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from hookwire_catalog.split import Statement, split_statements
from hookwire_engine.query.advisory import AdvisoryLocks
from hookwire_engine.query.replay import Writers
from hookwire_engine.system import registry
from hookwire_engine.system.plain import read_plain
from hookwire_engine.system.values import PlainObjects, SystemName, View

if TYPE_CHECKING:
    import duckdb

    from hookwire_engine.query.plan import Plan

PLANS = 2048
PLAN_TEXT = 64 * 1024
"""Longer statements are not kept: they hardly come again."""


TEXTS = 1024
TEXT = 4096
_KEPT_WORDS = ("select", "with", "insert", "update", "delete")
"""Statements that begin so hold no password and no secret of ours."""


class Texts:
    """Statement texts as they were split last. Loop."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, list[Statement]] = OrderedDict()

    def split(self, sql: str) -> list[Statement]:
        """See catalog's split_statements; the list is not to be changed."""
        found = self._texts.get(sql)
        if found is None:
            found = split_statements(sql)
            if len(sql) <= TEXT and len(found) == 1 and found[0].tokens[0].is_word(*_KEPT_WORDS):
                self._texts[sql] = found
                if len(self._texts) > TEXTS:
                    self._texts.popitem(last=False)
        return found


class Plans:
    """The plans used last, by statement text, parameter types and all else they follow from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()

    def get(self, key: Hashable) -> Plan | None:
        with self._lock:
            found = self._plans.get(key)
            if found is not None:
                self._plans.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Plan) -> None:
        if made.volatile or len(made.sql) > PLAN_TEXT:
            return
        with self._lock:
            self._plans[key] = made
            if len(self._plans) > PLANS:
                self._plans.popitem(last=False)


class Shared:
    """Any thread, but for `tables_changed` and `writers`, which belong to the loop."""

    def __init__(self, spill_directory: Path | None) -> None:
        self.spill_directory = spill_directory
        self.plans = Plans()
        self.texts = Texts()
        self.started_us = time.time_ns() // 1000
        self.tables_version = 0
        self._plain: tuple[int, PlainObjects] | None = None
        self.locks = AdvisoryLocks()
        self.writers = Writers()
        self._system = registry.Cache()

    def tables_changed(self) -> None:
        """A transaction that made, changed or dropped a table, a sequence, ... has committed."""
        self.tables_version += 1

    def plain_objects(self, cursor: duckdb.DuckDBPyConnection) -> PlainObjects:
        """What is committed, without temporary tables; `cursor` is in no transaction. Blocks."""
        version = self.tables_version
        known = self._plain
        if known is not None and known[0] == version:
            return known[1]
        found = read_plain(cursor, temporary=False)
        self._plain = version, found
        return found

    def system_tables(self, names: Iterable[SystemName], view: View) -> Mapping[str, pa.Table]:
        return registry.tables(names, view, self._system)
