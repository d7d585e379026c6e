"""The relations of a query, and renames that its text follows.

PostgreSQL is the oracle twice: pg_depend says what a view of the query reads, and the renamed query
has to give the same answer after the relation was renamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from hookwire_catalog.names import ObjectName
from hookwire_catalog.viewscan import Parts
from hookwire_catalog.viewtext import qualify, references, rename

KNOWN: dict[Parts, ObjectName] = {
    (schema, name): ObjectName("hookwire", schema, name)
    for schema, name in [
        ("public", "t"), ("public", "u"), ("s", "t"), ("s", "w"), ("public", "Odd name"),
        ("public", "values"), ("public", "user"), ("public", "recursive"),
    ]
}  # fmt: skip


def find(parts: Parts) -> ObjectName | None:
    return KNOWN.get(("public", *parts)[-2:])


# Queries that PostgreSQL takes, over t(a, b), u(a, c), s.t(a, d), s.w(a), "Odd name"(a, "from"),
# "values"(a) and "user"(a).
QUERIES = [
    "SELECT a FROM t",
    "SELECT t.a, t.* FROM t",
    "SELECT t FROM t",
    "SELECT count(t) FROM t GROUP BY t.a",
    "SELECT public.t.a FROM public.t",
    "SELECT public.t.* FROM t",
    "SELECT x.a FROM t AS x",
    "SELECT x.a FROM t x, u AS y WHERE x.a = y.a",
    'SELECT "x".a FROM t "x" CROSS JOIN u "y"',
    "SELECT x.p FROM t AS x (p, q)",
    "SELECT * FROM t, u",
    "SELECT t.a, w.a AS w FROM t, s.w WHERE t.a = w.a",
    "SELECT * FROM t JOIN u USING (a)",
    "SELECT * FROM t NATURAL LEFT JOIN u",
    "SELECT t.a FROM t LEFT OUTER JOIN u ON t.a = u.a, s.w",
    "SELECT t.a FROM t JOIN u ON t.a IS DISTINCT FROM u.a",
    "SELECT t.a FROM t JOIN u ON t.a IS NOT DISTINCT FROM u.a JOIN s.w ON true",
    "SELECT * FROM (t JOIN u USING (a))",
    "SELECT * FROM ((t JOIN u USING (a)) JOIN s.w USING (a))",
    "SELECT * FROM (t CROSS JOIN (SELECT a AS z FROM s.w) q)",
    "SELECT * FROM (SELECT a FROM t) q, (TABLE u) r",
    "SELECT * FROM ((SELECT a FROM t) UNION (SELECT a FROM u)) q",
    "((SELECT a FROM t) UNION ALL SELECT a FROM u) EXCEPT (TABLE s.w) ORDER BY 1",
    "SELECT a FROM t UNION SELECT a FROM u INTERSECT ALL SELECT a FROM s.w",
    "SELECT t.a FROM t UNION ALL SELECT t.a FROM s.t",
    "TABLE t",
    "TABLE t ORDER BY a, t.b",
    "TABLE t UNION TABLE t",
    "VALUES (1), ((SELECT max(a) FROM t))",
    "SELECT * FROM (VALUES (1), (2)) AS t(a), u",
    "SELECT (SELECT max(u.a) FROM u WHERE u.a = t.a) FROM t",
    "SELECT a FROM t WHERE a IN (SELECT a FROM u) AND EXISTS (SELECT FROM s.w)",
    "SELECT a FROM t WHERE a = ANY (ARRAY(SELECT a FROM u)) AND a <> ALL (SELECT a FROM s.w)",
    "SELECT ARRAY[a, (SELECT max(a) FROM u)] FROM t",
    "SELECT (ARRAY[a])[1] FROM t",
    "SELECT extract(year FROM now() - a * interval '1 day') FROM t",
    "SELECT substring('abc' FROM a), trim(FROM b), trim(both 'x' FROM b),"
    " overlay(b PLACING 'x' FROM 1), position('x' IN b) FROM t",
    "SELECT a IS DISTINCT FROM u, a IS NOT DISTINCT FROM t FROM (SELECT a, 1 AS u, 2 AS t FROM t)"
    " q",
    "SELECT a AS from, u FROM (SELECT a, 1 AS u FROM t) q",
    "SELECT (o).from, u FROM (SELECT o, 1 AS u FROM \"Odd name\" o) q",
    "SELECT trim(FROM t), trim(both FROM t) FROM (SELECT b AS t FROM t) q",
    "SELECT (a IS DISTINCT FROM 1) AS from, b AS select FROM t",
    "SELECT b table, a distinct FROM t",
    "SELECT \"Odd name\".\"from\" FROM \"Odd name\"",
    "SELECT o.from FROM \"Odd name\" o",
    "SELECT (o).from, (ARRAY[o])[1].from AS f FROM \"Odd name\" o",
    "SELECT a FROM \"values\"",
    "SELECT a FROM public.user",
    "SELECT u.a FROM u, LATERAL (SELECT t.a FROM t WHERE t.a = u.a) q",
    "SELECT g FROM t, generate_series(1, t.a) g, u",
    "SELECT g.n FROM t CROSS JOIN LATERAL generate_series(1, t.a) WITH ORDINALITY AS g(n, i)",
    "SELECT * FROM json_to_recordset('[]') AS t(a int, b text), u",
    "SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) r, u",
    "SELECT * FROM ONLY t JOIN u USING (a)",
    "SELECT t.a FROM t TABLESAMPLE bernoulli (100), u TABLESAMPLE system (100)",
    "SELECT sum(a) OVER (PARTITION BY b ORDER BY a), rank() OVER w FROM t WINDOW w AS (ORDER BY a),"
    " w2 AS (PARTITION BY b)",
    "SELECT count(*) FILTER (WHERE a > 1), string_agg(b, ',' ORDER BY a) FROM t",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
    "SELECT CASE WHEN a > 1 THEN b ELSE 'from u' END FROM t -- FROM u\n/* , u */ WHERE b <> ', u'",
    "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b LIMIT 3 OFFSET 1",
    "SELECT a FROM t ORDER BY a FETCH FIRST 2 ROWS WITH TIES",
    "SELECT a FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 0",
    "SELECT cast(a AS text), a::bigint::text FROM t",
    "SELECT $$FROM u$$, E'\\' FROM u' FROM t",
    "SELECT a FROM t FOR UPDATE OF t",
    "WITH x AS (SELECT a FROM t) SELECT * FROM x, u",
    "WITH t AS (SELECT a FROM u) SELECT t.a FROM t",
    "WITH t AS (SELECT a FROM t) SELECT t.a FROM t",
    "WITH t AS (SELECT a FROM t), u AS (SELECT a FROM t) SELECT * FROM u",
    "WITH t AS (SELECT 1 AS a) SELECT * FROM s.t",
    "WITH x (p) AS MATERIALIZED (SELECT a FROM t), y AS NOT MATERIALIZED (TABLE u) SELECT p, y.a"
    " FROM x, y",
    "WITH t AS MATERIALIZED (SELECT 1 AS a), u AS NOT MATERIALIZED (SELECT 2 AS a)"
    " SELECT t.a, u.a AS b FROM t, u, s.w",
    "WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 3)"
    " SELECT n FROM x, t",
    "WITH RECURSIVE y AS (SELECT * FROM t), t AS (SELECT 1 AS a) SELECT * FROM y",
    "WITH recursive AS (SELECT a FROM t) SELECT * FROM recursive, u",
    "SELECT * FROM (WITH t AS (SELECT a FROM u) SELECT a FROM t) q, t",
    "SELECT (WITH u AS (SELECT a FROM t) SELECT max(a) FROM u) FROM u",
    "WITH x AS (WITH t AS (SELECT 1 AS a) SELECT a FROM t) SELECT x.a FROM x, t",
    "WITH t AS (SELECT 1 AS a) SELECT a FROM t UNION SELECT a FROM t",
    "WITH t AS (VALUES (1)) TABLE t",
    "(WITH t AS (SELECT 1 AS a) SELECT a FROM t) UNION SELECT a FROM t",
    "SELECT a FROM hookwire.public.t",
    "SELECT hookwire.public.t.a FROM t",
    "SELECT T.A FROM Public.T",
    "SELECT U&\"\\0074\".a FROM U&\"\\0074\"",
]  # fmt: skip
IDS = [query[:60] for query in QUERIES]

TABLES = """
    CREATE SCHEMA s;
    CREATE TABLE t (a int, b text);
    CREATE TABLE u (a int, c text);
    CREATE TABLE s.t (a int, d text);
    CREATE TABLE s.w (a int);
    CREATE TABLE "Odd name" (a int, "from" text);
    CREATE TABLE "values" (a int);
    CREATE TABLE "user" (a int);
    INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL);
    INSERT INTO u VALUES (2, 'p'), (3, 'q');
    INSERT INTO s.t VALUES (3, 'z');
    INSERT INTO s.w VALUES (1), (3);
    INSERT INTO "Odd name" VALUES (1, 'odd');
"""
READS = """
    SELECT DISTINCT n.nspname, c.relname FROM pg_depend d
    JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.ev_class = 'the_view'::regclass AND c.oid <> r.ev_class AND n.nspname <> 'pg_catalog'
"""

Oracle = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def tables(oracle: Oracle) -> Iterator[Oracle]:
    """A connection to a database of our name, with the tables."""
    oracle.execute("CREATE DATABASE hookwire")
    info = oracle.info
    with psycopg.connect(
        host=info.host, port=info.port, user=info.user, dbname="hookwire", autocommit=True
    ) as connection:
        connection.execute(TABLES)
        yield connection
    oracle.execute("DROP DATABASE hookwire")


def reads(tables: Oracle, query: str) -> set[Parts]:
    """What PostgreSQL says that a view of `query` reads."""
    with tables.transaction(force_rollback=True):
        tables.execute(f"CREATE VIEW the_view AS SELECT FROM ({query}) the_query")
        return {tuple(row) for row in tables.execute(READS).fetchall()}


def answer(tables: Oracle, query: str) -> list[tuple[Any, ...]]:
    return sorted(tables.execute(query).fetchall(), key=repr)


@pytest.mark.parametrize("query", QUERIES, ids=IDS)
def test_references_are_what_postgresql_depends_on(tables: Oracle, query: str) -> None:
    qualified = qualify(query, find)
    named = {parts[-2:] for parts in references(qualified) if find(parts) and len(parts) > 1}
    assert named == reads(tables, query)


@pytest.mark.parametrize("query", QUERIES, ids=IDS)
def test_a_qualified_query_means_the_same_under_any_search_path(tables: Oracle, query: str) -> None:
    before = answer(tables, query)
    with tables.transaction(force_rollback=True):
        tables.execute("SET LOCAL search_path = nowhere")
        assert answer(tables, qualify(query, find)) == before


def moved_to(old: Parts, new: Parts) -> Any:
    def new_name(parts: Parts) -> ObjectName | None:
        return ObjectName("hookwire", *new) if len(parts) > 1 and parts[-2:] == old else None

    return new_name


@pytest.mark.parametrize("query", QUERIES, ids=IDS)
def test_a_renamed_query_gives_the_same_answer(tables: Oracle, query: str) -> None:
    before = answer(tables, query)
    renamed = rename(qualify(query, find), moved_to(("public", "t"), ("public", "New t")))
    assert renamed is not None
    with tables.transaction(force_rollback=True):
        tables.execute('ALTER TABLE t RENAME TO "New t"')
        assert answer(tables, renamed) == before
        again = rename(renamed, moved_to(("public", "New t"), ("public", "z")))
        assert again is not None
        tables.execute('ALTER TABLE "New t" RENAME TO z')
        assert answer(tables, again) == before


@pytest.mark.parametrize("query", QUERIES, ids=IDS)
def test_a_query_follows_its_schema(tables: Oracle, query: str) -> None:
    before = answer(tables, query)
    renamed = rename(qualify(query, find), moved_to(("public", "t"), ("New s", "t")))
    assert renamed is not None
    with tables.transaction(force_rollback=True):
        tables.execute('CREATE SCHEMA "New s"; ALTER TABLE t SET SCHEMA "New s"')
        assert answer(tables, renamed) == before


# What the text becomes, to the letter.


@pytest.mark.parametrize(
    ("query", "qualified", "renamed"),
    [
        ("SELECT a FROM t", "SELECT a FROM public.t", "SELECT a FROM x.n AS t"),
        ("SELECT a FROM  t  y", "SELECT a FROM  public.t  y", "SELECT a FROM  x.n  y"),
        ("TABLE t", "TABLE public.t", "SELECT * FROM x.n AS t"),
        ("SELECT t.a FROM T, nosuch", "SELECT t.a FROM public.t, nosuch",
         "SELECT t.a FROM x.n AS t, nosuch"),
        ("SELECT public.t.a FROM t", "SELECT public.t.a FROM public.t",
         "SELECT t.a FROM x.n AS t"),
        ("SELECT hookwire.public.t.a FROM hookwire.public.t",
         "SELECT hookwire.public.t.a FROM public.t", "SELECT t.a FROM x.n AS t"),
        ("SELECT other.public.t.a FROM t AS other",
         "SELECT other.public.t.a FROM public.t AS other",
         "SELECT other.public.t.a FROM x.n AS other"),
        ("SELECT public.t.a FROM u", "SELECT public.t.a FROM public.u",
         "SELECT public.t.a FROM public.u"),
        ("SELECT a FROM t WHERE a IN (VALUES (1))",
         "SELECT a FROM public.t WHERE a IN (VALUES (1))",
         "SELECT a FROM x.n AS t WHERE a IN (VALUES (1))"),
        ('SELECT 1 FROM "Odd name"', 'SELECT 1 FROM public."Odd name"',
         'SELECT 1 FROM public."Odd name"'),
        ('SELECT 1 FROM "T"', 'SELECT 1 FROM "T"', 'SELECT 1 FROM "T"'),
    ],
)  # fmt: skip
def test_text(query: str, qualified: str, renamed: str) -> None:
    assert qualify(query, find) == qualified
    assert rename(qualified, moved_to(("public", "t"), ("x", "n"))) == renamed


@pytest.mark.parametrize(
    ("query", "named"),
    [
        # DuckDB's own.
        ("FROM t", ["t"]),
        ("FROM t SELECT a, b", ["t"]),
        ("SELECT * FROM (FROM t) JOIN u USING (a)", ["t", "u"]),
        ("SELECT a FROM t UNION ALL BY NAME FROM u", ["t", "u"]),
        ("SELECT a FROM t UNION BY NAME SELECT a FROM name", ["t", "name"]),
        ("SELECT lower(name), max(by) FROM (name CROSS JOIN u)", ["name", "u"]),
        ("PIVOT t ON a IN (1, 2) USING max(b)", ["t"]),
        ("SELECT * FROM (PIVOT (SELECT a FROM t) ON a IN (1) USING count(*))", ["t"]),
        ("SELECT * FROM t PIVOT (max(b) FOR a IN (1, 2)), u", ["t", "u"]),
        ("SELECT * FROM (SUMMARIZE t)", ["t"]),
        ("SELECT * FROM (DESCRIBE SELECT a FROM t)", ["t"]),
        ("SELECT pivot + 1, f(pivot) FROM t", ["t"]),
        ("SELECT * FROM t, LATERAL f(t.a) g", ["t"]),
        ("SELECT join(t), left(u, 1) FROM w", ["w"]),
        ("SELECT * FROM VALUES (1), (a) v(x), u", ["u"]),
        ("SELECT f(values) FROM values(1) v(x), (t CROSS JOIN u)", ["t", "u"]),
        ("SELECT * FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", ["t"]),
        ("SELECT {'k': t.a, 'l': [1, 2]} FROM t, u", ["t", "u"]),
        ("SELECT * FROM t ASOF JOIN u USING (a), t POSITIONAL JOIN u", ["t", "u", "t", "u"]),
        ("SELECT * EXCLUDE (a) REPLACE (b AS b) FROM t USING SAMPLE 5", ["t"]),
        ("SELECT * FROM 'file.csv', t", ["t"]),
        ("SELECT * FROM a.b.c.d, t", ["t"]),
        ("WITH RECURSIVE x (a) USING KEY (a) AS (SELECT a FROM t) FROM x", ["t"]),
        # Not queries at all.
        ("", []),
        ("WITH", []),
        ("WITH x", []),
        ("WITH x AS", []),
        ("WITH x AS (SELECT 1", []),
        ("SELECT )))) FROM t", ["t"]),
        ("SELECT (a AS ) FROM t", ["t"]),
        ("SELECT a. FROM t", []),
    ],
)  # fmt: skip
def test_references(query: str, named: list[str]) -> None:
    assert [parts[-1] for parts in references(query)] == named


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM public.t ASOF LEFT JOIN public.u USING (a)",
        "SELECT * FROM public.t ANTI JOIN public.u USING (a)",
        "SELECT * FROM public.t QUALIFY true",
        "SELECT * FROM public.t PIVOT (max(b) FOR a IN (1))",
    ],
)
def test_duckdb_s_words_are_no_aliases(query: str) -> None:
    renamed = rename(query, moved_to(("public", "t"), ("public", "n")))
    assert renamed == query.replace("public.t ", "public.n AS t ")


def test_summarize_takes_no_alias() -> None:
    renamed = rename("FROM (SUMMARIZE public.t)", moved_to(("public", "t"), ("public", "n")))
    assert renamed == "FROM (SUMMARIZE public.n)"


@pytest.mark.parametrize(
    "query",
    [
        # AS t would meet another t in the same FROM list.
        "SELECT public.t.a, s.t.a AS b FROM public.t, s.t",
        "SELECT * FROM public.t JOIN s.t USING (a)",
        "SELECT * FROM (public.t CROSS JOIN s.t)",
        # t.a would mean the inner t, or could.
        "SELECT (SELECT public.t.a FROM public.u AS t) FROM public.t",
        "SELECT public.t.a, t FROM public.t",
        # public may be a relation, with t a column of a row type.
        "SELECT public.t.a FROM public.t, public.u AS public",
    ],
)
def test_renames_that_the_text_does_not_show(query: str) -> None:
    assert rename(query, moved_to(("public", "t"), ("public", "n"))) is None


def test_a_swap_moves_both() -> None:
    query = "SELECT s.t.a, public.t.a AS b FROM s.t, public.t"

    def new_name(parts: Parts) -> ObjectName | None:
        swapped: dict[Parts, str] = {("s", "t"): "public", ("public", "t"): "s"}
        return ObjectName("hookwire", swapped[parts[-2:]], "t")

    assert rename(query, new_name) == "SELECT public.t.a, s.t.a AS b FROM public.t, s.t"
