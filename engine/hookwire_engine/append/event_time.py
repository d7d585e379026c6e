"""RFC 3339 times as microseconds since 1970."""

from __future__ import annotations

import re
from datetime import date

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_EPOCH = date(1970, 1, 1).toordinal()


def microseconds(text: str) -> int | None:
    """None: not a time of RFC 3339 5.6 (with years from 1). Digits beyond microseconds are
    rounded, and second 60 is the next minute's first, as PostgreSQL's timestamptz has both."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    fraction, sign, off_hours, off_minutes = match.groups()[6:]
    if hour > 23 or minute > 59 or second > 60:
        return None
    offset = 0
    if sign:
        if int(off_hours) > 23 or int(off_minutes) > 59:
            return None
        offset = (int(off_hours) * 60 + int(off_minutes)) * (1 if sign == "+" else -1)
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    whole = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    return whole * 1_000_000 + (round(float(fraction) * 1e6) if fraction else 0)
