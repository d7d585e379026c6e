"""CREATE, ALTER and DROP SECRET: values, errors that show none, and what follows a secret."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, cast

import psycopg
import pytest

from hookwire_catalog.catalog import Catalog, Change
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.masking import mask_error, masked
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import CheckClause, RecipeClause, Secret, WebhookSource
from hookwire_catalog.printer import create_source_sql
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import (
    AlterSecret,
    CatalogStatement,
    CommentOn,
    CreateSecret,
    DropSecrets,
    OurStatement,
    QualifiedName,
    RenameSecret,
    Show,
    command_tag,
)

S = QualifiedName(("s",))
PLANTED = "hunter2"


def parse(sql: str) -> OurStatement | None:
    (statement,) = split_statements(sql)
    return parse_statement(statement)


def refused(run: Callable[[str], object], sql: str) -> SqlError:
    with pytest.raises(SqlError) as raised:
        run(sql)
    return raised.value


VALUES = [
    ("'abc'", b"abc"),
    ("'it''s'", b"it's"),
    (r"E'a\n\x41'", b"a\nA"),
    ("$$a'b$$", b"a'b"),
    ("'é'", "é".encode()),
    ("'a' || 'b' || 'c'", b"abc"),
    ("('a' || ('b'))", b"ab"),
    ("decode('6869', 'hex')", b"hi"),
    ("decode('aGk=', 'base64')", b"hi"),
    (r"decode('a\\\000', 'escape')", b"a\\\x00"),
    ("decode('aG' || 'k=', 'BASE64')", b"hi"),
    ("convert_to('é', 'UTF8')", "é".encode()),
    (r"'\x0001ff'::bytea", b"\x00\x01\xff"),
    (r"'a\\b'::bytea", b"a\\b"),
    (r"CAST('\x00' AS bytea)", b"\x00"),
    (r"'\x00'::bytea || 'a' || decode('ff', 'hex')", b"\x00a\xff"),
    ("'a'::text || 'b'", b"ab"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_a_value_is_what_postgresql_makes_of_it(
    oracle: psycopg.Connection[Any], expression: str, value: bytes
) -> None:
    assert parse(f"CREATE SECRET s AS {expression}") == CreateSecret(S, value)
    row = oracle.execute(f"SELECT ({expression})").fetchone()
    assert row is not None
    said = row[0].encode() if isinstance(row[0], str) else bytes(row[0])
    assert said == value


def test_base64url_is_ours() -> None:
    for text in ("-_8", "-_8="):
        assert parse(f"CREATE SECRET s AS decode('{text}', 'base64url')") == CreateSecret(
            S, b"\xfb\xff"
        )


STATEMENTS = [
    ("CREATE SECRET IF NOT EXISTS a.s AS 'x'",
     CreateSecret(QualifiedName(("a", "s")), b"x", True), "CREATE SECRET"),
    ("ALTER SECRET s AS 'x'", AlterSecret(S, "replace", b"x"), "ALTER SECRET"),
    ("ALTER SECRET IF EXISTS s ADD 'x'", AlterSecret(S, "add", b"x", True), "ALTER SECRET"),
    ("ALTER SECRET s RETIRE PREVIOUS", AlterSecret(S, "retire", None), "ALTER SECRET"),
    ("ALTER SECRET s RENAME TO t", RenameSecret(S, "t"), "ALTER SECRET"),
    ("DROP SECRET s", DropSecrets((S,)), "DROP SECRET"),
    ("DROP SECRET IF EXISTS s, a.t CASCADE",
     DropSecrets((S, QualifiedName(("a", "t"))), True, True), "DROP SECRET"),
    ("SHOW SECRETS", Show("secrets"), "SHOW"),
    ("SHOW SECRETS FROM a", Show("secrets", "a"), "SHOW"),
    ("COMMENT ON SECRET s IS 'c'", CommentOn("secret", S, None, "c"), "COMMENT"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "value", "tag"), STATEMENTS)
def test_statements(sql: str, value: OurStatement, tag: str) -> None:
    assert parse(sql) == value
    assert command_tag(value) == tag


ERRORS = [
    (f"CREATE SECRET s AS {PLANTED}", "0A000", PLANTED),
    (f"CREATE SECRET s AS {PLANTED}.b", "0A000", PLANTED),
    (f"CREATE SECRET s AS 'a' || {PLANTED}", "0A000", PLANTED),
    (f"CREATE SECRET s AS upper('{PLANTED}')", "0A000", "upper"),
    (f"CREATE SECRET s AS (SELECT '{PLANTED}')", "0A000", "SELECT"),
    ("CREATE SECRET s AS $1", "0A000", "$1"),
    ("CREATE SECRET s AS 42", "0A000", "42"),
    (f"CREATE SECRET s AS '{PLANTED}'::int", "0A000", "int"),
    (f"CREATE SECRET s AS B'{PLANTED}'", "0A000", "B'"),
    (f"CREATE SECRET s AS '{PLANTED}'::bytea::text", "0A000", "'"),
    (f"CREATE SECRET s AS '{PLANTED}' '{PLANTED}x'", "42601", f"'{PLANTED}x"),
    (f"CREATE SECRET s AS '{PLANTED}' extra", "42601", "extra"),
    (f"CREATE SECRET s '{PLANTED}'", "42601", "'"),
    (f"CREATE SECRET '{PLANTED}'", "42601", "'"),
    (f'CREATE SECRET s = "{PLANTED}"', "42601", "="),
    ("CREATE SECRET s AS", "42601", ""),
    ("CREATE SECRET s AS decode('aa'", "42601", ""),
    (f"CREATE SECRET s AS decode('{PLANTED}', 'hex')", "22023", f"'{PLANTED}"),
    (f"CREATE SECRET s AS decode('{PLANTED}*', 'base64')", "22023", f"'{PLANTED}"),
    (f"CREATE SECRET s AS decode('{PLANTED}', 'rot13')", "22023", "'rot13"),
    (f"CREATE SECRET s AS '\\x{PLANTED}'::bytea", "22P02", "'"),
    (f"CREATE SECRET s AS '{PLANTED}'::text || decode('aa', 'hex')", "42883", "decode"),
    (f"CREATE SECRET s AS E'{PLANTED}\\ud800x'", "42601", "E'"),
    ("CREATE SECRET s AS ''", "22023", "''"),
    (f"ALTER SECRET s '{PLANTED}'", "42601", "'"),
    (f"ALTER SECRET s RETIRE PREVIOUS '{PLANTED}'", "42601", "'"),
    (f"ALTER SECRET s RETIRE '{PLANTED}'", "42601", "'"),
    (f"ALTER SECRET s ADD {PLANTED}", "0A000", PLANTED),
    (f"CREATE OR REPLACE SECRET s AS '{PLANTED}'", "42601", "SECRET"),
    (f"CREATE TEMPORARY SECRET s AS '{PLANTED}'", "0A000", "TEMPORARY"),
    ("CREATE SECRET s AS " + "(" * 60 + "'a'" + ")" * 60, "0A000", None),
]


@pytest.mark.parametrize(("sql", "sqlstate", "piece"), ERRORS)
def test_errors_say_where_and_never_what(sql: str, sqlstate: str, piece: str | None) -> None:
    error = refused(parse, sql)
    assert error.sqlstate == sqlstate
    if piece is not None:
        assert error.position == (sql.index(piece) + 1 if piece else len(sql) + 1)
    assert PLANTED not in f"{error.message}{error.args}{error.detail}{error.hint}"
    assert error.__cause__ is None
    if sqlstate == "0A000" and "TEMP" not in sql:
        assert error.hint is not None and "decode" in error.hint


def test_a_value_is_in_no_repr() -> None:
    assert PLANTED not in repr(parse(f"CREATE SECRET s AS '{PLANTED}'"))
    assert PLANTED not in repr(parse(f"ALTER SECRET s ADD '{PLANTED}'"))


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        (f"CREATE SECRET s AS '{PLANTED}'", "CREATE SECRET ..."),
        (f"create /* x */ secret s as '{PLANTED}'", "create /* x */ secret ..."),
        (f"ALTER SECRET s ADD '{PLANTED}'", "ALTER SECRET ..."),
        (f"CREATE OR REPLACE SECRET s AS '{PLANTED}'", "CREATE OR REPLACE SECRET ..."),
        (f"EXPLAIN CREATE SECRET s AS '{PLANTED}'", "EXPLAIN CREATE SECRET ..."),
        (f"CREAT SECRET s AS '{PLANTED}'", "CREAT SECRET ..."),
        (f"SELECT 1; CREATE SECRET s AS '{PLANTED}'; SELECT 2", "SELECT 1; CREATE SECRET ..."),
        (f"CREATE SECRET s AS '{PLANTED}", "CREATE SECRET ..."),
        ("DROP SECRET s", None),
        ("SHOW SECRETS", None),
        ("SELECT secret FROM t", None),
        ("CREATE SOURCE secret FROM WEBHOOK BODY FORMAT TEXT CHECK (SECRET s = body)", None),
        ("ALTER SOURCE s SET VALIDATE GITHUB (SECRET gh)", None),
    ],
)
def test_what_is_shown_of_a_statement(sql: str, shown: str | None) -> None:
    assert masked(sql) == (shown or sql)


def test_an_unread_text_is_not_quoted() -> None:
    sql = f"CREATE SECRET s AS '{PLANTED}"
    error = mask_error(refused(split_statements, sql), sql)
    assert (error.message, error.position) == ("unterminated quoted string", sql.index("'") + 1)


# What they do to a catalog


class Session:
    def __init__(self, *script: str) -> None:
        self.catalog = Catalog.empty()
        self.ids = itertools.count()
        self.run(*script)

    def run(self, *script: str) -> Change:
        change = Change(self.catalog)
        for sql in script:
            change = self.catalog.apply(
                cast(CatalogStatement, parse(sql)),
                new_external_id=lambda: f"id{next(self.ids)}",
                seal=lambda id_, value: b"%d:%b" % (id_, value),
                now_us=5,
            )
            self.catalog = change.catalog
        return change

    def secret(self, name: str) -> Secret:
        found = self.catalog.lookup_secret(name.split("."), ("public",))
        assert found is not None
        return found

    def shown(self, name: str) -> str:
        found = self.catalog.find(ObjectName("hookwire", "public", name))
        assert isinstance(found, WebhookSource)
        return create_source_sql(found, self.catalog.secrets)

    def source(self, name: str) -> WebhookSource:
        found = self.catalog.find(ObjectName("hookwire", "public", name))
        assert isinstance(found, WebhookSource)
        return found


def test_rotation_keeps_two_values_newest_first() -> None:
    session = Session("CREATE SECRET s AS 'a'")
    made = session.secret("s")
    assert (made.sealed, made.created_us) == ((b"2:a",), 5)
    assert "sealed" not in repr(made)
    session.run("ALTER SECRET s ADD 'b'")
    assert session.secret("s").sealed == (b"2:b", b"2:a")
    error = refused(session.run, "ALTER SECRET s ADD 'c'")
    assert (error.sqlstate, error.message) == ("55000", 'secret "s" has 2 live values already')
    session.run("ALTER SECRET s RETIRE PREVIOUS")
    assert session.secret("s").sealed == (b"2:b",)
    error = refused(session.run, "ALTER SECRET s RETIRE PREVIOUS")
    assert (error.sqlstate, error.message) == ("55000", 'secret "s" has no previous value')
    session.run("ALTER SECRET s ADD 'c'", "ALTER SECRET s AS 'd'")
    assert session.secret("s").sealed == (b"2:d",)


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("CREATE SECRET s AS 'x'", "42710", 'secret "s" already exists'),
        ("ALTER SECRET t RENAME TO s", "42710", 'secret "s" already exists'),
        ("ALTER SECRET no AS 'x'", "42704", 'secret "no" does not exist'),
        ("DROP SECRET no", "42704", 'secret "no" does not exist'),
        ("COMMENT ON SECRET no IS 'x'", "42704", 'secret "no" does not exist'),
        ("CREATE SECRET nowhere.s AS 'x'", "3F000", 'schema "nowhere" does not exist'),
        ("CREATE SECRET pg_catalog.s AS 'x'", "42501", "permission denied for schema pg_catalog"),
        ("CREATE SOURCE a FROM WEBHOOK BODY FORMAT TEXT CHECK (SECRET no = body)", "42704",
         'secret "no" does not exist'),
        ("ALTER SOURCE no SET CHECK (SECRET s = body)", "42P01", 'relation "no" does not exist'),
        ("ALTER SOURCE open DROP CHECK", "42704", 'source "open" has no check'),
    ],
)  # fmt: skip
def test_refused_by_the_catalog(sql: str, sqlstate: str, message: str) -> None:
    session = Session(
        "CREATE SECRET s AS 'a'",
        "CREATE SECRET t AS 'a'",
        "CREATE SOURCE open FROM WEBHOOK BODY FORMAT TEXT",
    )
    error = refused(session.run, sql)
    assert (error.sqlstate, error.message) == (sqlstate, message)


def test_if_exists_is_a_notice() -> None:
    session = Session("CREATE SECRET s AS 'a'")
    for sql, message in (
        ("CREATE SECRET IF NOT EXISTS s AS 'b'", 'secret "s" already exists, skipping'),
        ("ALTER SECRET IF EXISTS no AS 'b'", 'secret "no" does not exist, skipping'),
        ("ALTER SECRET IF EXISTS no RENAME TO x", 'secret "no" does not exist, skipping'),
        ("DROP SECRET IF EXISTS no", 'secret "no" does not exist, skipping'),
        ("ALTER SOURCE IF EXISTS no DROP CHECK", 'relation "no" does not exist, skipping'),
    ):
        change = session.run(sql)
        assert [n.message for n in change.notices] == [message]
        assert not (change.added or change.replaced or change.removed)


CHECK = """\
CREATE SOURCE c FROM WEBHOOK BODY FORMAT TEXT
    CHECK (WITH (HEADERS, SECRET a, SECRET b BYTES, SECRET "B C" AS secret, BODY)
        headers['x'] = a AND secret IS NOT NULL /* SECRET a */ AND b = body AND 'SECRET a' <> '')"""
USING = """\
CREATE SOURCE u FROM WEBHOOK BODY FORMAT TEXT
    VALIDATE USING (headers['x'] = SECRET a AND headers['y'] = secret public.b)"""
RECIPE = """\
CREATE SOURCE r FROM WEBHOOK BODY FORMAT JSON
    VALIDATE STRIPE (SECRET a, SECRET b, tolerance => '10 minutes')
    WITH (max_body_bytes = 5)"""
SCRIPT = (
    "CREATE SECRET a AS 'x'", "CREATE SECRET b AS 'x'", "CREATE SECRET \"B C\" AS 'x'",
    CHECK, USING, RECIPE,
)  # fmt: skip


def test_a_clause_keeps_its_text_and_the_ids_of_its_secrets() -> None:
    session = Session(*SCRIPT)
    a, b, bc = (session.secret(name).id for name in ("a", "b", "B C"))
    check = session.source("c").validation
    assert check == CheckClause(CHECK[CHECK.index("CHECK") :], False, (a, b, bc))
    using = session.source("u").validation
    assert using == CheckClause(USING[USING.index("VALIDATE") :], True, (a, b))
    recipe = session.source("r").validation
    assert recipe == RecipeClause("STRIPE", (a, b), (("tolerance", "10 minutes"),))


def test_show_create_follows_a_rename_and_runs_again() -> None:
    session = Session(*SCRIPT, "ALTER SECRET a RENAME TO \"A'\"", "ALTER SECRET b RENAME TO bb")
    session.run("CREATE SECRET a AS 'another'")
    check = session.shown("c")
    assert 'SECRET public."A\'" AS a, SECRET public.bb AS b BYTES' in check
    assert 'SECRET public."B C" AS secret' in check
    assert "/* SECRET a */" in check and "'SECRET a' <> ''" in check
    assert "headers['x'] = SECRET public.\"A'\"" in session.shown("u")
    assert "headers['y'] = secret public.bb" in session.shown("u")
    assert (
        "VALIDATE STRIPE (SECRET public.\"A'\", SECRET public.bb, tolerance => '10 minutes')"
        in session.shown("r")
    )
    for name in "cur":
        before = session.shown(name)
        used = session.source(name).validation
        assert used is not None
        session.run(f"DROP SOURCE {name}", before)
        again = session.source(name).validation
        assert again is not None and again.secrets == used.secrets
        assert session.shown(name) == before


def test_a_secret_in_use_is_not_dropped() -> None:
    session = Session(*SCRIPT)
    error = refused(session.run, "DROP SECRET a")
    assert (error.sqlstate, error.message) == (
        "2BP01",
        "cannot drop secret a because other objects depend on it",
    )
    assert error.detail == "\n".join(f"source {s} depends on secret a" for s in "cur")
    change = session.run("DROP SECRET a CASCADE")
    assert len(change.removed) == 4
    assert not session.catalog.objects
    assert session.catalog.lookup_secret(("a",), ("public",)) is None
    session.run("DROP SECRET b")


def test_schemas_take_their_secrets_along() -> None:
    session = Session(
        "CREATE SCHEMA one",
        "CREATE SCHEMA two",
        "CREATE SECRET one.a AS 'x'",
        "CREATE SOURCE r FROM WEBHOOK BODY FORMAT TEXT VALIDATE GITHUB (SECRET one.a)",
        "ALTER SCHEMA one SWAP WITH two",
    )
    assert session.secret("two.a") and "SECRET two.a" in session.shown("r")
    session.run("ALTER SCHEMA two RENAME TO three")
    assert "SECRET three.a" in session.shown("r")
    error = refused(session.run, "DROP SCHEMA three")
    assert error.sqlstate == "2BP01"
    assert "secret three.a depends on schema three" in str(error.detail)
    assert "source r depends on secret three.a" in str(error.detail)
    session.run("DROP SCHEMA three CASCADE")
    assert not session.catalog.secrets and not session.catalog.objects


def test_validation_is_set_and_dropped() -> None:
    session = Session(*SCRIPT)
    session.run("ALTER SOURCE c SET VALIDATE GITHUB (SECRET b)")
    assert session.source("c").validation == RecipeClause("GITHUB", (session.secret("b").id,))
    session.run("ALTER SOURCE c SET VALIDATE USING (SECRET b = body)")
    assert session.shown("c").endswith("VALIDATE USING (SECRET public.b = body)")
    session.run("ALTER SOURCE c DROP CHECK")
    assert session.source("c").validation is None


HEAD = "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT "


@pytest.mark.parametrize(
    ("sql", "piece", "message"),
    [
        (HEAD + "CHECK (true) CHECK (false)", "CHECK (f", "conflicting or redundant options"),
        (HEAD + "VALIDATE G (SECRET a) VALIDATE USING (b)", "VALIDATE U",
         "conflicting or redundant options"),
        (HEAD + "CHECK true", "true", None),
        (HEAD + "CHECK (a = (b)", "", "syntax error at end of input"),
        (HEAD + "VALIDATE USING", "", "syntax error at end of input"),
        (HEAD + "VALIDATE GITHUB SECRET a", "SECRET", None),
        (HEAD + "VALIDATE GITHUB ()", ")", None),
        (HEAD + "VALIDATE GITHUB (SECRET a b)", "b)", 'syntax error at or near "b"'),
        (HEAD + "VALIDATE GITHUB (SECRET a, tolerance = '1')", "=", None),
        (HEAD + "VALIDATE GITHUB (a => 1, a => 2)", "a => 2", 'option "a" used more than once'),
        (HEAD + "VALIDATE GITHUB (a => b)", "b)", 'syntax error at or near "b"'),
    ],
)  # fmt: skip
def test_syntax_errors_of_validation(sql: str, piece: str, message: str | None) -> None:
    error = refused(parse, sql)
    place = sql.rindex(piece) + 1 if piece else len(sql) + 1
    shown = message or f'syntax error at or near "{piece}"'
    assert (error.sqlstate, error.message, error.position) == ("42601", shown, place)
