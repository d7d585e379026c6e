"""SET x = y: the canonical value or the error, compared with PostgreSQL's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from hookwire_catalog import settings
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.setting_values import Type, Unit, canonical
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import SetSetting

Oracle = psycopg.Connection[Any]
Facts = tuple[object, ...]

WORDS = [
    "on", "ON", "of", "off", "o", "t", "tr", "TRUE", "'true'", "y", "yes", "n", "f", "0", "1", "2",
    "''", "' on '", "'true '", "abc", "\"Abc\"", "'abc'", "a, b", "'a, b'", "'a','b'", "1, 2",
    "E'a\\nb'", "'äöü'", "a.b", "5s", "1.5",
]  # fmt: skip
NUMBERS = [
    "0", "5", "-1", "+5", "- 1", "1.5", "2147483647", "2147483648", "1e3", "99999999999999999999",
    "'5'", "' 5'", "'5 '", "'-1'", "'0x10'", "'0xg'", "'010'", "'08'", "'09'", "'010.5'", "'1e3'",
    "'1e'", "'.5'", "'5.'", "'.'", "'-'", "'5s'", "'5 s'", "'1.5s'", "'1min'", "'1 MIN'",
    "'1h'", "'1d'", "'1us'", "'1500us'", "'499us'", "'500us'", "'501us'", "'1.5min'", "'90s'",
    "'3600s'", "'24h'", "'100d'", "'5.5.5'", "'5 s x'", "'5sx'", "'s'", "'1kB'", "'1KB'", "'64kB'",
    "'70000B'", "'65535B'", "'1MB'", "'1.5MB'", "'1024MB'", "'1GB'", "'1TB'", "'100 TB'", "'100kb'",
    "'nan'", "'infinity'",
]  # fmt: skip
CHOICES = [
    "hex", "'HEX'", "escape", "warning", "'WARNING'", "debug", "debug1", "'read committed'",
    "serializable", "'REPEATABLE READ'", "safe_encoding", "local", "remote_apply", "postgres",
    "iso_8601", "sql_standard", "postgres_verbose", "yes", "no", "'1'", "'0'", "true", "false",
]  # fmt: skip
STYLES = [
    "iso", "'ISO'", "'ISO, DMY'", "iso, ymd", "'iso,mdy'", "'iso , us'", "'european'", "'euro'",
    "'NonEuropean'", "'default'", "'dmy,mdy'", "'iso,iso'", "'xyz'", "'iso xyz'", "'iso,'", "','",
    "'\"iso\"'", "'iso;dmy'",
]  # fmt: skip
PATHS = [
    "a", "A", "\"A\"", "'A'", "'a b'", "a, b", "'a, b'", "'a', \"B\"", "\"$user\", public", "''",
    "'\"a\"'", "'a\"b'", "public, pg_catalog", "\"a\"\"b\"",
]  # fmt: skip
ZONES = ["'Europe/Berlin'", "'europe/BERLIN'", "UTC", "'utc'", "'America/New_York'", "'nowhere'",
         "'Etc/GMT-2'", "'local'", "''"]  # fmt: skip
ENCODINGS = [
    "latin1", "'iso-8859-15'", "win1252", "'WIN'", "koi8", "abc", "utf8", "'UTF-8'",
    "'unicode'", "'utf_8'", "'nonsense'", "''",
]  # fmt: skip

# Of the timeouts only lock_timeout: the others would end the session that asks.
CASES: list[tuple[str, list[str]]] = [
    ("jit", WORDS), ("row_security", NUMBERS), ("escape_string_warning", WORDS),
    ("default_transaction_read_only", WORDS), ("default_transaction_deferrable", WORDS),
    ("lock_timeout", NUMBERS + WORDS),
    ("work_mem", NUMBERS + WORDS), ("extra_float_digits", NUMBERS + WORDS),
    ("bytea_output", CHOICES + WORDS), ("client_min_messages", CHOICES),
    ("backslash_quote", CHOICES + WORDS), ("synchronous_commit", CHOICES + WORDS),
    ("default_transaction_isolation", CHOICES), ("IntervalStyle", CHOICES + WORDS),
    ("DateStyle", STYLES + WORDS), ("search_path", PATHS), ("TimeZone", ZONES),
    ("client_encoding", ENCODINGS), ("application_name", WORDS + PATHS),
    ("standard_conforming_strings", ["on", "true", "yes", "maybe"]),
    ("server_version", ["'1'"]), ("is_superuser", ["on"]), ("integer_datetimes", ["off"]),
    ("max_identifier_length", ["1"]), ("server_encoding", ["utf8"]), ("lc_collate", ["c"]),
    ("nosuch", WORDS), ("my.custom", WORDS), ("my.own.x", ["1"]), ('"my. own"', ["1"]),
    ('"1.x"', ["1"]),
]  # fmt: skip
EXPANDED = [(name, value) for name, values in CASES for value in dict.fromkeys(values)]
# What differs on purpose: DateStyle '' keeps the order that was, which a value alone cannot know.
ASIDE = {("DateStyle", "''")}


def ours(sql: str) -> Facts:
    try:
        (statement,) = split_statements(sql)
        parsed = parse_statement(statement)
        assert isinstance(parsed, SetSetting)
        assert parsed.value is not None
        return (settings.validate(parsed.name, parsed.value),)
    except SqlError as error:
        return error.sqlstate, error.message, error.position, error.detail, error.hint


@pytest.mark.parametrize(("name", "value"), [c for c in EXPANDED if c not in ASIDE])
def test_as_in_postgresql(
    name: str, value: str, oracle: Oracle, refusal: Callable[[str], Facts | None]
) -> None:
    sql = f"SET {name} = {value}"
    found = refusal(sql)
    if found is None:
        row = oracle.execute(f"SHOW {name}").fetchone()
        assert row is not None
        found = (row[0],)
    oracle.execute("RESET ALL")
    assert ours(sql) == found


@pytest.mark.parametrize("name", settings.SESSION_SETTINGS)
def test_every_default_is_canonical(name: str) -> None:
    setting = settings.SESSION_SETTINGS[name]
    if not setting.read_only:
        assert settings.validate(name, setting.default) == setting.default
    assert setting.help.endswith(".")


def test_what_postgresql_has_too(oracle: Oracle) -> None:
    rows = oracle.execute(
        "SELECT name, vartype, enumvals, unit, min_val, max_val FROM pg_settings"
    ).fetchall()
    known = {name: rest for name, *rest in rows}
    for name, setting in settings.SESSION_SETTINGS.items():
        if name in ("role", "session_authorization", "is_superuser", "password_encryption"):
            continue  # not in pg_settings; a choice there, but fixed here
        if name == "max_result_size":
            continue  # ours
        vartype, allowed, unit, low, high = known[name]
        assert setting.type.vartype == vartype
        assert setting.unit.value == (unit or "")
        if setting.type is Type.INT and not setting.read_only:
            assert (str(setting.minimum), str(setting.maximum)) == (low, high)
        if setting.type is Type.ENUM:
            assert set(setting.allowed) == set(allowed) - {"remote_flush"}


def test_what_clients_are_told(oracle: Oracle) -> None:
    reported = {name for name, s in settings.SESSION_SETTINGS.items() if s.reported}
    told = [
        "application_name", "client_encoding", "DateStyle", "default_transaction_read_only",
        "in_hot_standby", "integer_datetimes", "IntervalStyle", "is_superuser", "server_encoding",
        "server_version", "session_authorization", "standard_conforming_strings", "TimeZone",
    ]  # fmt: skip
    for name in told:
        assert oracle.info.parameter_status(name) is not None
    assert reported == {*told, "search_path"}  # search_path: since PostgreSQL 18


REFUSED = [
    ("DateStyle", "german", "0A000", 'DateStyle "German" is not supported'),
    ("DateStyle", "postgres_verbose, dmy", "0A000", 'DateStyle "Postgres" is not supported'),
    ("client_encoding", "sjis", "0A000",
     'invalid value for parameter "client_encoding": "sjis"'),
    ("standard_conforming_strings", "off", "0A000",
     'parameter "standard_conforming_strings" cannot be off'),
    ("TimeZone", "5.5", "0A000", 'time zone offset "5.5" is not supported'),
    ("TimeZone", "-3:30", "0A000", 'time zone offset "-3:30" is not supported'),
    ("statement_timeout", "1e400", "22023",
     'invalid value for parameter "statement_timeout": "1e400"'),
    ("TimeZone", "100", "0A000", 'time zone offset "100" is not supported'),
    ("TimeZone", "x", "22023", 'invalid value for parameter "TimeZone": "x"'),
    ("webhook_max_body_bytes", "1", "55P02",
     'parameter "webhook_max_body_bytes" cannot be changed now'),
    ("enable_external_access", "true", "42501",
     'permission denied to set parameter "enable_external_access"'),
    ("Allow_Unsigned_Extensions", "true", "42501",
     'permission denied to set parameter "Allow_Unsigned_Extensions"'),
    ("threads", "8", "42501", 'permission denied to set parameter "threads"'),
    ("user", "x", "42501", 'permission denied to set parameter "user"'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "sqlstate", "message"), REFUSED)
def test_refused_on_purpose(name: str, value: str, sqlstate: str, message: str) -> None:
    with pytest.raises(SqlError) as raised:
        settings.validate(name, value)
    assert (raised.value.sqlstate, raised.value.message) == (sqlstate, message)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("2", "Etc/GMT-2"), ("-2", "Etc/GMT+2"), ("+05", "Etc/GMT-5"), ("0", "UTC"), ("+0.0", "UTC"),
     ("GMT+3", "Etc/GMT+3"), ("<+02>-2", "Etc/GMT-2"), ("UTC-02:00", "Etc/GMT-2"),
     ("EST5", "Etc/GMT+5"), ("Zulu", "Zulu"), ("utc", "UTC")],
)  # fmt: skip
def test_offsets_become_names_of_zones(written: str, canonical: str, oracle: Oracle) -> None:
    assert settings.validate("TimeZone", written) == canonical
    shown = []
    for zone in (written, canonical):
        oracle.execute("SELECT set_config('TimeZone', %s, false)", [zone])
        shown.append(oracle.execute("SELECT extract(timezone FROM now())").fetchone())
    oracle.execute("RESET TimeZone")
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "text",
    ["", "a", 'A, "B"', '"$user",public', "a b", "a,", ",a", '"a', 'a"b', '""', '"a""b"', "a;b"],
)
def test_a_search_path_in_one_piece(text: str, oracle: Oracle) -> None:
    """As the startup packet and set_config() give it."""
    try:
        found = settings.validate("search_path", text)
    except SqlError as error:
        with pytest.raises(psycopg.Error) as raised:
            oracle.execute("SELECT set_config('search_path', %s, false)", [text])
        assert raised.value.diag.message_primary == error.message
        assert raised.value.diag.message_detail == error.detail
        return
    oracle.execute("SELECT set_config('search_path', %s, false)", [text])
    schemas = oracle.execute("SELECT current_schemas(false)").fetchone()
    assert schemas is not None
    assert ("public" in schemas[0]) == ("public" in settings.search_path(found, "postgres"))
    oracle.execute("RESET search_path")


def test_look_up() -> None:
    found = settings.find("DATESTYLE")
    assert found is not None and found.name == "DateStyle"
    assert settings.find("my.x") is None
    assert settings.lookup("My.X").name == "My.X"
    assert settings.lookup("timezone").type is Type.TIMEZONE
    assert settings.find("webhook_queue_bytes") is settings.SYSTEM_SETTINGS["webhook_queue_bytes"]
    for name, sqlstate in (("nosuch", "42704"), ("a..b", "42602"), ("1.a", "42602")):
        with pytest.raises(SqlError) as raised:
            settings.lookup(name)
        assert raised.value.sqlstate == sqlstate


def test_values_in_use() -> None:
    assert settings.amount("statement_timeout", "5s") == 5000
    assert settings.amount("work_mem", "4MB") == 4096
    assert settings.search_path('"$user", public, "A"', "me") == ("me", "public", "A")
    assert settings.search_path('""', "me") == ("",)
    defaults = settings.defaults()
    assert defaults["DateStyle"] == "ISO, MDY"
    assert "webhook_max_body_bytes" not in defaults
    assert list(defaults) == sorted(defaults, key=str.lower)


def test_bytes_stay_plain_numbers() -> None:
    setting = settings.SYSTEM_SETTINGS["webhook_max_body_bytes"]
    assert setting.unit is Unit.BYTES
    assert canonical(setting, "1MB") == "1048576"
