"""What may be shown of a text that may hold the value of a secret or a password.

Logs, hookwire.sessions and pg_stat_activity show statements; of CREATE and ALTER SECRET they show
no more than these words, and of CREATE and ALTER ROLE nothing from the first string on. A text that
no lexer can read is cut at the word itself.
"""

from __future__ import annotations

import re

from hookwire_catalog.errors import SqlError
from hookwire_catalog.lexer import Kind, Token, tokenize

_WORD = re.compile("secret|(?<![a-z_])(?:role|user|group)(?![a-z_])", re.IGNORECASE)
_ROLES = ("role", "user", "group")
_STRINGS = (Kind.STRING, Kind.DOLLAR_STRING)
_BETWEEN = ("or", "replace", "temp", "temporary", "local", "persistent")
_QUOTED = re.compile(r'(?: at or near)? ".*"\Z', re.DOTALL)


def masked(sql: str) -> str:
    """`sql`, cut after CREATE SECRET or ALTER SECRET, or before the first string that may be a
    password; a script is cut at the first of them."""
    found = _WORD.search(sql)
    if found is None:
        return sql
    try:
        tokens = [t for t in tokenize(sql) if t.kind not in (Kind.SPACE, Kind.COMMENT)]
    except SqlError:
        return sql[: found.end()] + " ..."
    in_role = False
    for index, token in enumerate(tokens):
        if token.is_word("secret") and _holds_value(tokens, index):
            return sql[: token.end] + " ..."
        if token.text == ";":
            in_role = False
        elif token.is_word(*_ROLES) and index and tokens[index - 1].is_word("create", "alter"):
            in_role = True
        elif in_role and token.is_word("password"):
            return sql[: token.end] + " ..."
        elif in_role and token.kind in _STRINGS:
            return sql[: tokens[index - 1].end] + " ..."
    return sql


def _holds_value(tokens: list[Token], index: int) -> bool:
    """Whether this SECRET is created or altered, or something that looks like it."""
    at = index - 1
    while at >= 0 and tokens[at].is_word(*_BETWEEN):
        at -= 1
    if at < 0:
        return True
    first = at == 0 or tokens[at - 1].text == ";"
    return tokens[at].is_word("create", "alter") or (
        first and not tokens[at].is_word("drop", "show", "select")
    )


def mask_error(error: SqlError, sql: str) -> SqlError:
    """An error of reading `sql`, without what it quotes of it if that may be a secret."""
    if masked(sql) != sql:
        error.message = _QUOTED.sub("", error.message)
        error.args = (error.message,)
    return error
