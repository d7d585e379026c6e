"""Functions by name: PostgreSQL's from the library, then those that only DuckDB has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from hookwire_catalog.errors import InsufficientPrivilege
from hookwire_engine.dialect.resolve.operators import chosen
from hookwire_engine.duck.parser import PARSER
from hookwire_engine.functions import registry
from hookwire_engine.functions.resolution import Candidate, fit_signature
from hookwire_engine.functions.signatures import Signature
from hookwire_engine.system import functions as system_functions

_REFUSED = frozenset(
    """getvariable getenv which_secret query query_table current_query current_connection_id
    in_search_path add_parquet_key create_sort_key error write_log parse_duckdb_log_message
    current_transaction_id current_query_id sql_auto_complete json_serialize_sql
    json_deserialize_sql json_execute_serialized_sql nextval currval""".split()
)
"""Functions of DuckDB that tell or do what a statement of a client's has no business with."""

_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "repeat_row", "json_each",
                              "json_tree", "glob_match"})  # fmt: skip


@cache
def _system_signatures() -> dict[str, tuple[Signature, ...]]:
    found: dict[str, list[Signature]] = {}
    for entry in system_functions.SIGNATURES:
        found.setdefault(entry.name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def signatures(name: str) -> tuple[Signature, ...]:
    """All overloads of PostgreSQL's function."""
    return (*registry.functions(name), *_system_signatures().get(name, ()))


@lru_cache(maxsize=8192)
def candidates(name: str, given: tuple[str, ...]) -> Sequence[Candidate[Signature]]:
    """What is left of the overloads by PostgreSQL's rules (10.3)."""
    fitted = [fit_signature(entry, given) for entry in signatures(name)]
    return chosen([c for c in fitted if c is not None], given)


@cache
def _duckdb_names() -> tuple[frozenset[str], frozenset[str]]:
    """The names of DuckDB's scalar and aggregate functions, and of its aggregates alone."""
    found = PARSER.rows(
        "SELECT DISTINCT function_name, function_type FROM duckdb_functions()"
        " WHERE function_type IN ('scalar', 'aggregate', 'macro')"
    )
    rows = [(str(name), kind) for name, kind in found]
    usable = {name for name, _ in rows if not name.startswith(("duckdb_", "pragma_", "__"))}
    return frozenset(usable - _REFUSED), frozenset(n for n, kind in rows if kind == "aggregate")


def duckdb_has(name: str) -> bool:
    """Whether a statement may call DuckDB's own function of this name."""
    return name in _duckdb_names()[0]


def duckdb_aggregate(name: str) -> bool:
    return name in _duckdb_names()[1]


def duckdb_table_function(name: str) -> bool:
    return name in _TABLE_FUNCTIONS


def check_allowed(name: str, at: int) -> None:
    """Raises InsufficientPrivilege (42501) for a function that statements may not call."""
    if name in _REFUSED or name.startswith(_REFUSED_PREFIXES):
        raise InsufficientPrivilege(f"permission denied for function {name}", position=at + 1)


_REFUSED_PREFIXES = ("read_", "duckdb_", "pragma_", "sniff_", "parquet_", "glob", "__")
