"""Both servers with the tables of clients/programs/fixture.sql, once for the whole run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from support.client_programs import Shop, open_shop
from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer, find_program
from support.programs import need


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    need("psql", shutil.which)
    need("initdb", find_program)
    folder = tmp_path_factory.mktemp("shop")
    with PostgresServer() as postgres, HookwireProcess(folder / "data") as hookwire:
        yield open_shop(postgres, hookwire)
