"""What cannot be had is refused with 0A000 and a hint, never answered differently."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import SqlError
from support.dialect import Translated


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select 1::numeric(50, 2)", "numeric precision 50 is not supported"),
        ("select 'NaN'::numeric", 'numeric "NaN" is not supported'),
        ("select ctid from ev", 'column "ctid" does not exist'),
        ("select ev.ctid from ev", 'system column "ctid" is not supported'),
        ("select ev.xmin from ev", 'system column "xmin" is not supported'),
        (
            "select id from ev order by id fetch first 1 row with ties",
            "FETCH FIRST ... WITH TIES is not supported",
        ),
        (
            "select jsonb_build_object(variadic array['a', 'b'])",
            "VARIADIC is not supported in jsonb_build_object()",
        ),
        (
            "update dep set (name, qty) = (select 'a', 1)",
            "assigning a query's row to several columns is not supported",
        ),
        (
            "insert into ev (id) values (9) returning (select max(id) from ev)",
            'a query in RETURNING over the changed table "ev" is not supported',
        ),
        (
            "update dep d set qty = 1 from ev e where e.id = d.ev_id returning e.s",
            "RETURNING of columns of other tables is not supported",
        ),
        (
            "update dep d set qty = 1 from ev e where e.id = d.ev_id returning *",
            "RETURNING of columns of other tables is not supported",
        ),
        (
            "insert into ev (id) values (1) on conflict on constraint ev_pkey do nothing",
            "ON CONFLICT ON CONSTRAINT is not supported",
        ),
        (
            "merge into dep using ev on ev.id = ev_id when matched then delete",
            "MERGE is not supported",
        ),
        (
            "create temp table c (a int) on commit delete rows",
            "ON COMMIT DELETE ROWS is not supported",
        ),
        ("create index i on ev using gin (body)", "indexes of method gin are not supported"),
        (
            "create function f() returns int language plpgsql as 'begin end'",
            "functions in the language plpgsql are not supported",
        ),
        (
            "create table c (a text default current_user)",
            "current_user in DEFAULT is not supported",
        ),
        ("alter table dep drop constraint c", "ALTER TABLE ... DROP CONSTRAINT is not supported"),
        ("select id is json from ev", "IS JSON VALUE is not supported"),
        ("select 1 where (1, 2) && (3, 4)", "operator && between rows is not supported"),
    ],
)
def test_refused(translated: Translated, sql: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        translated.translate(sql)
    assert caught.value.message == message
    assert caught.value.sqlstate in ("0A000", "42703")


def test_a_statement_too_deep(translated: Translated) -> None:
    with pytest.raises(SqlError) as caught:
        translated.translate("select " + "(" * 5000 + "1" + ")" * 5000)
    assert caught.value.sqlstate == "54001"


@pytest.mark.parametrize("sql", ["select nosuch.lower('A')", "select memory.hw.jsonb_normal('1')"])
def test_a_function_of_another_schema_does_not_exist(translated: Translated, sql: str) -> None:
    with pytest.raises(SqlError) as caught:
        translated.translate(sql)
    assert caught.value.sqlstate == "42883"
