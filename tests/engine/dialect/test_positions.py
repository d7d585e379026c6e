"""Where errors point, and what a translation remembers of where its pieces come from."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import SqlError
from support.dialect import Pair, Translated

FAULTS = [
    "select * from nosuch",
    "select id,\n  nosuch\nfrom ev",
    "select id from ev where  s  =  nosuch",
    "select e.id from ev e join dep d on d.nosuch = e.id",
    "select id from ev where id = any(array[1, 'x'])",
    "select lower(1) from ev",
    "select id from ev order by nosuch",
    "select count(*) from ev group by nosuch",
    "select (select nosuch from dep) from ev",
    "with t as (select nosuch from ev) select * from t",
    "insert into dep (ev_id) values ('12x')",
    "insert into dep (ev_id, nosuch) values (1, 2)",
    "update dep set qty = nosuch",
    "delete from dep where nosuch = 1",
    "select '12' :: int, 'x2' :: int",
    "select body -> 'a' = 'x' from ev",
    "select 1 + 'é' || 'x'::text + 1",
    "select 'é', nosuch",
    "select /* é */ nosuch",
]


@pytest.mark.parametrize("sql", FAULTS)
def test_an_error_points_where_postgres_points(pair: Pair, sql: str) -> None:
    expected, found = pair.postgres.answer(sql), pair.translated.answer(sql)
    assert expected.position is not None
    assert found == expected


@pytest.mark.parametrize(
    ("sql", "piece", "origin"),
    [
        ("select id + n from ev", '"ev"."n"', "n from"),
        ("select  body->'a'  from ev", "memory.hw.jsonb_get(", "->"),
        ("select lower(s) from ev", "lower(", "lower"),
        ("select id from ev where s = 'x'", "'x'", "'x'"),
        ("select id from  ev", 'hookwire.public."ev"', "ev"),
        ("select $1::int", "CAST($1", "$1"),
    ],
)
def test_a_piece_knows_its_place(translated: Translated, sql: str, piece: str, origin: str) -> None:
    made = translated.translate(sql)
    place = made.sql.index(piece)
    assert (place, sql.rindex(origin)) in made.positions


def test_positions_are_in_order(translated: Translated) -> None:
    made = translated.translate("select id, (select max(qty) from dep where ev_id = id) from ev")
    places = [place for place, _ in made.positions]
    assert places == sorted(places)


def test_a_statement_that_fails_in_duckdb_is_pointed_at(translated: Translated) -> None:
    with pytest.raises(SqlError) as caught:
        translated.translate("select 1 from ev group by flag having n > 1")
    assert caught.value.position == len("select 1 from ev group by flag having ") + 1
