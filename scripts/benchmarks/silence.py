"""The longest time in seconds in which the bar of a dry run would stand still: silence.py LIBRARY DESTINATION."""

import sys
import time
from pathlib import Path

from couloir.aperture.library import Library
from couloir.migrate.options import MigrationOptions
from couloir.migrate.run import migrating

told = [time.perf_counter()]
longest = 0.0


def advance(*_done_and_total: object) -> None:
    global longest
    now = time.perf_counter()
    longest, told[0] = max(longest, now - told[0]), now


with (
    Library.open(Path(sys.argv[1])) as library,
    migrating(library, Path(sys.argv[2]), MigrationOptions(dry_run=True), advance),
):
    advance()
print(longest)
