"""Benchmarks: Hookwire beside its peers, in the same run on the same machine. See README.md."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The servers under measurement are started by the same helpers that the tests use.
sys.path.insert(0, str(ROOT / "tests"))
