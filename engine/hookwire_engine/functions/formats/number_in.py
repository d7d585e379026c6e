"""to_number (PostgreSQL 9.8): the digits that stand where a template expects them."""

from __future__ import annotations

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.formats.number_out import refuse_for_input
from hookwire_engine.functions.formats.number_template import (
    NumberTemplate,
    read_number_template,
)


def to_number(text: str, template: str) -> str:
    """The decimal text of the number in `text`."""
    read = read_number_template(template)
    refuse_for_input(read)
    return _Reader(text, read).run()


class _Reader:
    def __init__(self, text: str, template: NumberTemplate) -> None:
        self._text = text
        self._at = 0
        self._template = template
        self._negative = False
        self._signed = False
        self._digits: list[str] = []
        self._point = False
        self._after = 0

    def run(self) -> str:
        for name, literal in self._template.nodes:
            if self._at >= len(self._text):
                break
            if not name:
                self._at += len(literal)
            elif name in ("0", "9", ".", "D"):
                self._number_part(name)
            else:
                self._other(name)
        self._trailing_sign()
        number = "".join(self._digits)
        if not number.strip("."):
            raise Fault("22P02", f'invalid input syntax for type numeric: "{self._shown(number)}"')
        if self._template.shift:
            number = _shifted(number, self._template.shift)
        return ("-" if self._negative else "") + number

    def _shown(self, number: str) -> str:
        return ("-" if self._negative else " ") + number

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip_space(self) -> None:
        """One space for each place: a second one takes a place of its own."""
        self._at += self._peek() == " "

    def _sign(self) -> None:
        if self._signed or self._digits:
            return
        sign = self._peek()
        if self._template.bracket and sign == "<":
            self._negative = self._signed = True
            self._at += 1
        elif sign and sign in "+-" and self._template.sign != "after":
            self._negative = sign == "-"
            self._signed = True
            self._at += 1

    def _number_part(self, name: str) -> None:
        self._skip_space()
        self._sign()
        character = self._peek()
        if character.isdigit() and name in "09":
            if self._point:
                self._after += 1
                if self._after > self._template.after:
                    return
            self._digits.append(character)
            self._at += 1
        elif character == "." and self._template.decimal and not self._point:
            self._point = True
            self._digits.append(".")
            self._at += 1
            if name in "09":
                self._number_part(name)

    def _other(self, name: str) -> None:
        character = self._peek()
        if name in (",", "G"):
            self._at += character == ","
        elif name == "L":
            self._at += bool(character) and character not in "0123456789.+-,"
        elif name in ("MI", "PL", "SG"):
            if character and character in "+-":
                self._negative = character == "-"
                self._signed = True
                self._at += 1
        elif name in ("TH", "th") and self._text[self._at : self._at + 2].isalpha():
            self._at += 2

    def _trailing_sign(self) -> None:
        rest = self._text[self._at :].strip()
        if self._template.sign and not self._signed and rest[:1] in ("+", "-"):
            self._negative = rest[0] == "-"


def _shifted(digits: str, by: int) -> str:
    padded = digits.rjust(by + 1, "0")
    return f"{padded[:-by]}.{padded[-by:]}"
