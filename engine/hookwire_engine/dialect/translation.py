"""A statement for PostgreSQL to the DuckDB statement that gives PostgreSQL's answer."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported, SqlSyntaxError
from hookwire_catalog.lexer import unexpected
from hookwire_catalog.split import Statement
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, written
from hookwire_engine.dialect.parameters import Parameters
from hookwire_engine.dialect.parse import parse
from hookwire_engine.dialect.passthrough import passed, passes
from hookwire_engine.dialect.resolve import definitions, macros, plain_tables
from hookwire_engine.dialect.resolve.changes import check_apart
from hookwire_engine.dialect.resolve.expressions import expression
from hookwire_engine.dialect.resolve.queries import analyze
from hookwire_engine.dialect.scopes import Context
from hookwire_engine.dialect.typed import Field
from hookwire_engine.dialect.types import BIT
from hookwire_engine.dialect.values import Environment, OutputColumn, SystemName, Translation
from hookwire_engine.duck.states import StatementTooComplex
from hookwire_engine.system.functions import CASTS, reads

Columns = tuple[OutputColumn, ...] | None


def translate(
    statement: Statement, environment: Environment, parameter_oids: Sequence[int] = ()
) -> Translation:
    """`statement` in DuckDB's words, with the names and types of its result.

    `parameter_oids` are the types that the client gave its parameters; 0 and what is missing are
    inferred. Raises SqlError as PostgreSQL does, where the fault can be known without running.
    """
    context = Context(environment, Parameters(parameter_oids), expression, analyze)
    try:
        code, columns, was_passed = _code(statement, context)
    except RecursionError:
        raise StatementTooComplex(
            "stack depth limit exceeded", hint="Nest fewer brackets, operators and queries."
        ) from None
    check_apart(context)
    parameters = context.parameters.settled()
    sql, positions = written(code, context.parameters.text)
    if "memory.hw.reg" in sql:
        context.system |= _read_by_casts(sql)
    return Translation(
        sql,
        parameters,
        columns,
        frozenset(context.sources),
        frozenset(context.system),
        positions,
        was_passed,
        _texts(context.before),
        _texts(context.after),
        _texts(context.on_commit),
        tuple(context.notices),
        bool(context.changes),
        context.parameters.given,
    )


def _texts(codes: Sequence[Code]) -> tuple[str, ...]:
    return tuple(written(code, str)[0] for code in codes)


def check_syntax(statement: Statement) -> None:
    """Raises SqlSyntaxError for what is neither PostgreSQL's nor DuckDB's SQL."""
    try:
        if parse(statement) is not None or passes(statement):
            return
    except SqlSyntaxError:
        if passes(statement):
            return
        raise
    first = statement.tokens[0]
    raise unexpected(first.text, first.start)


def _read_by_casts(sql: str) -> frozenset[SystemName]:
    """What the conversions of reg* types that the text holds have to look up."""
    targets = [target for pair in CASTS.values() for target in pair if target + "(" in sql]
    return reads(targets)


def _code(statement: Statement, context: Context) -> tuple[Code, Columns, bool]:
    """The text, its columns, and whether it is passed on as it came."""
    try:
        tree = parse(statement)
    except SqlSyntaxError as error:
        return passed(statement, context, error), None, True
    if tree is None:
        first = statement.tokens[0]
        if first.is_word("merge"):
            raise FeatureNotSupported(
                "MERGE is not supported",
                hint="Use INSERT ... ON CONFLICT, or UPDATE and INSERT.",
                position=first.start + 1,
            )
        return passed(statement, context, unexpected(first.text, first.start)), None, True
    return *_of_tree(tree, context), False


def _of_tree(tree: nodes.Statement, context: Context) -> tuple[Code, Columns]:
    if isinstance(tree, nodes.Explain):
        inner, _ = _of_tree(tree.statement, context)
        if tree.format == "json":
            options = "ANALYZE, FORMAT JSON" if tree.analyze else "FORMAT JSON"
            return (f"EXPLAIN ({options}) ", inner), (OutputColumn("QUERY PLAN", types.JSON),)
        word = "EXPLAIN ANALYZE " if tree.analyze else "EXPLAIN "
        return (word, inner), (OutputColumn("QUERY PLAN", types.TEXT),)
    if isinstance(tree, nodes.CreateTable):
        return definitions.create_table(tree, context), None
    if isinstance(tree, nodes.CreateTableAs):
        return definitions.create_table_as(tree, context), None
    if isinstance(tree, nodes.CreateFunction):
        return macros.create_function(tree, context), None
    plain = plain_tables.definition(tree, context)
    if plain is not None:
        return plain, None
    plan = analyze(tree, None, context)
    plan.settle()
    fields = plan.fields
    changing = isinstance(tree, nodes.Insert | nodes.Update | nodes.Delete)
    if changing and not fields:
        return plan.code(None), None
    if plan.open:
        return plan.code(None, outermost=True), None
    names = [field.name for field in fields]
    return plan.code(names, outermost=True), tuple(map(_column, fields))


def _column(field: Field) -> OutputColumn:
    type_ = field.type
    if type_ is not None and type_.oid not in types.BY_OID:
        # Not spoken on the wire: it leaves as text.
        type_ = types.VARBIT if type_ is BIT else types.TEXT
    return OutputColumn(field.name, type_, field.typmod, field.origin)
