"""WITH ( option = value, ... ) of a source: names, types and bounds, declared once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass

from hookwire_catalog import settings
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import FeatureNotSupported, InvalidParameterValue
from hookwire_catalog.objects import SourceOptions
from hookwire_catalog.setting_values import MAX_INT, Setting, Type, Unit, parse_amount

MAX_RESPONSE_BODY_BYTES = 65_536
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{16,255}")
_EXTERNAL_ID_HINT = "An external id has 16 to 255 characters, each a letter, a digit, _ or -."


@dataclass(frozen=True, slots=True)
class Options:
    """All options of one WITH; `external_id` is apart because it names the source."""

    source: SourceOptions = SourceOptions()
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """A literal as written; `quoted` tells '200' from 200."""

    text: str
    quoted: bool


def parse_options(cursor: TokenCursor) -> Options:
    """WITH has been read."""
    cursor.expect_mark("(")
    found: dict[str, int | str] = {}
    while True:
        position = cursor.position
        name = cursor.identifier()
        _check_name(name, found, position)
        cursor.accept_mark("=")
        position = cursor.position
        try:
            found[name] = _OPTIONS[name](_value(cursor))
        except InvalidParameterValue as error:
            error.position = position
            raise
        if not cursor.accept_mark(","):
            break
    cursor.expect_mark(")")
    external_id = found.pop("external_id", None)
    assert external_id is None or isinstance(external_id, str)
    return Options(dataclasses.replace(SourceOptions(), **found), external_id)  # type: ignore[arg-type]


def _check_name(name: str, found: dict[str, int | str], position: int) -> None:
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


def _value(cursor: TokenCursor) -> _Value:
    """A string, a number, or a word such as `true`."""
    number = cursor.accept_number()
    if number is not None:
        return _Value(number, quoted=False)
    text = cursor.accept_string()
    return _Value(cursor.label(), quoted=False) if text is None else _Value(text, quoted=True)


def _number(name: str, low: int, high: int, unit: Unit = Unit.NONE) -> Callable[[_Value], int]:
    setting = Setting(name, Type.INT, "", "", unit=unit, minimum=low, maximum=high)
    return lambda value: parse_amount(setting, value.text)


def _external_id(value: _Value) -> str:
    if _EXTERNAL_ID.fullmatch(value.text) is None:
        raise InvalidParameterValue(
            f'invalid value for parameter "external_id": "{value.text}"', hint=_EXTERNAL_ID_HINT
        )
    return value.text


def _response_body(value: _Value) -> str:
    if len(value.text.encode()) > MAX_RESPONSE_BODY_BYTES:
        raise InvalidParameterValue(
            'value for parameter "response_body" is too long',
            hint=f"It may have {MAX_RESPONSE_BODY_BYTES} bytes.",
        )
    return value.text


_BODY_BYTES = settings.SYSTEM_SETTINGS["webhook_max_body_bytes"]
_OPTIONS: dict[str, Callable[[_Value], int | str]] = {
    "max_body_bytes": _number("max_body_bytes", 1, _BODY_BYTES.maximum, Unit.BYTES),
    "max_rows_per_request": _number("max_rows_per_request", 1, MAX_INT),
    "external_id": _external_id,
    "response_body": _response_body,
    "response_status": _number("response_status", 200, 299),
}
_LATER = ("max_requests_per_second", "burst", "allow_ips", "block_ips", "retention", "on_reject")
