"""Forms and CloudEvents from the journal into tables, after a kill too."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from hookwire_engine.append.cloudevents import BATCH
from support.stores import StoreHarness

EVENTS = b"""[
    {"specversion":"1.0","id":"1","source":"/s","type":"t","time":"0001-01-01T00:00:00Z",
     "data":{"n": 1.10, "n": [null]},"ext":true},
    {"specversion":"1.0","id":"2","source":"/s","type":"t","time":"9999-12-31T23:59:59.999999Z",
     "subject":"","data":null,"dataschema":"#"}
]"""
BATCHED = ("content-type", BATCH)
STORED = [
    ("1", "/s", "t", "1.0", datetime(1, 1, 1, tzinfo=UTC), None, None, None,
     '{"n": 1.10, "n": [null]}', '{"ext":true}', {"content-type": BATCH}),
    ("2", "/s", "t", "1.0", datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), "", None, "#",
     "null", "{}", {"content-type": BATCH}),
    ("3", "/s", "t", "1.0", None, None, None, None, None, "{}",
     {"ce-id": "3", "ce-source": "/s", "ce-type": "t", "ce-specversion": "1.0"}),
]  # fmt: skip
FORMS = [('{"a":["1","é"],"b":""}', "text"), ("{}", None)]


def test_a_killed_store_replays_them(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    with StoreHarness(tmp_path, start=False) as harness:
        harness.ddl("CREATE SOURCE e FROM WEBHOOK BODY FORMAT CLOUDEVENTS INCLUDE HEADERS")
        harness.ddl("CREATE SOURCE f FROM WEBHOOK BODY FORMAT FORM INCLUDE HEADER 'x' AS x")
        harness.post("e", EVENTS, BATCHED)
        harness.post("f", b"a=1&b=&a=%C3%A9", ("x", "text"))
        harness.store.applier.apply_pending()
        harness.post("e", b"[]", BATCHED)
        harness.post("e", b"", *STORED[2][-1].items())
        harness.post("f", b"")
        shutil.copytree(tmp_path, killed)
    for data_dir in (tmp_path, killed):
        with StoreHarness(data_dir) as again:
            again.cursor.execute("SET TimeZone = 'UTC'")
            assert again.rows("SELECT * FROM public.e ORDER BY id") == STORED
            assert again.rows("SELECT * FROM public.f ORDER BY x") == FORMS
            totals = again.store.totals
            assert [totals[again.source(name).id].rows for name in "ef"] == [3, 2]


def test_an_event_s_time_takes_any_year_that_it_can_have(tmp_path: Path) -> None:
    """An offset can carry it past either end."""
    with StoreHarness(tmp_path) as harness:
        harness.ddl("CREATE SOURCE e FROM WEBHOOK BODY FORMAT CLOUDEVENTS")
        for time in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:60-23:59"):
            event = b'{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"%s"}'
            content_type = BATCH.replace("-batch", "")
            harness.post("e", event % time.encode(), ("content-type", content_type))
        harness.read_barrier()
        years = harness.rows("SELECT year(time AT TIME ZONE 'UTC') FROM public.e ORDER BY time")
        assert years == [(0,), (10000,)]
