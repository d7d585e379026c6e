"""The border to DuckDB: its types, its exceptions and its parser, in PostgreSQL's terms.

Nothing of DuckDB's passes it. Types become PgTypes (types.py), exceptions become SqlErrors in
PostgreSQL's words (errors.py, by the rules of name_errors, value_errors and query_errors).
"""

from hookwire_engine.duck.errors import to_sql_error
from hookwire_engine.duck.report import position_of
from hookwire_engine.duck.types import pg_type, wire_expression

__all__ = ["pg_type", "position_of", "to_sql_error", "wire_expression"]
