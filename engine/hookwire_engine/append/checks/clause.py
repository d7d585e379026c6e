"""The two spellings of a check around its expression, and the list of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hookwire_catalog.lexer import Token, tokenize
from hookwire_engine.append.checks.inputs import INPUTS
from hookwire_engine.append.checks.nodes import Node
from hookwire_engine.append.checks.parser import parse
from hookwire_engine.append.checks.reader import Reader


@dataclass(frozen=True, slots=True)
class Declared:
    """An item of WITH: `kind` is a key of INPUTS or "secret", `parts` the secret's name."""

    name: str
    kind: str
    parts: tuple[str, ...]
    bytes: bool
    at: int


@dataclass(frozen=True, slots=True)
class Clause:
    """`inputs` None: no WITH, so `headers`, `body` and `SECRET name` are known."""

    inputs: tuple[Declared, ...] | None
    expression: Node


def read_clause(source: str | Sequence[Token]) -> Clause:
    """`CHECK (...)`, `VALIDATE USING (...)`, or what stands between such brackets."""
    tokens = tokenize(source) if isinstance(source, str) else source
    p = Reader(tokens, tokens[-1].end if tokens else 0)
    bracketed = p.accept("check") or p.accept("validate", "using")
    if bracketed:
        p.expect("(")
    inputs = _inputs(p) if p.word == "with" else None
    clause = Clause(inputs, parse(p))
    if bracketed:
        p.expect(")")
    if p.i < len(p.tokens):
        raise p.fail()
    return clause


def _inputs(p: Reader) -> tuple[Declared, ...]:
    p.expect("with")
    p.expect("(")
    found = [_input(p)]
    while p.accept(","):
        found.append(_input(p))
    p.expect(")")
    return tuple(found)


def _input(p: Reader) -> Declared:
    at, kind = p.at, p.word
    parts: tuple[str, ...] = ()
    if kind != "secret" and kind not in INPUTS:
        raise p.fail()
    p.i += 1
    if kind == "secret":
        parts = p.names()
    as_bytes = p.accept("bytes")
    name = p.name() if p.accept("as") else (parts[-1] if parts else kind)
    as_bytes = p.accept("bytes") or as_bytes
    return Declared(name, kind, parts, as_bytes, at)
