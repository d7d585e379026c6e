"""PostgreSQL's SQL on DuckDB.

Theory of operation. A statement's tokens become a tree (parse/: PostgreSQL's grammar), the tree a
text for DuckDB with PostgreSQL's types (resolve/: names, overloads, coercion), and nothing in
between works on text. What decides an answer is decided here, never by DuckDB's own rules:

- every name: relations through the Environment, columns through scopes; all are written in full
- every overload: by argument types, with PostgreSQL's rules (functions/), so that what DuckDB
  would cast, order or divide in another way is asked for in the words that give PostgreSQL's answer
- every type: of columns, of parameters, of literals, whose input forms are read here

A text of DuckDB's own that the grammar does not know passes through by tokens (passthrough.py);
DuckDB's functions, types and clauses inside a PostgreSQL statement are known as "open": their
types are left to DuckDB. Rule 1: an answer may be refused (0A000, with a hint), never be another.
Rule 2: an error that can be known before DuckDB runs is raised here, with PostgreSQL's position.
"""

from __future__ import annotations

from hookwire_engine.dialect.translation import check_syntax, translate

__all__ = ["check_syntax", "translate"]
