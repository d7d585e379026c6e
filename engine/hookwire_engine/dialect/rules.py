"""What the dialect changes, rule by rule: the table that docs are made of, and tests are run over.

Every example gives PostgreSQL's answer through the dialect, and an error or another answer (in
value, name or type) when DuckDB runs it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`reason` says what DuckDB does by itself."""

    name: str
    reason: str
    example: str


RULES: tuple[Rule, ...] = (
    Rule(
        "relations are written in full",
        "DuckDB's search path knows neither the catalog nor pg_catalog",
        "select count(*) from only public.ev",
    ),
    Rule(
        "columns are qualified with their relation",
        "DuckDB lets a column alias stand in WHERE and in the select list itself",
        "select id as x from ev where x = 1",
    ),
    Rule(
        "quoted names keep their case",
        "DuckDB compares names without case",
        'select "ID" from ev',
    ),
    Rule(
        "result columns have PostgreSQL's names",
        "DuckDB names a column by the text of its expression",
        "select 1, count(*), lower('A'), id::text from ev group by id order by id limit 1",
    ),
    Rule(
        "operators bind as in PostgreSQL",
        "DuckDB's -> and ->> bind looser than a comparison",
        "select id from ev where body->'k' = '1' and id < 3",
    ),
    Rule(
        "operators and functions are chosen by PostgreSQL's types",
        "DuckDB has neither jsonb's operators nor most of PostgreSQL's functions",
        "select body #>> '{o,x,2,y}', body @> '{\"a\": \"b\"}' from ev where id = 1",
    ),
    Rule(
        "a wrong operand is an error",
        "DuckDB converts between text and numbers by itself",
        "select '1'::text = 1",
    ),
    Rule(
        "integers keep their type",
        "DuckDB makes smallint of smallint + 1, hugeint of a sum",
        "select 1::smallint + 1, sum(id) from ev",
    ),
    Rule(
        "a number with a point or an exponent is numeric",
        "DuckDB makes a double of it, of its quotient and of an average",
        "select 1e3, 7 / 2.0, avg(id) from ev",
    ),
    Rule(
        "literals are read by PostgreSQL's input rules",
        "DuckDB knows neither these words nor these forms",
        "select 'off'::bool, '\\xdeadbeef'::bytea, '{1,2}'::int[], 'January 8, 1999'::date",
    ),
    Rule(
        "intervals are read as PostgreSQL reads them",
        "DuckDB does not know ISO 8601's form, nor fractions of a day",
        "select interval '1-2', 'P1Y2M3DT4H5M6S'::interval, '1.5 days'::interval",
    ),
    Rule(
        "strings have PostgreSQL's escapes",
        "DuckDB does not know U&'', nor \\u in E''",
        "select U&'d\\0061ta', E'\\u00e9\\x41'",
    ),
    Rule(
        "a length is enforced",
        "DuckDB's varchar and char have none",
        "select 'abcdef'::varchar(3), 'ab'::char(4)",
    ),
    Rule(
        "values are written as PostgreSQL writes them",
        "DuckDB writes lists, blobs and intervals in its own forms",
        "select arr::text, b::text, iv::text from ev where id = 1",
    ),
    Rule(
        "a computed jsonb is in normal form",
        "DuckDB's JSON keeps the text that it was given",
        'select \'{"b":1, "a":2,"a":3}\'::jsonb',
    ),
    Rule(
        "jsonb compares by its meaning",
        "DuckDB compares the text",
        'select \'{"a":1,"b":2}\'::jsonb = \'{"b":2,"a":1}\'::jsonb',
    ),
    Rule(
        "LIKE has a backslash for its escape",
        "DuckDB's LIKE has none",
        "select 'a_b' like 'a\\_b', 'axb' like 'a\\_b'",
    ),
    Rule(
        "SIMILAR TO is SQL's",
        "DuckDB reads the pattern as a regular expression",
        "select 'abc' similar to '(a|b)%'",
    ),
    Rule(
        "BETWEEN SYMMETRIC",
        "DuckDB does not know it",
        "select 2 between symmetric 3 and 1",
    ),
    Rule(
        "ANY and ALL take array literals",
        "DuckDB sees a string",
        "select id from ev where id = any('{1,3}') order by id",
    ),
    Rule(
        "functions in the select list make rows",
        "DuckDB returns a list",
        "select generate_series(1, 3)",
    ),
    Rule(
        "functions in FROM make rows with PostgreSQL's names and types",
        "DuckDB has other names, and bigint for generate_series",
        "select * from generate_series(1, 2) g, unnest(array['a']) with ordinality as u(v, o)",
    ),
    Rule(
        "several functions run side by side",
        "DuckDB's unnest takes one list",
        "select * from unnest(array[1,2], array['a','b','c']) as t(x, y)",
    ),
    Rule(
        "a column definition list",
        "DuckDB has no functions that return record",
        'select * from jsonb_to_recordset(\'[{"a":1,"b":"x"}]\') as t(a int, b text)',
    ),
    Rule(
        "an array has nothing at 0 and below",
        "DuckDB counts those subscripts from the end",
        "select arr[0], arr[-1], arr[1] from ev where id = 1",
    ),
    Rule(
        "rows compare as SQL says",
        "DuckDB compares structs, for which NULL is a value",
        "select (1, null) = (1, 2), (1, 2) < (1, 3)",
    ),
    Rule(
        "a query's branches get PostgreSQL's common type",
        "DuckDB finds a common type for any two",
        "select 1 union select '1'::text",
    ),
    Rule(
        "conditions are boolean",
        "DuckDB takes numbers and strings for conditions",
        "select id from ev where 1",
    ),
    Rule(
        "JOIN's merged columns come first",
        "DuckDB does not say which side a merged column is from",
        "select * from (select 2 as b, 1 as a) x right join (select 1 as a, 3 as c) y using (a)",
    ),
    Rule(
        "reg types are names outside and OIDs inside",
        "DuckDB does not know them",
        "select pg_typeof(id), pg_typeof(body), pg_typeof(n) from ev where id = 1",
    ),
    Rule(
        "the session answers for itself",
        "DuckDB has names and a clock of its own",
        "select current_database() = current_catalog, current_user = session_user",
    ),
    Rule(
        "OPERATOR() and pg_catalog",
        "DuckDB knows neither",
        "select 1 operator(pg_catalog.+) 2, pg_catalog.lower('A')",
    ),
    Rule(
        "extract gives a numeric",
        "DuckDB gives a bigint, without the fraction of a second",
        "select extract(second from tsn), extract(epoch from tsn) from ev where id = 1",
    ),
    Rule(
        "dates subtract to integers, and a date with an interval is a timestamp",
        "DuckDB gives a bigint",
        "select date '2024-03-10' - date '2024-03-01', date '2024-01-31' + interval '1 month'",
    ),
    Rule(
        "locking clauses are read and forgotten",
        "DuckDB does not know them; a snapshot needs no lock",
        "select id from ev where id = 1 for update",
    ),
    Rule(
        "a row as text",
        "DuckDB writes a struct with the names of its fields",
        "select row(1, 'a b', null)::text",
    ),
)
