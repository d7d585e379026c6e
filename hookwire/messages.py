"""Errors and notices of a server, told as psql tells them."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hookwire_catalog.errors import SqlError


@dataclass(frozen=True, slots=True)
class Message:
    """`position` is 1-based in the statement."""

    severity: str
    text: str
    detail: str | None = None
    hint: str | None = None
    position: int | None = None

    def told(self, statement: str = "") -> str:
        lines = [f"{self.severity}:  {self.text}"]
        if self.position is not None and 0 < self.position <= len(statement) + 1:
            lines += _place(statement, self.position - 1)
        if self.detail:
            lines.append(f"DETAIL:  {self.detail}")
        if self.hint:
            lines.append(f"HINT:  {self.hint}")
        return "\n".join(lines)


def _place(statement: str, index: int) -> list[str]:
    """The line of the statement that the index is in, and a caret under the place."""
    start = statement.rfind("\n", 0, index) + 1
    line = statement[start:].partition("\n")[0].replace("\t", " ").rstrip("\r")
    label = f"LINE {statement.count(chr(10), 0, index) + 1}: "
    return [label + line, " " * (len(label) + index - start) + "^"]


def of_server(message: asyncpg.PostgresError | asyncpg.PostgresLogMessage) -> Message:
    position = message.position
    return Message(
        message.severity or "ERROR",
        message.message or "",
        message.detail,
        message.hint,
        int(position) if position else None,
    )


def of_error(error: SqlError) -> Message:
    return Message("ERROR", error.message, error.detail, error.hint, error.position)
