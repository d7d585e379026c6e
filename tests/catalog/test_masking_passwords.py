from __future__ import annotations

import pytest

from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.masking import masked
from hookwire_catalog.split import split_statements


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("CREATE ROLE a PASSWORD 'hush'", "CREATE ROLE a PASSWORD ..."),
        ("create user a with encrypted password $$hush$$ login",
         "create user a with encrypted password ..."),
        ("SELECT 'x'; ALTER ROLE a PASSWORD 'hush'", "SELECT 'x'; ALTER ROLE a PASSWORD ..."),
        ("ALTER USER a VALID UNTIL 'infinity' PASSWORD 'hush'", "ALTER USER a VALID UNTIL ..."),
        ("ALTER ROLE a PASWORD 'hush'", "ALTER ROLE a PASWORD ..."),
        ("ALTER ROLE a PASSWORD 'hush", "ALTER ROLE ..."),
        ("CREATE ROLE a; SELECT 'seen'", "CREATE ROLE a; SELECT 'seen'"),
        ("SELECT user, 'seen' FROM role", "SELECT user, 'seen' FROM role"),
    ],
)  # fmt: skip
def test_a_password_is_never_shown(sql: str, shown: str) -> None:
    assert masked(sql) == shown


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE ROLE a PASWORD 'hush'",
        "ALTER ROLE a PASSWORD 'hush' 'hush'",
        "ALTER ROLE a PASSWORD hush 'hush'",
        "ALTER ROLE a UNENCRYPTED PASSWORD 'hush'",
        "CREATE USER a LOGIN 'hush'",
    ],
)
def test_errors_do_not_quote_it(sql: str) -> None:
    (statement,) = split_statements(sql)
    with pytest.raises(SqlError) as raised:
        parse_statement(statement)
    shown = (raised.value.message, raised.value.detail, raised.value.hint)
    assert not any("hush" in str(text) for text in (*shown, *raised.value.args))


def test_the_statement_does_not_show_it() -> None:
    (statement,) = split_statements("CREATE ROLE a PASSWORD 'hush'")
    assert "hush" not in repr(parse_statement(statement))
