"""CHECK and VALIDATE USING: an SQL expression to a Python closure.

Theory of operation. `compile_check` reads the tokens into a tree (clause, parser, operands), finds
each name among the inputs (scope), and turns every node into a piece of code with a PostgreSQL
type (compiler, calls, predicates); overloads and casts are chosen by PostgreSQL's rules (types,
resolve) from tables of functions (texts, rewriting, binary, numbers, powers, moments, fields,
dates, templates, documents, maps, arrays, patterns, occurrences, verify, comparisons, casts); some
functions take any types (calls, building). A request is then a few nested calls of closures.

    tokens -> clause -> nodes -> Code(type, run, secret) -> Check.evaluate(request, ...) -> bool

Rules. An answer may be refused, never be another than our SQL's. `evaluate` gives yes or no and
says nothing else. Every closure evaluates an operand once, every function takes time linear in its
operands (regular expressions run on RE2), and strings are charged to the request's budget before
they are made (values.charge). Code is `secret` when a secret's value has gone into it: equality
with such code runs in constant time.

How to debug it: `compile_check("...", {"s": "s"}).evaluate(request, {"s": [b"..."]}, now_us)`;
a `Frame` and `check._run(frame)` show the error that `evaluate` keeps to itself.
"""

from __future__ import annotations

from hookwire_engine.append.checks.check import MEMORY_LIMIT, Check, compile_check
from hookwire_engine.append.checks.values import SecretRef

__all__ = ["MEMORY_LIMIT", "Check", "SecretRef", "compile_check"]
