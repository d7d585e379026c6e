"""Messages of the server, to the byte."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported, SqlSyntaxError
from hookwire_catalog.notices import Notice
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire import replies


def test_messages_without_fields() -> None:
    assert replies.AUTHENTICATION_OK == b"R\0\0\0\x08\0\0\0\0"
    assert replies.PARSE_COMPLETE == b"1\0\0\0\4"
    assert replies.BIND_COMPLETE == b"2\0\0\0\4"
    assert replies.CLOSE_COMPLETE == b"3\0\0\0\4"
    assert replies.NO_DATA == b"n\0\0\0\4"
    assert replies.PORTAL_SUSPENDED == b"s\0\0\0\4"
    assert replies.EMPTY_QUERY_RESPONSE == b"I\0\0\0\4"
    assert replies.READY_FOR_QUERY["E"] == b"Z\0\0\0\5E"


def test_parameter_status_and_key() -> None:
    assert replies.parameter_status("TimeZone", "UTC") == b"S\0\0\0\x11TimeZone\0UTC\0"
    assert replies.backend_key_data(7, b"1234") == b"K\0\0\0\x0c\0\0\0\x071234"
    assert replies.backend_key_data(7, b"k" * 32)[:5] == b"K\0\0\0\x28"


def test_negotiation_carries_the_whole_version() -> None:
    sent = replies.negotiate_protocol_version(3 << 16 | 2, ["_pq_.a"])
    assert sent == b"v\0\0\0\x13\0\x03\0\x02\0\0\0\x01_pq_.a\0"


def test_row_description() -> None:
    columns = [ResultColumn("a", types.INT4), ResultColumn("b", types.TEXT, 5, 20001, 2)]
    assert replies.row_description(columns, (0, 1)) == (
        b"T\0\0\0\x2e\0\x02"
        b"a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0"
        b"b\0\0\0\x4e\x21\0\x02\0\0\0\x19\xff\xff\0\0\0\x05\0\x01"
    )


def test_a_result_may_have_no_columns() -> None:
    assert replies.row_description((), ()) == b"T\0\0\0\6\0\0"


def test_parameter_description() -> None:
    sent = replies.parameter_description((types.INT8, types.TEXT))
    assert sent == b"t\0\0\0\x0e\0\x02\0\0\0\x14\0\0\0\x19"


def test_an_error_has_every_field_that_is_known() -> None:
    error = SqlSyntaxError("bad", detail="why", hint="how", position=8)
    assert replies.error_response(error) == (
        b"E\0\0\0\x2cSERROR\0VERROR\0C42601\0Mbad\0Dwhy\0Hhow\0P8\0\0"
    )


def test_a_fatal_error_says_so_and_leaves_out_what_is_unknown() -> None:
    sent = replies.error_response(FeatureNotSupported("no"), "FATAL")
    assert sent == b"E\0\0\0\x1eSFATAL\0VFATAL\0C0A000\0Mno\0\0"


def test_a_notice() -> None:
    sent = replies.notice_response(Notice("NOTICE", "n", "42P07", "d", "h"))
    assert sent == b"N\0\0\0\x25SNOTICE\0VNOTICE\0C42P07\0Mn\0Dd\0Hh\0\0"


def test_a_zero_or_a_lone_surrogate_in_a_text_cannot_break_the_message() -> None:
    sent = replies.error_response(FeatureNotSupported("a\0b\ud800"))
    assert b"Mab?\0\0" in sent
    assert int.from_bytes(sent[1:5]) == len(sent) - 1
