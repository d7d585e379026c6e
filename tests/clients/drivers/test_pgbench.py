"""pgbench: its own tables, its own script and one over a source, in all three query modes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.client_features import client_feature
from support.client_programs import Shop, psql
from support.programs import need

MODES = ("simple", "extended", "prepared")


def _pgbench(shop: Shop, *arguments: str) -> str:
    need("pgbench", shutil.which)
    host, port = shop.hookwire
    dsn = f"postgresql://hookwire@{host}:{port}/hookwire"
    done = subprocess.run(
        ["pgbench", *arguments, dsn], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _processed(output: str) -> tuple[int, int]:
    """Transactions that went through, and those that failed."""
    done = re.search(r"actually processed: (\d+)", output)
    failed = re.search(r"failed transactions: (\d+)", output)
    assert done and failed, output
    return int(done[1]), int(failed[1])


@pytest.fixture(scope="module")
def tables(shop: Shop) -> None:
    _pgbench(shop, "-i", "-I", "dtGvp")


@client_feature("pgbench", "`-i`: rows made by the client or by the server")
@pytest.mark.parametrize("steps", ["dtGvp", "dtgvp"])
def test_initialising(shop: Shop, steps: str) -> None:
    _pgbench(shop, "-i", "-I", steps)
    counted = "SELECT count(*), count(DISTINCT aid), sum(abalance) FROM pgbench_accounts"
    assert psql(shop.hookwire, counted) == "100000|100000|0\n"
    keys = "SELECT conname FROM pg_constraint WHERE conname LIKE 'pgbench%' ORDER BY 1"
    names = psql(shop.hookwire, keys).split()
    assert names == ["pgbench_accounts_pkey", "pgbench_branches_pkey", "pgbench_tellers_pkey"]


@client_feature("pgbench", "TPC-B in all modes")
@pytest.mark.parametrize("mode", MODES)
def test_tpcb(shop: Shop, tables: None, mode: str) -> None:
    count = "SELECT count(*) FROM pgbench_history"
    before = int(psql(shop.hookwire, count))
    assert _processed(_pgbench(shop, "-n", "-M", mode, "-c", "1", "-t", "10")) == (10, 0)
    assert int(psql(shop.hookwire, count)) == before + 10
    balances = psql(
        shop.hookwire,
        "SELECT (SELECT sum(bbalance) FROM pgbench_branches)"
        " = (SELECT sum(abalance) FROM pgbench_accounts),"
        " (SELECT sum(tbalance) FROM pgbench_tellers) = (SELECT sum(delta) FROM pgbench_history)",
    )
    assert balances == "t|t\n"


@client_feature("pgbench", "selects by 8 clients in all modes, also pipelined")
@pytest.mark.parametrize("mode", MODES)
def test_selects(shop: Shop, tables: None, mode: str, tmp_path: Path) -> None:
    arguments = ("-n", "-M", mode, "-c", "8", "-j", "2", "-t", "10")
    assert _processed(_pgbench(shop, *arguments, "-S")) == (80, 0)
    script = tmp_path / "events.sql"
    lines = [
        r"\set n random(0, 4)",
        "SELECT kind, headers->'x-tag' FROM shop.events WHERE body->>'n' = (:n)::text;",
        r"SELECT count(*) AS total FROM shop.events \gset",
        r"\if :total != 5",
        "SELECT 1 / 0;",
        r"\endif",
    ]
    if mode != "simple":
        lines += [r"\startpipeline", "SELECT 1;", "SELECT :n + 1;", r"\endpipeline"]
    script.write_text("\n".join(lines) + "\n")
    assert _processed(_pgbench(shop, *arguments, "-f", str(script))) == (80, 0)


@client_feature("pgbench", "conflicting updates, retried (`--max-tries`)")
def test_retries(shop: Shop, tables: None) -> None:
    """All transactions change one row: those that lose get 40001 and are tried again."""
    output = _pgbench(shop, "-n", "-c", "3", "-t", "5", "--max-tries", "1000")
    assert _processed(output) == (15, 0)
