"""How a rule reads one of DuckDB's messages and says it in PostgreSQL's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hookwire_catalog.errors import SqlError
from hookwire_engine.duck.report import Report
from hookwire_engine.duck.spelling import type_name

Make = Callable[[re.Match[str], Report], SqlError]


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` matches the start of a message; several lines are one text."""

    pattern: re.Pattern[str]
    make: Make

    def apply(self, report: Report) -> SqlError | None:
        found = self.pattern.match(report.text)
        return None if found is None else self.make(found, report)


def rule(pattern: str, make: Make) -> Rule:
    return Rule(re.compile(pattern, re.DOTALL), make)


def says(pattern: str, kind: type[SqlError], message: str, hint: str | None = None) -> Rule:
    """A rule whose message is made of the pattern's named groups.

    A group whose name ends in `type` is a type of DuckDB's and is spelled PostgreSQL's way.
    """

    def make(found: re.Match[str], report: Report) -> SqlError:
        parts = {
            name: type_name(text) if name.endswith("type") else text
            for name, text in found.groupdict("").items()
        }
        return kind(message.format(**parts), hint=hint)

    return rule(pattern, make)


def first(rules: Sequence[Rule], report: Report) -> SqlError | None:
    """What the first rule that fits says."""
    answers: Iterable[SqlError | None] = (r.apply(report) for r in rules)
    return next((answer for answer in answers if answer is not None), None)
