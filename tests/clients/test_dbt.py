"""dbt-postgres, in an environment of its own: it asks for other versions of what we use.

The environment is made once, in pytest's cache; without a network the tests are skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

# From 1.12 on dbt-core fetches a part of itself from elsewhere when it is installed.
PACKAGES = ["dbt-core>=1.10,<1.12", "dbt-postgres>=1.9,<2"]

PROJECT = {
    "dbt_project.yml": """
        name: hooks
        version: '1.0'
        profile: hooks
        """,
    "models/sources.yml": """
        version: 2
        sources:
          - name: hooks
            schema: public
            loaded_at_field: received_at
            freshness: {warn_after: {count: 1, period: hour}}
            tables: [{name: dbt_inbox}]
        models:
          - name: numbers
            description: what came in
            columns: [{name: n, description: a number, data_tests: [not_null]}]
            config: {persist_docs: {relation: true, columns: true}}
        """,
    "models/numbers.sql": """
        {{ config(materialized='view') }}
        select (body->>'n')::int as n, received_at from {{ source('hooks', 'dbt_inbox') }}
        """,
    "models/totals.sql": """
        {{ config(materialized='table') }}
        select n % 2 as parity, sum(n) as total from {{ ref('numbers') }} group by 1
        """,
    "models/above.sql": """
        {{ config(materialized='view') }} select * from {{ ref('totals') }} where total > 3
        """,
    "models/kept.sql": """
        {{ config(materialized='incremental', unique_key='n') }}
        select n, received_at from {{ ref('numbers') }}
        {% if is_incremental() %}
        where received_at > (select max(received_at) from {{ this }})
        {% endif %}
        """,
    "seeds/names.csv": "id,name\n1,one\n2,two\n",
}


@pytest.fixture(scope="module")
def program(pytestconfig: pytest.Config) -> Path:
    """The dbt program."""
    folder = pytestconfig.cache.mkdir("dbt") if pytestconfig.cache else None
    if folder is None:
        pytest.skip("pytest has no cache to keep dbt in")
    found = folder / "bin" / "dbt"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
        done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=280)
        if done.returncode:
            pytest.skip(f"dbt cannot be installed: {done.stderr.strip().splitlines()[-1:]}")
    return found


class Dbt:
    def __init__(self, program: Path, folder: Path, address: tuple[str, int]) -> None:
        self._program, self._folder = program, folder
        for name, text in PROJECT.items():
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(textwrap.dedent(text).lstrip())
        target = {
            **{"type": "postgres", "host": address[0], "port": address[1], "user": "hookwire"},
            **{"password": "", "dbname": "hookwire", "schema": "marts", "threads": 1},
        }
        profile = {"hooks": {"target": "here", "outputs": {"here": target}}}
        (folder / "profiles.yml").write_text(json.dumps(profile))

    def __call__(self, *arguments: str) -> dict[str, str]:
        """Run a command of dbt's: what became of each node, by its name."""
        quiet = ["--no-send-anonymous-usage-stats", "--no-use-colors"]
        done = subprocess.run(
            [str(self._program), *quiet, *arguments, "--profiles-dir", "."],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        results = self._folder / "target" / "run_results.json"
        if not results.exists():
            return {}
        found: list[dict[str, Any]] = json.loads(results.read_text())["results"]
        return {node["unique_id"].split(".")[2]: node["status"] for node in found}


@pytest.fixture(scope="module")
def dbt(
    program: Path, tmp_path_factory: pytest.TempPathFactory, hookwire: HookwireProcess
) -> Dbt:
    hookwire.psql("CREATE SOURCE dbt_inbox FROM WEBHOOK BODY FORMAT JSON INCLUDE RECEIVED_AT")
    return Dbt(program, tmp_path_factory.mktemp("dbt"), hookwire.sql_address)


def _post(hookwire: HookwireProcess, *numbers: int) -> None:
    for number in numbers:
        assert hookwire.post(webhook_path("dbt_inbox"), f'{{"n": {number}}}').status == 200


@client_feature("dbt-postgres", "`debug`, `source freshness` of a source")
def test_debug_and_freshness(hookwire: HookwireProcess, dbt: Dbt) -> None:
    _post(hookwire, 1, 2, 3)
    dbt("debug")
    dbt("source", "freshness")
    results = json.loads((dbt._folder / "target" / "sources.json").read_text())["results"]
    assert [result["status"] for result in results] == ["pass"]


@client_feature("dbt-postgres", "`run`, and again: views, tables, incremental models; `test`")
def test_run_twice(hookwire: HookwireProcess, dbt: Dbt) -> None:
    models = dict.fromkeys(("numbers", "totals", "above", "kept"), "success")
    assert dbt("run") == models
    totals = "SELECT parity, total FROM marts.totals ORDER BY parity"
    assert hookwire.psql(totals) == "0|2\n1|4"
    _post(hookwire, 4)
    assert dbt("run") == models
    assert hookwire.psql(totals) == "0|6\n1|4"
    assert hookwire.psql("SELECT count(*), max(n) FROM marts.kept") == "4|4"
    assert hookwire.psql("SELECT count(*) FROM marts.above") == "2"
    assert dbt("test") == {"not_null_numbers_n": "pass"}
    comment = "SELECT obj_description('marts.numbers'::regclass), col_description("
    assert hookwire.psql(comment + "'marts.numbers'::regclass, 1)") == "what came in|a number"


@client_feature("dbt-postgres", "`seed`, `docs generate`")
def test_seed_and_docs(hookwire: HookwireProcess, dbt: Dbt) -> None:
    assert dbt("seed") == {"names": "success"}
    assert hookwire.psql("SELECT name FROM marts.names ORDER BY id") == "one\ntwo"
    dbt("docs", "generate")
    catalog = json.loads((dbt._folder / "target" / "catalog.json").read_text())
    columns = catalog["sources"]["source.hooks.hooks.dbt_inbox"]["columns"]
    assert {name: column["type"] for name, column in columns.items()} == {
        "body": "jsonb",
        "received_at": "timestamp with time zone",
    }
