"""Lets one system call of a migration go wrong, hundreds of times over, and looks at what is left.

    python3 scripts/faults.py                          60 trials
    python3 scripts/faults.py --trials 1000 --seed 7   others
    python3 scripts/faults.py --json FILE              a row {name, value, unit, target, holds} for each trial
    python3 scripts/faults.py --for photos --deaths --trials 25    of a migration for another program, deaths alone

The Nth call of one of ten kinds below the library and the destination fails with one of seven errors, comes up short,
or is the last thing before a death (SIGKILL before it, after it, or in the middle of a write). Then must hold: not a
byte of the library changed; nobody was told of a fault in Couloir; no file lies half under its final name; and the same
command, run again, ends with the same files and the same ledger as a run that nothing disturbed, which `verify` finds
whole. For another program a side file of somebody else stands in the way of one photo's, and must be there unchanged
at the end. Linux only: the calls are caught by a library (fault_injection.c), compiled with gcc and loaded first.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import hashlib
import importlib.util
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "sample_library"))

from benchmarks.rows import Row, add_json_option, write_rows
from environment import PROJECT, python

KINDS = ("open", "read", "write", "sync", "rename", "unlink", "mkdir", "truncate", "stat", "utime")
ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE, errno.EINTR)
SHORT, BEFORE, AFTER, TORN = -1, -2, -3, -4
OWN = (".couloir", "couloir-report")
KILLED = -9
NOT_ALL_THERE = 42  # what verify says of such a run
SOME_FAILED = 41  # a run that ended, in which originals failed
_LOADED = "COULOIR_FAULTS_LOADED"
_MASTERS = 6
_FOREIGN = b"of another program"


@dataclass
class Trial:
    """What was done, and what came of it. `exit` is the first run's, KILLED for one that died; `wrong` names what does
    not hold, "" when all does.
    """

    seed: int
    kind: str
    call: int
    effect: str
    exit: int = 0
    wrong: str = ""

    def as_row(self) -> Row:
        """`exit` as the figure; the name tells what was done, and what is wrong."""
        name = f"seed {self.seed}: call {self.call} of {self.kind}, {self.effect}"
        name += f": {self.wrong}" if self.wrong else ""
        return Row(name, self.exit, "exit code", "nothing left wrong", not self.wrong)


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--trials", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--for", dest="door", default="lightroom", help="the program that is migrated to")
    options.add_argument("--deaths", action="store_true", help="no errors, only deaths")
    add_json_option(options)
    return options


def main() -> int:
    options = parser().parse_args()
    if sys.platform != "linux" or shutil.which("gcc") is None:
        print("faults: needs Linux and gcc; nothing was tried")
        return 0
    with tempfile.TemporaryDirectory(prefix="couloir-faults-") as name:
        library = Path(name) / "faults.so"
        source = Path(__file__).with_name("fault_injection.c")
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        interpreter = sys.executable if importlib.util.find_spec("couloir") else str(python(extra="dev"))
        command = [interpreter, __file__, "--trials", str(options.trials), "--seed", str(options.seed)]
        command += ["--for", options.door, *(["--deaths"] if options.deaths else [])]
        if options.json:
            command += ["--json", str(options.json.absolute())]
        environment = {**os.environ, "LD_PRELOAD": str(library), _LOADED: name, "TMPDIR": name, "PYTHONHASHSEED": "0"}
        environment["OPENBLAS_NUM_THREADS"] = "1"  # as `couloir migrate` does (couloir/cli/main.py)
        return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


def tried() -> int:
    """In the process into which the library was loaded."""
    options = parser().parse_args()
    scene = Scene(Path(os.environ[_LOADED]).resolve() / "scene", options.door, deaths=options.deaths)
    rows = []
    for seed in range(options.seed, options.seed + options.trials):
        trial = scene.try_one(seed)
        rows.append(trial)
        if trial.wrong:
            print(f"seed {seed}: call {trial.call} of {trial.kind}, {trial.effect}: {trial.wrong}", flush=True)
    write_rows(options.json, [row.as_row() for row in rows])
    wrong = sum(bool(row.wrong) for row in rows)
    ended = Counter("killed" if row.exit == KILLED else f"exit {row.exit}" for row in rows)
    told = ", ".join(f"{count} {how}" for how, count in sorted(ended.items()))
    print(f"faults: {len(rows)} trials ({told}); {wrong} left something wrong")
    return 1 if wrong else 0


class Scene:
    """A library, and what a run that nothing disturbs makes of it."""

    def __init__(self, folder: Path, door: str, *, deaths: bool) -> None:
        from sample_library import build_library

        self._folder = folder
        self._for = () if door == "lightroom" else ("--for", door)
        self._deaths = deaths
        self._foreign: Path | None = None  # relative to the destination
        self._calls = ctypes.CDLL(None)
        self._library = folder / "Sample.aplibrary"
        self._temporary = folder / "tmp"
        self._temporary.mkdir(parents=True)
        tempfile.tempdir = str(self._temporary)
        build_library(self._library, masters=_MASTERS, write_plists=False)
        self._original = _tree(self._library)
        self._counts = folder / "counts"
        self._run(folder / "out", 0, 0, 0)
        if self._for:
            self._foreign = _side_file(folder / "out")
            shutil.rmtree(folder / "out")
            self._put_foreign(folder / "out")
            self._run(folder / "out", 0, 0, 0)
        self._wanted, self._rows = _tree(folder / "out", OWN), _rows(folder / "out")
        self._many = [int(number) for number in self._counts.read_text().split()]
        shutil.rmtree(folder / "out")

    def try_one(self, seed: int) -> Trial:
        draw = random.Random(seed)
        kind = draw.choice([number for number, many in enumerate(self._many) if many])
        deaths = [BEFORE, AFTER, *((TORN,) if KINDS[kind] in ("read", "write") else ())]
        effects = deaths if self._deaths else [*ERRORS, *deaths, *((SHORT,) if TORN in deaths else ())]
        effect = draw.choice(effects)
        trial = Trial(seed, KINDS[kind], draw.randint(1, self._many[kind]), _named(effect))
        out = self._folder / "out"
        self._put_foreign(out)
        try:
            trial.exit, said = self._run(out, kind, trial.call, effect)
            trial.wrong = self._judged(out, trial.exit, said)
        finally:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary.mkdir()
        return trial

    def _put_foreign(self, out: Path) -> None:
        if self._foreign is not None:
            place = out / self._foreign
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_FOREIGN)

    def _judged(self, out: Path, ended: int, said: str) -> str:
        if "Traceback" in said or "fault in Couloir" in said or ended == 1:
            return f"a fault of ours was told: {said[-600:]}"
        if ended == KILLED:
            pass
        elif ended and "[" not in said:
            return f"exit {ended} without an error's code: {said[-300:]}"
        if _tree(self._library) != self._original:
            return "the library changed"
        for place, content in _tree(out, OWN).items() if out.exists() else ():
            if ".couloir-" not in place and content not in ("/", self._wanted.get(place)):
                return f"{place} is not what it should be"
        again, told = self._run(out, 0, 0, 0)
        if again not in (0, SOME_FAILED) or "fault in Couloir" in told:
            return f"the next run ended with {again}: {told[-600:]}"
        if (found := _tree(out, OWN)) != self._wanted:
            return f"other files after the next run: {sorted(set(found.items()) ^ set(self._wanted.items()))[:4]}"
        if (rows := _rows(out)) != self._rows:
            return f"another ledger after the next run: {sorted(rows ^ self._rows)[:4]}"
        code, told = self._in_child(lambda: _couloir("verify", out))
        return f"verify: {told[-600:]}" if code not in (0, NOT_ALL_THERE) else ""

    def _run(self, out: Path, kind: int, call: int, effect: int) -> tuple[int, str]:
        def migrate() -> int:
            self._calls.arm(kind, call, effect, os.fsencode(self._folder))
            try:
                return _couloir("migrate", self._library, "--to", out, "--pictures", "1", *self._for)
            finally:
                self._calls.disarm()
                if not call:
                    counted = [str(self._calls.counted(number)) for number in range(len(KINDS))]
                    self._counts.write_text(" ".join(counted))

        return self._in_child(migrate)

    def _in_child(self, work: Callable[[], int]) -> tuple[int, str]:
        """The exit code of work in a forked process, KILLED when it was killed, and all that it said."""
        with tempfile.TemporaryFile(dir=self._folder.parent) as said:
            child = os.fork()
            if child == 0:
                for descriptor in (1, 2):
                    os.dup2(said.fileno(), descriptor)
                sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)
                sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), write_through=True)
                code = 1
                try:
                    code = work()
                except BaseException:  # noqa: BLE001 - a child that goes on would fork again
                    traceback.print_exc()
                finally:
                    os._exit(code)
            _, status = os.waitpid(child, 0)
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
        return (KILLED if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)), text


def _couloir(*arguments: object) -> int:
    from couloir.cli import main as couloir

    try:
        couloir([str(argument) for argument in arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _tree(folder: Path, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Everything below a folder: relative path to content's hash, "/" for a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if relative.parts[0] not in without:
            found[relative.as_posix()] = "/" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _side_file(out: Path) -> Path:
    """A side file that a migration wrote, relative to its folder."""
    from couloir.migrate.ledger.ledger import Ledger
    from couloir.migrate.ledger.rows import Kind
    from couloir.migrate.run import LEDGER

    with Ledger.open_to_read(out / LEDGER) as ledger:
        beside = [each for entry in ledger.entries(Kind.VERSION) for each in _listed(entry.row.detail.get("beside"))]
    return Path(min(str(each["path"]) for each in beside))


def _listed(beside: object) -> list[dict[str, object]]:
    return [each for each in beside if isinstance(each, dict)] if isinstance(beside, list) else []


def _rows(out: Path) -> set[tuple[str, str, str, str]]:
    from couloir.migrate.ledger.ledger import Ledger
    from couloir.migrate.run import LEDGER

    with Ledger.open_to_read(out / LEDGER) as ledger:
        return {(str(e.row.kind), e.row.uuid, str(e.row.state), e.row.reason.code) for e in ledger.entries()}


def _named(effect: int) -> str:
    words = {SHORT: "short", BEFORE: "death before", AFTER: "death after", TORN: "torn, then death"}
    return words.get(effect) or errno.errorcode[effect]


if __name__ == "__main__":
    sys.exit(tried() if os.environ.get(_LOADED) else main())
