"""CHECK ( ... ), VALIDATE USING ( ... ) and VALIDATE recipe ( ... ) of a source.

A check is taken as it stands, bracket to bracket: who compiles it (the engine) reads its
expression. Here only the names of its secrets are found.
"""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import SqlSyntaxError
from hookwire_catalog.lexer import Token
from hookwire_catalog.statements import CheckText, QualifiedName, RecipeText, ValidationText
from hookwire_catalog.validation import secret_uses


def validation(cursor: TokenCursor) -> ValidationText:
    """CHECK or VALIDATE comes next."""
    first = cursor.next()
    if first.is_word("check"):
        return _check(cursor, first, using=False)
    if cursor.at_word("using"):
        return _check(cursor, first, using=True)
    return _recipe(cursor)


def _check(cursor: TokenCursor, first: Token, *, using: bool) -> CheckText:
    tokens = [first]
    if using:
        tokens.append(cursor.next())
    following = cursor.peek()
    if following is None or following.text != "(":
        cursor.fail()
    depth = 0
    while True:
        token = cursor.next()
        tokens.append(token)
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            break
    text = cursor.text[first.start : tokens[-1].end]
    names = tuple(QualifiedName(use.parts, use.start + 1) for use in secret_uses(tokens))
    return CheckText(text, using, names, first.start)


def _recipe(cursor: TokenCursor) -> RecipeText:
    position = cursor.position
    recipe = cursor.label().upper()
    secrets: list[QualifiedName] = []
    options: dict[str, str] = {}
    cursor.expect_mark("(")
    while True:
        following = cursor.peek(1)
        if cursor.at_word("secret") and (following is None or following.text != "=>"):
            cursor.next()
            secrets.append(cursor.qualified_name())
        else:
            _option(cursor, options)
        if not cursor.accept_mark(","):
            break
    cursor.expect_mark(")")
    return RecipeText(recipe, tuple(secrets), tuple(options.items()), position)


def _option(cursor: TokenCursor, options: dict[str, str]) -> None:
    position, name = cursor.position, cursor.label()
    if name in options:
        raise SqlSyntaxError(f'option "{name}" used more than once', position=position)
    cursor.expect_mark("=>")
    value = cursor.accept_string()
    if value is None:
        value = cursor.accept_number()
    if value is None:
        value = cursor.expect_word("true", "false")
    options[name] = value
