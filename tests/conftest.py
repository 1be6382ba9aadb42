"""Fixtures that all tests share: real sample files, programs that may be missing; a list of skips and of costs."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

PROJECT = Path(__file__).resolve().parent.parent

# Numbers are printed as the locale writes them, and tests compare them.
os.environ["LC_ALL"] = "C.UTF-8"

# As the command line does for its users (couloir/cli/main.py), and before anything loads numpy: with a second thread
# for each worker, two fifths of the processor time of tests/service and tests/migrate were that thread's waiting.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# No test puts profiles into the Camera Raw folder of whoever runs it.
os.environ["COULOIR_PRESETS_DIR"] = ""

# How long an example takes says nothing about behaviour: on a busy computer both limits fail sound tests.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Every run tries the same examples, so that a failure is a change's fault and not luck's. Hypothesis then keeps no
# database (it refuses both at once): an example that once failed stays as an `@example` line above its test.
settings.register_profile("couloir", settings.get_profile("any"), derandomize=True)
# scripts/test.py --explore: other examples each time, and many; what fails is kept and tried first the next time.
settings.register_profile(
    "explore",
    settings.get_profile("any"),
    derandomize=False,
    print_blob=True,
    database=DirectoryBasedExampleDatabase(PROJECT / ".hypothesis" / "examples"),
)
settings.load_profile("couloir")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts slow tests first, so that no process ends with one while the others have nothing left. Multiplies the
    examples of every property test by COULOIR_EXAMPLES: most state a number of their own.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # stable: the others keep their order
    factor = int(os.environ.get("COULOIR_EXAMPLES", "1"))
    if factor == 1:
        return
    for item in items:
        test = getattr(item, "obj", None)
        if getattr(test, "is_hypothesis_test", False):
            test = getattr(test, "__func__", test)
            own = getattr(test, "_hypothesis_internal_use_settings", settings.default)
            test._hypothesis_internal_use_settings = settings(own, max_examples=own.max_examples * factor)  # type: ignore[union-attr]


def _sample_root() -> Path | None:
    """The real files lie beside the project, or where COULOIR_SAMPLES says."""
    named = os.environ.get("COULOIR_SAMPLES")
    candidates = [Path(named)] if named else [PROJECT.parent / "shared" / "samples"]
    return next((c for c in candidates if c.is_dir()), None)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real sample files; the test is skipped, and counted, where it is absent."""
    root = _sample_root()
    if root is None:
        pytest.skip("real sample files are absent (set COULOIR_SAMPLES)")
    return root


@pytest.fixture(scope="session")
def real_library(samples: Path) -> Path:
    """A real iPhoto 9.6.1 library, the same database (110/226) as Aperture 3.6's. Never written to."""
    return samples / "iphoto-9.6.1" / "Test-iPhoto-9.6.1.photolibrary"


@pytest.fixture(scope="session")
def aperture_library(samples: Path) -> Path:
    """A real library of Aperture 3.1.2 (110/119), which marks no version as shown. Never written to."""
    return samples / "aperture-3.1" / "test_library.aplibrary"


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Path of a program that is not a Python package; skips the test where it is not installed."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed")
        return found

    return find


@pytest.fixture
def in_a_terminal() -> Iterator[None]:
    """Ctrl-C reaches the command, also where whoever runs these tests has it ignored (a shell's background job)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


COST = "processor time"
_begun = pytest.StashKey[float]()


def _processor_time() -> float:
    """Seconds of this process, and of the processes that it started and that have ended (not on Windows)."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    item.stash[_begun] = _processor_time()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leaves what a test cost in its last report; what several share counts for the first that asks for it."""
    report = yield
    if call.when == "teardown":
        report.user_properties.append((COST, _processor_time() - item.stash[_begun]))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leaves the reasons of all skips where scripts/test.py finds them, so that a skip is never quiet. Lists what
    costs most where COULOIR_COSTS says how many.
    """
    destination = os.environ.get("COULOIR_SKIPS")
    if destination:
        skipped = terminalreporter.stats.get("skipped", [])
        reasons = [str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped]
        Path(destination).write_text(json.dumps(reasons), encoding="utf-8")
    if listed := int(os.environ.get("COULOIR_COSTS", "0")):
        _list_costs(terminalreporter, listed)


def _list_costs(terminalreporter: pytest.TerminalReporter, listed: int) -> None:
    """Seconds of processor time of each folder of tests, and of the tests that took most."""
    tests: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if (cost := dict(getattr(report, "user_properties", ())).get(COST)) is not None:
            tests[report.nodeid] += cost
            folders["/".join(report.nodeid.partition("::")[0].split("/")[:-1][:2])] += cost
    terminalreporter.section(f"processor time: {tests.total():.0f} s, and what took most of it (docs/adding.md)")
    for name, seconds in [*folders.most_common(), *tests.most_common(listed)]:
        terminalreporter.write_line(f"{seconds:7.1f} s  {name}")
