"""Matching as PostgreSQL does: leftmost, and then the longest or shortest match as a whole.

Python's engine tries alternatives in the order they are written. Where that could give another
length, the end that PostgreSQL would choose is looked for first, and the groups are taken from a
match that has to end there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.regex.syntax import Options, failed, flag_options, read_regex
from hookwire_engine.functions.regex.translate import (
    compile_python,
    greediness,
    has_choice,
    is_costly,
    is_mixed,
    to_re2,
)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A compiled pattern. `careful` ones need their end looked for."""

    pattern: re.Pattern[str]
    groups: int
    greedy: bool
    careful: bool

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match at or after `start`."""
        found = self.pattern.search(text, start)
        if found is None or not self.careful:
            return found
        ends = range(len(text), found.end(), -1)
        if not self.greedy:
            ends = range(found.start(), found.end())
        for end in ends:
            # fullmatch with an end would make lookahead and \Z see the end of the text there.
            other = self._ending_at(text, found.start(), end)
            if other is not None:
                return other
        return found

    def _ending_at(self, text: str, start: int, end: int) -> re.Match[str] | None:
        return _pinned(self.pattern.pattern, self.pattern.flags, len(text) - end).match(text, start)

    def every(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """All matches, one after another; an empty one moves on by a character."""
        place = start
        while place <= len(text):
            found = self.search(text, place)
            if found is None:
                return
            yield found
            place = found.end() + (found.start() == found.end())


@lru_cache(maxsize=2048)
def _pinned(pattern: str, flags: int, rest: int) -> re.Pattern[str]:
    """The pattern that must end `rest` characters before the end of the text."""
    return re.compile(rf"(?:{pattern})(?=[\s\S]{{{rest}}}\Z)", flags)


@lru_cache(maxsize=512)
def _matcher(pattern: str, options: Options) -> Matcher:
    regex = read_regex(pattern, options)
    if is_costly(regex.tree):
        # Python's engine cannot be interrupted; RE2, behind `~`, has no such patterns.
        hint = "Take the quantifier off the inner part, or match with ~."
        raise Fault("0A000", "regular expression with nested quantifiers is not supported", hint)
    greedy = greediness(regex.tree) is not False
    careful = has_choice(regex.tree) or is_mixed(regex.tree, greedy)
    try:
        compiled = compile_python(regex)
    except re.error as error:
        raise failed(str(error)) from None
    return Matcher(compiled, regex.groups, greedy, careful)


def matcher(pattern: str, flags: str = "", *, function: str = "") -> Matcher:
    """The matcher for a pattern and flags; `function` is named when `g` is refused."""
    options, global_ = flag_options(flags)
    if global_ and function:
        hint = "Use the regexp_matches function instead." if function == "regexp_match" else None
        raise Fault("22023", f'{function}() does not support the "global" option', hint)
    return _matcher(pattern, options)


@lru_cache(maxsize=512)
def re2_pattern(pattern: str, ignore_case: bool = False) -> str | None:
    """`pattern` for DuckDB's regexp_matches; None when RE2 cannot take it."""
    return to_re2(read_regex(pattern, Options(ignore_case=ignore_case)))


def is_match(text: str, pattern: str) -> bool:
    return _matcher(pattern, Options()).pattern.search(text) is not None


def is_match_ignoring_case(text: str, pattern: str) -> bool:
    return _matcher(pattern, Options(ignore_case=True)).pattern.search(text) is not None
