"""All benchmarks, one after another: `python -m benchmarks [--short]`."""

from __future__ import annotations

from benchmarks import flood, ingest, long_statements, results, statements


def main() -> None:
    for benchmark in (ingest, flood, results, statements, long_statements):
        benchmark.main()


if __name__ == "__main__":
    main()
