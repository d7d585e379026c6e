from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.errors import CharacterNotInRepertoire, SqlError, SqlSyntaxError
from hookwire_catalog.lexer import Kind, Token, tokenize

FRAGMENTS = st.sampled_from(
    [
        "select", "t", "Ünï", "_a1$", '"Q""q"', 'U&"\\0041"', "'a'", "'it''s'", "E'\\''", "u&'x'",
        "b'01'", "X'1f'", "n'a'", "$$;'$$", "$tag$ $$ $tag$", "1", "1.5e3", ".5", "1.", "0xFF",
        "1_000", "$1", "+", "-", "<=>", "||", "->>", "@>", "*", "::", ":=", "(", ")", "[", "]", "{",
        "}", ",", ";", ".", ":", " ", "\n", "\t", "\r\n", "-- c\n", "/* a /* b */ c */", "~-", "!!",
    ]
)  # fmt: skip


def kinds(sql: str) -> list[tuple[Kind, str]]:
    return [(t.kind, t.text) for t in tokenize(sql) if t.kind is not Kind.SPACE]


def check_tokens(sql: str, tokens: list[Token]) -> None:
    assert "".join(token.text for token in tokens) == sql
    at = 0
    for token in tokens:
        assert (token.start, token.end) == (at, at + len(token.text))
        assert token.text
        at = token.end


@given(st.lists(FRAGMENTS).map("".join))
def test_tokens_join_to_the_input(sql: str) -> None:
    try:
        tokens = tokenize(sql)
    except SqlSyntaxError:
        return  # 1 and a, side by side, are junk
    check_tokens(sql, tokens)


@given(st.lists(FRAGMENTS).map(" ".join))
def test_spaced_fragments_are_always_tokens(sql: str) -> None:
    check_tokens(sql, tokenize(sql))


@given(st.text())
def test_any_text_gives_tokens_or_a_sql_error(sql: str) -> None:
    try:
        tokens = tokenize(sql)
    except SqlError as error:
        assert error.position is None or 1 <= error.position <= len(sql) + 1
        return
    check_tokens(sql, tokens)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a$1 _b Ä1", [(Kind.IDENT, "a$1"), (Kind.IDENT, "_b"), (Kind.IDENT, "Ä1")]),
        ('"a b"', [(Kind.QUOTED_IDENT, '"a b"')]),
        ("e'\\''", [(Kind.STRING, "e'\\''")]),
        ("'a\\'", [(Kind.STRING, "'a\\'")]),
        ("$a$b$$c$a$", [(Kind.DOLLAR_STRING, "$a$b$$c$a$")]),
        ("$1+$22", [(Kind.PARAM, "$1"), (Kind.OPERATOR, "+"), (Kind.PARAM, "$22")]),
        ("0b1 0o17 0x_f", [(Kind.NUMBER, "0b1"), (Kind.NUMBER, "0o17"), (Kind.NUMBER, "0x_f")]),
        ("1..2", [(Kind.NUMBER, "1"), (Kind.PUNCT, ".."), (Kind.NUMBER, "2")]),
        ("a.b", [(Kind.IDENT, "a"), (Kind.PUNCT, "."), (Kind.IDENT, "b")]),
        ("x::y", [(Kind.IDENT, "x"), (Kind.PUNCT, "::"), (Kind.IDENT, "y")]),
        ("a:=b", [(Kind.IDENT, "a"), (Kind.PUNCT, ":="), (Kind.IDENT, "b")]),
        ("/*/**/*/-", [(Kind.COMMENT, "/*/**/*/"), (Kind.OPERATOR, "-")]),
        ("--a\rb", [(Kind.COMMENT, "--a"), (Kind.IDENT, "b")]),
        ("1#2", [(Kind.NUMBER, "1"), (Kind.OPERATOR, "#"), (Kind.NUMBER, "2")]),
        ("a<-1", [(Kind.IDENT, "a"), (Kind.OPERATOR, "<"), (Kind.OPERATOR, "-"),
                  (Kind.NUMBER, "1")]),
        ("a@-1", [(Kind.IDENT, "a"), (Kind.OPERATOR, "@-"), (Kind.NUMBER, "1")]),
        ("+-+", [(Kind.OPERATOR, "+"), (Kind.OPERATOR, "-"), (Kind.OPERATOR, "+")]),
        ("*--x", [(Kind.OPERATOR, "*"), (Kind.COMMENT, "--x")]),
        ("</**/>", [(Kind.OPERATOR, "<"), (Kind.COMMENT, "/**/"), (Kind.OPERATOR, ">")]),
        ("'a' -- x'\n'b'", [(Kind.STRING, "'a' -- x'\n'b'")]),
        ("'a' 'b'", [(Kind.STRING, "'a'"), (Kind.STRING, "'b'")]),
        ("'a'/* */\n'b'", [(Kind.STRING, "'a'"), (Kind.COMMENT, "/* */"), (Kind.STRING, "'b'")]),
    ],
)  # fmt: skip
def test_kinds(sql: str, expected: list[tuple[Kind, str]]) -> None:
    assert kinds(sql) == expected


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SeLeCt", "select"),
        ("ÄB", "Äb"),
        ('"A""b"', 'A"b'),
        ('U&"d\\0061t\\+000061"', "data"),
        ('U&"a""b"', 'a"b'),
        ("a" * 70, "a" * 63),
        ('"' + "é" * 40 + '"', "é" * 31),
        ("$$a'b$$", "a'b"),
        ("$t$a$$b$t$", "a$$b"),
        ("1.50", "1.50"),
        ("<=", "<="),
    ],
)
def test_values(sql: str, value: str) -> None:
    (token,) = tokenize(sql)
    assert token.value == value


def test_a_quoted_word_is_no_key_word() -> None:
    plain, _, quoted = tokenize('FROM "from"')
    assert plain.is_word("from", "to")
    assert not plain.is_word("to")
    assert not quoted.is_word("from")


# What PostgreSQL's scanner refuses, word for word.
REFUSED = [
    "SELECT 123abc", "SELECT 1e", "SELECT 1.5abc", "SELECT 1.a", "SELECT .5x", "SELECT 1e+",
    "SELECT 1é", "SELECT 1e5e5", "SELECT $1abc", "SELECT 1_", "SELECT 1__0", "SELECT 0x",
    "SELECT $a", "SELECT \\", "SELECT 1$", "SELECT $1$",
    "SELECT 'a", "SELECT E'a\\'", 'SELECT "a', 'SELECT ""', "SELECT $$a", "SELECT $x$a$y$",
    "SELECT 1\v", "SELECT /* a", "SELECT /* /* */", "SELECT 'a'\n'b",
]  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_refused_as_postgresql_does(
    sql: str, refusal: Callable[[str], tuple[object, ...] | None]
) -> None:
    with pytest.raises(SqlSyntaxError) as raised:
        tokenize(sql)
    error = raised.value
    assert (error.sqlstate, error.message, error.position, None, None) == refusal(sql)


ACCEPTED = [
    "SELECT 1.e5", "SELECT 1.", "SELECT .5", "SELECT 5 s", "SELECT $$a$$, $é$a$b$é$",
    "SELECT 'a' -- x\n 'b'", "SELECT 'a'--x'\n'b'", "SELECT E'a'\n\n -- y\n'b'",
    "SELECT 1 -- x\r+ 1",
    "SELECT /* /* ; */ ' */ 1", "SELECT 1+-+-1", "SELECT 1 <-1", "SELECT 1<>-- c\n2", "SELECT |/ 4",
    "SELECT 1 !=/* */ 2", "SELECT b'01', x'1f', n'a'", "SELECT ''''''", "SELECT 'a'::text::text",
]  # fmt: skip


@pytest.mark.parametrize("sql", ACCEPTED)
def test_accepted_as_postgresql_does(
    sql: str, refusal: Callable[[str], tuple[object, ...] | None]
) -> None:
    assert refusal(sql) is None
    check_tokens(sql, tokenize(sql))


def test_nul_is_not_text() -> None:
    with pytest.raises(CharacterNotInRepertoire) as raised:
        tokenize("select \0")
    assert raised.value.position == 8


def test_what_is_shown_of_an_open_string_is_short() -> None:
    with pytest.raises(SqlSyntaxError) as raised:
        tokenize("'" + "a" * 1_000_000)
    assert len(raised.value.message) < 100
