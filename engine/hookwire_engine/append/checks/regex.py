"""PostgreSQL's advanced regular expressions (9.7.3) written for RE2.

Only what both mean alike is passed on. The translator reads the pattern once, from left to right;
that brackets, parentheses and repetitions make sense is left to RE2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import re2

from hookwire_catalog.errors import FeatureNotSupported, ProgramLimitExceeded

_MAX_LENGTH = 10_000
_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r"\t ", "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r"\t\n\v\f\r ", "upper": "A-Z",
    "word": "a-zA-Z0-9_", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_LETTERS = {"d": "digit", "s": "space", "w": "word"}
_CONTROLS = {"a": r"\x07", "b": r"\x08", "B": r"\\", "e": r"\x1b", "f": r"\f", "n": r"\n",
             "r": r"\r", "t": r"\t", "v": r"\v"}  # fmt: skip
_ANCHORS = {"A": r"\A", "Z": r"\z", "y": r"\b", "Y": r"\B"}
_BRACES = re.compile(r"\{([0-9]{1,3})(,([0-9]{0,3}))?\}")
_NAMED = re.compile(r"\[:(\w+):\]")


@dataclass(frozen=True, slots=True)
class Translation:
    text: str
    non_greedy: bool
    """Whether some quantifier prefers a short match."""


def _escaped(character: str) -> str:
    return str(re2.escape(character))


def translate(pattern: str) -> Translation:
    """Raises ValueError for what is no expression, FeatureNotSupported for what RE2 has not."""
    if len(pattern) > _MAX_LENGTH:
        raise ProgramLimitExceeded("the regular expression is too long")
    if pattern.startswith("***") or re.match(r"\(\?[bceimnpqstwx]+\)", pattern):
        raise FeatureNotSupported("embedded options are not supported in CHECK")
    reader = _Reader(pattern)
    return Translation(reader.whole(), reader.non_greedy)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.non_greedy = False
        self.open = 0

    def whole(self) -> str:
        parts: list[str] = []
        quantifiable = False
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in "*+?" or self._starts_braces():
                if not quantifiable:
                    raise ValueError("quantifier operand invalid")
                parts.append(self._quantifier(character))
                quantifiable = False
                continue
            self.at += 1
            made, quantifiable = self._piece(character)
            parts.append(made)
        if self.open:
            raise ValueError("parentheses () not balanced")
        return "".join(parts)

    def _starts_braces(self) -> bool:
        following = self.text[self.at + 1 : self.at + 2]
        return self.text[self.at] == "{" and following.isascii() and following.isdigit()

    def _quantifier(self, character: str) -> str:
        found = _BRACES.match(self.text, self.at)
        if character == "{":
            if found is None:
                raise ValueError("braces {} not balanced")
            least = int(found[1])
            most = int(found[3]) if found[3] else least
            if least > 255 or most > 255 or most < least:
                raise ValueError("invalid repetition count(s)")
            made = found[0]
        else:
            made = character
        self.at += len(made)
        if self.text[self.at : self.at + 1] == "?":
            self.at += 1
            # After {m} it changes nothing: the count is one.
            self.non_greedy = self.non_greedy or found is None or found[2] is not None
            return made + "?"
        return made

    def _piece(self, character: str) -> tuple[str, bool]:
        """The translation of what starts with `character`, and whether it may be repeated."""
        if character == "(":
            self.open += 1
            return self._group(), False
        if character == ")":
            self.open -= 1
            if self.open < 0:
                raise ValueError("parentheses () not balanced")
            return ")", True
        if character == "|":
            return "|", False
        if character == "[":
            return self._bracket()
        if character == "\\":
            return self._escape()
        if character == ".":
            return "(?s:.)", True
        if character in "^$":
            return (r"\A" if character == "^" else r"\z"), False
        return _escaped(character), True

    def _group(self) -> str:
        if self.text.startswith(("?=", "?!", "?<"), self.at):
            raise FeatureNotSupported("lookaround constraints are not supported in CHECK")
        if self.text.startswith("?:", self.at):
            self.at += 2
            return "(?:"
        if self.text.startswith("?", self.at):
            raise ValueError("quantifier operand invalid")
        return "("

    def _letter(self) -> str:
        letter = self.text[self.at : self.at + 1]
        if not letter:
            raise ValueError("invalid escape \\ sequence")
        self.at += 1
        return letter

    def _escape(self) -> tuple[str, bool]:
        letter = self._letter()
        if letter.lower() in _LETTERS:
            sign = "^" if letter.isupper() else ""
            return f"[{sign}{_CLASSES[_LETTERS[letter.lower()]]}]", True
        if letter in _ANCHORS:
            return _ANCHORS[letter], False
        if letter in "mM":
            raise FeatureNotSupported("\\m and \\M are not supported in CHECK", hint="Use \\y.")
        if letter in "123456789":
            raise FeatureNotSupported("back references are not supported in CHECK")
        return self._character(letter), True

    def _character(self, letter: str) -> str:
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in "xuUc0":
            raise FeatureNotSupported(f"the escape \\{letter} is not supported in CHECK")
        if letter.isalnum():
            raise ValueError("invalid escape \\ sequence")
        return _escaped(letter)

    def _bracket(self) -> tuple[str, bool]:
        if self.text.startswith(("[:<:]]", "[:>:]]"), self.at):
            raise FeatureNotSupported("word constraints are not supported in CHECK")
        negated = self.text.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        first = True
        while first or not self.text.startswith("]", self.at):
            parts.append(self._member(first))
            first = False
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]", True

    def _member(self, first: bool) -> str:
        if self.at >= len(self.text):
            raise ValueError("brackets [] not balanced")
        named = _NAMED.match(self.text, self.at)
        if named is not None:
            if named[1] not in _CLASSES:
                raise ValueError("invalid character class")
            self.at = named.end()
            return _CLASSES[named[1]]
        if self.text.startswith(("[.", "[=", "[:"), self.at):
            raise FeatureNotSupported("collating elements are not supported in CHECK")
        character = self.text[self.at]
        self.at += 1
        if character == "\\":
            letter = self._letter()
            if letter in _LETTERS:
                return _CLASSES[_LETTERS[letter]]
            return self._character(letter)
        # A range keeps its hyphen: one that is neither first nor last stands between two ends.
        between = character == "-" and not first and not self.text.startswith("]", self.at)
        return "-" if between else _escaped(character)
