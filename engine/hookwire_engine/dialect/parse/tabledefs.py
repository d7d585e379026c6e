"""CREATE TABLE and CREATE TABLE AS, as far as DuckDB has their parts (PostgreSQL 5.1 to 5.5)."""

from __future__ import annotations

from hookwire_catalog.errors import FeatureNotSupported
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.nodes import Constraint, Expr
from hookwire_engine.dialect.parse.cursor import Cursor
from hookwire_engine.dialect.parse.typenames import type_name


def create_table(p: Cursor) -> nodes.Statement:
    """After CREATE: [TEMP] TABLE ..."""
    p.accept_any("global", "local")
    temporary = p.accept_any("temp", "temporary") is not None
    p.accept("unlogged")
    p.expect("table")
    exists_ok = p.accept_words("if", "not", "exists")
    at = p.at
    parts = p.qualified_name()
    if p.word == "(" and not _is_name_list(p):
        return _definition(p, at, parts, temporary, exists_ok)
    columns = p.names_in_parentheses() if p.word == "(" else ()
    drop = _storage(p)
    p.expect("as")
    query = p.query()
    with_data = True
    if p.accept_words("with", "no", "data"):
        with_data = False
    else:
        p.accept_words("with", "data")
    return nodes.CreateTableAs(at, parts, columns, query, temporary, exists_ok, with_data, drop)


def _is_name_list(p: Cursor) -> bool:
    return p.words[p.i + 2] in (",", ")") and p.words[p.i + 1] != ")"


def _definition(
    p: Cursor, at: int, parts: tuple[str, ...], temporary: bool, exists_ok: bool
) -> nodes.CreateTable:
    columns: list[nodes.TableColumn] = []
    constraints: list[Constraint] = []
    likes: list[tuple[int, tuple[str, ...]]] = []
    p.expect("(")
    while p.word != ")":
        if p.accept("like"):
            likes.append((len(columns), p.qualified_name()))
            while p.accept_any("including", "excluding"):
                p.label()
        elif (constraint := table_constraint(p)) is not None:
            constraints.append(constraint)
        else:
            columns.append(column_definition(p))
        if not p.accept(","):
            break
    p.expect(")")
    drop = _storage(p)
    return nodes.CreateTable(
        at, parts, tuple(columns), tuple(constraints), temporary, exists_ok, tuple(likes), drop
    )


def _storage(p: Cursor) -> bool:
    """Storage parameters, which have no meaning here, and whether ON COMMIT DROP is asked for."""
    drop = False
    if p.word == "with" and p.words[p.i + 1] == "(":
        p.i += 1
        p.skip_parentheses()
    p.accept_words("without", "oids")
    if p.accept_words("on", "commit"):
        at = p.at
        if p.accept_words("delete", "rows"):
            raise FeatureNotSupported(
                "ON COMMIT DELETE ROWS is not supported",
                hint="Delete the rows before COMMIT, or use ON COMMIT DROP.",
                position=at + 1,
            )
        drop = p.accept("drop")
        if not drop:
            p.accept_words("preserve", "rows")
    if p.accept("tablespace"):
        p.name()
    return drop


def column_definition(p: Cursor) -> nodes.TableColumn:
    at = p.at
    name = p.name()
    type_ = type_name(p)
    constraints: list[Constraint] = []
    while True:
        if p.accept("collate"):
            p.qualified_name()
            continue
        constraint_name = p.name() if p.accept("constraint") else None
        found = _column_constraint(p, constraint_name)
        if found is None:
            if constraint_name is not None:
                raise p.fail()
            return nodes.TableColumn(at, name, type_, tuple(constraints))
        constraints.append(found)


def _column_constraint(p: Cursor, name: str | None) -> Constraint | None:
    at = p.at
    if p.accept_words("not", "null"):
        return Constraint(at, "not null", name)
    if p.accept("null"):
        return Constraint(at, "null", name)
    if p.accept("default"):
        return Constraint(at, "default", name, value=p.operand())
    if p.accept("check"):
        return Constraint(at, "check", name, value=_condition(p))
    if p.accept_words("primary", "key"):
        return Constraint(at, "primary key", name)
    if p.accept("unique"):
        return Constraint(at, "unique", name)
    if p.accept("generated"):
        return _generated(p, at, name)
    if p.accept("references"):
        return _references(p, at, name, ())
    return None


def _generated(p: Cursor, at: int, name: str | None) -> Constraint:
    if p.accept("always"):
        kind = "always"
    else:
        p.expect("by")
        p.expect("default")
        kind = "by default"
    p.expect("as")
    if p.accept("identity"):
        return Constraint(at, "identity", name, actions=(kind, *_identity_options(p)))
    value = _condition(p)
    p.accept_any("stored", "virtual")
    return Constraint(at, "generated", name, value=value)


def _identity_options(p: Cursor) -> list[str]:
    options: list[str] = []
    if p.accept("("):
        while p.word != ")":
            sequence_option(p, options)
        p.expect(")")
    return options


def sequence_option(p: Cursor, options: list[str]) -> None:
    """One option of a sequence, in DuckDB's words."""
    if p.accept("as"):
        type_name(p)
    elif p.accept("owned"):
        p.expect("by")
        p.qualified_name()
    elif p.accept("cache"):
        p.number()
    elif p.accept("cycle"):
        options.append("CYCLE")
    elif p.accept("no"):
        word = p.accept_any("minvalue", "maxvalue", "cycle")
        if word is None:
            raise p.fail()
        options.append(f"NO {word.upper()}")
    else:
        word = p.accept_any("increment", "minvalue", "maxvalue", "start")
        if word is None:
            raise p.fail()
        p.accept_any("by", "with")
        sign = "-" if p.accept("-") else ""
        options.append(f"{word.upper()} {sign}{p.number()}")


def _condition(p: Cursor) -> Expr:
    p.expect("(")
    value = p.expression()
    p.expect(")")
    p.accept_words("no", "inherit")
    return value


def table_constraint(p: Cursor) -> Constraint | None:
    at = p.at
    start = p.i
    name = p.name() if p.accept("constraint") else None
    if p.accept_words("primary", "key"):
        return Constraint(at, "primary key", name, p.names_in_parentheses())
    if p.word == "unique" and p.words[p.i + 1] == "(":
        p.i += 1
        return Constraint(at, "unique", name, p.names_in_parentheses())
    if p.word == "check" and p.words[p.i + 1] == "(":
        p.i += 1
        return Constraint(at, "check", name, value=_condition(p))
    if p.accept_words("foreign", "key"):
        columns = p.names_in_parentheses()
        p.expect("references")
        return _references(p, at, name, columns)
    if name is not None:
        raise p.fail()
    p.i = start
    return None


def _references(p: Cursor, at: int, name: str | None, columns: tuple[str, ...]) -> Constraint:
    table = p.qualified_name()
    foreign = p.names_in_parentheses() if p.word == "(" else ()
    actions: list[str] = []
    while True:
        if p.accept("match"):
            p.label()
        elif p.accept("on"):
            event = p.label()
            action = p.label()
            if action in ("set", "no"):
                action += " " + p.label()
            actions.append(f"on {event} {action}")
        elif p.accept_any("deferrable", "initially", "immediate", "deferred") is None and (
            not p.accept_words("not", "deferrable")
        ):
            return Constraint(at, "references", name, columns, None, table, foreign, tuple(actions))
