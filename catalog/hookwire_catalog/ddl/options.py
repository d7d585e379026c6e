"""The options of a source: WITH ( option = value, ... ) of CREATE, SET and RESET of ALTER.

Their types and bounds are those of the system-wide defaults behind them (settings.py), so that each
is declared once.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from hookwire_catalog import networks, settings
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import FeatureNotSupported, InvalidParameterValue, SqlSyntaxError
from hookwire_catalog.lexer import Kind
from hookwire_catalog.objects import SourceOptions
from hookwire_catalog.setting_values import Setting, Type, canonical, parse_amount
from hookwire_catalog.statements import OptionValue

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{16,255}")
_EXTERNAL_ID_HINT = "An external id has 16 to 255 characters, each a letter, a digit, _ or -."


@dataclass(frozen=True, slots=True)
class Options:
    """All options of one WITH; `external_id` is apart because it names the source."""

    source: SourceOptions = SourceOptions()
    external_id: str | None = None


def parse_options(cursor: TokenCursor) -> Options:
    """WITH has been read."""
    found = parse_assignments(cursor)
    external_id = found.pop("external_id", None)
    assert external_id is None or isinstance(external_id, str)
    return Options(dataclasses.replace(SourceOptions(), **found), external_id)  # type: ignore[arg-type]


def parse_assignments(cursor: TokenCursor) -> dict[str, OptionValue]:
    """( option [=] value, ... )"""
    cursor.expect_mark("(")
    found: dict[str, OptionValue] = {}
    while True:
        name = _name(cursor, found)
        cursor.accept_mark("=")
        found[name] = _OPTIONS[name](cursor)
        if not cursor.accept_mark(","):
            break
    cursor.expect_mark(")")
    return found


def parse_names(cursor: TokenCursor) -> tuple[str, ...]:
    """( option, ... )"""
    cursor.expect_mark("(")
    found: dict[str, None] = {}
    while True:
        found[_name(cursor, found)] = None
        if cursor.accept_mark("="):
            raise SqlSyntaxError("RESET must not include values for parameters")
        if not cursor.accept_mark(","):
            break
    cursor.expect_mark(")")
    return tuple(found)


def _name(cursor: TokenCursor, found: Collection[str]) -> str:
    position = cursor.position
    name = cursor.identifier()
    if name in found:
        raise InvalidParameterValue(
            f'parameter "{name}" specified more than once', position=position
        )
    if name in _LATER:
        raise FeatureNotSupported(f'option "{name}" is not supported yet', position=position)
    if name not in _OPTIONS:
        raise InvalidParameterValue(
            f'unrecognized parameter "{name}"',
            hint=f"Available options: {', '.join(_OPTIONS)}.",
            position=position,
        )
    return name


# Values. Each reader takes its value off the cursor and says where a wrong one stands.

Reader = Callable[[TokenCursor], OptionValue]


def _one(read: Callable[[str], OptionValue]) -> Reader:
    """A string, a number, or a word such as `true`."""

    def reader(cursor: TokenCursor) -> OptionValue:
        position = cursor.position
        text = cursor.accept_number()
        if text is None:
            text = cursor.accept_string()
        return _at(position, read, cursor.label() if text is None else text)

    return reader


def _at(position: int, read: Callable[[str], OptionValue], text: str) -> OptionValue:
    try:
        return read(text)
    except InvalidParameterValue as error:
        error.position = position
        raise


def _like(name: str, **changes: int) -> Reader:
    """An option with the type and the bounds of the setting behind it."""
    declared = settings.SYSTEM_SETTINGS[f"webhook_{name}"]
    setting = dataclasses.replace(declared, name=name, **changes)  # type: ignore[arg-type]
    if setting.type is Type.NETWORKS:
        return lambda cursor: _networks(cursor, setting)
    if setting.type is Type.INT:
        return _one(lambda text: parse_amount(setting, text))
    return _one(lambda text: canonical(setting, text))


def _networks(cursor: TokenCursor, setting: Setting) -> tuple[str, ...]:
    """Strings of addresses and CIDR blocks: 'a, b' or 'a', 'b' or ('a', 'b')."""
    bracket = cursor.accept_mark("(")
    found: dict[str, None] = {}
    while True:
        position = cursor.position
        try:
            found |= dict.fromkeys(networks.canonical_list(setting.name, cursor.string()))
            networks.check_count(setting.name, len(found))
        except InvalidParameterValue as error:
            error.position = position
            raise
        if not (bracket or _string_follows(cursor)) or not cursor.accept_mark(","):
            break
    if bracket:
        cursor.expect_mark(")")
    return tuple(found)


def _string_follows(cursor: TokenCursor) -> bool:
    """Whether the list goes on behind the comma, and not the options."""
    following = cursor.peek(1)
    return following is not None and following.kind in (Kind.STRING, Kind.DOLLAR_STRING)


def _external_id(text: str) -> str:
    if _EXTERNAL_ID.fullmatch(text) is None:
        raise InvalidParameterValue(
            f'invalid value for parameter "external_id": "{text}"', hint=_EXTERNAL_ID_HINT
        )
    return text


_OPTIONS: dict[str, Reader] = {
    "max_body_bytes": _like("max_body_bytes"),
    "max_requests_per_second": _like("max_requests_per_second"),
    "burst": _like("burst", minimum=1),
    "max_rows_per_request": _like("max_rows_per_request"),
    "allow_ips": _like("allow_ips"),
    "block_ips": _like("block_ips"),
    "on_reject": _like("on_reject"),
    "external_id": _one(_external_id),
    "response_body": _like("response_body"),
    "response_status": _like("response_status"),
}
_LATER = ("retention",)
