"""Binary string functions and operators (PostgreSQL 9.5), and pgcrypto's hashes."""

from __future__ import annotations

from hookwire_engine.functions import binary_functions as py
from hookwire_engine.functions.declare import Chapter

chapter = Chapter(
    "9.5",
    "Binary string functions and operators",
    notes=("digest and hmac are those of pgcrypto, with md5 and the SHA family.",),
    unsupported={
        "crypt": "write digest(text, 'sha256')",
        "gen_salt": "write encode(gen_random_bytes(16), 'hex')",
        "pgp_sym_encrypt": "encrypt in the client",
        "pgp_sym_decrypt": "decrypt in the client",
    },
)
_function = chapter.function

chapter.operator("||(bytea, bytea) bytea", target="bytea_concat", sql="_1 || _2")
for _name in ("length", "octet_length"):
    _function(f"{_name}(bytea) int4", as_="length_bytea", sql="CAST(octet_length(_1) AS INTEGER)")
_function(
    "length(bytea, text) int4",
    as_="length_encoded",
    sql="CAST(length(hw_convert_from(_1, _2)) AS INTEGER)",
)
_function(
    "bit_length(bytea) int4", as_="bit_length_bytea", sql="CAST(8 * octet_length(_1) AS INTEGER)"
)
_function("bit_count(bytea) int8", python=py.bit_count)
_function("encode(bytea, text) text", python=py.encode)
_function("decode(text, text) bytea", python=py.decode)
_function("convert_from(bytea, text) text", python=py.convert_from)
_function("convert_to(text, text) bytea", python=py.convert_to)
_function("convert(bytea, text, text) bytea", python=py.convert)
_function("get_byte(bytea, int4) int4", python=py.get_byte)
_function("set_byte(bytea, int4, int4) bytea", python=py.set_byte)
_function("get_bit(bytea, int8) int4", python=py.get_bit)
_function("set_bit(bytea, int8, int4) bytea", python=py.set_bit)
for _name in ("substr", "substring"):
    _function(f"{_name}(bytea, int4, int4=) bytea", as_="substring_bytea", python=py.substring)
_function("position(bytea, bytea) int4", as_="position_bytea", sql="hw_position_bytea(_2, _1)")
chapter.udf("position_bytea", py.position, ["BLOB", "BLOB"], "INTEGER")
_function("overlay(bytea, bytea, int4, int4=) bytea", as_="overlay_bytea", python=py.overlay)
for _name in ("btrim", "ltrim", "rtrim"):
    _function(f"{_name}(bytea, bytea) bytea", as_=f"{_name}_bytea", python=getattr(py, _name))
_function("md5(bytea) text", as_="md5_bytea", sql="md5(_1)")
for _bits in ("224", "256", "384", "512"):
    _function(f"sha{_bits}(bytea) bytea", sql=f"hw_digest(_1, 'sha{_bits}')")
_function("digest(bytea, text) bytea", python=py.digest)
_function("digest(text, text) bytea", as_="digest_text", python=py.digest_text)
_function("hmac(bytea, bytea, text) bytea", python=py.hmac)
_function("hmac(text, text, text) bytea", as_="hmac_text", python=py.hmac_text)
