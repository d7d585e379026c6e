"""CREATE SOURCE ... FROM WEBHOOK: text to value, and every refusal with its place."""

from __future__ import annotations

import itertools

import pytest

from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    HeaderFilter,
    MappedHeader,
    RequestAttribute,
    SourceOptions,
)
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import CreateWebhookSource, QualifiedName, command_tag

HEAD = "CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON "


def parse(sql: str) -> CreateWebhookSource:
    (statement,) = split_statements(sql)
    parsed = parse_statement(statement)
    assert isinstance(parsed, CreateWebhookSource)
    return parsed


def refused(sql: str) -> SqlError:
    (statement,) = split_statements(sql)
    with pytest.raises(SqlError) as raised:
        parse_statement(statement)
    return raised.value


def test_the_shortest() -> None:
    parsed = parse("CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT")
    assert parsed == CreateWebhookSource(QualifiedName(("s",)), BodyFormat.TEXT)
    assert parsed.name.position == 15
    assert command_tag(parsed) == "CREATE SOURCE"


@pytest.mark.parametrize(
    ("written", "body_format"),
    [
        ("TEXT", BodyFormat.TEXT),
        ("bytes", BodyFormat.BYTES),
        ("Json", BodyFormat.JSON),
        ("JSON  Array", BodyFormat.JSON_ARRAY),
        ("JSON INCLUDE METHOD", BodyFormat.JSON),
        ("form", BodyFormat.FORM),
        ("CloudEvents INCLUDE HEADER 'x' AS body", BodyFormat.CLOUDEVENTS),
    ],
)
def test_body_formats(written: str, body_format: BodyFormat) -> None:
    assert parse(f"CREATE SOURCE s FROM WEBHOOK BODY FORMAT {written}").body_format is body_format


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("s", ("s",)),
        ("MySource", ("mysource",)),
        ('"My Source"', ("My Source",)),
        ("a.s", ("a", "s")),
        ('hookwire.a."from"', ("hookwire", "a", "from")),
        ("a.select", ("a", "select")),
        ("webhook", ("webhook",)),
        ('"odd-(]%/\'"', ("odd-(]%/'",)),
    ],
)
def test_names(name: str, parts: tuple[str, ...]) -> None:
    parsed = parse(f"create source {name} from webhook body format text")
    assert parsed.name.parts == parts


def test_if_not_exists_and_cluster() -> None:
    parsed = parse('CREATE SOURCE IF NOT EXISTS s IN CLUSTER "C 1" FROM WEBHOOK BODY FORMAT TEXT')
    assert (parsed.if_not_exists, parsed.cluster) == (True, "C 1")


@pytest.mark.parametrize(
    ("written", "filters"),
    [
        ("INCLUDE HEADERS", ()),
        ("INCLUDE HEADERS ('A')", (HeaderFilter("a"),)),
        ("INCLUDE HEADERS (NOT 'X-Y')", (HeaderFilter("x-y", block=True),)),
        ("include headers ( 'a' , not 'B', 'c' )",
         (HeaderFilter("a"), HeaderFilter("b", block=True), HeaderFilter("c"))),
        ("INCLUDE HEADERS ($$a$$, E'\\x62')", (HeaderFilter("a"), HeaderFilter("b"))),
    ],
)  # fmt: skip
def test_include_headers(written: str, filters: tuple[HeaderFilter, ...]) -> None:
    assert parse(HEAD + written).include_headers == filters


@pytest.mark.parametrize(
    ("written", "mapped"),
    [
        ("INCLUDE HEADER 'X-Kind' AS kind", MappedHeader("x-kind", "kind")),
        ("INCLUDE HEADER 'x' AS \"kindOf\" BYTES", MappedHeader("x", "kindOf", as_bytes=True)),
        ("INCLUDE HEADER 'x' AS bytes", MappedHeader("x", "bytes")),
        ("INCLUDE HEADER 'x' AS bytes BYTES", MappedHeader("x", "bytes", as_bytes=True)),
        ("INCLUDE HEADER 'x' AS select", MappedHeader("x", "select")),
    ],
)
def test_include_header(written: str, mapped: MappedHeader) -> None:
    parsed = parse(HEAD + written)
    assert parsed.mapped_headers == (mapped,)
    assert parsed.include_headers is None


@pytest.mark.parametrize("attribute", RequestAttribute)
def test_include_attribute(attribute: RequestAttribute) -> None:
    parsed = parse(HEAD + f"INCLUDE {attribute.value.lower()}")
    assert parsed.attributes == (AttributeColumn(attribute, attribute.value.lower()),)
    parsed = parse(HEAD + f'INCLUDE {attribute.value} AS "Other"')
    assert parsed.attributes == (AttributeColumn(attribute, "Other"),)


def test_options() -> None:
    parsed = parse(
        HEAD + "WITH (max_body_bytes = '1MB', max_rows_per_request 5, response_body = E'ok\\n',"
        " response_status = 204, external_id = 'Abc-_0123456789012345')"
    )
    assert parsed.options == SourceOptions(1 << 20, 5, "ok\n", 204)
    assert parsed.external_id == "Abc-_0123456789012345"


CLAUSES = (
    "INCLUDE HEADERS ('a')",
    "INCLUDE HEADER 'b' AS b",
    "INCLUDE METHOD",
    "WITH (max_body_bytes = 10)",
)


@pytest.mark.parametrize("separator", [" ", ", ", " , -- next\n"])
def test_clauses_come_in_any_order(separator: str) -> None:
    expected = parse(HEAD + " ".join(CLAUSES))
    assert expected.include_headers and expected.mapped_headers and expected.attributes
    for order in itertools.permutations(CLAUSES):
        assert parse(HEAD + separator.join(("", *order)).strip(" ")) == expected


def test_the_seed_s_commas() -> None:
    parsed = parse("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON, INCLUDE HEADERS")
    assert parsed.include_headers == ()


# Refusals: the statement, the piece of it to blame, SQLSTATE and message.
SYNTAX = [
    ("CREATE SOURCE", "", "syntax error at end of input"),
    ("CREATE SOURCE s", "", "syntax error at end of input"),
    ("CREATE SOURCE select FROM WEBHOOK BODY FORMAT TEXT", "select", None),
    ("CREATE SOURCE 's' FROM WEBHOOK BODY FORMAT TEXT", "'s'", None),
    ("CREATE SOURCE s FROM", "", "syntax error at end of input"),
    ("CREATE SOURCE s FROM nowhere", "nowhere", None),
    ("CREATE SOURCE s IN FROM WEBHOOK BODY FORMAT TEXT", "FROM", None),
    ("CREATE SOURCE s IN CLUSTER FROM WEBHOOK BODY FORMAT TEXT", "FROM", None),
    ("CREATE SOURCE s FROM WEBHOOK", "", "syntax error at end of input"),
    ("CREATE SOURCE s FROM WEBHOOK FORMAT JSON", "FORMAT", None),
    ("CREATE SOURCE s FROM WEBHOOK BODY FORMAT", "", "syntax error at end of input"),
    ("CREATE SOURCE s FROM WEBHOOK BODY FORMAT 'json'", "'json'", None),
    ("CREATE SOURCE IF EXISTS s FROM WEBHOOK BODY FORMAT TEXT", "EXISTS", None),
    ("CREATE SOURCE a.b.c.d FROM WEBHOOK BODY FORMAT TEXT", "a.b.c.d",
     "improper qualified name (too many dotted names): a.b.c.d"),
    ("CREATE SOURCE a. FROM WEBHOOK BODY FORMAT TEXT", "WEBHOOK", None),
    ("CREATE OR REPLACE SOURCE s FROM WEBHOOK BODY FORMAT TEXT", "SOURCE", None),
    (HEAD + "TEXT", "TEXT", None),
    (HEAD + ",", "", "syntax error at end of input"),
    (HEAD + ",, INCLUDE HEADERS", ", INCLUDE", 'syntax error at or near ","'),
    (HEAD + "INCLUDE", "", "syntax error at end of input"),
    (HEAD + "INCLUDE BODY", "BODY", None),
    (HEAD + "INCLUDE HEADERS ()", ")", None),
    (HEAD + "INCLUDE HEADERS ('a'", "", "syntax error at end of input"),
    (HEAD + "INCLUDE HEADERS ('a' 'b')", "'b'", None),
    (HEAD + "INCLUDE HEADERS (a)", "a)", 'syntax error at or near "a"'),
    (HEAD + "INCLUDE HEADERS (b'1')", "b'1'", None),
    (HEAD + "INCLUDE HEADERS ('a',)", ")", None),
    (HEAD + "INCLUDE HEADERS INCLUDE HEADERS ('a')", "HEADERS ('a')",
     "conflicting or redundant options"),
    (HEAD + "INCLUDE HEADER 'x'", "", "syntax error at end of input"),
    (HEAD + "INCLUDE HEADER 'x' AS", "", "syntax error at end of input"),
    (HEAD + "INCLUDE HEADER 'x' AS 'y'", "'y'", None),
    (HEAD + "INCLUDE METHOD AS", "", "syntax error at end of input"),
    (HEAD + "WITH max_body_bytes = 1", "max_body_bytes", None),
    (HEAD + "WITH ()", ")", None),
    (HEAD + "WITH (max_body_bytes)", ")", None),
    (HEAD + "WITH (max_body_bytes = )", ")", None),
    (HEAD + "WITH (max_body_bytes = -)", ")", None),
    (HEAD + "WITH (max_body_bytes = 1", "", "syntax error at end of input"),
    (HEAD + "WITH (response_status = 201) WITH (max_body_bytes = 1)", "WITH (max",
     "conflicting or redundant options"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "piece", "message"), SYNTAX)
def test_syntax_errors(sql: str, piece: str, message: str | None) -> None:
    error = refused(sql)
    sql = sql.rstrip()
    place = sql.rindex(piece) + 1 if piece else len(sql) + 1
    shown = message or f'syntax error at or near "{piece}"'
    assert (error.sqlstate, error.message, error.position) == ("42601", shown, place)


LATER = [
    (HEAD + "AS (SELECT 1)", "AS (", "AS ( SELECT ... ) of a source is not supported yet"),
    (HEAD + "INCLUDE METHOD AS (SELECT 1)", "AS (",
     "AS ( SELECT ... ) of a source is not supported yet"),
    (HEAD + "SUBSOURCE a (SELECT 1)", "SUBSOURCE", "SUBSOURCE is not supported yet"),
    (HEAD + "DEDUPLICATE BY (body)", "DEDUPLICATE", "DEDUPLICATE is not supported yet"),
    (HEAD + "WITH (retention = '1 day')", "retention", 'option "retention" is not supported yet'),
    ("CREATE SOURCE s FROM WEBHOOK BODY FORMAT CLOUDEVENTS INCLUDE HEADER 'x' AS \"Type\"",
     '"Type"', 'columns "type" and "Type" differ only in the case of their letters'),
    ("CREATE SOURCE s FROM WEBHOOK BODY FORMAT CSV WITH 3 COLUMNS", "CSV",
     "CSV is not a valid BODY FORMAT for a WEBHOOK source"),
    ("CREATE SOURCE s FROM KAFKA CONNECTION c", "KAFKA", "only webhook sources are supported"),
    ("CREATE TABLE t FROM WEBHOOK BODY FORMAT TEXT", "t FROM",
     "CREATE TABLE ... FROM WEBHOOK is not supported"),
    (HEAD + "INCLUDE HEADER 'x' AS \"Body\"", '"Body"',
     'columns "body" and "Body" differ only in the case of their letters'),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "piece", "message"), LATER)
def test_not_supported(sql: str, piece: str, message: str) -> None:
    error = refused(sql)
    place = sql.rindex(piece) + 1
    assert (error.sqlstate, error.message, error.position) == ("0A000", message, place)


AMBIGUOUS = [
    ("INCLUDE HEADER 'x' AS body", "body"),
    ("INCLUDE HEADERS INCLUDE HEADER 'x' AS headers", "headers"),
    ("INCLUDE HEADER 'x' AS headers INCLUDE HEADERS", "headers"),
    ("INCLUDE HEADER 'x' AS a INCLUDE HEADER 'y' AS a", "a"),
    ("INCLUDE METHOD INCLUDE METHOD", "method"),
    ("INCLUDE METHOD INCLUDE PATH AS method", "method"),
]


@pytest.mark.parametrize(("written", "column"), AMBIGUOUS)
def test_two_columns_of_one_name(written: str, column: str) -> None:
    error = refused(HEAD + written)
    message = f'column reference "{column}" is ambiguous'
    assert (error.sqlstate, error.message) == ("42702", message)
    assert error.position is not None
    assert (HEAD + written)[error.position - 1 :].lower().startswith(column)


VALUES = [
    ("INCLUDE HEADERS ('')", "''", 'invalid header name ""'),
    ("INCLUDE HEADERS ('a b')", "'a b'", 'invalid header name "a b"'),
    ("INCLUDE HEADER 'x:' AS y", "'x:'", 'invalid header name "x:"'),
    ("INCLUDE HEADER 'é' AS y", "'é'", 'invalid header name "é"'),
    ("WITH (nosuch = 1)", "nosuch", 'unrecognized parameter "nosuch"'),
    ("WITH (burst2 = 1)", "burst2", 'unrecognized parameter "burst2"'),
    ("WITH (response_status = 200, response_status = 200)", "response_status = 200)",
     'parameter "response_status" specified more than once'),
    ("WITH (response_status = 404)", "404",
     '404 is outside the valid range for parameter "response_status" (200 .. 299)'),
    ("WITH (response_status = ok)", "ok", 'invalid value for parameter "response_status": "ok"'),
    ("WITH (max_body_bytes = 0)", "0)",
     '0 B is outside the valid range for parameter "max_body_bytes" (1 .. 1073741824)'),
    ("WITH (max_body_bytes = -1)", "-1",
     '-1 B is outside the valid range for parameter "max_body_bytes" (1 .. 1073741824)'),
    ("WITH (max_body_bytes = '1025MB')", "'1025MB'",
     '1074790400 B is outside the valid range for parameter "max_body_bytes" (1 .. 1073741824)'),
    ("WITH (max_body_bytes = '9TB')", "'9TB'",
     'invalid value for parameter "max_body_bytes": "9TB"'),
    ("WITH (max_body_bytes = '1 XB')", "'1 XB'",
     'invalid value for parameter "max_body_bytes": "1 XB"'),
    ("WITH (max_rows_per_request = '1kB')", "'1kB'",
     'invalid value for parameter "max_rows_per_request": "1kB"'),
    ("WITH (external_id = 'short')", "'short'",
     'invalid value for parameter "external_id": "short"'),
    ("WITH (external_id = 'has a space in it, long')", "'has",
     'invalid value for parameter "external_id": "has a space in it, long"'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "piece", "message"), VALUES)
def test_values_out_of_bounds(written: str, piece: str, message: str) -> None:
    sql = HEAD + written
    error = refused(sql)
    assert (error.sqlstate, error.message, error.position) == (
        "22023", message, sql.rindex(piece) + 1,
    )  # fmt: skip


def test_a_response_body_has_a_limit() -> None:
    body = "x" * 65_536
    assert parse(HEAD + f"WITH (response_body = '{body}')").options.response_body == body
    error = refused(HEAD + f"WITH (response_body = '{body}x')")
    assert (error.sqlstate, error.hint) == ("22023", "It may have 65536 bytes.")


def test_the_hint_lists_the_options() -> None:
    hint = refused(HEAD + "WITH (nosuch = 1)").hint
    assert hint is not None
    assert "max_body_bytes" in hint and "external_id" in hint


def test_columns_have_a_limit() -> None:
    columns = [f"INCLUDE HEADER 'h{n}' AS c{n}" for n in range(1, 1601)]
    assert len(parse(HEAD + " ".join(columns[:-1])).mapped_headers) == 1599
    sql = HEAD + " ".join(columns)
    error = refused(sql)
    assert (error.sqlstate, error.position) == ("54011", sql.rindex("c1600") + 1)
