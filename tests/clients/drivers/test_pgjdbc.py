"""pgJDBC: the sections of programs/jdbc, each the same on PostgreSQL 15 and here."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from support.client_features import client_feature
from support.client_programs import PROGRAMS, Answers, Shop, answers
from support.programs import existing, need

DRIVER = "/usr/share/java/postgresql.jar"


@pytest.fixture(scope="module")
def jdbc(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    need("javac", shutil.which, "openjdk-17-jdk-headless")
    need(DRIVER, existing, "libpostgresql-jdbc-java")
    classes = tmp_path_factory.mktemp("jdbc")
    sources = map(str, sorted((PROGRAMS / "jdbc").glob("*.java")))
    subprocess.run(
        ["javac", "-Xlint:all", "-Werror", "-cp", DRIVER, "-d", str(classes), *sources], check=True
    )

    def command(host: str, port: int) -> list[str]:
        url = f"jdbc:postgresql://{host}:{port}/hookwire?user=hookwire"
        return ["java", "-XX:+UseSerialGC", "-cp", f"{classes}:{DRIVER}", "Main", url]

    return answers(shop, command, classes)


@client_feature("pgJDBC", "`DatabaseMetaData`: catalogs, schemas, tables, columns")
@pytest.mark.parametrize("part", ["schemas and catalogs", "getTables", "getColumns"])
def test_relations(jdbc: Answers, part: str) -> None:
    jdbc.same(f"metadata: {part}")


@client_feature("pgJDBC", "`DatabaseMetaData`: keys, indexes, privileges")
@pytest.mark.parametrize("part", ["keys", "getIndexInfo", "privileges"])
def test_what_hangs_on_relations(jdbc: Answers, part: str) -> None:
    jdbc.same(f"metadata: {part}")


@client_feature("pgJDBC", "`DatabaseMetaData`: types, functions, what the server is")
@pytest.mark.parametrize("part", ["types and functions", "what the server is"])
def test_what_the_server_has(jdbc: Answers, part: str) -> None:
    jdbc.same(f"metadata: {part}")


@client_feature("pgJDBC", "`ResultSetMetaData` with base tables, `ParameterMetaData`")
@pytest.mark.parametrize("part", ["ResultSetMetaData", "ParameterMetaData"])
def test_described_statements(jdbc: Answers, part: str) -> None:
    jdbc.same(part)


@client_feature("pgJDBC", "values of all types, text and binary, past `prepareThreshold`")
@pytest.mark.parametrize("transfer", ["text", "binary", "prepareThreshold"])
@pytest.mark.parametrize(
    "types",
    [
        "numbers",
        "text and bytes",
        "dates and times",
        "arrays",
        "jsonb, uuid, interval",
        "hstore",
        "NULL of every type",
    ],
)
def test_values(jdbc: Answers, transfer: str, types: str) -> None:
    jdbc.same(f"{transfer}: {types}")


@client_feature("pgJDBC", "arrays of arrays as parameters")
@pytest.mark.xfail(reason="a parameter has one dimension", strict=True)
@pytest.mark.parametrize("transfer", ["text", "binary", "prepareThreshold"])
def test_arrays_of_arrays(jdbc: Answers, transfer: str) -> None:
    jdbc.same(f"{transfer}: arrays of arrays")


@client_feature("pgJDBC", "`setFetchSize`, `setMaxRows`, two open results")
def test_paging(jdbc: Answers) -> None:
    lines = jdbc.same("fetch size").splitlines()
    assert lines == ["1050 | 551775"] * 6 + ["30", "1:11 2:12 3:13 4:14 5:15 6:16 7:17 8:18 9:19 "]


@client_feature("pgJDBC", "batches, generated keys, `reWriteBatchedInserts`")
def test_batches(jdbc: Answers) -> None:
    jdbc.same("batches and generated keys")


@client_feature("pgJDBC", "`setQueryTimeout`, `cancel`")
def test_cancelling(jdbc: Answers) -> None:
    lines = jdbc.same("query timeout and cancel").splitlines()
    assert sum(line.startswith("57014 | ") for line in lines) == 3
    assert lines.count("alive | ") == 2


@client_feature("pgJDBC", "`CopyManager`")
def test_copy(jdbc: Answers) -> None:
    jdbc.same("CopyManager")


@client_feature("pgJDBC", "notifications")
def test_notifications(jdbc: Answers) -> None:
    assert jdbc.same("notifications") == "news | first | true\nnews | second | true\n"


@client_feature("pgJDBC", "`ServerErrorMessage`, warnings")
@pytest.mark.parametrize("part", ["errors", "warnings"])
def test_errors(jdbc: Answers, part: str) -> None:
    jdbc.same(part)


@client_feature("pgJDBC", "savepoints, `autosave=always`")
@pytest.mark.parametrize("part", ["savepoints", "autosave=always"])
def test_savepoints(jdbc: Answers, part: str) -> None:
    jdbc.same(part)


@client_feature("pgJDBC", "isolation, read-only, schema, properties")
@pytest.mark.parametrize("part", ["isolation and read only", "connection properties"])
def test_the_session(jdbc: Answers, part: str) -> None:
    jdbc.same(part)


@client_feature("pgJDBC", "scrollable and updatable results")
def test_scrolling(jdbc: Answers) -> None:
    jdbc.same("scrollable and updatable results")


@client_feature("pgJDBC", "`preferQueryMode=simple`, several statements in one")
@pytest.mark.parametrize("part", ["preferQueryMode=simple", "several statements in one"])
def test_simple_queries(jdbc: Answers, part: str) -> None:
    jdbc.same(part)
