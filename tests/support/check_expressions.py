"""Expressions of every type over the inputs of checks.Given, and those inputs, by hypothesis.

All that is nested is total: a planner may work out or leave out a part with constants, so whether
an error in it is met is not said. What may fail stands at the top only (`fallible`). Quotients are
rounded and a numeric is shown as a float: how many decimals it has is for `numerals` alone.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Text = SearchStrategy[str]

ALPHABET = "abAB01,=. %_\\'日(-"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


bodies = st.one_of(
    st.text(ALPHABET, min_size=1, max_size=40),
    st.sampled_from(['{"a": {"b": [1, 2.50]}, "c": "x"}', "a=1&b=two", "t=1,v1=ab", "[1]"]),
)
header_maps = st.fixed_dictionaries(
    {"x-a": st.text(ALPHABET, max_size=8)},
    optional={"x-b": st.sampled_from(["t=5,v1=ab,v1=cd", "sha256=00", "7"]), "no": st.just("yes")},
)

words = st.text(ALPHABET, max_size=8).map(quoted)
patterns = st.sampled_from(
    ["a", "^a", "b$", "[ab]+", "a|b", "(a)(b)?", "a*", "[^,]*", r"\d", r"\w+", "a.b",
     "(a|ab)(1|b1)?", "x{2}", "(?:a|b)*0", "[[:alpha:]]", ",|=", "%", ""]
).map(quoted)  # fmt: skip
smalls = st.integers(-3, 6).map(lambda n: f"({n})")
places = st.sampled_from(["1", "2", "3", "(-1)", "(-2)"])
codings = st.sampled_from(["'hex'", "'base64'", "'base64url'", "'escape'"])
hashes = st.sampled_from(["'md5'", "'sha1'", "'sha224'", "'sha256'", "'sha384'", "'sha512'"])
keys = st.sampled_from(["'x-a'", "'x-b'", "'no'"])
moments = st.sampled_from(
    ["now()", "received_at", "timestamptz '2026-01-31 00:00:00+00'",
     "timestamptz '2024-02-29T23:59:59.5Z'", "to_timestamp(length(body))"]
)  # fmt: skip
spans = st.sampled_from(
    ["interval '5 minutes'", "interval '1 day'", "interval '-1 mon'", "interval '1 year 2 days'",
     "interval '01:02:03.5'", "(now() - received_at)"]
)  # fmt: skip
documents = st.sampled_from(
    ["jsonb '{\"a\": {\"b\": [1, 2.50]}, \"c\": null}'", "jsonb '[1, \"a\", true]'",
     "jsonb '\"a\"'", "jsonb '1.0'", "jsonb '{}'", "('{\"a\": \"' || length(body) || '\"}')::jsonb"]
)  # fmt: skip
paths = st.sampled_from(["'{a,b,0}'", "'{a}'", "'{}'", "'{1}'", "array['a', 'b']"])


def _written(form: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda made: form.format(*made))


def texts(depth: int) -> Text:
    leaves = st.one_of(
        words,
        st.sampled_from(["body", "secret", "method"]),
        _written("(headers->{})", keys),
        _written("headers[{}]", keys),
    )
    if not depth:
        return leaves
    t, n, b = texts(depth - 1), integers(depth - 1), booleans(depth - 1)
    return st.one_of(
        leaves,
        _written("({} || {})::text", t, t),
        _written("({}::text || {})", t, n),
        _written("left({}::text, {})", t, smalls),
        _written("right({}::text, {})", t, smalls),
        _written("substring({}::text, {})", t, smalls),
        _written("substring({}::text from {} for nullif({} + 4, 2))", t, smalls, smalls),
        _written("replace({}, {}, {})", t, t, t),
        _written("repeat({}, {})", t, smalls),
        _written("{}({}, {}, {})", st.sampled_from(["lpad", "rpad"]), t, smalls, t),
        _written("rpad({}, {})", t, smalls),
        _written("btrim({}, {})", t, words),
        _written("ltrim({}::text)", t),
        _written("trim(both {} from {}::text)", words, t),
        _written("{}({})", st.sampled_from(["upper", "lower"]), t),
        _written("reverse({})", t),
        _written("split_part({}, {}, {})", t, words, places),
        _written("encode({}, {})", binaries(depth - 1), codings),
        _written("md5({}::text)", t),
        _written("concat({}, {}, {})", t, n, b),
        _written("concat_ws({}, {}, {})", t, t, n),
        _written("({})::text", n),
        _written("to_hex({})", n),
        _written("(round({}, 6)::float8)::text", numerics(depth - 1)),
        _written("({})::text", st.one_of(moments, spans, documents, b)),
        _written("({} + {})::text", moments, spans),
        _written("({} - {})::text", moments, moments),
        _written("({} ->> {})", documents, st.sampled_from(["'a'", "0", "-1", "'c'"])),
        _written("({} #>> {})", documents, paths),
        _written("jsonb_typeof({})", documents),
        _written("(regexp_split_to_array({}, {}))[{}]", t, patterns, smalls),
        _written("(regexp_match({}, {}))[1]", t, patterns),
        _written("regexp_replace({}, {}, {}, 'g')", t, patterns, words),
        _written("(string_to_array({}, {}))[{}]", t, words, smalls),
        _written("array_to_string(string_to_array({}, ','), {})", t, t),
        _written("coalesce({}, {})", t, t),
        _written("nullif({}::text, {})", t, t),
        _written("greatest({}, {})", t, t),
        _written("case when {} then {} else {} end", b, t, t),
        _written("case {}::text when {} then {} end", t, t, t),
    )


def binaries(depth: int) -> Text:
    t = texts(max(depth - 1, 0))
    return st.one_of(
        _written("convert_to({}, 'UTF8')", t),
        _written("hmac({}::text, {}, {})", t, t, hashes),
        _written("hmac(body, secret, {})", hashes),
        _written("digest({}::text, {})", t, hashes),
        _written("sha256(convert_to({}, 'UTF8'))", t),
        st.just("'\\x0061ff'::bytea || '\\x5c'"),
        _written("substring(sha512(convert_to({}, 'UTF8')), {})", t, smalls),
    )


def integers(depth: int) -> Text:
    leaves = st.one_of(
        smalls, st.sampled_from(["length(body)", "octet_length(method)", "9000000000"])
    )
    if not depth:
        return leaves
    n, t = integers(depth - 1), texts(depth - 1)
    return st.one_of(
        leaves,
        _written("({} {} {})", n, st.sampled_from(["+", "-"]), n),
        _written("({} * {})", n, smalls),
        _written("({} {} (2 * length(body) + 1))", n, st.sampled_from(["/", "%"])),
        _written("abs({})", n),
        _written("length({}::text)", t),
        _written("octet_length({}::text)", t),
        _written("ascii({})", t),
        _written("position({}::text in {})", t, t),
        _written("strpos({}, {})", t, t),
        _written("cardinality(string_to_array({}, {}))", t, words),
        _written("coalesce({}, {})", n, n),
        _written("greatest({}, {})", n, n),
    )


def numerics(depth: int) -> Text:
    leaves = st.sampled_from(
        ["1.5", "-0.25", "100.00", "1e3", "0.0", "length(body)::numeric", "12345678901234567890.5"]
    )
    if not depth:
        return leaves
    n, i = numerics(depth - 1), integers(depth - 1)
    return st.one_of(
        leaves,
        _written("({} {} {})", n, st.sampled_from(["+", "-", "*"]), st.one_of(n, i)),
        _written("round({} {} (length(body) + 3.5), 6)", n, st.sampled_from(["/", "%"])),
        _written("round({}, {})", n, smalls),
        _written("{}({}::numeric)", st.sampled_from(["abs", "floor", "ceil", "trunc", "round"]), n),
        _written("extract(epoch from {})", st.one_of(moments, spans)),
    )


numerals = st.one_of(
    _written("({}) / {}", numerics(1), st.sampled_from(["3", "0.07", "-12345.678", "1e10"])),
    _written("({}) % {}", numerics(1), st.sampled_from(["3", "0.07", "-12345.678"])),
    numerics(2),
)
"""Numerics whose every decimal counts."""

comparisons = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def booleans(depth: int) -> Text:
    leaves = st.sampled_from(["true", "false", "null::bool", "method = 'POST'", "headers ? 'no'"])
    if not depth:
        return leaves
    b, t, n = booleans(depth - 1), texts(depth - 1), integers(depth - 1)
    return st.one_of(
        leaves,
        _written("({} and {})", b, b),
        _written("({} or {})", b, b),
        _written("(not {})", b),
        _written("({}::text {} {})", t, comparisons, t),
        _written("({} {} {})", n, comparisons, st.one_of(n, numerics(depth - 1))),
        _written("({} {} {})", moments, comparisons, moments),
        _written("({} {} {})", spans, comparisons, spans),
        _written("({} = {})", binaries(depth - 1), binaries(depth - 1)),
        _written("({} = {})", documents, documents),
        _written("({} {} {})", documents, st.sampled_from(["@>", "<@"]), documents),
        _written("({} ? {})", documents, words),
        _written("({} {} array['a', {}])", documents, st.sampled_from(["?|", "?&"]), words),
        _written("headers {} array[{}, {}]", st.sampled_from(["?|", "?&"]), keys, keys),
        _written("({} {} {})", t, st.sampled_from(["~", "~*", "!~"]), patterns),
        _written("({} {} {} escape '!')", t, st.sampled_from(["like", "not ilike"]), words),
        _written("starts_with({}, {})", t, t),
        _written("({} is {} distinct from {}::text)", t, st.sampled_from(["", "not"]), t),
        _written("(({}) is {} null)", st.one_of(t, n), st.sampled_from(["", "not"])),
        _written("({} is {} true)", b, st.sampled_from(["", "not"])),
        _written("({} {} in ({}, {}))", n, st.sampled_from(["", "not"]), n, n),
        _written("({} between {} {} and {})", n, st.sampled_from(["", "symmetric"]), n, n),
        _written("({}::text = any(array[{}, {}::text]))", t, t, t),
        _written("({}::text <> all(string_to_array({}, ',')))", t, t),
    )


def total(depth: int) -> Text:
    return st.one_of(
        texts(depth),
        integers(depth),
        _written("round({}, 6)::float8", numerics(depth)),
        booleans(depth),
        binaries(depth),
    )


def fallible(depth: int) -> Text:
    """One operation that may fail, of operands that do not."""
    t, n, d, b = texts(depth), integers(depth), numerics(depth), binaries(depth)
    types = st.sampled_from(["int", "bigint", "float8", "bool", "jsonb", "bytea", "text[]"])
    numbers = st.one_of(n, st.sampled_from(["2147483647", "9223372036854775807", "'7'"]))
    return st.one_of(
        _written("({})::text::{}", st.one_of(t, n), types),
        _written("(body)::text::{}", types),
        _written("({})::{}", d, st.sampled_from(["int", "bigint", "float8"])),
        _written("decode({}, {})", t, codings),
        _written("convert_from({}, 'UTF8')", b),
        _written("convert_from({}, 'LATIN1')", b),
        _written("({} {} {})", numbers, st.sampled_from(["+", "-", "*", "/", "%"]), numbers),
        _written("({}::float8 {} {})", numbers, st.sampled_from(["+", "-", "*", "/"]), numbers),
        _written("split_part({}, {}, {})", t, t, n),
        _written("substring({}::text from {} for coalesce({}, 1))", t, smalls, n),
        _written("repeat(left({}, 5), {} % 9)", t, n),
        _written("chr({} % 60)", n),
        _written("({} like {}::text || 'a')", t, t),
        _written("({} + {})::text", moments, spans),
        _written("({} * {})::text", spans, smalls),
        _written("array[{}, {}, null]::text", t, t),
        _written("string_to_array({}, {})::text", t, words),
        _written("regexp_split_to_array({}, {})::text", t, patterns),
        _written("regexp_match({}, {}, 'i')::text", t, patterns),
    )


def anything(depth: int) -> Text:
    return st.one_of(total(depth), fallible(depth - 1))
