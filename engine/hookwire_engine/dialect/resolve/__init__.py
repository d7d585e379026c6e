"""The typing pass: a tree to text for DuckDB with PostgreSQL's types."""
