"""`python -m benchmarks`: every table, one after the other."""

import platform
import sys

from benchmarks import conversions, fairness, intake, options, planning

BENCHMARKS = (planning, options, conversions, fairness, intake)


def show(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, tuple("-" * width for width in widths), *rows]:
        cells = [
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)
    print(flush=True)


def main() -> int:
    print(f"Python {platform.python_version()}, {platform.machine()}\n", flush=True)
    for benchmark in BENCHMARKS:
        for header, rows in benchmark.measure():
            show(header, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
