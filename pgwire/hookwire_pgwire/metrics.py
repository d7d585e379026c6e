"""The SQL door's metrics (contract section 8). Label values are bounded by the tables here."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hookwire_catalog.split import Statement

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0)

_WORDS = {
    "select": "select with values table from execute declare",
    "insert": "insert",
    "update": "update",
    "delete": "delete",
    "ddl": "create alter drop comment truncate grant revoke",
    "show": "show describe explain summarize",
    "set": "set reset discard deallocate",
    "copy": "copy",
    "cursor": "fetch move close",
    "transaction": "begin start commit end rollback abort savepoint release",
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
OTHER = "other"
KINDS = (*_WORDS, OTHER)


def kind_of(statement: Statement | None) -> str:
    """One of KINDS, by the statement's first word."""
    if statement is None or not statement.tokens:
        return OTHER
    return _KIND_OF_WORD.get(statement.tokens[0].text.lower(), OTHER)


class SqlMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.sessions = Gauge(
            "hookwire_sql_sessions", "SQL sessions that are open.", registry=registry
        )
        self._statements = Counter(
            "hookwire_sql_statements_total",
            "SQL statements by kind and SQLSTATE (00000 is success).",
            labelnames=("kind", "sqlstate"),
            registry=registry,
        )
        self._seconds = Histogram(
            "hookwire_sql_statement_seconds",
            "Time from a statement's start until its last row was handed over.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._children: dict[tuple[str, str], Counter] = {}

    def observe(self, kind: str, sqlstate: str, seconds: float) -> None:
        """Count one statement that has ended."""
        child = self._children.get((kind, sqlstate))
        if child is None:
            child = self._children[kind, sqlstate] = self._statements.labels(kind, sqlstate)
        child.inc()
        self._seconds.observe(seconds)
