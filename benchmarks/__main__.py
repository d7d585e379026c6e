"""All benchmarks, one after another: `python -m benchmarks [--short]`."""

from __future__ import annotations

from benchmarks import flood, ingest, results


def main() -> None:
    for benchmark in (ingest, flood, results):
        benchmark.main()


if __name__ == "__main__":
    main()
