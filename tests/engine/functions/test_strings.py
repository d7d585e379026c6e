"""String, binary and pattern functions, case by case (PostgreSQL 9.4, 9.5, 9.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest


class Connection(Protocol):
    def execute(self, sql: str, parameters: Any = ...) -> Any: ...


CASES = r"""
ascii|text
ascii|text é
chr|int4 233
chr|int4 0
chr|int4 -1
chr|int4 1114112
left|text abc|int4 -1
left|text abc|int4 -5
right|text abc|int4 -1
right|text abc|int4 0
lpad|text a|int4 -1
lpad|text abc|int4 2|text xy
lpad|text a|int4 3|text
rpad|text a|int4 4|text xy
repeat|text ab|int4 -1
split_part|text a,b,c|text ,|int4 -1
split_part|text a,b,c|text ,|int4 5
split_part|text abc|text |int4 1
split_part|text a|text ,|int4 0
substr|text abc|int4 0|int4 2
substr|text abc|int4 -1|int4 3
substr|text abc|int4 1|int4 -1
substring|text foobar|text o(.)b
substring|text foobar|text o(?:.)b
substring|text foobar|text %#"o_b#"%|text #
overlay|text abcdef|text XX|int4 2|int4 3
overlay|text abc|text X|int4 10
overlay|text abc|text X|int4 0
strpos|text abc|text
strpos|text aé|text é
initcap|text hELLO wORLD-foo_bar 1ab
translate|text 12345|text 143|text ax
translate|text aba|text aa|text xy
btrim|text xyabyx|text xy
ltrim|text   a
rtrim|text a |text
string_to_array|text a,,b|text ,|text
string_to_array|text abc|text NULL!
string_to_array|text |text ,
string_to_table|text a,b|text ,
concat|text a|text NULL!|int4 1|bool true|numeric 1.50
concat|float8 1e20|timestamp 2024-01-01 10:00:00|_int4 {1,2}
concat_ws|text ,|text a|text NULL!|int4 2
concat_ws|text NULL!|text a
concat_ws|text ,|text NULL!|text NULL!
concat_ws|text é, |text |text a|text NULL!|text b
concat|text NULL!
array_to_string|_text {NULL,NULL}|text ,
array_to_string|_text {}|text ,|text x
array_to_string|_text {a,NULL,é}|text |text x
array_to_string|_int4 {1,NULL,2}|text é-
substring|text abc|int4 0|int4 NULL!
substring|text abc|int4 -1|int4 NULL!
replace|text |text |text NULL!
lpad|text |int4 0|text NULL!
rpad|text |int4 0|text NULL!
format|text %s %I %L %%|text a|text B c|text NULL!
format|text %2$s %1$s|text a|text b
format|text %-10s¦|text a
format|text %*s¦|int4 5|text a
format|text %-*s¦|int4 3|text a
format|text %s
format|text %y|text a
format|text %0$s|text a
format|text %I|text NULL!
format|text %|text a
quote_ident|text Abc
quote_ident|text select
quote_ident|text a"b
quote_ident|text int
quote_ident|text name
quote_literal|text it's
quote_literal|text a\b
quote_nullable|text NULL!
to_hex|int4 -1
to_hex|int8 -1
md5|text a
reverse|text aéb
starts_with|text abc|text ab
unistr|text d\0061t\+000061 \u0061 \U00000061
unistr|text \00
length|bpchar a
encode|bytea \x00ff61|text escape
encode|bytea \xdeadbeef|text base64
encode|bytea \x00|text foo
decode|text YWI=|text base64
decode|text a\000b|text escape
decode|text abc|text hex
decode|text zz|text hex
decode|text a|text base64
decode|text a!|text base64
convert_from|bytea \xe9|text latin1
convert_from|bytea \xff|text UTF8
convert_to|text é|text latin1
convert_to|text €|text latin1
convert|bytea \xe9|text latin1|text utf8
get_byte|bytea \x0102|int4 1
get_byte|bytea \x01|int4 5
set_byte|bytea \x0102|int4 0|int4 255
get_bit|bytea \x01|int8 0
set_bit|bytea \x00|int8 3|int4 1
bit_count|bytea \xff01
sha224|bytea \x61
sha256|bytea \x61
sha384|bytea \x61
sha512|bytea \x61
digest|text a|text md5
digest|text a|text foo
hmac|text a|text k|text sha256
substring|bytea \x010203|int4 2|int4 1
overlay|bytea \x010203|bytea \xff|int4 2
btrim|bytea \x000100|bytea \x00
regexp_match|text foobar|text o(b)
regexp_match|text abc|text (x)?b
regexp_match|text abc|text x
regexp_match|text ABC|text b|text i
regexp_match|text a|text a|text g
regexp_match|text a|text a|text z
regexp_match|text xay|text (?:x¦xa)(?:ay¦y)
regexp_match|text foobarbar|text (foo¦foobar)(bar)?
regexp_match|text abc01234xyz|text (?:(.*?)(\d+)(.*)){1,1}
regexp_match|text abc01234xyz|text (.*)(\d+)(.*)
regexp_match|text abc01234xyz|text (.*?)(\d+)(.*)
substring|text XY1234Z|text Y*([0-9]{1,3})
substring|text XY1234Z|text Y*?([0-9]{1,3})
regexp_matches|text foobarbequebaz|text ba.|text g
regexp_matches|text abc|text b*|text g
regexp_replace|text foobarbaz|text b(..)|text X\1Y|text g
regexp_replace|text foobarbaz|text b..|text [\&]|text g
regexp_replace|text abc|text |text -|text g
regexp_replace|text abc|text b*|text -|text g
regexp_replace|text abc|text b|text \\
regexp_replace|text abc|text b|text X|text 1
regexp_replace|text A PostgreSQL function|text a¦e¦i¦o¦u|text X|int4 1|int4 0|text i
regexp_replace|text abcabc|text b|text X|int4 1|int4 2
regexp_split_to_array|text hello world|text \s+
regexp_split_to_array|text abc|text
regexp_split_to_array|text abc|text b*
regexp_split_to_table|text a b|text \s
regexp_count|text aaa|text a|int4 2
regexp_count|text a|text a|int4 0
regexp_instr|text number of your street, town zip, FR|text [^,]+|int4 1|int4 2
regexp_instr|text ABC|text (b)(c)|int4 1|int4 1|int4 0|text i|int4 2
regexp_like|text Hello World|text world$|text i
regexp_like|text a|text a|text g
regexp_substr|text ABCDEF|text c(.)(..)|int4 1|int4 1|text i|int4 2
"""


@pytest.mark.parametrize("case", CASES.strip("\n").splitlines())
def test_answers_as_postgresql(check_line: Callable[[str], object], case: str) -> None:
    check_line(case)


PATTERNS = [
    r"B", r"^(?:a)b", r"a.b", r"^b", r"(?n)^b", r"(?w)^b", r"(?p)a.b", r"(?i)ABC", r"***=a.c",
    r"\mabc\M", r"\ya\y", r"\Aabc\Z", r"[[:<:]]abc[[:>:]]", r"[[:alpha:]]+[[:digit:]]", r"[\d\w]",
    r"(a)\1", r"a(?=b)", r"a(?!b)", r"(?<=a)b", r"(?<!a)b", r"a{2}", r"a{1,2}?b", r"a\{", r"[^a-c]",
    r"[]a]", r"[a\]]", r"\x61", r"\u0061", r"\t|\n", r"(", r"[a", r"a**", r"*a", "\\", r"a{3,2}",
    r"[z-a]", r"a{256}", r"(?<x>b)", r"[[:foo:]]", r"\9", r"(?x) a b # c",
]  # fmt: skip
TEXTS = ["", "abc", "aab", "a\nb", "b", "a.c", "abc1", "ABC", "a{", "]", "\t", "xabcx"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("symbol", ["~", "!~*"])
def test_regular_expression_operators(
    check: Callable[..., object], pattern: str, symbol: str
) -> None:
    for text in TEXTS:
        check(f"text {text}", symbol, f"text {pattern}")


@pytest.mark.parametrize("symbol", ["~~", "!~~", "~~*", "!~~*"])
@pytest.mark.parametrize("pattern", ["a_c", r"a\_b", "%b%", "", r"a\\b", "A%", "%"])
def test_like(check: Callable[..., object], pattern: str, symbol: str) -> None:
    for text in ("abc", "a_b", "axb", "", "a\\b", "ABC"):
        check(f"text {text}", symbol, f"text {pattern}")


@pytest.mark.parametrize(
    "pattern", ["abc", "%b%", "a.c", "a{2}b", r"a\|b", "(a|b|c)*", "[a-c]+", "_b_", "[^a]%", "a|b"]
)
def test_similar_to(duck: Connection, pg: Connection, pattern: str) -> None:
    for text in ("abc", "a.c", "aab", "a|b", "", "b"):
        theirs = pg.execute("SELECT %s SIMILAR TO %s", (text, pattern)).fetchall()
        ours = duck.execute("SELECT memory.hw.similar_to(?, ?)", [text, pattern]).fetchall()
        assert (text, ours) == (text, theirs)
