"""Opening the DuckDB file, what nobody can do through it, and what it survives."""

from __future__ import annotations

import resource
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from hookwire_catalog.errors import DataCorrupted
from hookwire_engine.storage.catalog_store import initialise
from hookwire_engine.storage.database import Database
from support.faulty_disk import Do, FaultyDisk, nth


@pytest.fixture
def open_database(tmp_path: Path) -> Iterator[Callable[..., Database]]:
    made: list[Database] = []

    def open_it(data_dir: Path | None = tmp_path, **options: object) -> Database:
        database = Database(data_dir, **{"prepare": initialise, **options})  # type: ignore[arg-type]
        made.append(database)
        return database

    yield open_it
    for database in made:
        database.close()


def value(cursor: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = cursor.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_files_are_for_their_owner_alone(
    open_database: Callable[..., Database], tmp_path: Path
) -> None:
    open_database()
    assert stat.S_IMODE((tmp_path / "hookwire.duckdb").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o700


def test_what_a_killed_server_spilled_is_removed(
    open_database: Callable[..., Database], tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "duckdb_temp_storage-0.tmp").write_bytes(bytes(1000))
    open_database()
    assert list((tmp_path / "tmp").iterdir()) == []


ATTACKS = [
    "COPY (SELECT 1) TO '{dir}/out.csv'",
    "COPY (SELECT 1) TO '{dir}/hookwire.duckdb.wal'",
    "CREATE TABLE t AS SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('{dir}/secret')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd.csv'",
    "ATTACH '{dir}/other.duckdb'",
    "ATTACH ':memory:' AS m (TYPE sqlite)",
    "INSTALL httpfs",
    "LOAD '{dir}/x.duckdb_extension'",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "EXPORT DATABASE '{dir}/export'",
    "IMPORT DATABASE '{dir}/export'",
    "SET enable_external_access = true",
    "SET GLOBAL allowed_directories = ['/']",
    "SET allowed_configs = ['threads']",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '1TB'",
    "SET GLOBAL memory_limit = '1TB'",
    "SET temp_directory = '/tmp'",
    "SET threads = 64",
    "SET python_enable_replacements = true",
    "SET checkpoint_threshold = '1KB'",
    "SET autoload_known_extensions = true",
    "PRAGMA enable_profiling = 'json'",
    "SET log_query_path = '{dir}/log'",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_files_network_and_configuration_are_out_of_reach(
    open_database: Callable[..., Database], tmp_path: Path, attack: str
) -> None:
    """The second wall; the first, in front of every statement of a session, is the query wing's."""
    (tmp_path / "secret").write_text("secret")
    cursor = open_database().session_cursor()
    before = {p.name for p in tmp_path.iterdir()}
    log = tmp_path / "hookwire.duckdb.wal"
    content = log.read_bytes()
    with pytest.raises(duckdb.Error):
        cursor.execute(attack.format(dir=tmp_path)).fetchall()
    assert {p.name for p in tmp_path.iterdir()} == before
    assert log.read_bytes() == content


def test_python_variables_are_not_tables(open_database: Callable[..., Database]) -> None:
    cursor = open_database().session_cursor()
    secrets = duckdb.sql("SELECT 1 AS secret")  # noqa: F841
    with pytest.raises(duckdb.CatalogException):
        cursor.execute("SELECT * FROM secrets")


def test_a_session_has_habits_of_its_own(open_database: Callable[..., Database]) -> None:
    database = open_database()
    one, other = database.session_cursor(), database.session_cursor()
    assert value(one, "SELECT 7 / 2") == 3
    assert one.execute("SELECT * FROM (VALUES (1), (NULL), (2)) ORDER BY 1").fetchall() == [
        (1,), (2,), (None,),
    ]  # fmt: skip
    assert one.execute("SELECT * FROM (VALUES (1), (NULL)) ORDER BY 1 DESC").fetchall() == [
        (None,), (1,),
    ]  # fmt: skip
    with pytest.raises(duckdb.Error):
        one.execute("SELECT 1.0::double / 0").fetchall()
    one.execute("SET TimeZone = 'Asia/Tokyo'")
    assert value(one, "SELECT current_setting('TimeZone')") == "Asia/Tokyo"
    assert value(other, "SELECT current_setting('TimeZone')") == "UTC"
    one.execute("CREATE TABLE lookup (a int)")
    assert value(other, "SELECT count(*) FROM hookwire.public.lookup") == 0


def test_a_session_without_the_schema_public(open_database: Callable[..., Database]) -> None:
    database = open_database()
    database.cursor().execute("DROP SCHEMA hookwire.public")
    assert value(database.session_cursor(), "SELECT 1") == 1


def test_memory_is_limited(open_database: Callable[..., Database]) -> None:
    """Half of the machine's for all, a quarter for one session's sorts and hash tables."""
    plain = duckdb.connect(":memory:")
    default = str(value(plain, "SELECT current_setting('memory_limit')")).split()
    plain.close()
    cursor = open_database().session_cursor()
    limit = str(value(cursor, "SELECT current_setting('memory_limit')")).split()
    assert limit[1] == default[1]
    assert float(limit[0]) == pytest.approx(float(default[0]) * 0.5 / 0.8, rel=0.02)
    statement = value(cursor, "SELECT current_setting('operator_memory_limit')")
    assert statement is not None
    assert float(str(statement).split()[0]) < float(limit[0])
    spill = str(value(cursor, "SELECT current_setting('max_temp_directory_size')"))
    assert "%" not in spill


def test_memory_without_a_directory_never_spills(open_database: Callable[..., Database]) -> None:
    cursor = open_database(None).session_cursor()
    assert value(cursor, "SELECT current_setting('temp_directory')") == ""
    cursor.execute("CREATE TABLE t AS SELECT 1 AS a")
    assert value(cursor, "SELECT a FROM hookwire.public.t") == 1


def test_what_prepare_makes_is_there_and_it_may_do_anything(
    open_database: Callable[..., Database],
) -> None:
    def prepare(root: duckdb.DuckDBPyConnection) -> None:
        initialise(root)
        root.execute("CREATE SCHEMA memory.hw")
        root.execute("CREATE MACRO memory.hw.twice(x) AS x * 2")
        root.execute("SET GLOBAL errors_as_json = true")

    database = open_database(prepare=prepare)
    assert value(database.session_cursor(), "SELECT memory.hw.twice(21)") == 42
    with pytest.raises(duckdb.Error, match="exception_type"):
        database.cursor().execute("SELECT nope")


def test_a_prepare_that_fails_leaves_the_file_free(
    open_database: Callable[..., Database],
) -> None:
    def fail(root: duckdb.DuckDBPyConnection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_database(prepare=fail)
    open_database()


@pytest.mark.parametrize("content", [b"this is not a database" * 1000, b"x"])
def test_a_file_that_is_no_database(
    open_database: Callable[..., Database], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "hookwire.duckdb").write_bytes(content)
    with pytest.raises(DataCorrupted, match=f"cannot open {tmp_path}/hookwire.duckdb: "):
        open_database()
    assert (tmp_path / "hookwire.duckdb").read_bytes() == content


def test_a_damaged_log_of_duckdb_is_refused(
    open_database: Callable[..., Database], tmp_path: Path
) -> None:
    database = open_database()
    cursor = database.cursor()
    cursor.execute("CREATE TABLE hookwire.public.t (a int)")
    for _ in range(50):
        cursor.execute("INSERT INTO hookwire.public.t VALUES (1)")
    content = (tmp_path / "hookwire.duckdb.wal").read_bytes()
    whole = (tmp_path / "hookwire.duckdb").read_bytes()
    refused = 0
    for offset in range(len(content) // 2, len(content) // 2 + 8):
        copy = tmp_path / f"copy{offset}"
        copy.mkdir()
        (copy / "hookwire.duckdb").write_bytes(whole)
        changed = content[:offset] + bytes([content[offset] ^ 0xFF]) + content[offset + 1 :]
        (copy / "hookwire.duckdb.wal").write_bytes(changed)
        try:
            open_database(copy)
        except DataCorrupted as error:
            refused += "cannot open" in error.message
    assert refused  # DuckDB takes a damaged length for the end of its log


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Makes writes beyond a size fail, as on a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size or old[0], old[1]))

    yield limit
    limit(0)


def test_a_failed_checkpoint_is_repaired_without_a_restart(
    open_database: Callable[..., Database], small_files: Callable[[int], None]
) -> None:
    database = open_database()
    cursor, session = database.cursor(), database.session_cursor()
    cursor.execute(
        "CREATE TABLE hookwire.public.t AS SELECT hash(i)::varchar a FROM range(20000) r(i)"
    )
    assert value(session, "SELECT count(*) FROM t") == 20_000
    database.repair(ValueError("nothing of ours"))
    small_files(20_000)
    with pytest.raises(duckdb.Error) as failed:
        database.checkpoint()
    with pytest.raises(duckdb.Error):
        session.execute("SELECT count(*) FROM t").fetchall()
    database.repair(failed.value)
    assert value(session, "SELECT count(*) FROM t") == 20_000
    small_files(0)
    cursor.execute("INSERT INTO hookwire.public.t VALUES ('new')")
    database.checkpoint()
    assert database.log_bytes() == 0
    assert value(session, "SELECT count(*) FROM t") == 20_001


def test_the_log_and_its_size(open_database: Callable[..., Database]) -> None:
    database = open_database()
    database.checkpoint()
    assert database.log_bytes() == 0
    database.secure_log()  # nothing to secure
    database.cursor().execute("CREATE TABLE hookwire.public.t (a int)")
    assert database.log_bytes() > 0
    database.secure_log()
    memory = open_database(None)
    memory.secure_log()
    assert memory.log_bytes() == 0


def test_the_name_of_a_new_log_is_secured_once(open_database: Callable[..., Database]) -> None:
    """DuckDB syncs the log and not the directory; the journal lets go of rows only after that."""
    disk = FaultyDisk()
    database = open_database(disk=disk)
    cursor = database.cursor()

    def syncs() -> int:
        before = len(disk.operations)
        database.secure_log()
        assert {o.do for o in disk.operations[before:]} <= {Do.SYNC_DIRECTORY}
        return len(disk.operations) - before

    assert [syncs(), syncs()] == [1, 0]
    cursor.execute("CREATE TABLE hookwire.public.t (a int)")
    assert syncs() == 0
    database.checkpoint()
    assert syncs() == 0  # there is no log yet
    cursor.execute("INSERT INTO hookwire.public.t VALUES (1)")
    assert [syncs(), syncs()] == [1, 0]


def test_a_log_whose_name_could_not_be_secured_stays_in_doubt(
    open_database: Callable[..., Database],
) -> None:
    database = open_database(disk=FaultyDisk(fault=nth(0)))
    with pytest.raises(OSError):
        database.secure_log()
    database.secure_log()
