"""A compiled CHECK, and what one request has to say to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from time import perf_counter

from hookwire_catalog.errors import InvalidColumnReference
from hookwire_catalog.lexer import Token
from hookwire_engine.append.checks.clause import read_clause
from hookwire_engine.append.checks.compiler import Compiler
from hookwire_engine.append.checks.resolve import to_boolean
from hookwire_engine.append.checks.scope import Scope
from hookwire_engine.append.checks.values import Frame, Run, SecretRef
from hookwire_engine.append.request import WebhookRequest

MEMORY_LIMIT = 20 * 1024 * 1024
"""Default of `webhook_check_memory_bytes`."""
TIME_LIMIT = 0.25
"""Seconds of one evaluation, all values of secrets together."""
_MAX_COMBINATIONS = 64


@dataclass(frozen=True, slots=True)
class Check:
    """A boolean expression over a request. Values of secrets come with each evaluation.

    `reads_headers` are the names, in lower case, of the headers that are asked for by a literal;
    `reads_all_headers` says that the map of headers is used in another way as well.
    """

    reads_headers: frozenset[str]
    reads_all_headers: bool
    reads_body: bool
    uses_secrets: frozenset[SecretRef]
    _run: Run = field(repr=False)

    def evaluate(
        self,
        request: WebhookRequest,
        secrets: Mapping[SecretRef, Sequence[bytes]],
        now_us: int,
        memory_limit: int = MEMORY_LIMIT,
        public_url: str = "",
    ) -> bool:
        """Whether the request is let in.

        False, NULL, any error, too much memory or time all are no, and no reason is given: it might
        hold a secret. A secret with several live values is tried with each (at most 64
        combinations), one without any lets nobody in. `now_us` is in microseconds since 1970;
        `public_url` is what URL begins with, without a path.
        """
        until = perf_counter() + TIME_LIMIT
        for values in self._combinations(secrets):
            try:
                frame = Frame(request, values, now_us, memory_limit, public_url, until)
                if self._run(frame) is True:
                    return True
            except Exception:
                # Whatever went wrong, the answer is no; another value may still be right.
                continue
        return False

    def _combinations(
        self, secrets: Mapping[SecretRef, Sequence[bytes]]
    ) -> Iterator[dict[SecretRef, bytes]]:
        refs = tuple(self.uses_secrets)
        live = [secrets.get(ref, ()) for ref in refs]
        for values in islice(product(*live), _MAX_COMBINATIONS):
            yield dict(zip(refs, values, strict=True))


def compile_check(source: str | Sequence[Token], secrets: Mapping[str, SecretRef]) -> Check:
    """The check that `source` says (contract: "Expressions in CHECK / VALIDATE USING").

    `source` is `CHECK (...)`, `VALIDATE USING (...)`, or what stands in their brackets; positions
    of errors count from the start of the text that the tokens were made from. `secrets` gives, by
    a secret's name as it was written, folded and with dots, what names it in `evaluate`.

    Raises SqlError: 42601, 42703, 42702, 42704, 42804, 42883, 42725, 42846, 42P10 (no input is
    used), 0A000 (subquery, aggregate, parameter, what is not deterministic), 54001 (too deep), and
    the errors of constants (22P02 ...).
    """
    clause = read_clause(source)
    scope = Scope(clause.inputs, secrets)
    code = to_boolean(Compiler(scope).compile(clause.expression), "CHECK")
    if not scope.used:
        raise InvalidColumnReference(
            "expression provided in CHECK does not reference any inputs",
            hint="Compare something of the request, such as a header, with what it must be.",
            position=clause.expression.at + 1,
        )
    return Check(
        frozenset(scope.reads),
        scope.header_uses > scope.header_lookups,
        not scope.used.isdisjoint(("body", "form")),
        frozenset(scope.used_secrets),
        code.run,
    )
