"""Every setting, declared once: name, type, default, bounds, help. SHOW, SET, ParameterStatus and
the documentation read these tables.

A value is kept as canonical text, the form in which PostgreSQL's SHOW prints it ('5s', 'on',
'ISO, DMY'); `amount` gives a number back where one is needed. How text becomes canonical is in
setting_values.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from hookwire_catalog.errors import (
    CantChangeRuntimeParam,
    InsufficientPrivilege,
    InvalidName,
    UndefinedObject,
)
from hookwire_catalog.setting_values import (
    MAX_INT,
    Setting,
    Type,
    Unit,
    canonical,
    parse_amount,
    split_names,
)
from hookwire_catalog.version import VERSION

SERVER_VERSION = f"16.0 (Hookwire {VERSION})"
SERVER_VERSION_NUM = "160000"

_ISOLATION = ("serializable", "repeatable read", "read committed", "read uncommitted")
_ON_OFF = (
    ("true", "on"),
    ("false", "off"),
    ("yes", "on"),
    ("no", "off"),
    ("1", "on"),
    ("0", "off"),
)
_MESSAGE_LEVELS = ("debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning",
                   "error")  # fmt: skip


def _boolean(name: str, default: str, help: str, *, reported: bool = False) -> Setting:
    return Setting(name, Type.BOOL, default, help, reported=reported)


def _choice(
    name: str,
    default: str,
    help: str,
    *allowed: str,
    hidden: tuple[tuple[str, str], ...] = (),
    reported: bool = False,
) -> Setting:
    return Setting(
        name, Type.ENUM, default, help, allowed=allowed, hidden=hidden, reported=reported
    )


def _text(name: str, default: str, help: str, *, reported: bool = False) -> Setting:
    return Setting(name, Type.STRING, default, help, reported=reported)


def _fixed(
    name: str, value: str, help: str, type_: Type = Type.STRING, *, reported: bool = False
) -> Setting:
    bound = int(value) if type_ is Type.INT else 0
    return Setting(
        name, type_, value, help, minimum=bound, maximum=bound, read_only=True, reported=reported
    )


def _number(
    name: str, default: str, help: str, *, low: int = 0, high: int = MAX_INT, unit: Unit = Unit.NONE
) -> Setting:
    return Setting(name, Type.INT, default, help, unit=unit, minimum=low, maximum=high)


def _tcp(name: str, default: str, help: str, unit: Unit = Unit.SECONDS) -> Setting:
    return Setting(name, Type.INT, default, help, unit=unit, maximum=MAX_INT, bare=True)


def _timeout(name: str, help: str) -> Setting:
    return _number(name, "0", help, unit=Unit.MILLISECONDS)


def _table(*settings: Setting) -> Mapping[str, Setting]:
    return {s.name: s for s in sorted(settings, key=lambda s: s.name.lower())}


SESSION_SETTINGS: Mapping[str, Setting] = _table(
    _text("application_name", "", "Name of the client's program, shown in hookwire.sessions.",
          reported=True),
    _choice("backslash_quote", "safe_encoding",
            "Accepted for clients; strings follow the standard.",
            "safe_encoding", "on", "off", hidden=_ON_OFF),
    _fixed("block_size", "8192", "PostgreSQL's size of a page, for clients that ask.", Type.INT),
    _choice("bytea_output", "hex", "Output format of bytea.", "escape", "hex"),
    _boolean("check_function_bodies", "on", "Accepted for clients; there are no such functions."),
    Setting("client_encoding", Type.ENCODING, "UTF8", "Character set of the client.",
            reported=True),
    _timeout("client_connection_check_interval",
             "Accepted for clients; one that has left is noticed at once, whatever runs."),
    _choice("client_min_messages", "notice", "Least severity of messages sent to the client.",
            *_MESSAGE_LEVELS, hidden=(("debug", "debug2"),)),
    Setting("DateStyle", Type.DATESTYLE, "ISO, MDY", "Format of dates and times; order of d, m, y.",
            reported=True),
    _text("default_table_access_method", "heap", "Accepted for clients; DuckDB stores tables."),
    _text("default_tablespace", "", "Accepted for clients; there is one tablespace."),
    _choice("default_transaction_isolation", "read committed",
            "Isolation level of new transactions.", *_ISOLATION),
    _boolean("default_transaction_deferrable", "off", "Whether new transactions are deferrable."),
    _boolean("default_transaction_read_only", "off", "Whether new transactions only read.",
             reported=True),
    _boolean("escape_string_warning", "on", "Accepted for clients; there is no such warning."),
    _number("extra_float_digits", "1", "Digits of floats; 1 and above print the shortest exact.",
            low=-15, high=3),
    _timeout("idle_in_transaction_session_timeout",
             "Longest idle time inside a transaction; 0 is no limit."),
    _timeout("idle_session_timeout", "Longest idle time outside a transaction; 0 is no limit."),
    _fixed("in_hot_standby", "off", "Whether this server is a standby.", Type.BOOL,
           reported=True),
    _fixed("integer_datetimes", "on", "Whether timestamps are 64-bit integers.", Type.BOOL,
           reported=True),
    _choice("IntervalStyle", "postgres", "Output format of intervals.",
            "postgres", "postgres_verbose", "sql_standard", "iso_8601", reported=True),
    _fixed("is_superuser", "off", "Whether the current user is a superuser.", Type.BOOL,
           reported=True),
    _boolean("jit", "off", "Accepted for clients; DuckDB vectorises instead."),
    _fixed("lc_collate", "C.UTF-8", "Collation order."),
    _fixed("lc_ctype", "C.UTF-8", "Character classes."),
    _text("lc_messages", "C", "Language of messages."),
    _text("lc_monetary", "C", "Locale of money."),
    _text("lc_numeric", "C", "Locale of numbers in to_char."),
    _text("lc_time", "C", "Locale of dates in to_char."),
    _timeout("lock_timeout", "Longest wait for a lock; 0 is no limit."),
    _fixed("max_function_args", "100", "Most arguments of a function.", Type.INT),
    _fixed("max_identifier_length", "63", "Longest identifier, in bytes.", Type.INT),
    _fixed("max_index_keys", "32", "Most columns of a key.", Type.INT),
    _fixed("password_encryption", "scram-sha-256", "How passwords are kept."),
    _text("role", "none", "The current role."),
    _boolean("row_security", "on", "Accepted for clients; there are no row policies."),
    Setting("search_path", Type.NAMES, '"$user", public',
            "Schemas that are searched for a name without one.", reported=True),
    _fixed("server_encoding", "UTF8", "Character set of the data.", reported=True),
    _fixed("server_version", SERVER_VERSION, "Version of the server.", reported=True),
    _fixed("server_version_num", SERVER_VERSION_NUM, "Version of the server as a number.",
           Type.INT),
    _text("session_authorization", "hookwire", "The session's user.", reported=True),
    _fixed("ssl", "off", "Whether the SQL port has a certificate.", Type.BOOL),
    Setting("standard_conforming_strings", Type.ALWAYS_ON, "on",
            "Whether a backslash in '...' is only a backslash.", reported=True),
    _timeout("statement_timeout", "Longest time of a statement; 0 is no limit."),
    _choice("synchronous_commit", "on", "Accepted for clients; a commit is always durable.",
            "local", "remote_write", "remote_apply", "on", "off", hidden=_ON_OFF),
    _boolean("synchronize_seqscans", "on", "Accepted for clients; scans start at the beginning."),
    _tcp("tcp_keepalives_count", "6",
         "Keepalives without an answer after which a client is gone; 0 is the system's.",
         Unit.NONE),
    _tcp("tcp_keepalives_idle", "60",
         "Seconds of silence after which a keepalive is sent; 0 is the system's."),
    _tcp("tcp_keepalives_interval", "10",
         "Seconds between keepalives without an answer; 0 is the system's."),
    _tcp("tcp_user_timeout", "0",
         "Milliseconds that sent data may stay unacknowledged before a client is gone; 0 is the"
         " system's.", Unit.MILLISECONDS),
    Setting("TimeZone", Type.TIMEZONE, "UTC", "Time zone of timestamps shown and read.",
            reported=True),
    _boolean("transaction_deferrable", "off", "Whether the current transaction is deferrable."),
    _choice("transaction_isolation", "read committed", "Isolation of the current transaction.",
            *_ISOLATION),
    _boolean("transaction_read_only", "off", "Whether the current transaction only reads."),
    _number("max_result_size", "67108864", "Most bytes of rows in the answer to a request to"
            " /api/sql; results on the SQL port are streamed and have no limit.",
            low=1, high=1 << 30, unit=Unit.BYTES),
    _number("work_mem", "4MB", "Accepted for clients; memory of a statement is limited by the"
            " server.", low=64, unit=Unit.KILOBYTES),
    _choice("xmloption", "content", "Accepted for clients; there is no type xml.",
            "content", "document"),
)  # fmt: skip
"""What a session may SET (or only SHOW), by canonical name, sorted as SHOW ALL sorts."""

MAX_RESPONSE_BODY_BYTES = 65_536

SYSTEM_SETTINGS: Mapping[str, Setting] = _table(
    _boolean("proxy_protocol", "off",
             "Whether connections from trusted_proxies begin with a PROXY protocol header."),
    Setting("public_url", Type.URL, "http://127.0.0.1:6876",
            "What comes before /api/webhook/... in URLs; the default is what the server was started"
            " with."),
    Setting("trusted_proxies", Type.NETWORKS, "",
            "Addresses and CIDR blocks of proxies that are believed about a client's address."),
    Setting("webhook_allow_ips", Type.NETWORKS, "",
            "Addresses and CIDR blocks that sources take requests from; empty is all."),
    Setting("webhook_block_ips", Type.NETWORKS, "",
            "Addresses and CIDR blocks that sources refuse, even when they are allowed."),
    _number("webhook_burst", "0", "Most requests that may come at once to a source with"
            " max_requests_per_second; 0 is one second's worth."),
    _number("webhook_check_memory_bytes", "20971520",
            "Most memory that the check of one request may take.",
            low=1 << 20, high=1 << 32, unit=Unit.BYTES),
    _number("webhook_concurrent_request_limit", "4096", "Most requests that are handled at once.",
            low=1),
    _number("webhook_max_body_bytes", "16384", "Largest body of a webhook request.",
            low=1, high=1 << 30, unit=Unit.BYTES),
    _number("webhook_max_requests_per_second", "100000",
            "Most webhook requests a second, of all sources together.", low=1),
    _number("webhook_max_rows_per_request", "10000", "Most rows that one request may make.", low=1),
    _choice("webhook_on_reject", "log",
            "Whether refused requests are listed in hookwire.webhook_rejections or only counted.",
            "log", "drop"),
    _number("webhook_queue_bytes", "268435456", "Most bytes that wait to be made durable.",
            low=1 << 20, high=1 << 40, unit=Unit.BYTES),
    _number("webhook_rejections_max_bytes", "67108864",
            "Most bytes of refused requests that hookwire.webhook_rejections lists.",
            high=1 << 32, unit=Unit.BYTES),
    _number("webhook_rejections_max_rows", "10000",
            "Most refused requests that hookwire.webhook_rejections lists; 0 lists none.",
            high=1_000_000),
    Setting("webhook_response_body", Type.STRING, "", "Body of the answer to a stored request.",
            maximum=MAX_RESPONSE_BODY_BYTES),
    _number("webhook_response_status", "200", "Status of the answer to a stored request.",
            low=200, high=299),
)  # fmt: skip
"""What holds for the whole server: ALTER SYSTEM changes them, a session may only SHOW them. Those
with the name of a source's option behind `webhook_` are what a source without that option has."""

_BY_FOLDED = {
    name.lower(): setting
    for table in (SESSION_SETTINGS, SYSTEM_SETTINGS)
    for name, setting in table.items()
}

# DuckDB's own settings that would open the server's files or network (contract section 7).
_PROTECTED = re.compile(
    r"(allow|autoinstall|autoload|custom_(ext|prof)|disabled_|enable_(ext|prof|log|http)|ext(ension_|ernal_)|"
    r"file_search|home_directory|http|lock_conf|log|max_memory|memory_limit|password|prof|python_|"
    r"s3_|secret|temp_|threads|unsafe|username|user$)"
)
_CUSTOM_NAME = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w$]*(\.[A-Za-z_\u0080-\U0010ffff][\w$]*)+")


def find(name: str) -> Setting | None:
    """The declared setting of this name, in any case."""
    return _BY_FOLDED.get(name.lower())


def lookup(name: str) -> Setting:
    """The setting of this name.

    A name with a dot is always one: PostgreSQL's custom settings, by which programs keep values of
    their own. Raises UndefinedObject (42704), InvalidName (42602).
    """
    found = find(name)
    if found is not None:
        return found
    if "." not in name:
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
    if _CUSTOM_NAME.fullmatch(name) is None:
        raise InvalidName(
            f'invalid configuration parameter name "{name}"',
            detail="Custom parameter names must be two or more simple identifiers separated by"
            " dots.",
        )
    return Setting(name, Type.STRING, "", "Custom setting.")


def validate(name: str, text: str) -> str:
    """The canonical form of `text` as a value that a session wants to SET.

    Raises InvalidParameterValue (22023), UndefinedObject (42704), CantChangeRuntimeParam (55P02),
    InsufficientPrivilege (42501), FeatureNotSupported (0A000).
    """
    setting = changeable(name)
    return canonical(setting, text)


def changeable(name: str) -> Setting:
    """The setting of this name if a session may change it (SET and RESET)."""
    if find(name) is None and _PROTECTED.match(name.lower()):
        raise InsufficientPrivilege(f'permission denied to set parameter "{name}"')
    setting = lookup(name)
    if setting.read_only:
        raise CantChangeRuntimeParam(f'parameter "{setting.name}" cannot be changed')
    if setting.name in SYSTEM_SETTINGS:
        raise CantChangeRuntimeParam(
            f'parameter "{setting.name}" cannot be changed now',
            hint="It holds for the whole server: use ALTER SYSTEM SET.",
        )
    return setting


def system(name: str) -> Setting:
    """The setting of this name if ALTER SYSTEM may change it.

    Raises UndefinedObject (42704), CantChangeRuntimeParam (55P02).
    """
    setting = find(name)
    if setting is None:
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
    if setting.name not in SYSTEM_SETTINGS:
        raise CantChangeRuntimeParam(
            f'parameter "{setting.name}" cannot be changed',
            hint=None if setting.read_only else "It holds for one session: use SET.",
        )
    return setting


def system_defaults() -> dict[str, str]:
    """What holds for a server whose settings nobody has changed."""
    return {name: setting.default for name, setting in SYSTEM_SETTINGS.items()}


def amount(name: str, text: str) -> int:
    """A canonical value as a number in the setting's unit (milliseconds for timeouts)."""
    return parse_amount(lookup(name), text)


def defaults() -> dict[str, str]:
    """The values a session starts with."""
    return {name: setting.default for name, setting in SESSION_SETTINGS.items()}


@lru_cache(maxsize=1024)
def search_path(text: str, user: str) -> tuple[str, ...]:
    """The schemas that a value of search_path names; "$user" stands for the user's."""
    return tuple(user if name == "$user" else name for name in split_names(text) or ())
