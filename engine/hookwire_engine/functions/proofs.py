"""What webhooks are proved with: the functions that a check has beside PostgreSQL's.

The signatures by public keys are those of checks themselves, so that both answer alike.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Callable
from itertools import product
from typing import Any

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.checks import maps, verify
from hookwire_engine.functions import binary_functions
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import Fault

chapter = Chapter(
    "Hookwire",
    "Signatures",
    notes=(
        "hmac('sha256', key, data) is hmac_hex of the same: hmac with an algorithm's name as a"
        " literal in the first place gives lower-case hexadecimal text.",
    ),
)
_BOTH = ("bytea", "text")


def _bytes(position: int, pg_type: str) -> str:
    return f"encode(_{position})" if pg_type == "text" else f"_{position}"


def header_values(headers: dict[str, str], name: str, key: str) -> list[str] | None:
    """As in a check. Stored names of headers are lower case, so `name` may be in any case."""
    text = headers.get(name, headers.get(name.lower()))
    return None if text is None else maps.values_of(text, key)


def _faulty(function: Callable[..., bool]) -> Callable[..., bool]:
    """`function` with its errors as DuckDB passes them on."""

    def run(*given: Any) -> bool:
        try:
            return function(*given)
        except SqlError as error:
            raise Fault(error.sqlstate, error.message, error.hint) from None

    return run


def _hexadecimal() -> None:
    chapter.function("hmac_hex(text, bytea, bytea) text", python=binary_functions.hmac_hex)
    for key, data in product(_BOTH, _BOTH):
        if (key, data) != ("bytea", "bytea"):
            chapter.function(
                f"hmac_hex(text, {key}, {data}) text",
                as_=f"hmac_hex_{key}_{data}",
                sql=f"hw_hmac_hex(_1, {_bytes(2, key)}, {_bytes(3, data)})",
            )


def _verification(name: str, function: Callable[..., bool], hashed: bool) -> None:
    """Data and key are text or bytea."""
    last, rest = (", text", ", _4") if hashed else ("", "")
    types = ["BLOB", "BLOB", "BLOB"] + (["VARCHAR"] if hashed else [])
    chapter.udf(name, _faulty(function), types, "BOOLEAN")
    for data, key in product(_BOTH, _BOTH):
        chapter.function(
            f"{name}({data}, bytea, {key}{last}) bool",
            as_=f"{name}_{data}_{key}",
            sql=f"hw_{name}({_bytes(1, data)}, _2, {_bytes(3, key)}{rest})",
        )


def _of_bytes() -> None:
    chapter.udf("constant_time_eq", hmac.compare_digest, ["BLOB", "BLOB"], "BOOLEAN")
    chapter.udf("crc32", zlib.crc32, ["BLOB"], "BIGINT")
    for kind in _BOTH:
        one, two = _bytes(1, kind), _bytes(2, kind)
        chapter.function(
            f"constant_time_eq({kind}, {kind}) bool",
            as_=f"constant_time_eq_{kind}",
            sql=f"hw_constant_time_eq({one}, {two})",
        )
        chapter.function(f"crc32({kind}) int8", as_=f"crc32_{kind}", sql=f"hw_crc32({one})")


_hexadecimal()
_of_bytes()
chapter.function("header_values(hstore, text, text) _text", python=header_values)
_verification("ed25519_verify", verify.ed25519_verify, hashed=False)
_verification("ecdsa_verify", verify.ecdsa_verify, hashed=True)
_verification("rsa_verify", verify.rsa_verify, hashed=True)
