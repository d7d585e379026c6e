"""The regexp functions (PostgreSQL 9.7.3)."""

from __future__ import annotations

import re
from functools import lru_cache

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.regex.match import Matcher, matcher
from hookwire_engine.functions.regex.syntax import flag_options

Captures = list[str | None]


def _cut(found: re.Match[str], groups: int) -> Captures:
    return [found[i + 1] for i in range(groups)] if groups else [found[0]]


def regexp_match(text: str, pattern: str, flags: str = "") -> Captures | None:
    used = matcher(pattern, flags, function="regexp_match")
    found = used.search(text)
    return None if found is None else _cut(found, used.groups)


def regexp_matches(text: str, pattern: str, flags: str = "") -> list[Captures]:
    """One list of captures a match: all matches with the flag `g`, else the first."""
    used = matcher(pattern, flags)
    if flag_options(flags)[1]:
        return [_cut(found, used.groups) for found in used.every(text)]
    first = used.search(text)
    return [] if first is None else [_cut(first, used.groups)]


def regexp_split_to_array(text: str, pattern: str, flags: str = "") -> list[str]:
    """The pieces between matches; an empty match at an end or after a match does not count."""
    used = matcher(pattern, flags, function="regexp_split_to_array")
    pieces, place = [], 0
    for found in used.every(text):
        if found.start() == found.end() and found.start() in (place, len(text)):
            continue
        pieces.append(text[place : found.start()])
        place = found.end()
    pieces.append(text[place:])
    return pieces


_REFERENCE = re.compile(r"\\(?:(?P<number>[1-9])|(?P<whole>&)|(?P<slash>\\)|)")


@lru_cache(maxsize=512)
def _replacement(text: str) -> tuple[str | int, ...]:
    """Literal pieces and group numbers in turn."""
    parts: list[str | int] = []
    place = 0
    for found in _REFERENCE.finditer(text):
        parts.append(text[place : found.start()])
        if found["number"]:
            parts.append(int(found["number"]))
        elif found["whole"]:
            parts.append(0)
        else:
            parts.append("\\")
        place = found.end()
    parts.append(text[place:])
    return tuple(parts)


def _filled(replacement: str, found: re.Match[str], groups: int) -> str:
    pieces = []
    for part in _replacement(replacement):
        if isinstance(part, str):
            pieces.append(part)
        elif part <= groups:
            pieces.append(found[part] or "")
    return "".join(pieces)


def regexp_replace(text: str, pattern: str, replacement: str, flags: str = "") -> str:
    if flags[:1].isdigit():
        hint = (
            "If you meant to use regexp_replace() with a start parameter, "
            "cast the fourth argument to integer explicitly."
        )
        raise Fault("22023", f'invalid regular expression option: "{flags[0]}"', hint)
    used = matcher(pattern, flags)
    every = flag_options(flags)[1]
    return _replaced(used, text, replacement, 0, None if every else 1)


def regexp_replace_from(
    text: str, pattern: str, replacement: str, start: int, count: int | None = None, flags: str = ""
) -> str:
    """With a start; `count` 0 replaces all matches, otherwise that one."""
    _check("start", start, 1)
    if count is not None:
        _check("n", count, 0)
    used, every = matcher(pattern, flags), flag_options(flags)[1]
    nth = (None if every else 1) if count is None else (count or None)
    return _replaced(used, text, replacement, start - 1, nth)


def _replaced(used: Matcher, text: str, replacement: str, start: int, nth: int | None) -> str:
    pieces, place = [], 0
    for number, found in enumerate(used.every(text, start), 1):
        if nth is None or nth == number:
            pieces.append(text[place : found.start()])
            pieces.append(_filled(replacement, found, used.groups))
            place = found.end()
        if nth == number:
            break
    pieces.append(text[place:])
    return "".join(pieces)


def _check(name: str, value: int, least: int) -> None:
    if value < least:
        raise Fault("22023", f'invalid value for parameter "{name}": {value}')


def regexp_count(text: str, pattern: str, start: int = 1, flags: str = "") -> int:
    _check("start", start, 1)
    used = matcher(pattern, flags, function="regexp_count")
    return sum(1 for _ in used.every(text, start - 1))


def regexp_like(text: str, pattern: str, flags: str = "") -> bool:
    return matcher(pattern, flags, function="regexp_like").pattern.search(text) is not None


def _nth(used: Matcher, text: str, start: int, n: int) -> re.Match[str] | None:
    for number, found in enumerate(used.every(text, start - 1), 1):
        if number == n:
            return found
    return None


def regexp_instr(
    text: str,
    pattern: str,
    start: int = 1,
    n: int = 1,
    end: int = 0,
    flags: str = "",
    group: int = 0,
) -> int:
    """Where the `n`th match, or one of its groups, begins, or with `end` 1 where it is over."""
    _check("start", start, 1)
    _check("n", n, 1)
    if end not in (0, 1):
        raise Fault("22023", f'invalid value for parameter "endoption": {end}')
    _check("subexpr", group, 0)
    used = matcher(pattern, flags, function="regexp_instr")
    found = _nth(used, text, start, n)
    if found is None or group > used.groups or found.start(group) < 0:
        return 0
    return (found.end(group) if end else found.start(group)) + 1


def regexp_substr(
    text: str, pattern: str, start: int = 1, n: int = 1, flags: str = "", group: int = 0
) -> str | None:
    _check("start", start, 1)
    _check("n", n, 1)
    _check("subexpr", group, 0)
    used = matcher(pattern, flags, function="regexp_substr")
    found = _nth(used, text, start, n)
    return None if found is None or group > used.groups else found[group]


def substring_regex(text: str, pattern: str) -> str | None:
    """substring(text from pattern): the first group, or the match when there is none."""
    used = matcher(pattern)
    found = used.search(text)
    return None if found is None else found[1 if used.groups else 0]


_SIMILAR_ANY = {"%": ".*", "_": "."}


@lru_cache(maxsize=512)
def similar_pattern(pattern: str, escape: str = "\\") -> str:
    """A SIMILAR TO pattern as a regular expression (9.7.2)."""
    if len(escape) > 1:
        hint = "Escape string must be empty or one character."
        raise Fault("22025", "invalid escape string", hint)
    parts, place, in_bracket, quotes = ["^(?:"], 0, False, 0
    while place < len(pattern):
        character = pattern[place]
        place += 1
        if escape and character == escape and place < len(pattern):
            following = pattern[place]
            place += 1
            if following == '"' and not in_bracket:
                parts.append(("){1,1}?(", "){1,1}(?:")[quotes] if quotes < 2 else '"')
                quotes += 1
            else:
                parts.append("\\" + following if not following.isalnum() else following)
        elif in_bracket:
            parts.append("\\\\" if character == "\\" else character)
            in_bracket = character != "]"
        elif character == "[":
            parts.append(character)
            in_bracket = True
            if pattern.startswith("^", place):
                parts.append("^")
                place += 1
            if pattern.startswith("]", place):
                parts.append("\\]")
                place += 1
        else:
            parts.append(_similar_character(character))
    parts.append(")$")
    return "".join(parts)


def _similar_character(character: str) -> str:
    if character in _SIMILAR_ANY:
        return _SIMILAR_ANY[character]
    if character == "(":
        return "(?:"
    return "\\" + character if character in "\\.^$" else character


def is_similar(text: str, pattern: str, escape: str = "\\") -> bool:
    return matcher(similar_pattern(pattern, escape)).pattern.search(text) is not None


def substring_similar(text: str, pattern: str, escape: str) -> str | None:
    return substring_regex(text, similar_pattern(pattern, escape))
