"""PostgreSQL's own types, relations and I/O functions, as data files tell them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hookwire_catalog import types
from hookwire_catalog.types import Column, PgType

_DATA = files("hookwire_engine.system") / "data"


@dataclass(frozen=True, slots=True)
class TypeFact:
    """A row of pg_type; functions by name, the collation by name ("" for none)."""

    oid: int
    schema: str
    name: str
    length: int
    byval: bool
    kind: str
    category: str
    preferred: bool
    delimiter: str
    subscript: str
    element: int
    array: int
    input: str
    output: str
    receive: str
    send: str
    typmod_in: str
    typmod_out: str
    analyze: str
    align: str
    storage: str
    not_null: bool
    base: int
    typmod: int
    dimensions: int
    collation: str
    default: str
    display: str
    relation: int = 0


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text("utf-8").splitlines()


@cache
def data_rows(name: str) -> tuple[dict[str, str | None], ...]:
    """The rows of a data file as PostgreSQL's text, by column."""
    head, *lines = _lines(f"{name}.tsv")
    columns = head.split("\t")
    return tuple(
        dict(zip(columns, (_cell(text) for text in line.split("\t")), strict=True))
        for line in lines
    )


def _cell(text: str) -> str | None:
    return None if text == "\\N" else text.replace("\\\\", "\\")


def _fact(line: str) -> TypeFact:
    c = line.split("\t")
    return TypeFact(
        int(c[0]), c[1], c[2], int(c[3]), c[4] == "t", c[5], c[6], c[7] == "t", c[8], c[9],
        int(c[10]), int(c[11]), c[12], c[13], c[14], c[15], c[16], c[17], c[18], c[19], c[20],
        c[21] == "t", int(c[22]), int(c[23]), int(c[24]), c[25], c[26], c[27],
    )  # fmt: skip


def array_fact(
    oid: int, element: TypeFact, *, schema: str | None = None, name: str | None = None
) -> TypeFact:
    """The array type of `element`."""
    return TypeFact(
        oid, schema or element.schema, name or "_" + element.name, -1, False, "b", "A", False,
        element.delimiter, "array_subscript_handler", element.oid, 0, "array_in", "array_out",
        "array_recv", "array_send", "-", "-", "array_typanalyze",
        "d" if element.align == "d" else "i", "x", False, 0, -1, 0, element.collation, "",
        element.display + "[]",
    )  # fmt: skip


_HSTORE = TypeFact(
    types.HSTORE.oid, "public", "hstore", -1, False, "b", "U", False, ",",
    "hstore_subscript_handler", 0, types.HSTORE.array_oid, "hstore_in", "hstore_out",
    "hstore_recv", "hstore_send", "-", "-", "-", "i", "x", False, 0, -1, 0, "", "", "hstore",
)  # fmt: skip


@cache
def type_facts() -> dict[int, TypeFact]:
    """PostgreSQL's base, pseudo, range and domain types, their arrays, and hstore, by OID."""
    facts = [_fact(line) for line in _lines("types.tsv")[1:]]
    facts += [_HSTORE, array_fact(_HSTORE.array, _HSTORE)]
    return {fact.oid: fact for fact in facts}


@dataclass(frozen=True, slots=True)
class Declared:
    """A relation's declaration; `type_names` are pg_type names, those of domains included."""

    schema: str
    name: str
    oid: int
    kind: str
    row_type: int
    columns: tuple[Column, ...]
    type_names: tuple[str, ...]


@cache
def declared() -> dict[tuple[str, str], Declared]:
    """Every system relation that a name can find, by schema and name."""
    found = [
        _declared(schema, line)
        for schema in ("pg_catalog", "information_schema", "own")
        for line in _lines(f"{schema}.txt")
        if not line.startswith("#")
    ]
    return {(relation.schema, relation.name): relation for relation in found}


def _declared(schema: str, line: str) -> Declared:
    oid, kind, row_type, name, *columns = line.split()
    if schema == "own":
        schema, _, name = name.partition(".")
    parsed = tuple(column_of(text) for text in columns)
    names = tuple(text.rstrip("!").partition(":")[2] for text in columns)
    return Declared(schema, name, int(oid), kind, int(row_type), parsed, names)


def column_of(text: str) -> Column:
    """The column that `name:type` or `name:type!` (not null) declares."""
    name, _, type_name = text.rstrip("!").partition(":")
    return Column(name, column_type(type_name), nullable=not text.endswith("!"))


_DOMAINS = {
    "sql_identifier": types.NAME,
    "character_data": types.VARCHAR,
    "yes_or_no": types.VARCHAR,
    "cardinal_number": types.INT4,
    "time_stamp": types.TIMESTAMPTZ,
}
# What the catalog's table of types does not know goes to clients in the next best form.
_SUBSTITUTES = {
    "_aclitem": types.array_of(types.TEXT),
    "anyarray": types.array_of(types.TEXT),
}


def column_type(name: str) -> PgType:
    """The wire's type of a column that is declared with this name; a domain's is its base."""
    found = _DOMAINS.get(name) or types.BY_NAME.get(name)
    return found or _SUBSTITUTES.get(name, types.TEXT)


@cache
def type_by_name() -> dict[str, TypeFact]:
    return {fact.name: fact for fact in type_facts().values()}
