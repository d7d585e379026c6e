"""Equality of decoded JSON documents, for checks and for SQL alike (PostgreSQL 8.14.4)."""

from __future__ import annotations

from typing import Any

Document = Any


def is_scalar(document: Document) -> bool:
    return not isinstance(document, (dict, list))


def equal(left: Document, right: Document) -> bool:
    """By meaning: true is not 1, 1 is 1.0, the order of keys is nothing."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and left.keys() == right.keys()
            and all(equal(item, right[key]) for key, item in left.items())
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(equal, left, right))
    return is_scalar(right) and bool(left == right)
