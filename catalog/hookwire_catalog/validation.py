"""`SECRET name` in the text of a check: where it stands, and the text with other names.

A check is kept as it was written. What its names mean is kept beside it, one id for each SECRET in
the order of the text, so that a rename touches no text and a name that is given again to another
secret changes no meaning. Whoever prints the check puts in the names of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import Kind, Token, tokenize
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.objects import CheckClause, Secret

_NAMES = (Kind.IDENT, Kind.QUOTED_IDENT)


@dataclass(frozen=True, slots=True)
class SecretUse:
    """The name in one `SECRET name`, from `start` to `end` (0-based, in the text of the tokens).

    `needs_alias`: it is listed in WITH without AS, so the expression knows it by its last part.
    """

    parts: tuple[str, ...]
    start: int
    end: int
    needs_alias: bool = False


def secret_uses(tokens: Sequence[Token]) -> tuple[SecretUse, ...]:
    """Those of a clause that begins with CHECK or VALIDATE USING. Tokens hold no spaces."""
    found: list[SecretUse] = []
    listed = _end_of_inputs(tokens)
    at = 0
    while at < len(tokens):
        before = tokens[at - 1] if at else None
        at += 1
        if not tokens[at - 1].is_word("secret") or _ends_before(before) or not _name(tokens, at):
            continue
        end = at + 1
        while _is(tokens, end, ".") and end + 1 < len(tokens) and tokens[end + 1].kind in _NAMES:
            end += 2
        parts = tuple(token.value for token in tokens[at:end:2])
        alone = end < listed and not _has_alias(tokens, end)
        found.append(SecretUse(parts, tokens[at].start, tokens[end - 1].end, alone))
        at = end
    return tuple(found)


def _ends_before(token: Token | None) -> bool:
    """After AS or a dot, `secret` is a name."""
    return token is not None and (token.is_word("as") or token.text == ".")


def _name(tokens: Sequence[Token], at: int) -> bool:
    if at >= len(tokens) or tokens[at].kind not in _NAMES:
        return False
    return tokens[at].kind is Kind.QUOTED_IDENT or tokens[at].text.lower() not in RESERVED


def _is(tokens: Sequence[Token], at: int, text: str) -> bool:
    return at < len(tokens) and tokens[at].text == text


def _has_alias(tokens: Sequence[Token], at: int) -> bool:
    if at < len(tokens) and tokens[at].is_word("bytes"):
        at += 1
    return at < len(tokens) and tokens[at].is_word("as")


def _end_of_inputs(tokens: Sequence[Token]) -> int:
    """Index of the bracket that ends WITH ( ... ); 0 without it."""
    opening = next((i for i, token in enumerate(tokens) if token.text == "("), len(tokens))
    start = opening + 1
    if start >= len(tokens) or not tokens[start].is_word("with"):
        return 0
    return next((i for i in range(start, len(tokens)) if tokens[i].text == ")"), len(tokens))


def _uses(text: str) -> tuple[SecretUse, ...]:
    skipped = (Kind.SPACE, Kind.COMMENT)
    return secret_uses([token for token in tokenize(text) if token.kind not in skipped])


def names_of(clause: CheckClause) -> dict[str, int]:
    """The secrets' ids by the names that the text has for them, folded and with dots."""
    return {
        ".".join(use.parts): id_
        for use, id_ in zip(_uses(clause.text), clause.secrets, strict=True)
    }


def check_sql(clause: CheckClause, secrets: Mapping[int, Secret]) -> str:
    """The text with every secret's full name as it is now."""
    parts: list[str] = []
    at = 0
    for use, id_ in zip(_uses(clause.text), clause.secrets, strict=True):
        name = secrets[id_].name
        alias = use.needs_alias and use.parts[-1] != name.name
        parts += [clause.text[at : use.start], str(name)]
        if alias:
            parts.append(f" AS {quote_identifier(use.parts[-1])}")
        at = use.end
    return "".join((*parts, clause.text[at:]))
