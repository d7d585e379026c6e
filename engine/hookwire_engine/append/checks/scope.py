"""Names to inputs, and the record of what a check reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hookwire_catalog.errors import (
    AmbiguousColumn,
    FeatureNotSupported,
    SqlError,
    UndefinedColumn,
    UndefinedObject,
)
from hookwire_engine.append.checks import inputs, nodes
from hookwire_engine.append.checks.clause import Declared
from hookwire_engine.append.checks.code import Code
from hookwire_engine.append.checks.inputs import INPUTS
from hookwire_engine.append.checks.values import Run, SecretRef

_IMPLICIT = (
    Declared("headers", "headers", (), False, 0),
    Declared("body", "body", (), False, 0),
)


@dataclass(slots=True)
class Scope:
    """`reads` are names of headers; `header_uses` counts the places where the map stands, and
    `header_lookups` those where it is only asked for a name that is known."""

    declared: Sequence[Declared] | None
    secrets: Mapping[str, SecretRef]
    used: set[str] = field(default_factory=set)
    used_secrets: set[SecretRef] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    header_uses: int = 0
    header_lookups: int = 0

    def __post_init__(self) -> None:
        for item in self.declared or ():
            if item.kind == "secret":
                self._secret(item.parts, item.at)
            elif item.bytes and INPUTS[item.kind].bytes_run is None:
                message = f"{item.kind.upper()} has no form in bytes"
                raise FeatureNotSupported(message, position=item.at + 1)

    def _secret(self, parts: tuple[str, ...], at: int) -> SecretRef:
        name = ".".join(parts)
        ref = self.secrets.get(name)
        if ref is None:
            raise UndefinedObject(f'secret "{name}" does not exist', position=at + 1)
        return ref

    def name(self, node: nodes.Name) -> Code:
        """The input that a name means."""
        shown = ".".join(node.parts)
        items = [item for item in self.declared or _IMPLICIT if item.name == shown]
        if not items:
            raise self._unknown(shown, node.at)
        if len(items) > 1:
            message = f'column reference "{shown}" is ambiguous'
            raise AmbiguousColumn(message, position=node.at + 1)
        return self._input(items[0], node.at)

    def _unknown(self, shown: str, at: int) -> SqlError:
        names = [item.name for item in self.declared or _IMPLICIT]
        return UndefinedColumn(
            f'column "{shown}" does not exist',
            hint=f"The inputs of this check are {', '.join(names)}.",
            position=at + 1,
        )

    def inline_secret(self, node: nodes.InlineSecret) -> Code:
        if self.declared is not None:
            shown = ".".join(node.parts)
            raise FeatureNotSupported(
                f"SECRET {shown} must be listed in WITH",
                hint=f"Write WITH (..., SECRET {shown}) and then {node.parts[-1]}.",
                position=node.at + 1,
            )
        return self._read_secret(self._secret(node.parts, node.at), False, node.at)

    def _read_secret(self, ref: SecretRef, as_bytes: bool, at: int) -> Code:
        self.used.add("secret")
        self.used_secrets.add(ref)
        if as_bytes:
            return Code("bytea", inputs.secret_bytes(ref), at, secret=True)
        raw = inputs.secret_bytes(ref)
        return Code("text", inputs.secret_text(ref), at, secret=True, raw=raw)

    def _input(self, item: Declared, at: int) -> Code:
        if item.kind == "secret":
            return self._read_secret(self._secret(item.parts, item.at), item.bytes, at)
        self.used.add(item.kind)
        if item.kind == "headers":
            self.header_uses += 1
        elif item.kind == "form":
            self.reads.add("content-type")
        found = INPUTS[item.kind]
        if item.bytes:
            assert found.bytes_type is not None and found.bytes_run is not None
            return Code(found.bytes_type, found.bytes_run, at)
        raw = found.bytes_run if item.kind == "body" else None
        return Code(found.type, found.run, at, raw=raw)

    def look_up(self, run: Run, key: object) -> None:
        """Notes that a function was given a map and one key, a constant or not (then None)."""
        if isinstance(key, str) and run in (inputs.headers, inputs.header_bytes):
            self.header_lookups += 1
            self.reads.add(key.lower())
