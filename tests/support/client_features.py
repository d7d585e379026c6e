"""Which features of which clients are tested, and the table of them in docs/compatibility.md.

A test under tests/clients says what it shows:

    @client_feature("psycopg 3", "server-side cursors")
    def test_...

`pytest tests/clients --write-compatibility` writes the table from that run: a feature works when
all its tests pass; a strict xfail is a "no" with its reason. Rows of tests that did not run, say
because a client is not installed, stay as they were. tests/test_docs.py holds that the table has
a row for every declared feature and no other, without running the clients.
"""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "clients"
DUCKDB = "1.5.5"
"""The version of DuckDB whose postgres extension is tested."""
_NODE = TESTS / "programs" / "node" / "package.json"
PAGE = ROOT / "docs" / "compatibility.md"
BEGIN = "<!-- Made by `pytest tests/clients --write-compatibility`; change those tests. -->"
END = "<!-- End of the made table. -->"
HEADING = ("client", "version", "feature", "works")

client_feature = pytest.mark.client_feature

Feature = tuple[str, str]


def package(name: str) -> Callable[[], str]:
    """The version of an installed Python package."""
    return lambda: metadata.version(name)


def program(*command: str) -> Callable[[], str]:
    """The first word with a digit in front that a program prints, such as 15.18."""

    def version() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        words = (done.stdout + done.stderr).replace(",", " ").split()
        return next(word for word in words if word.lstrip("v")[:1].isdigit()).lstrip("v")

    return version


def _dbt_version() -> str:
    """Of the environment that tests/clients/test_dbt.py makes."""
    [folder] = ROOT.glob(".pytest_cache/d/dbt/lib/*/site-packages/dbt_postgres-*.dist-info")
    return folder.name.removesuffix(".dist-info").rpartition("-")[2]


def debian(name: str) -> Callable[[], str]:
    """The upstream version of an installed Debian package, such as 42.5.5 of 1:42.5.5-0+deb12."""
    whole = program("dpkg-query", "--show", "--showformat", "${Version}", name)
    return lambda: whole().rpartition(":")[2].partition("-")[0]


def npm(name: str) -> Callable[[], str]:
    """The version that programs/node asks for."""
    return lambda: str(json.loads(_NODE.read_text())["dependencies"][name])


# Each client, and how its version is learnt. The table has the clients in this order.
CLIENTS: dict[str, Callable[[], str]] = {
    "psql": program("psql", "--version"),
    "psycopg 3": package("psycopg"),
    "psycopg2": package("psycopg2-binary"),
    "asyncpg": package("asyncpg"),
    "SQLAlchemy 2": package("sqlalchemy"),
    "pandas": package("pandas"),
    "ADBC": package("adbc-driver-postgresql"),
    "ConnectorX": package("connectorx"),
    "pgcli": package("pgcli"),
    "dbt-postgres": _dbt_version,
    "pgJDBC": debian("libpostgresql-jdbc-java"),
    "psqlODBC": debian("odbc-postgresql"),
    "node-postgres": npm("pg"),
    "postgres.js": npm("postgres"),
    "Npgsql": lambda: "recorded session",
    "DBD::Pg": debian("libdbd-pg-perl"),
    "PHP PDO": program("php", "--version"),
    "pgbench": program("psql", "--version"),
    "postgres_fdw": program("psql", "--version"),
    "dblink": program("psql", "--version"),
    "DuckDB": lambda: DUCKDB,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `works` is yes, "no: reason" or "in part: reason"."""

    client: str
    version: str
    feature: str
    works: str

    @property
    def key(self) -> Feature:
        return self.client, self.feature


@dataclass(slots=True)
class Results:
    """What a run showed of one feature."""

    passed: int = 0
    missing: bool = False
    reasons: list[str] = field(default_factory=list)

    @property
    def works(self) -> str | None:
        """None where the run does not tell."""
        if self.missing or not (self.passed or self.reasons):
            return None
        if not self.reasons:
            return "yes"
        reasons = "; ".join(dict.fromkeys(self.reasons))
        return f"in part: {reasons}" if self.passed else f"no: {reasons}"


def declared() -> list[Feature]:
    """Every feature that a test declares, read from the files, in their order."""
    found = (f for file in sorted(TESTS.rglob("*.py")) for f in _declared_in(file))
    order = list(CLIENTS)
    return sorted(dict.fromkeys(found), key=lambda feature: order.index(feature[0]))


def _declared_in(file: Path) -> Iterator[Feature]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and _name(node.func) == "client_feature":
            client, feature = map(ast.literal_eval, node.args)
            if client not in CLIENTS:
                raise ValueError(f"{file.name}: {client!r} is not in client_features.CLIENTS")
            yield client, feature


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def read_table() -> list[Row]:
    """The rows that docs/compatibility.md has now."""
    _, _, rest = PAGE.read_text().partition(BEGIN)
    lines = rest.partition(END)[0].strip().splitlines()[2:]
    cells = (line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines)
    return [Row(*(cell.replace("\\|", "|") for cell in row)) for row in cells]


def write_table(results: Mapping[Feature, Results]) -> None:
    """Bring the table up to date with what a run showed."""
    rows = {row.key: row for row in read_table()}
    for key, result in results.items():
        if (works := result.works) is not None:
            rows[key] = Row(key[0], _version(key[0]), key[1], works)
    text = _table(rows[key] for key in declared() if key in rows)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


@cache
def _version(client: str) -> str:
    return CLIENTS[client]()


def _table(rows: Iterable[Row]) -> str:
    lines = [HEADING, ("---",) * len(HEADING)]
    lines += [(row.client, row.version, row.feature, row.works) for row in rows]
    return "\n".join(_line(cells) for cells in lines)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
