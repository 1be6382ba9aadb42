"""Sets everything up and runs every check: format, lint, types, Lua, tests.

    python3 scripts/test.py                  everything
    python3 scripts/test.py -- -k ledger     the rest goes to pytest, and only pytest runs
    python3 scripts/test.py --complete       fails when a test was skipped (continuous integration)
    python3 scripts/test.py --explore [N]    only the property tests, N (20) times as many random examples: hours
    python3 scripts/test.py --soak           only the tests that repeat others with many more seeds: an hour or so

Tests that need a program or sample files that are not here are skipped, and listed at the end. All but --explore try
the same examples each time; what --explore finds belongs above its test as an `@example` line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import PROJECT, python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--complete", action="store_true", help="fail when a test was skipped")
    parser.add_argument("--soak", action="store_true", help="run the tests marked soak, and nothing else")
    parser.add_argument(
        "--explore", type=int, nargs="?", const=20, metavar="N", help="random examples, N times as many"
    )
    parser.add_argument("pytest", nargs="*", help="arguments for pytest; then nothing else runs")
    options = parser.parse_args()
    # The tests start hundreds of interpreters. Where nothing may be compiled for good (most images for containers ask
    # for that), each of them compiles 450 modules anew, and that was half of what it did before its first line.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    interpreter = str(python(extra="dev"))
    if options.soak:
        options.pytest = ["-q", "-n", "2", "-m", "soak"]
    environment = {}
    if options.explore:
        environment["COULOIR_EXAMPLES"] = str(options.explore)
        explore = [
            "-q",
            "-n",
            "2",
            "-m",
            "hypothesis and not soak",
            "--hypothesis-profile",
            "explore",
            "--timeout",
            "0",
        ]
        options.pytest = [*explore, *options.pytest]
    failed = [] if options.pytest else _failed(_checks(interpreter))
    with tempfile.TemporaryDirectory() as folder:
        skips = Path(folder) / "skips.json"
        command = [interpreter, "-m", "pytest", *(options.pytest or ["-q", "-n", "2", "--dist", "worksteal"])]
        if not _passes("pytest", command, COULOIR_SKIPS=str(skips), COULOIR_COSTS="15", **environment):
            failed.append("pytest")
        skipped = Counter(json.loads(skips.read_text(encoding="utf-8")) if skips.exists() else [])
    for reason, count in sorted(skipped.items()):
        print(f"skipped: {count} tests, because {reason}")
    if skipped and options.complete:
        failed.append("completeness: nothing may be skipped here")
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def _failed(checks: Sequence[tuple[str, list[str]]]) -> list[str]:
    """The names of the checks that fail. Two run at a time, as most take one core; each is shown when it has ended."""

    def run(check: tuple[str, list[str]]) -> str | None:
        name, command = check
        ended = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        print(f"== {name}\n{ended.stdout.decode(errors='replace')}", end="", flush=True)
        return name if ended.returncode else None

    with ThreadPoolExecutor(2) as pool:
        return [name for name in pool.map(run, checks) if name]


def _checks(interpreter: str) -> list[tuple[str, list[str]]]:
    checks = [  # those that take longest first
        ("types", [interpreter, "-m", "mypy", "daemon/couloir", "scripts", "tests/sample_library/sample_library"]),
        ("format", [interpreter, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("lint", [interpreter, "-m", "ruff", "check", "--quiet", "."]),
        ("lock", [interpreter, "scripts/lock.py", "--check"]),
        ("audit", [interpreter, "scripts/audit.py"]),
    ]
    if sys.platform == "linux" and shutil.which("gcc"):
        checks.append(("faults", [interpreter, str(PROJECT / "scripts" / "faults.py"), "--trials", "60"]))
    luacheck = shutil.which("luacheck")
    if luacheck and any((PROJECT / "lrplugin").rglob("*.lua")):
        checks.append(("lua", [luacheck, "--quiet", "lrplugin"]))
    return checks


def _passes(name: str, command: list[str], **environment: str) -> bool:
    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
