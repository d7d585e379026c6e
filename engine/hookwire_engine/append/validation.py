"""A source's CHECK or recipe, compiled: the judge of its requests.

`compile_validation` is what CREATE and ALTER run first, so that what is wrong with a clause is
told there, and what an `Intake` is built with. A judge gives an Outcome and says nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hookwire_catalog.errors import SqlError
from hookwire_catalog.objects import CheckClause, RecipeClause, Validation
from hookwire_catalog.statements import CheckText, RecipeText, ValidationText
from hookwire_catalog.validation import names_of
from hookwire_engine.append.checks import Check, SecretRef, compile_check
from hookwire_engine.append.recipes import binding, registry
from hookwire_engine.append.recipes.values import (
    ACCEPTED,
    FAILED,
    REPEATED,
    Outcome,
    Request,
)
from hookwire_engine.append.recipes.verify import verify
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.vault import LiveValues

METHODS = frozenset(("POST", "PUT"))

log = logging.getLogger("hookwire.intake")


class Judge(Protocol):
    """`reads` are the headers, in lower case, that the judgement looks at; None is every one."""

    @property
    def methods(self) -> frozenset[str]: ...
    @property
    def reads(self) -> frozenset[str] | None: ...
    def judge(self, request: WebhookRequest) -> Outcome:
        """Never raises."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a judge is given besides the request."""

    values: LiveValues = field(default_factory=dict, repr=False)
    public_url: str = ""
    memory_bytes: int = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CheckJudge:
    check: Check
    values: Mapping[SecretRef, Sequence[bytes]] = field(repr=False)
    around: Surroundings
    methods: frozenset[str] = METHODS

    @property
    def reads(self) -> frozenset[str] | None:
        return None if self.check.reads_all_headers else self.check.reads_headers

    def judge(self, request: WebhookRequest) -> Outcome:
        check, around = self.check, self.around
        repeated = request.repeated_headers
        if repeated and (check.reads_all_headers or not repeated.isdisjoint(check.reads_headers)):
            return REPEATED
        passed = check.evaluate(
            request,
            self.values,
            request.received_at_us,
            around.memory_bytes,
            around.public_url,
        )
        return ACCEPTED if passed else FAILED


@dataclass(frozen=True, slots=True)
class RecipeJudge:
    validation: binding.Validation
    values: tuple[tuple[bytes, ...], ...] = field(repr=False)
    public_url: str

    @property
    def methods(self) -> frozenset[str]:
        return self.validation.methods

    @property
    def reads(self) -> frozenset[str]:
        return self.validation.reads

    def judge(self, request: WebhookRequest) -> Outcome:
        if not request.repeated_headers.isdisjoint(self.validation.reads):
            return REPEATED
        query = "" if request.query is None else "?" + request.query
        url = self.public_url + request.path + query
        asked = Request(request.method, url, request.headers, request.body)
        try:
            return verify(self.validation, self.values, asked, request.received_at_us / 1e6)
        except Exception:
            # Nobody gets in by what was not foreseen; the cause might hold a secret.
            return FAILED


@dataclass(frozen=True, slots=True)
class Closed:
    """Of a stored clause that this version cannot compile: nobody is let in."""

    methods: frozenset[str] = METHODS
    reads: frozenset[str] | None = None

    def judge(self, request: WebhookRequest) -> Outcome:
        return FAILED


def compile_validation(clause: Validation, around: Surroundings) -> Judge:
    """Raises SqlError; positions count from the start of a check's text."""
    if isinstance(clause, CheckClause):
        check = compile_check(clause.text, names_of(clause))
        values: dict[SecretRef, Sequence[bytes]] = {
            id_: around.values.get(id_, ()) for id_ in clause.secrets
        }
        return CheckJudge(check, values, around)
    bound = _bound(clause)
    given = tuple(around.values.get(id_, ()) for id_ in clause.secrets)
    return RecipeJudge(bound, given, around.public_url)


def _bound(clause: RecipeClause) -> binding.Validation:
    return binding.bind(
        registry.find(clause.recipe), dict(clause.options), len(clause.secrets)
    )


def check_written(clause: Validation, written: ValidationText) -> None:
    """Compile what a statement says. Raises SqlError; positions count from its start."""
    start = written.start if isinstance(written, CheckText) else 0
    try:
        compile_validation(clause, Surroundings())
    except SqlError as error:
        if isinstance(written, RecipeText):
            error.position = written.position
        elif error.position is not None:
            error.position += start
        raise


def judge_of(clause: Validation | None, around: Surroundings, source: object) -> Judge | None:
    """The judge of a stored source, None for one that has no validation."""
    if clause is None:
        return None
    try:
        return compile_validation(clause, around)
    except SqlError as error:
        log.error("source %s takes no requests: %s", source, error.message)
        return Closed()
