"""node-postgres and postgres.js: the sections of programs/node, the same on both servers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest

from support.client_features import client_feature
from support.client_programs import PROGRAMS, Answers, Shop, answers
from support.programs import need

Run = Callable[[str], Answers]


@pytest.fixture(scope="module")
def run(shop: Shop, pytestconfig: pytest.Config) -> Run:
    """Runs a program among packages that are installed once for each package-lock.json."""
    need("npm", shutil.which, "nodejs npm")
    source = PROGRAMS / "node"
    lock = blake2b((source / "package-lock.json").read_bytes(), digest_size=8).hexdigest()
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir(f"node-{lock}")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    if not (folder / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, check=True, timeout=120)
    return lambda program: answers(shop, _command(folder / program), folder)


def _command(program: Path) -> Callable[[str, int], list[str]]:
    return lambda host, port: ["node", str(program), host, str(port)]


@pytest.fixture(scope="module")
def node_postgres(run: Run) -> Answers:
    return run("node_postgres.js")


@pytest.fixture(scope="module")
def postgres_js(run: Run) -> Answers:
    return run("postgres_js.js")


@client_feature("node-postgres", "queries, parameters and types, text and binary")
@pytest.mark.parametrize("part", ["queries and parameters", "binary results", "named statements"])
def test_queries(node_postgres: Answers, part: str) -> None:
    node_postgres.same(part)


@client_feature("node-postgres", "`pg-cursor`, `pg-query-stream`")
def test_cursors(node_postgres: Answers) -> None:
    assert node_postgres.same("pg-cursor").startswith("[[100,100],[100,200],[50,250]]\n2\n")
    assert node_postgres.same("pg-query-stream") == f"{5000 * 5001 // 2}\n"


@client_feature("node-postgres", "`pg-copy-streams`")
def test_copy(node_postgres: Answers) -> None:
    node_postgres.same("pg-copy-streams")


@client_feature("node-postgres", "transactions, errors, `statement_timeout`")
@pytest.mark.parametrize("part", ["transactions and errors", "statement_timeout"])
def test_transactions(node_postgres: Answers, part: str) -> None:
    node_postgres.same(part)


@client_feature("node-postgres", "notifications, notices")
def test_notifications(node_postgres: Answers) -> None:
    assert '["node_news","hello"]' in node_postgres.same("notifications and notices")


@client_feature("node-postgres", "`Pool`")
def test_pool(node_postgres: Answers) -> None:
    node_postgres.same("pool")


@client_feature("postgres.js", "templates, inserts, `describe`, `simple`, `raw`")
@pytest.mark.parametrize("part", ["templates", "inserts", "simple queries and raw values"])
def test_templates(postgres_js: Answers, part: str) -> None:
    postgres_js.same(part)


@client_feature("postgres.js", "cursors, transactions, `COPY`")
@pytest.mark.parametrize("part", ["cursors", "transactions", "copy"])
def test_the_rest(postgres_js: Answers, part: str) -> None:
    postgres_js.same(part)


@client_feature("postgres.js", "`listen`, `cancel`")
@pytest.mark.parametrize("part", ["listen", "cancel"])
def test_events(postgres_js: Answers, part: str) -> None:
    postgres_js.same(part)
