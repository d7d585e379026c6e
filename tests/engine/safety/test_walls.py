"""Attacks on a database that is locked down like the server's: nothing is read, nothing written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from hookwire_catalog.errors import SqlError
from hookwire_catalog.split import split_statements
from hookwire_engine.duck import to_sql_error
from hookwire_engine.safety.rules import check, check_sql
from hookwire_engine.storage.database import Database

CANARY = "canary-7f3a"
SECRET = "secret-51c9"

READS = """
select content from read_text('{canary}')
select * from read_blob('{database}')
select * from read_blob('{database}.wal')
select * from read_csv('{canary}')
select * from '{canary}'
select * from "{canary}"
select * from "{folder}/canary"."csv"
select * from '{database}'
select * from "{database}"
select * from read_duckdb('{database}')
select * from glob('{folder}/*')
select * from glob('{database}*')
select * from read_text(['{database}', '{canary}'])
select * from hookwire.hookwire_internal.objects
select * from query('select * from hookwire.hookwire_internal.objects')
select * from histogram_values('hookwire.hookwire_internal.objects', value)
from t, main.histogram('hookwire.hookwire_internal.objects', value)
with x as (select * from read_blob('{database}')) select * from x
create view w as select * from read_blob('{database}')
create macro w() as table select * from read_blob('{database}')
explain analyze select * from read_blob('{database}')
summarize select * from read_blob('{database}')
pivot (select * from read_blob('{database}')) on size
attach '{database}' as other
attach '{folder}/new.duckdb' as other
import database '{folder}'
select * from duckdb_secrets()
select * from duckdb_settings()
select * from duckdb_tables
select sql from sqlite_master
select current_setting('temp_directory')
select * from (show all tables)
"""
WRITES = """
copy (select 1) to '{database}.wal'
copy (select 1) to '{database}'
copy (select 1) to '{folder}/out.csv'
copy t to '{canary}'
copy (select 1) to '{folder}/out.parquet' (format parquet)
export database '{folder}/export'
explain analyze copy (select 1) to '{folder}/out.csv'
attach '{folder}/other.duckdb' as other
create persistent secret s (type http)
install httpfs
load '{folder}/x.duckdb_extension'
pragma enable_profiling='json'
set lock_configuration = false
set enable_external_access = true
call enable_logging()
checkpoint
vacuum
"""


@dataclass(frozen=True, slots=True)
class Guarded:
    folder: Path
    cursor: duckdb.DuckDBPyConnection

    def fill(self, attack: str) -> str:
        return attack.format(
            folder=self.folder,
            canary=self.folder / "canary.csv",
            database=self.folder / "hookwire.duckdb",
        )

    def digests(self) -> dict[str, str]:
        """Each file by what is in it."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _prepare(root: duckdb.DuckDBPyConnection) -> None:
    for schema in ("public", "hookwire_internal"):
        root.execute(f"CREATE SCHEMA IF NOT EXISTS hookwire.{schema}")
    root.execute(f"CREATE TABLE hookwire.hookwire_internal.objects AS SELECT '{SECRET}' AS value")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "canary.csv").write_text(f"a,b\n1,{CANARY}\n")
    database = Database(folder, prepare=_prepare)
    cursor = database.session_cursor()
    cursor.execute("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b")
    yield Guarded(folder, cursor)
    cursor.close()
    database.close()


def run(guarded: Guarded, sql: str, *, judged: bool = True) -> str:
    """The rows as text, or the error that a client would see."""
    try:
        if judged:
            check(split_statements(sql)[0])
            check_sql(sql, passed_on=True)
        return str(guarded.cursor.execute(sql).fetchall())
    except SqlError as error:
        return shown(error)
    except duckdb.Error as fault:
        return shown(to_sql_error(fault, sql=sql))


def shown(error: SqlError) -> str:
    return f"{error.sqlstate} {error.message} {error.detail} {error.hint}"


@pytest.mark.parametrize("attack", (READS + WRITES).strip().replace("\n\n", "\n").splitlines())
def test_nothing_is_read_or_written(guarded: Guarded, attack: str) -> None:
    before = guarded.digests()
    answer = run(guarded, guarded.fill(attack))
    assert answer.startswith("42501 "), answer
    assert not any(word in answer for word in (CANARY, SECRET, str(guarded.folder)))
    assert guarded.digests() == before


def test_the_first_wall_is_needed(guarded: Guarded) -> None:
    """Configuration alone lets SQL read the database's own file, and our own tables."""
    database = guarded.folder / "hookwire.duckdb"
    assert "DUCK" in run(guarded, f"select * from read_blob('{database}')", judged=False)
    own = "select * from hookwire.hookwire_internal.objects"
    assert SECRET in run(guarded, own, judged=False)


def test_the_second_wall_is_there(guarded: Guarded) -> None:
    """What DuckDB's configuration refuses by itself, in words that name no file."""
    before = guarded.digests()
    for attack in (
        "select * from read_text('{canary}')",
        "select * from '{canary}'",
        "select * from glob('/*')",
        "copy t to '{folder}/out.csv'",
        "copy (select 1) to '{database}.wal'",
        "export database '{folder}/export'",
        "attach '{folder}/new.duckdb' as other",
        "install httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ):
        answer = run(guarded, guarded.fill(attack), judged=False)
        assert answer[:5] in ("42501", "42000", "22023", "XX000"), answer
        assert str(guarded.folder) not in answer, answer
    assert guarded.digests() == before


def test_the_database_still_works(guarded: Guarded) -> None:
    for sql, answer in {
        "select a, b from t where b in ('x', 'y')": "[(1, 'x')]",
        "from t select a": "[(1,)]",
        "with x as (insert into t values (2, 'y') returning a) select * from x": "[(2,)]",
        "pivot (select a, b from t) on b using sum(a)": "[(1, 2)]",
        "select trim(both 'x' from b), extract(year from date '2020-01-01'),"
        " b is distinct from 'x' from t order by a limit 1": "[('', 2020, False)]",
        "delete from t where a = 2": "[(1,)]",
    }.items():
        assert run(guarded, sql) == answer, sql
