"""postgres_fdw and dblink of PostgreSQL 15: its own tables from afar, and ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.client_features import client_feature
from support.client_programs import PROGRAMS, Answers, Shop, answers

SCRIPT = PROGRAMS / "postgres_fdw.sql"


@pytest.fixture(scope="module")
def fdw(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    here, port = shop.postgres

    def command(host: str, far_port: int) -> list[str]:
        variables = ["-v", f"host={host}", "-v", f"port={far_port}"]
        dsn = f"postgresql://hookwire@{here}:{port}/hookwire"
        return ["psql", "-XAtq", *variables, "-f", str(SCRIPT), dsn]

    folder: Path = tmp_path_factory.mktemp("fdw")
    return answers(shop, command, folder)


@client_feature("postgres_fdw", "`IMPORT FOREIGN SCHEMA`")
def test_import(fdw: Answers) -> None:
    assert "events|headers|USER-DEFINED|hstore|NO\n" in fdw.same("IMPORT FOREIGN SCHEMA")


@client_feature("postgres_fdw", "reading, joins and aggregates pushed down")
@pytest.mark.parametrize("part", ["reading", "joins and aggregates"])
def test_reading(fdw: Answers, part: str) -> None:
    fdw.same(part)


@client_feature("postgres_fdw", "writing to plain tables")
def test_writing(fdw: Answers) -> None:
    assert fdw.same("writing").splitlines() == ["2", "0", "92|1|fdw     |5", "6"]


@client_feature("dblink", "queries, cursors, commands, `dblink_send_query`")
def test_dblink(fdw: Answers) -> None:
    assert "pull|2\npush|3\nOK\nOK\n1|Ada\n2|Grace\n3|Käthe\nOK\n" in fdw.same("dblink")
    assert fdw.same("the end") == "over\n"
