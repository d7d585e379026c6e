"""has_*_privilege, pg_has_role, and what a session asks of the server."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import Fault, error_sql
from hookwire_engine.functions.signatures import Kind
from hookwire_engine.system.macros import NULL_TEXT, by_oid, keyed, lookup, relation, strictly

chapter = Chapter("9.26", "Privileges and the server's state")
_function = chapter.function

# Each inquiry takes [user,] object [, column], privilege; user and object by name or OID. A name
# of nothing is an error, an OID of nothing gives NULL.

_BY_NAME = {
    "table": "memory.hw.regclass_in({0})",
    "sequence": "memory.hw.regclass_in({0})",
    "any_column": "memory.hw.regclass_in({0})",
    "schema": "memory.hw.schema_in({0})",
    "type": "memory.hw.regtype_in({0})",
    "function": "memory.hw.regprocedure_in({0})",
    "database": "memory.hw.database_in({0})",
}
_BY_OID = {
    "table": by_oid("oid", "relation", "{0}"),
    "sequence": by_oid("oid", "relation", "{0}"),
    "any_column": by_oid("oid", "relation", "{0}"),
    "schema": by_oid("oid", "schema", "{0}"),
    "type": by_oid("oid", "type", "{0}"),
    "function": by_oid("oid", "function", "{0}"),
}
_NO_SCHEMA = error_sql("3F000", "'schema \"' || _1 || '\" does not exist'")
_SCHEMA = lookup("oid", "schema", '"$key" = _1')
chapter.macro(
    "schema_in", "_1", f"coalesce({_SCHEMA}, CASE WHEN _1 IS NOT NULL THEN {_NO_SCHEMA} END)"
)
_NO_DATABASE = error_sql("3D000", "'database \"' || _1 || '\" does not exist'")
chapter.macro("database_in", "_1", f"CASE WHEN _1 = 'hookwire' THEN 16384 ELSE {_NO_DATABASE} END")
_PRIVILEGES = (
    "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "RULE", "USAGE",
    "CREATE", "CONNECT", "TEMP", "TEMPORARY", "EXECUTE", "SET", "MEMBER",
)  # fmt: skip
_UNKNOWN = error_sql("22023", "'unrecognized privilege type: \"' || _2 || '\"'")
_ASKED = (
    "list_transform(string_split(upper({0}), ','),"
    ' lambda "$privilege": regexp_replace(trim("$privilege"), \'  +\', \' \', \'g\'))'
)
chapter.macro(
    "allowed",
    "_1, _2",
    "CASE WHEN len(list_filter(string_split(upper(_2), ','), lambda \"$privilege\": NOT"
    f" list_contains({list(_PRIVILEGES)!r},"
    " regexp_replace(trim(\"$privilege\"), ' WITH GRANT OPTION$', '')))) > 0"
    f" THEN {_UNKNOWN} WHEN _1 IS NULL THEN NULL ELSE true END",
)

# Whom it is asked of: the current role, one of a name (or "public"), or one of an OID.

_NO_ROLE = error_sql("42704", "'role \"' || _1 || '\" does not exist'")
_ROLE_OID = lookup("oid", "role", '"$key" = _1')
chapter.macro(
    "role_in",
    "_1",
    f"coalesce({_ROLE_OID},"
    f" CASE WHEN _1 = 'public' THEN 0 WHEN _1 IS NOT NULL THEN {_NO_ROLE} END)",
)
_ME = f'(SELECT "$role" FROM {relation("backend")})'
_WHO = {"": _ME, "name": "memory.hw.role_in(_1)", "oid": "_1"}
_SUPER = f'(SELECT "$super" FROM {relation("role")} WHERE "$oid" = _1)'
chapter.macro(
    "privileged",
    "_1, _2, _3",
    "CASE WHEN _1 IS NULL OR _2 IS NULL OR _3 IS NULL THEN NULL"
    f" WHEN NOT memory.hw.allowed(_2, _3) THEN NULL WHEN {_SUPER} THEN true ELSE"
    f' (SELECT count(*) FROM {relation("granted")} AS "$g", {relation("reached")} AS "$r"'
    ' WHERE "$g"."$oid" = _2 AND "$r"."$role" = _1 AND "$r"."$as" = \'USAGE\''
    ' AND "$g"."$role" = "$r"."$in"'
    f" AND list_contains({_ASKED.replace('{0}', '_3')}, \"$g\".\"$privilege\")) > 0 END",
)
_LISTED = frozenset({"table", "sequence", "any_column", "schema", "database"})
"""Kinds of object that have lists of privileges; all else everybody may use."""


def _answer(kind: str, user: str, existing: str, privilege: str) -> str:
    if kind not in _LISTED:
        return f"memory.hw.allowed({existing}, {privilege})"
    return f"memory.hw.privileged({_WHO[user]}, {existing}, {privilege})"


def _inquire(kind: str, object_type: str, existing: str) -> None:
    """has_<kind>_privilege for one way of naming the object, with and without a user before it."""
    name = f"has_{kind}_privilege"
    for users in ("", "name", "oid"):
        position = "_2" if users else "_1"
        privilege = "_3" if users else "_2"
        user = f"{users}, " if users else ""
        _function(
            f"{name}({user}{object_type}, text) bool",
            sql=_answer(kind, users, existing.replace("{0}", position), privilege),
            as_=f"{name}_{users}_{object_type}",
        )


for _kind, _existing in _BY_NAME.items():
    _inquire(_kind, "text", _existing)
for _kind, _existing in _BY_OID.items():
    _inquire(_kind, "oid", _existing)
_inquire("database", "oid", "CASE WHEN {0} = 16384 THEN {0} END")
for _kind in ("tablespace", "language", "server", "foreign_data_wrapper", "parameter"):
    for _type in ("text", "oid"):
        _inquire(_kind, _type, "{0}")


def _inquire_column(object_type: str, column_type: str, existing: str) -> None:
    """Columns have no lists of their own: what holds for the table holds for each of them."""
    for users in ("", "name", "oid"):
        positions = ("_2", "_4") if users else ("_1", "_3")
        user = f"{users}, " if users else ""
        _function(
            f"has_column_privilege({user}{object_type}, {column_type}, text) bool",
            sql=_answer("table", users, existing.replace("{0}", positions[0]), positions[1]),
            as_=f"has_column_privilege_{users}_{object_type}_{column_type}",
        )


for _column in ("text", "int2"):
    _inquire_column("text", _column, _BY_NAME["table"])
    _inquire_column("oid", _column, _BY_OID["table"])

chapter.macro(
    "is_in",
    "_1, _2, _3",
    "CASE WHEN _1 IS NULL OR _2 IS NULL OR _3 IS NULL THEN NULL"
    f" WHEN {_SUPER} THEN true ELSE (SELECT count(*) FROM {relation('reached')}"
    ' WHERE "$role" = _1 AND "$in" = _2'
    f" AND list_contains({_ASKED.replace('{0}', '_3')}, \"$as\")) > 0 END",
)
_ROLE_ARGUMENT = {"name": "memory.hw.role_in({0})", "oid": "{0}"}
for _role, _named in _ROLE_ARGUMENT.items():
    _function(
        f"pg_has_role({_role}, text) bool",
        sql=f"memory.hw.is_in({_ME}, {_named.replace('{0}', '_1')}, _2)",
        as_=f"pg_has_role_{_role}",
    )
    for _user in ("name", "oid"):
        _function(
            f"pg_has_role({_user}, {_role}, text) bool",
            sql=f"memory.hw.is_in({_WHO[_user]}, {_named.replace('{0}', '_2')}, _3)",
            as_=f"pg_has_role_{_user}_{_role}",
        )
_function("row_security_active(oid) bool", sql=strictly("false"))

# Lists of privileges as rows. An item is grantee=letters/grantor; a star after a letter is the
# grant option.

_LETTERS = (
    "map {'r': 'SELECT', 'a': 'INSERT', 'w': 'UPDATE', 'd': 'DELETE', 'D': 'TRUNCATE',"
    " 'x': 'REFERENCES', 't': 'TRIGGER', 'X': 'EXECUTE', 'U': 'USAGE', 'C': 'CREATE',"
    " 'T': 'TEMPORARY', 'c': 'CONNECT'}"
)
_ROLES = f'(SELECT map(list("$key"), list("$oid")) FROM {relation("role")})'


def _unquoted(group: int) -> str:
    text = f"regexp_extract(\"$item\", '^(.*)=([A-Za-z*]*)/(.*)$', {group})"
    return f"replace(trim({text}, '\"'), '\"\"', '\"')"


_EXPLODED = (
    '(SELECT flatten(list_transform(_1, lambda "$item": list_transform('
    "regexp_extract_all(regexp_extract(\"$item\", '^(.*)=([A-Za-z*]*)/(.*)$', 2), '[A-Za-z][*]?'),"
    ' lambda "$letter": struct_pack('
    f'grantor := "$all"[{_unquoted(3)}],'
    f' grantee := coalesce("$all"[{_unquoted(1)}], 0),'
    f" privilege_type := {_LETTERS}[\"$letter\"[1]],"
    " is_grantable := contains(\"$letter\", '*')))))"
    f' FROM (SELECT {_ROLES} AS "$all") AS "$known")'
)
for _type in ("_aclitem", "_text"):  # a column of aclitem[] has text[] here
    _function(
        f"aclexplode({_type}) record",
        sql=_EXPLODED,
        kind=Kind.TABLE,
        as_=f"aclexplode{_type}",
        columns=(("grantor", "oid"), ("grantee", "oid"), ("privilege_type", "text"),
                 ("is_grantable", "bool")),
    )  # fmt: skip
_OWNER = f'(SELECT "$shown" FROM {relation("role")} WHERE "$oid" = _2)'
_OWN_ITEM = "{0} || '=' || '{1}' || '/' || {0}"
_DEFAULTS = {
    "r": ("arwdDxt", ""), "s": ("rwU", ""), "n": ("UC", ""), "d": ("CTc", "Tc"), "f": ("X", "X"),
    "T": ("U", "U"), "l": ("U", "U"),
}  # fmt: skip


def _default(letters: str, shared: str) -> str:
    own = _OWN_ITEM.replace("{0}", _OWNER).replace("{1}", letters)
    everybody = f"'={shared}/' || {_OWNER}, " if shared else ""
    return f"[{everybody}{own}]"


_function(
    "acldefault(char, oid) _aclitem",
    sql="CASE _1 "
    + " ".join(f"WHEN '{letter}' THEN {_default(*held)}" for letter, held in _DEFAULTS.items())
    + " ELSE CAST(NULL AS VARCHAR[]) END",
)

# Encodings: there is one.

_ENCODING = "CASE _1 WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' ELSE '' END"
_NUMBER = (
    "CASE regexp_replace(lower(_1), '[^a-z0-9]', '', 'g') WHEN 'utf8' THEN 6"
    " WHEN 'unicode' THEN 6 WHEN 'sqlascii' THEN 0 ELSE -1 END"
)
_function("pg_encoding_to_char(int4) name", sql=strictly(_ENCODING))
_function("pg_char_to_encoding(name) int4", sql=strictly(_NUMBER))
_function("getdatabaseencoding() name", sql="'UTF8'")
_function("pg_client_encoding() name", sql="'UTF8'")

# Settings by a name that is not known before the statement runs; the dialect answers for others.


def _missing_setting(name: str, missing_ok: bool) -> str | None:
    if missing_ok:
        return None
    raise Fault("42704", f'unrecognized configuration parameter "{name}"')


chapter.udf("missing_setting", _missing_setting, ["VARCHAR", "BOOLEAN"], "VARCHAR")
_SETTING = keyed("value", "setting", "lower")
_function(
    "current_setting(text, bool=) text",
    sql=(
        f"coalesce({_SETTING}, hw_missing_setting(_1, _2))",
        f"coalesce({_SETTING}, hw_missing_setting(_1, false))",
    ),
)

# The server.

_function(
    "pg_postmaster_start_time() timestamptz",
    sql=f'(SELECT "$started" FROM {relation("backend")})',
)
_function("pg_conf_load_time() timestamptz",
          sql=f'(SELECT "$started" FROM {relation("backend")})')  # fmt: skip
_function("pg_is_in_recovery() bool", sql="false")
_function("pg_is_wal_replay_paused() bool", sql="false")
_function("pg_jit_available() bool", sql="false")
_function("pg_trigger_depth() int4", sql="0")
_function("pg_current_logfile(text=) text", sql=(NULL_TEXT, NULL_TEXT))
_function("pg_last_xact_replay_timestamp() timestamptz", sql="CAST(NULL AS TIMESTAMPTZ)")
_function("pg_blocking_pids(int4) _int4", sql=strictly("CAST([] AS INTEGER[])"))
_function("pg_safe_snapshot_blocking_pids(int4) _int4", sql=strictly("CAST([] AS INTEGER[])"))
_function("txid_current() int8", target="txid_current", volatile=True)
_function("pg_my_temp_schema() oid", sql="0")
_function("pg_is_other_temp_schema(oid) bool", sql=strictly("false"))
_function("pg_partition_root(regclass) regclass", sql="CAST(NULL AS BIGINT)")
_function("pg_partition_ancestors(regclass) regclass", sql="CAST([] AS BIGINT[])",
          kind=Kind.TABLE)  # fmt: skip
_function(
    "pg_partition_tree(regclass) record",
    sql="CAST([] AS STRUCT(relid BIGINT, parentrelid BIGINT, isleaf BOOLEAN, level INTEGER)[])",
    kind=Kind.TABLE,
    columns=(("relid", "regclass"), ("parentrelid", "regclass"), ("isleaf", "bool"),
             ("level", "int4")),
)  # fmt: skip
