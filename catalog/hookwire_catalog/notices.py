"""What a statement tells the client beside its result (NoticeResponse, PostgreSQL 55.7)."""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("DEBUG", "LOG", "NOTICE", "WARNING")
"""In the order of client_min_messages."""


@dataclass(frozen=True, slots=True)
class Notice:
    severity: str
    message: str
    sqlstate: str = "00000"
    detail: str | None = None
    hint: str | None = None


def notice(message: str, sqlstate: str = "00000") -> Notice:
    return Notice("NOTICE", message, sqlstate)


def warning(message: str, sqlstate: str) -> Notice:
    return Notice("WARNING", message, sqlstate)
