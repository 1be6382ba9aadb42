"""Spoils the plug-in's pure Lua in small ways, and counts how many of the spoilt copies the tests notice.

    python3 scripts/mutate_plugin.py [--sample N] [--seed N] [--only MODULE] [--json FILE]

Pure are whole modules, and functions whose comment says "Pure.". Each copy is given to the tests that need no
Lightroom. Without --sample every change is tried, which takes ten minutes or so. Ends with 1 when fewer than 85 % are
noticed.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "sample_library"))

import lupa.lua51
import pytest

import sample_library
from benchmarks.rows import add_json_option
from couloir.service.process import runtime
from mutation.lua_mutants import mutants, pure_lines
from mutation.mutant import Mutant
from mutation.outcome import conclude

PROJECT = Path(__file__).resolve().parent.parent
PLUGIN = PROJECT / "lrplugin" / "Couloir.lrplugin"
TESTS = ("tests/lrplugin/test_json.py", "tests/lrplugin/test_pure.py")
PLUGINS = ("_hypothesis_pytestplugin", "pytest_timeout", "mutation.quick")  # no other: each costs time at each start
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", *(word for name in PLUGINS for word in ("-p", name)))
LOADED = (lupa.lua51, sample_library, runtime)
"""What the tests import, here already, so that each of the hundreds of runs need not."""

PATIENCE = 30
"""Seconds of processor time; a copy whose tests take longer runs in circles, which somebody would notice."""


def candidates(only: str | None) -> Iterator[tuple[str, Mutant]]:
    for path in sorted(PLUGIN.glob("*.lua")):
        source = path.read_text(encoding="utf-8")
        if only in (None, path.stem):
            for mutant in mutants(source, pure_lines(source)):
                yield path.name, mutant


def tests_fail(plugin: Path, tests: Sequence[str]) -> bool:
    """Whether the tests notice something. In a process of its own, which begins with the slow modules loaded."""
    child = os.fork()
    if child == 0:
        os.environ |= {"COULOIR_PLUGIN": str(plugin), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os._exit(int(pytest.main([*OPTIONS, "--hypothesis-profile", "mutation", *tests])))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, -signal.SIGXCPU, -signal.SIGKILL):
        raise RuntimeError(f"the tests could not run: pytest ended with {code}")
    return code != 0


def tests_of(name: str) -> Sequence[str]:
    """The tests, those first that are likely to notice."""
    return TESTS if name == "Json.lua" else TESTS[::-1]


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, metavar="N", help="try only so many, drawn by chance")
    options.add_argument("--seed", type=int, default=1, help="of that chance")
    options.add_argument("--only", metavar="MODULE", help="one module, without .lua")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    os.chdir(PROJECT)
    tried = list(candidates(options.only))
    all_of_them = len(tried)
    if options.sample is not None and options.sample < all_of_them:
        tried = sorted(
            random.Random(options.seed).sample(tried, options.sample), key=lambda each: (each[0], each[1].start)
        )
    if tests_fail(PLUGIN, TESTS):
        raise RuntimeError("the tests fail without any change")
    survived = []
    with tempfile.TemporaryDirectory(prefix="couloir-mutants-") as folder:
        copy = Path(shutil.copytree(PLUGIN, Path(folder) / PLUGIN.name))
        for name, mutant in tried:
            source = (PLUGIN / name).read_text(encoding="utf-8")
            (copy / name).write_text(mutant.applied(source), encoding="utf-8")
            if not tests_fail(copy, tests_of(name)):
                survived.append((name, mutant))
                print(f"not noticed: {name}:{mutant.line}: {mutant.what}", flush=True)
            (copy / name).write_text(source, encoding="utf-8")
    return conclude("Lua", len(tried), len(survived), all_of_them, options.json)


if __name__ == "__main__":
    sys.exit(main())
