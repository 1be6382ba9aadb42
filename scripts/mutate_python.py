"""Spoils the pure modules of derive, refine and lightroom in small ways, and counts how many the tests notice.

    python3 scripts/mutate_python.py [--sample N] [--seed N] [--only MODULE] [--json FILE]

Pure are modules that import nothing that reads or writes (`mutation.python_mutants.IMPURE`). Each spoilt copy of the
package is given to the tests of its folder. Without --sample, 100 changes are drawn by chance; --sample 0 tries all.
Prints those that nothing noticed; ends with 1 when fewer than 85 % are noticed.
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
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

import hypothesis
import lxml.etree
import msgspec
import numpy as np
import PIL.Image
import pytest

from benchmarks.rows import add_json_option
from mutation.mutant import Mutant
from mutation.outcome import conclude
from mutation.python_mutants import is_pure, mutants

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "daemon" / "couloir"
_OF_THE_CHECKOUT: Final = "test_the_models_folder_of_a_checkout_is_the_top_level_one"
TESTS: Final = {
    "derive": (
        "tests/derive",
        "--deselect",
        "tests/derive/test_residual.py::test_the_models_folder_of_a_checkout_is_the_top_level_one",
    ),
    "refine": ("tests/refine",),
    "lightroom": (
        "tests/lightroom/test_settings.py",
        "tests/lightroom/test_crop.py",
        "tests/lightroom/test_live.py",
        "tests/lightroom/test_metadata.py",
        "tests/lightroom/test_xmp.py",
        "tests/lightroom/test_embed.py",
        "tests/lightroom/test_lrcat.py",
        "tests/lightroom/test_keys.py",
        "tests/lightroom/test_edges.py",
        "tests/lightroom/test_sameness.py",
        "tests/lightroom/test_extended_xmp.py",
        "tests/lightroom/test_removed_metadata.py",
    ),
}
PLUGINS = ("_hypothesis_pytestplugin", "pytest_timeout", "mutation.quick")
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", *(word for name in PLUGINS for word in ("-p", name)))
LOADED = (hypothesis, lxml.etree, msgspec, np, PIL.Image)
"""What the tests import, here already, so that each of the hundreds of runs need not."""

PATIENCE = 240
"""Seconds of processor time; a copy whose tests take longer runs in circles, which somebody would notice."""


def candidates(only: str | None) -> Iterator[tuple[Path, Mutant]]:
    for folder in TESTS:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            name = path.relative_to(PACKAGE)
            if only in (None, str(name)) and is_pure(source):
                for mutant in mutants(source):
                    yield name, mutant


def tests_fail(daemon: Path, tests: Sequence[str]) -> bool:
    """Whether the tests notice something. In a process of its own, which begins with the slow modules loaded."""
    child = os.fork()
    if child == 0:
        os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(daemon), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        paths = f"pythonpath={daemon} scripts tests/lightroom tests/sample_library"
        os._exit(int(pytest.main([*OPTIONS, "-o", paths, "--hypothesis-profile", "mutation", *tests])))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 2, 4, -signal.SIGXCPU, -signal.SIGKILL):
        raise RuntimeError(f"the tests could not run: pytest ended with {code}")
    return code != 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=100, metavar="N", help="try only so many; 0 for all")
    options.add_argument("--seed", type=int, default=1, help="of the chance that draws them")
    options.add_argument("--only", metavar="MODULE", help="one module, such as derive/curves.py")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    os.chdir(PROJECT)
    tried = list(candidates(options.only))
    all_of_them = len(tried)
    if 0 < options.sample < all_of_them:
        tried = sorted(
            random.Random(options.seed).sample(tried, options.sample), key=lambda each: (each[0], each[1].start)
        )
    survived = []
    with tempfile.TemporaryDirectory(prefix="couloir-mutants-") as folder:
        daemon = Path(folder) / "daemon"
        shutil.copytree(PACKAGE, daemon / "couloir", ignore=shutil.ignore_patterns("__pycache__"))
        (Path(folder) / "models").symlink_to(PROJECT / "models")
        for part in sorted({name.parts[0] for name, _ in tried}):
            if tests_fail(daemon, TESTS[part]):
                raise RuntimeError(f"the tests of {part} fail without any change")
        for name, mutant in tried:
            spoilt = daemon / "couloir" / name
            source = spoilt.read_text(encoding="utf-8")
            spoilt.write_text(mutant.applied(source), encoding="utf-8")
            if not tests_fail(daemon, TESTS[name.parts[0]]):
                survived.append((name, mutant))
                print(f"not noticed: {name}:{mutant.line}: {mutant.what}", flush=True)
            spoilt.write_text(source, encoding="utf-8")
    return conclude("Python", len(tried), len(survived), all_of_them, options.json)


if __name__ == "__main__":
    sys.exit(main())
