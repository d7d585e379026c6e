"""Perl's DBD::Pg, PHP's PDO and pgsql extension: programs/dbd_pg.pl and pdo.php on both servers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.client_features import client_feature
from support.client_programs import PROGRAMS, Answers, Shop, answers
from support.programs import need


def _answers(
    shop: Shop, folder: Path, interpreter: str, check: str, program: str, package: str
) -> Answers:
    """What `program` prints, if `check` finds its library."""

    def library(_: str) -> str | None:
        found = shutil.which(interpreter)
        if found and subprocess.run([found, *check.split()], capture_output=True).returncode == 0:
            return found
        return None

    need(program, library, package)
    path = str(PROGRAMS / program)
    return answers(shop, lambda host, port: [interpreter, path, host, str(port)], folder)


@pytest.fixture(scope="module")
def perl(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("perl")
    return _answers(shop, folder, "perl", "-MDBD::Pg -e 1", "dbd_pg.pl", "libdbd-pg-perl")


@pytest.fixture(scope="module")
def php(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("php")
    return _answers(shop, folder, "php", "--rf pg_connect", "pdo.php", "php-cli php-pgsql")


@client_feature("DBD::Pg", "queries, metadata, transactions, `COPY`, notifications")
@pytest.mark.parametrize(
    "part",
    [
        "queries and parameters",
        "metadata",
        "foreign keys",
        "transactions and errors",
        "copy",
        "notifications",
    ],
)
def test_perl(perl: Answers, part: str) -> None:
    perl.same(part)


@client_feature("PHP PDO", "queries, column metadata, transactions, copy, `pg_*` functions")
@pytest.mark.parametrize(
    "part",
    [
        "queries and parameters",
        "column metadata",
        "transactions and errors",
        "copy",
        "the pgsql extension",
    ],
)
def test_php(php: Answers, part: str) -> None:
    php.same(part)
