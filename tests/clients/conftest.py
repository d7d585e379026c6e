"""Records what each test of a client shows; see support/client_features.py."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from support.client_features import Feature, Results, write_table

RESULTS = pytest.StashKey[dict[Feature, Results]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for mark in item.iter_markers("client_feature"):
        client, feature = mark.args
        results = item.config.stash[RESULTS].setdefault((client, feature), Results())
        _record(results, report)
    return report


def _record(results: Results, report: pytest.TestReport) -> None:
    if report.outcome == "skipped" and hasattr(report, "wasxfail"):
        results.reasons.append(str(report.wasxfail).removeprefix("reason: "))
    elif report.outcome != "passed":
        results.missing = True
    elif report.when == "call":
        results.passed += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--write-compatibility"):
        results = session.config.stash[RESULTS]
        write_table(results)
