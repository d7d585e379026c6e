"""The DuckDB file: how it is opened, locked down, and shared out as cursors."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from hookwire_catalog.errors import DataCorrupted
from hookwire_engine.append.disk import Disk, RealDisk

log = logging.getLogger("hookwire.storage")

DATABASE = "hookwire"
INTERNAL = "hookwire_internal"
FILE_NAME = "hookwire.duckdb"

ROW_GROUP_ROWS = 32_768
"""Rows a row group: small enough that a checkpoint rewrites little, and not below the 30,000 that
DuckDB wants before it shreds a VARIANT."""

MEMORY_SHARE = 0.5
"""Of the machine's memory, or of the cgroup's where that is less: the most that DuckDB takes for
all statements and the applier together. The rest is for results on their way, the journal's queue
and the page cache."""

STATEMENT_SHARE = 0.5
"""Of DuckDB's memory: what the sorts and hash tables of one session may hold before they spill."""

SPILL_SHARE = 0.5
"""Of the free space at start: the most that queries may put into temporary files, so that no
query can take the disk away from the journal."""

STREAM_BUFFER = "2MB"
"""How much of a result DuckDB makes before the first row is taken, and ahead of a slow reader. With
its 10 MiB the first row took five times as long, and all of them hardly less."""

SESSION_CONFIGS = (
    "TimeZone",
    "default_null_order",
    "integer_division",
    "operator_memory_limit",
    "schema",
    "search_path",
    "streaming_buffer_size",
)
"""What a cursor may still set after the configuration has been locked."""

_DUCKDB_SHARE = 0.8
"""Of the memory, DuckDB's own default for its limit."""

Prepare = Callable[[duckdb.DuckDBPyConnection], None]

_LOCK_DOWN = (
    # Maintenance checkpoints: an automatic checkpoint would run inside some commit.
    "SET GLOBAL checkpoint_threshold = '1TB'",
    "SET GLOBAL autoload_known_extensions = false",
    "SET GLOBAL autoinstall_known_extensions = false",
    "SET GLOBAL allow_community_extensions = false",
    "SET GLOBAL allow_persistent_secrets = false",
    "SET GLOBAL python_enable_replacements = false",
    "SET GLOBAL ieee_floating_point_ops = false",
    "SET GLOBAL enable_external_access = false",
    # Tells the place of a fault exactly, where the text has only an excerpt (duck/report.py).
    "SET GLOBAL errors_as_json = true",
    # What is wrong with the words of a statement does not end its transaction.
    "SET GLOBAL default_transaction_invalidation_policy = 'SYNTACTIC_ERRORS_DO_NOT_INVALIDATE'",
)


class Database:
    """The attached file (or memory) and a maker of cursors.

    The initial database is always in memory and the file is attached to it: a failed checkpoint
    then invalidates the attached database only, not the process (research/duckdb.md 2.4).
    """

    def __init__(
        self, data_dir: Path | None, *, prepare: Prepare, disk: Disk | None = None
    ) -> None:
        """`prepare` gets the root connection while everything is still allowed.

        Raises DataCorrupted when the file cannot be opened, and what `prepare` raises.
        """
        self.path = None if data_dir is None else data_dir / FILE_NAME
        self._disk = disk or RealDisk()
        self._lock = threading.Lock()
        self._log_generation = 1
        self._secured_generation = 0
        self._checkpointing = False
        self._root = duckdb.connect(":memory:", config=_config(data_dir))
        try:
            self._open(prepare)
        except BaseException:
            self._root.close()
            raise

    def _open(self, prepare: Prepare) -> None:
        try:
            self._attach()
        except duckdb.Error as error:
            where = self.path or "a database in memory"
            raise DataCorrupted(f"cannot open {where}: {error}") from error
        prepare(self._root)
        self._session_settings = _limit_memory(self._root)
        _lock_down(self._root)

    def _attach(self) -> None:
        target = ":memory:" if self.path is None else str(self.path)
        options = [f"ROW_GROUP_SIZE {ROW_GROUP_ROWS}"]
        if self.path is not None:
            # Readable by DuckDB 1.5, whose extensions the shared store needs.
            options.insert(0, "STORAGE_VERSION 'v1.5.0'")
        quoted = target.replace("'", "''")
        self._root.execute(f"ATTACH '{quoted}' AS {DATABASE} ({', '.join(options)})")
        if self.path is not None:
            self.path.chmod(0o600)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own onto the same database; use it from one thread at a time."""
        with self._lock:
            cursor = self._root.cursor()
        cursor.execute(f"USE {DATABASE}.{INTERNAL}")
        return cursor

    def session_cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor with PostgreSQL's habits, as far as DuckDB has settings for them."""
        with self._lock:
            cursor = self._root.cursor()
        for statement in (
            "SET integer_division = true",
            "SET default_null_order = 'nulls_last_on_asc_first_on_desc'",
            "SET TimeZone = 'UTC'",
            f"SET streaming_buffer_size = '{STREAM_BUFFER}'",
            *self._session_settings,
        ):
            cursor.execute(statement)
        try:
            cursor.execute(f"SET search_path = '{DATABASE}.public'")
        except duckdb.CatalogException:  # DROP SCHEMA public
            cursor.execute(f"SET search_path = '{DATABASE}.main'")
        return cursor

    # DuckDB's write-ahead log.

    def log_bytes(self) -> int:
        """Size of the log; 0 when there is none."""
        if self.path is None:
            return 0
        try:
            return self.path.with_name(self.path.name + ".wal").stat().st_size
        except FileNotFoundError:
            return 0

    def secure_log(self) -> None:
        """After a commit: see to it that a power cut cannot take the log's name away.

        DuckDB removes the log in a checkpoint, makes a new one at the next commit, and syncs its
        content but not the directory. Raises OSError.
        """
        may_be_replaced = self._checkpointing  # read first, see checkpoint()
        generation = self._log_generation
        known = generation == self._secured_generation and not may_be_replaced
        if self.path is None or known or not self.log_bytes():
            return
        self._disk.sync_directory(self.path.parent)
        if not may_be_replaced:
            self._secured_generation = generation

    def checkpoint(self) -> None:
        """Move DuckDB's log into its file; raises duckdb.Error when another writer is in the way.
        One thread at a time."""
        cursor = self.cursor()
        self._checkpointing = True
        try:
            cursor.execute(f"CHECKPOINT {DATABASE}")
        finally:
            self._log_generation += 1
            self._checkpointing = False
            cursor.close()

    def repair(self, error: BaseException) -> None:
        """If `error` says that a failed checkpoint has made the database unusable, open it again.

        Nothing that was committed is lost: it is in DuckDB's log. Open transactions are. Raises
        duckdb.Error when it cannot be opened.
        """
        if "has been invalidated" not in str(error) or self.path is None:
            return
        with self._lock:
            self._root.execute(f"DETACH {DATABASE}")
            self._attach()
        log.warning("the database was opened again after a failed checkpoint")

    def close(self) -> None:
        self._root.close()


def rollback(cursor: duckdb.DuckDBPyConnection) -> None:
    """A failed COMMIT has already ended the transaction; then there is nothing to roll back."""
    try:
        cursor.execute("ROLLBACK")
    except duckdb.Error:
        log.debug("no transaction to roll back")


def _config(data_dir: Path | None) -> dict[str, Any]:
    config = {"temp_directory": ""}
    if data_dir is not None:
        spill = data_dir / "tmp"
        shutil.rmtree(spill, ignore_errors=True)  # what a killed server left
        spill.mkdir(mode=0o700)
        kilobytes = int(shutil.disk_usage(data_dir).free * SPILL_SHARE) // 1024
        config["temp_directory"] = str(spill)
        config["max_temp_directory_size"] = f"{kilobytes}KiB"
    return config


def _limit_memory(root: duckdb.DuckDBPyConnection) -> list[str]:
    """Set DuckDB's limit; returns what each session has to set for its own."""
    ((default,),) = root.execute("SELECT current_setting('memory_limit')").fetchall()
    number, unit = default.split()
    limit = float(number) * MEMORY_SHARE / _DUCKDB_SHARE
    root.execute(f"SET GLOBAL memory_limit = '{limit:.3f}{unit}'")
    if "operator_memory_limit" not in _known_settings(root):  # DuckDB 1.5
        return []
    return [f"SET operator_memory_limit = '{limit * STATEMENT_SHARE:.3f}{unit}'"]


def _lock_down(root: duckdb.DuckDBPyConnection) -> None:
    for statement in _LOCK_DOWN:
        root.execute(statement)
    allowed = [name for name in SESSION_CONFIGS if name.lower() in _known_settings(root)]
    root.execute(f"SET GLOBAL allowed_configs = {allowed!r}")
    root.execute("SET GLOBAL lock_configuration = true")


def _known_settings(root: duckdb.DuckDBPyConnection) -> set[str]:
    rows = root.execute("SELECT lower(name) FROM duckdb_settings()").fetchall()
    return {name for (name,) in rows}
