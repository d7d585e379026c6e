"""pg_proc: PostgreSQL's I/O functions, the registered library, and the user's macros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from hookwire_catalog import names
from hookwire_catalog.types import PgType
from hookwire_engine.functions.casts import VECTORS
from hookwire_engine.functions.signatures import Kind, Signature
from hookwire_engine.system import oids
from hookwire_engine.system.builders import IS, PG, Builders, model_of, table
from hookwire_engine.system.chapters import CALLABLE
from hookwire_engine.system.facts import TypeFact, data_rows, type_by_name, type_facts
from hookwire_engine.system.values import Depends, PlainMacro, View

procs = Builders(PG)

INTERNAL, SQL = 12, 14
_HSTORE_FIRST = 16390


@dataclass(frozen=True, slots=True)
class Proc:
    """A row of pg_proc; `types` and `returns` are OIDs."""

    oid: int
    schema: str
    namespace: int
    name: str
    kind: str
    types: tuple[int, ...]
    returns: int
    parameters: tuple[str, ...] = ()
    returns_set: bool = False
    strict: bool = True
    volatile: str = "i"
    defaults: int = 0
    variadic: int = 0
    language: int = INTERNAL
    source: str = ""
    definition: str | None = None

    def _argument(self, position: int) -> str:
        shown = _display(self.types[position])
        variadic = self.variadic and position == len(self.types) - 1
        name = names.quote_identifier(self.parameters[position]) if self.parameters else ""
        parts = ("VARIADIC" if variadic else "", name, shown)
        return " ".join(part for part in parts if part)

    @property
    def arguments(self) -> str:
        """pg_get_function_arguments()."""
        return ", ".join(self._argument(n) for n in range(len(self.types)))

    @property
    def types_shown(self) -> str:
        """The arguments as regprocedure prints them."""
        return ",".join(map(_display, self.types))

    @property
    def result(self) -> str:
        return ("SETOF " if self.returns_set else "") + _display(self.returns)


def _display(oid: int) -> str:
    fact = type_facts().get(oid)
    return "???" if fact is None else fact.display


def all_procs(view: View) -> list[Proc]:
    return [*io_procs(), *_library(), *_macros(view)]


@cache
def io_procs() -> tuple[Proc, ...]:
    """The functions that pg_type, pg_am and pg_language refer to, and hstore's."""
    found = [
        Proc(
            int(row["oid"] or 0), PG, oids.PG_CATALOG, str(row["proname"]), str(row["prokind"]),
            tuple(int(oid) for oid in (row["proargtypes"] or "").split()),
            int(row["prorettype"] or 0), returns_set=row["proretset"] == "true",
            strict=row["proisstrict"] == "true", volatile=str(row["provolatile"]),
            source=str(row["prosrc"]),
        )
        for row in data_rows("pg_proc")
    ]  # fmt: skip
    hstore, text, internal = 16385, 2275, 2281
    shapes = (("hstore_in", (text,), hstore), ("hstore_out", (hstore,), text),
              ("hstore_recv", (internal,), hstore), ("hstore_send", (hstore,), 17),
              ("hstore_subscript_handler", (internal,), internal))  # fmt: skip
    for n, (name, arguments, returns) in enumerate(shapes):
        oid = _HSTORE_FIRST + n
        found.append(Proc(oid, "public", oids.PUBLIC, name, "f", arguments, returns, source=name))
    return tuple(found)


@cache
def _library() -> tuple[Proc, ...]:
    """The functions that statements can call, where their types have an OID."""
    known = type_by_name()
    taken = {(p.name, p.types) for p in io_procs()}
    # What PostgreSQL's own functions for anyarray tell of vectors has forms of its own here.
    shown = known.keys() - VECTORS.keys()
    usable = [s for s in CALLABLE if {*s.arguments, s.returns} <= shown]
    keys = {s: ("function", PG, s.name, " ".join(s.arguments)) for s in usable}
    hashed = oids.hashed(keys.values())
    found = {}
    for signature, key in keys.items():
        proc = _library_proc(signature, hashed[key], known)
        if (proc.name, proc.types) not in taken:
            found[proc.oid] = proc
    return tuple(found.values())


def _library_proc(signature: Signature, oid: int, known: dict[str, TypeFact]) -> Proc:
    kind = {Kind.AGGREGATE: "a", Kind.WINDOW: "w"}.get(signature.kind, "f")
    inner = signature.name.startswith("_pg_")
    schema = (IS, oids.INFORMATION_SCHEMA) if inner else (PG, oids.PG_CATALOG)
    arguments = tuple(known[name].oid for name in signature.arguments)
    return Proc(
        oid, *schema, signature.name, kind, arguments, known[signature.returns].oid,
        returns_set=signature.kind is Kind.TABLE, strict=signature.strict,
        volatile="v" if signature.volatile else "i", defaults=signature.defaults,
        variadic=arguments[-1] if signature.variadic and arguments else 0, source=signature.name,
    )  # fmt: skip


def _macros(view: View) -> list[Proc]:
    model = model_of(view)
    return [
        _macro(macro, namespace.oid, model.hashed["function", macro.schema, macro.name,
                                                  str(len(macro.parameters))])
        for macro in view.plain.macros
        if (namespace := model.namespaces.get(macro.schema)) is not None
    ]  # fmt: skip


def _macro(macro: PlainMacro, namespace: int, oid: int) -> Proc:
    anyelement = 2283
    types = tuple(_oid(t, anyelement) for t in macro.types)
    # DuckDB finds the type of a macro's result at each call; nothing better is known here.
    returns = types[0] if types and types[0] != anyelement else 25
    return Proc(
        oid, macro.schema, namespace, macro.name, "f", types, returns, macro.parameters,
        returns_set=macro.table, strict=False, volatile="v", language=SQL, source=macro.definition,
        definition=_definition(macro, types, returns),
    )  # fmt: skip


def _oid(type_: PgType | None, default: int) -> int:
    return default if type_ is None else type_.oid


def _definition(macro: PlainMacro, types: Sequence[int], returns: int) -> str:
    """pg_get_functiondef()."""
    name = f"{names.quote_identifier(macro.schema)}.{names.quote_identifier(macro.name)}"
    arguments = ", ".join(
        f"{names.quote_identifier(parameter)} {_display(oid)}"
        for parameter, oid in zip(macro.parameters, types, strict=True)
    )
    body = macro.definition if macro.table else f"SELECT {macro.definition}"
    return (
        f"CREATE OR REPLACE FUNCTION {name}({arguments})\n RETURNS"
        f" {'SETOF ' if macro.table else ''}{_display(returns)}\n LANGUAGE sql\n"
        f"AS $function${body}$function$\n"
    )


@procs.relation("pg_proc", Depends.CATALOG)
def pg_proc(view: View) -> pa.Table:
    found = all_procs(view)
    return table(
        PG, "pg_proc", len(found),
        oid=[p.oid for p in found],
        proname=[p.name for p in found],
        pronamespace=[p.namespace for p in found],
        proowner=oids.OWNER,
        prolang=[p.language for p in found],
        procost=1.0,
        prorows=[1000.0 if p.returns_set else 0.0 for p in found],
        provariadic=[p.variadic for p in found],
        prosupport=0,
        prokind=[p.kind for p in found],
        prosecdef=False,
        proleakproof=False,
        proisstrict=[p.strict for p in found],
        proretset=[p.returns_set for p in found],
        provolatile=[p.volatile for p in found],
        proparallel="s",
        pronargs=[len(p.types) for p in found],
        pronargdefaults=[p.defaults for p in found],
        prorettype=[p.returns for p in found],
        proargtypes=[list(p.types) for p in found],
        proargnames=[list(p.parameters) or None for p in found],
        prosrc=[p.source for p in found],
    )  # fmt: skip
