"""DuckDB's own postgres extension attaches PostgreSQL and Hookwire: programs/duckdb_postgres.py.

The extension belongs to one version of DuckDB, so both come into a folder of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.client_features import DUCKDB, client_feature
from support.client_programs import PROGRAMS, Answers, Shop, answers

PACKAGES = (f"duckdb=={DUCKDB}", f"duckdb-extension-postgres-scanner=={DUCKDB}")


@pytest.fixture(scope="module")
def duckdb(shop: Shop, pytestconfig: pytest.Config) -> Answers:
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir(f"duckdb-{DUCKDB}"))
    if not (found := list(folder.rglob("postgres_scanner.duckdb_extension"))):
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        done = subprocess.run([*install, str(folder), *PACKAGES], timeout=200, check=False)
        if done.returncode and os.environ.get("CI") != "true":
            pytest.skip(f"pip does not install {' '.join(PACKAGES)}")
        found = list(folder.rglob("postgres_scanner.duckdb_extension"))
    (extension,) = found
    path = f"import sys; sys.path.insert(0, {str(folder)!r}); "
    run = f"import runpy; runpy.run_path({str(PROGRAMS / 'duckdb_postgres.py')!r})"

    def command(host: str, port: int) -> list[str]:
        return [sys.executable, "-c", path + run, host, str(port), str(extension)]

    return answers(shop, command, folder)


@client_feature("DuckDB", "`ATTACH`: relations and their columns")
def test_relations(duckdb: Answers) -> None:
    assert "('events', 'body', 'VARCHAR')" in duckdb.same("relations")


@client_feature("DuckDB", "reading tables, views and sources, filters pushed down")
@pytest.mark.parametrize("part", ["tables", "sources"])
def test_reading(duckdb: Answers, part: str) -> None:
    duckdb.same(part)


@client_feature("DuckDB", "`CREATE TABLE AS`, `INSERT` into plain tables")
def test_writing(duckdb: Answers) -> None:
    assert duckdb.same("writing").split("\n")[:4] == [
        "(50,)",
        "(50, 1225, 'n9')",
        "(1,)",
        "(51, 50)",
    ]
