"""SQLAlchemy 2 on three drivers: tables made and dropped, the ORM, Core, operators, streams."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from support.alchemy import DRIVERS, run
from support.client_features import client_feature
from support.hookwire_process import HookwireProcess, webhook_path

sa: Any = pytest.importorskip("sqlalchemy")
orm: Any = pytest.importorskip("sqlalchemy.orm")
dialect: Any = pytest.importorskip("sqlalchemy.dialects.postgresql")

REGISTRY = orm.registry()
ACCOUNTS = sa.Table(
    "accounts",
    REGISTRY.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(30), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    sa.Column("data", dialect.JSONB),
    sa.Column("tags", dialect.ARRAY(sa.String)),
    sa.Column("pairs", dialect.HSTORE),
)
ENTRIES = sa.Table(
    "entries",
    REGISTRY.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("account", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("amount", sa.Numeric(10, 2)),
)
KEYS = sa.Table("keys", REGISTRY.metadata, sa.Column("k", sa.Text, primary_key=True),
                sa.Column("n", sa.Integer))  # fmt: skip


class Account:
    id: Any
    name: Any
    at: Any
    data: Any
    tags: Any
    pairs: Any
    entries: Any


class Entry:
    id: Any
    account: Any
    amount: Any


REGISTRY.map_imperatively(
    Account, ACCOUNTS, properties={"entries": orm.relationship(Entry, order_by=ENTRIES.c.id)}
)
REGISTRY.map_imperatively(Entry, ENTRIES)


@pytest.fixture(params=DRIVERS)
def database(request: pytest.FixtureRequest, hookwire: HookwireProcess) -> Iterator[Any]:
    """Runs work in a transaction, on tables that are made before and dropped after."""

    def in_transaction(work: Any) -> Any:
        return run(hookwire.sql_dsn, request.param, work)

    in_transaction(REGISTRY.metadata.create_all)
    yield in_transaction
    in_transaction(REGISTRY.metadata.drop_all)
    names = in_transaction(lambda c: sa.inspect(c).get_table_names())
    assert {"accounts", "entries", "keys"}.isdisjoint(names)


def _filled(connection: Any) -> None:
    with orm.Session(connection) as session:
        ann = Account()
        ann.name, ann.data, ann.tags = "ann", {"k": [1, 2]}, ["x", "y"]
        ann.pairs = {"a": "1", "b": None}
        for amount in ("1.50", "2.25"):
            ann.entries.append(Entry())
            ann.entries[-1].amount = Decimal(amount)
        bob = Account()
        bob.name = "bob"
        session.add_all([ann, bob])
        session.commit()


@client_feature("SQLAlchemy 2", "`create_all`, `drop_all`, ORM, on all three drivers")
def test_objects_there_and_back(database: Any) -> None:
    database(_filled)

    def read(connection: Any) -> Any:
        with orm.Session(connection) as session:
            query = sa.select(Account).options(orm.selectinload(Account.entries))
            ann, bob = session.scalars(query.order_by(ACCOUNTS.c.id)).all()
            assert isinstance(ann.at, datetime.datetime) and ann.at.tzinfo is not None
            assert (ann.data, ann.tags, ann.pairs) == (
                {"k": [1, 2]},
                ["x", "y"],
                {"a": "1", "b": None},
            )
            assert (bob.data, bob.tags, bob.pairs, bob.entries) == (None, None, None, [])
            return [entry.amount for entry in ann.entries]

    assert database(read) == [Decimal("1.50"), Decimal("2.25")]


@client_feature("SQLAlchemy 2", "`create_all`, `drop_all`, ORM, on all three drivers")
def test_units_of_work(database: Any) -> None:
    def work(connection: Any) -> Any:
        with orm.Session(connection) as session:
            for number in range(300):
                account = Account()
                account.name = f"n{number}"
                session.add(account)
            session.flush()
            first = session.scalars(sa.select(Account).filter_by(name="n0")).one()
            first.data = {"changed": True}
            session.delete(session.scalars(sa.select(Account).filter_by(name="n1")).one())
            session.commit()
            changed = ACCOUNTS.c.data["changed"].as_boolean()
            names = session.scalars(sa.select(ACCOUNTS.c.name).where(changed)).all()
            return names, session.scalar(sa.select(sa.func.count()).select_from(ACCOUNTS))

    assert database(work) == (["n0"], 299)


@client_feature("SQLAlchemy 2", "`jsonb`, `hstore` and array operators, on all three drivers")
def test_operators(database: Any) -> None:
    database(_filled)
    data, pairs, tags = ACCOUNTS.c.data, ACCOUNTS.c.pairs, ACCOUNTS.c.tags
    conditions = [
        *(data.contains({"k": [1]}), data.has_key("k"), data["k"][0].as_integer() == 1),
        *(data[("k", "1")].astext == "2", pairs.contains({"a": "1"}), pairs["a"] == "1"),
        *(pairs.has_key("b"), pairs.has_all(dialect.array(["a", "b"]))),
        sa.literal("x") == sa.any_(tags),
        *(tags.contains(["y"]), tags[1] == "x", tags.overlap(["y", "z"])),
    ]

    def work(connection: Any) -> Any:
        queries = [sa.select(ACCOUNTS.c.name).where(c) for c in conditions]
        found = [connection.execute(query).scalars().all() for query in queries]
        values = sa.select(pairs.defined("b"), pairs.keys(), pairs + {"z": "1"})
        return found, connection.execute(values.where(ACCOUNTS.c.name == "ann")).one()

    found, (defined, keys, both) = database(work)
    assert found == [["ann"]] * len(conditions)
    assert (defined, sorted(keys), both) == (False, ["a", "b"], {"a": "1", "b": None, "z": "1"})


@client_feature("SQLAlchemy 2", "Core: upserts, CTEs, windows, VALUES, on all three drivers")
def test_core(database: Any) -> None:
    def work(connection: Any) -> Any:
        insert = dialect.insert(KEYS)
        upsert = insert.on_conflict_do_update(
            index_elements=["k"], set_={"n": insert.excluded.n + KEYS.c.n}
        ).returning(KEYS.c.n)
        counts = [connection.scalar(upsert.values(k="x", n=n)) for n in (1, 2, 4)]
        rows = sa.values(sa.column("g", sa.String), sa.column("n", sa.Integer), name="v")
        rows = rows.data([("a", 1), ("a", 2), ("b", 5)])
        total = sa.select(rows.c.g, sa.func.sum(rows.c.n).label("n")).group_by(rows.c.g).cte("t")
        rank = sa.func.row_number().over(order_by=total.c.n.desc())
        size = sa.case((total.c.n > 3, "big"), else_="small")
        ranked = sa.select(total.c.g, total.c.n, rank, size).order_by(total.c.g)
        return counts, [tuple(row) for row in connection.execute(ranked)]

    assert database(work) == ([1, 3, 7], [("a", 3, 2, "small"), ("b", 5, 1, "big")])


@client_feature("SQLAlchemy 2", "`stream_results`, on psycopg and psycopg2")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_stream_results(hookwire: HookwireProcess, driver: str) -> None:
    def work(connection: Any) -> Any:
        query = sa.text("SELECT i FROM generate_series(1, 1000) AS g(i)")
        streamed = connection.execution_options(stream_results=True).execute(query)
        assert streamed.context._is_server_side
        return [len(part) for part in streamed.partitions(100)]

    assert run(hookwire.sql_dsn, driver, work) == [100] * 10


@client_feature("SQLAlchemy 2", "isolation levels, on all three drivers")
@pytest.mark.parametrize("driver", DRIVERS)
def test_isolation_levels(hookwire: HookwireProcess, driver: str) -> None:
    def work(connection: Any) -> Any:
        found = [connection.get_isolation_level(), connection.default_isolation_level]
        return [*found, connection.scalar(sa.text("SHOW transaction_read_only"))]

    assert run(hookwire.sql_dsn, driver, work) == ["READ COMMITTED", "READ COMMITTED", "off"]


@client_feature("SQLAlchemy 2", "select from a source, on all three drivers")
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_source_is_selected(hookwire: HookwireProcess, driver: str) -> None:
    name = f"selected_by_{driver}"
    hookwire.psql(f"CREATE SOURCE {name} FROM WEBHOOK BODY FORMAT JSON INCLUDE HEADERS")
    hookwire.post(webhook_path(name), '{"a": {"b": [1, 2.50]}}', [("X-Kind", "push")])

    def work(connection: Any) -> Any:
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        chosen = sa.select(table.c.body, table.c.body[("a", "b", "1")].astext)
        return connection.execute(chosen.where(table.c.headers["x-kind"] == "push")).one()

    assert tuple(run(hookwire.sql_dsn, driver, work)) == ({"a": {"b": [1, 2.5]}}, "2.50")
