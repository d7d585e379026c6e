"""Savepoints, as far as they go without the store's help."""

from __future__ import annotations

import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import FeatureNotSupported, InvalidSavepoint, NoActiveSqlTransaction
from hookwire_engine.query.transaction import Transaction


def _block() -> Transaction:
    return Transaction({}, Catalog.empty(), block=True)


def test_going_back_over_reads_mends_the_transaction() -> None:
    transaction = _block()
    transaction.savepoint("s")
    transaction.failed = True
    transaction.roll_back_to("s")
    assert not transaction.failed
    transaction.roll_back_to("s")


def test_going_back_over_a_write_is_refused_and_the_transaction_stays_failed() -> None:
    transaction = _block()
    transaction.writes = 1
    transaction.savepoint("s")
    transaction.writes = 2
    transaction.failed = True
    with pytest.raises(FeatureNotSupported, match='savepoint "s"'):
        transaction.roll_back_to("s")
    assert transaction.failed


def test_the_newest_of_a_name_counts_and_release_takes_the_later_ones() -> None:
    transaction = _block()
    transaction.savepoint("a")
    transaction.savepoint("b")
    transaction.writes = 1
    transaction.savepoint("a")
    transaction.roll_back_to("a")
    transaction.release("b")
    with pytest.raises(InvalidSavepoint, match='savepoint "b" does not exist'):
        transaction.roll_back_to("b")
    with pytest.raises(FeatureNotSupported):
        transaction.roll_back_to("a")


def test_going_back_forgets_what_came_after() -> None:
    transaction = _block()
    transaction.savepoint("a")
    transaction.savepoint("b")
    transaction.roll_back_to("a")
    with pytest.raises(InvalidSavepoint):
        transaction.release("b")


@pytest.mark.parametrize("command", ["savepoint", "release", "roll_back_to"])
def test_only_in_a_block(command: str) -> None:
    transaction = Transaction({}, Catalog.empty())
    with pytest.raises(NoActiveSqlTransaction, match="transaction blocks"):
        getattr(transaction, command)("s")
