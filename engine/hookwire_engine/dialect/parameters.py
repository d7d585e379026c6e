"""Parameters and their types (PostgreSQL: parse_param.c).

A parameter whose type the client left open takes the type of the first place that asks for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import IndeterminateDatatype, SqlError
from hookwire_catalog.types import BY_OID, PgType
from hookwire_engine.dialect.code import Mark, Slot
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import REG_TYPES, duckdb_type


class AmbiguousParameter(SqlError):
    sqlstate = "42P08"


class Parameters:
    """The types of `$1`, `$2`, ...; None while not settled."""

    def __init__(self, oids: Sequence[int]) -> None:
        self._types: dict[int, PgType | None] = {
            number: BY_OID.get(oid) if oid != types.UNKNOWN.oid else None
            for number, oid in enumerate(oids, 1)
        }
        self._given: dict[int, int] = {}
        self._lists: list[tuple[tuple[int, ...], str]] = []

    def reference(self, number: int, at: int) -> Typed:
        type_ = self._types.setdefault(number, None)
        code = Mark(at, Slot(number))
        if type_ is None:
            return Typed(code, types.UNKNOWN, at, parameter=number)
        return Typed(code, type_, at)

    def settle(self, value: Typed, type_: PgType) -> Typed:
        """Give the parameter in `value` its type, unless it has one: 42P08 if it differs."""
        number = value.parameter
        assert number is not None
        known = self._types[number]
        if known is not None and known is not type_:
            raise AmbiguousParameter(
                f"inconsistent types deduced for parameter ${number}",
                detail=f"{known.display} versus {type_.display}",
                position=value.at + 1,
            )
        self._types[number] = type_
        return Typed(value.code, type_, value.at)

    def settled(self) -> tuple[PgType, ...]:
        """The types of all, in order; 42P18 for one that nothing settled."""
        result = []
        for number in range(1, max(self._types, default=0) + 1):
            type_ = self._types.get(number)
            if type_ is None:
                raise IndeterminateDatatype(f"could not determine data type of parameter ${number}")
            result.append(type_)
        return tuple(result)

    def type(self, number: int) -> PgType | None:
        return self._types[number]

    def listed(self, numbers: Sequence[int], element: str) -> Slot:
        """The place of one list that holds the values of parameters; `element` is DuckDB's type."""
        self._lists.append((tuple(numbers), element))
        return Slot(-len(self._lists))

    @property
    def given(self) -> tuple[int | tuple[int, ...], ...]:
        """What DuckDB's `$1`, `$2`, ... are: parameters and lists of them; it refuses those that no
        text names."""
        return tuple(n if n > 0 else self._lists[-n - 1][0] for n in self._given)

    def text(self, number: int) -> str:
        """How DuckDB is given parameter or list `number`."""
        place = self._given.setdefault(number, len(self._given) + 1)
        if number < 0:
            return f"CAST(${place} AS {self._lists[-number - 1][1]}[])"
        type_ = self._types[number]
        if type_ is not None and type_.name in REG_TYPES:
            return f"memory.hw.{type_.name}_in(CAST(${place} AS VARCHAR))"
        if type_ is types.JSONB:
            return f"memory.hw.jsonb_normal(CAST(${place} AS VARCHAR))"
        return f"CAST(${place} AS {duckdb_type(type_ or types.TEXT)})"
