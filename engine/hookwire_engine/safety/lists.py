"""What SQL from the wire may not name, asked of the DuckDB that runs."""

from __future__ import annotations

from functools import cache

from hookwire_engine.duck.parser import PARSER

TABLE_FUNCTIONS = frozenset(
    """generate_series range unnest repeat repeat_row json_each json_tree summary
    pg_timezone_names icu_calendar_names""".split()
)
"""The table functions that reach nothing but their arguments. All others are refused, those of
later versions of DuckDB too. (The macros histogram and histogram_values take a table's name as a
string, any table's.)"""

OUTSIDE_FUNCTIONS = frozenset(
    """getenv getvariable write_log parse_duckdb_log_message json_serialize_plan
    json_deserialize_sql json_execute_serialized_sql current_connection_id current_query_id
    current_transaction_id in_search_path stats""".split()
)
"""Scalar functions that show or touch more than their arguments."""

CRASHING_FUNCTIONS = frozenset(
    """json_contains json_transform json_transform_strict from_json from_json_strict
    json_serialize_sql cast_to_type variant_bytes_to_variant variant_to_parquet_variant""".split()
)
"""Functions that recurse on deeply nested JSON until the stack is gone, and the process with it
(DuckDB 2.0.1, 300,000 levels), or that read bytes of an internal form unchecked."""

UNTRANSLATED_FUNCTIONS = frozenset(
    """current_setting current_query pg_get_viewdef pg_get_constraintdef get_block_size""".split()
)
"""PostgreSQL has functions of these names and the dialect its own; DuckDB's show its internals."""

INTERNAL_NAMES = frozenset(
    "hookwire_internal sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema".split()
)
INTERNAL_PREFIXES = ("duckdb_", "pragma_", "__internal", "hw_")
DATABASES = frozenset({"memory", "system", "temp"})
"""DuckDB's databases beside ours."""

SUSPICIOUS_TABLES = DATABASES | {"show"}
"""Names for which it matters whether they stand where a table is named."""

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "main", "hw"})

FILE_SUFFIXES = (
    ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".duckdb", ".db", ".ddb",
    ".wal", ".xlsx", ".avro", ".arrow", ".gz", ".zst", ".bz2",
)  # fmt: skip


def _functions(condition: str) -> frozenset[str]:
    rows = PARSER.rows(f"SELECT function_name FROM duckdb_functions() WHERE {condition}")
    return frozenset(str(name).lower() for (name,) in rows)


_OF_TABLES = "function_type IN ('table', 'table_macro')"
_OF_VALUES = "function_type IN ('scalar', 'aggregate', 'macro')"


@cache
def denied_functions() -> frozenset[str]:
    """Names that may not be called, in lower case."""
    tables = _functions(_OF_TABLES) - TABLE_FUNCTIONS - denied_tables()
    return tables | OUTSIDE_FUNCTIONS | CRASHING_FUNCTIONS


@cache
def denied_tables() -> frozenset[str]:
    """Names that may not be called for a table; as functions of values they are others."""
    return (_functions(_OF_TABLES) & _functions(_OF_VALUES)) - TABLE_FUNCTIONS


@cache
def builtin_names() -> frozenset[str]:
    """Functions and types that a definition of the same name would hide."""
    rows = PARSER.rows(
        "SELECT function_name FROM duckdb_functions() UNION SELECT type_name FROM duckdb_types()"
    )
    return frozenset(str(name).lower() for (name,) in rows)


@cache
def system_views() -> frozenset[str]:
    """Views of DuckDB's that can be named without a schema."""
    rows = PARSER.rows(
        "SELECT view_name FROM duckdb_views()"
        " WHERE internal AND schema_name != 'information_schema'"
    )
    return frozenset(str(name).lower() for (name,) in rows)
