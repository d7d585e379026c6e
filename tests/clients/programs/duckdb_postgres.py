"""DuckDB's postgres extension: `python duckdb_postgres.py HOST PORT EXTENSION`."""

from __future__ import annotations

import sys

import duckdb

QUERIES = {
    "relations": (
        "SELECT table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = 'far' AND schema_name = 'shop'"
        " AND column_name <> 'received_at' ORDER BY ALL",
        "SELECT view_name FROM duckdb_views() WHERE database_name = 'far' AND schema_name = 'shop'",
    ),
    "tables": (
        "SELECT * FROM far.shop.customers ORDER BY id",
        "SELECT id, note FROM far.shop.orders WHERE amount > 1 AND placed_at > '2026-06-01'",
        "SELECT c.name, sum(o.amount) FROM far.shop.orders o"
        " JOIN far.shop.customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1",
        "SELECT * FROM far.shop.totals ORDER BY 1",
        "SELECT max(placed_at)::varchar FROM postgres_scan('', 'shop', 'orders')",
    ),
    "sources": (
        "SELECT kind, count(*) FROM far.shop.events GROUP BY 1 ORDER BY 1",
        "SELECT body->'user'->>'login' FROM far.shop.events WHERE kind = 'push' ORDER BY 1",
        "SELECT * FROM postgres_query('far', 'SELECT headers->''x-tag'' AS tag"
        " FROM shop.events ORDER BY body->>''n''')",
    ),
    "writing": (
        "CREATE TABLE far.shop.by_duckdb AS SELECT i AS id, 'n' || i AS name FROM range(50) t(i)",
        "SELECT count(*), sum(id), max(name) FROM far.shop.by_duckdb",
        "INSERT INTO far.shop.by_duckdb VALUES (100, NULL)",
        "SELECT count(*), count(name) FROM far.shop.by_duckdb",
        "DROP TABLE far.shop.by_duckdb",
    ),
}


def main(host: str, port: str, extension: str) -> None:
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    where = f"host={host} port={port} user=hookwire dbname=hookwire"
    connection.execute(f"ATTACH '{where}' AS far (TYPE postgres)")
    connection.execute("SET TimeZone = 'UTC'")
    for name, queries in QUERIES.items():
        print("==", name)
        for query in queries:
            text = query.replace("postgres_scan('',", f"postgres_scan('{where}',")
            try:
                rows = connection.execute(text).fetchall()
                print(*rows, sep="\n")
            except duckdb.Error as error:
                print("FAILED", error)


main(*sys.argv[1:])
