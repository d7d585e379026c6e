"""Programs and files that tests need and a machine may lack."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


def existing(path: str) -> str | None:
    """The path of a file that is there."""
    return path if Path(path).exists() else None


def need(name: str, path_of: Callable[[str], str | None], package: str = "postgresql") -> None:
    """Skip where a program is missing; in CI (the variable CI is "true") it must be there."""
    if path_of(name) is not None:
        return
    reason = f"{name} is not installed: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
