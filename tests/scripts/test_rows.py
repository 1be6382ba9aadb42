"""Every script that measures writes its rows to a file when asked, in one shape."""

from __future__ import annotations

import argparse
import importlib
import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.rows import Row, write_rows
from evaluation.section import Section, measure_parts
from faults import Trial

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
MEASURING = sorted(
    path.stem
    for pattern in ("bench.py", "evaluate_*.py", "measure_*.py", "mutate_*.py", "fit_*.py", "faults.py", "fuzz.py")
    for path in SCRIPTS.glob(pattern)
)
KEYS = {"name", "value", "unit", "target", "holds"}


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers that end a command line: those of the subcommands where there are any."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        yield from action.choices.values()
    if not below:
        yield parser


@pytest.mark.filterwarnings("ignore:Could not import matplotlib")  # cma says so of itself when it is imported
@pytest.mark.parametrize("name", MEASURING)
def test_every_script_that_measures_takes_a_file_for_its_rows(name: str) -> None:
    for parser in _parsers(importlib.import_module(name).parser()):
        options = {option: action for action in parser._actions for option in action.option_strings}
        assert "--json" in options, parser.prog
        assert (options["--json"].type, options["--json"].default, options["--json"].metavar) == (Path, None, "FILE")


def test_the_scripts_that_write_rows_are_all_among_them() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.py")}
    writing = {name for name, text in texts.items() if "benchmarks.rows" in text or "evaluation.section" in text}
    assert writing - {"figures", "evidence_page"} <= set(MEASURING)
    assert {"bench", "evaluate_engines", "evaluate_loop", "evaluate_profiles"} <= set(MEASURING)


def test_an_evaluation_writes_its_rows_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[str] = []
    monkeypatch.setattr(Section, "record", lambda _self, _page, _part, command: recorded.append(command))
    file = tmp_path / "rows.json"

    def breaks_off() -> Section:
        assert [row["name"] for row in json.loads(file.read_text(encoding="utf-8"))] == ["a", "b"]
        raise RuntimeError("power cut")

    good, missed = Section([Row("a", 1.0, "px")]), Section([Row("b", 2.0, "px", "<= 1", holds=False)])
    parts = {"one": lambda: good, "two": lambda: missed}
    with pytest.raises(RuntimeError):
        measure_parts("engines", "measure {}", {**parts, "three": breaks_off}, file)
    assert measure_parts("engines", "measure {}", parts, file) == 1
    assert measure_parts("engines", "measure {}", {"one": parts["one"]}, None) == 0
    assert recorded == ["measure one", "measure two", "measure one", "measure two", "measure one"]
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert [set(row) for row in rows] == [KEYS, KEYS]
    assert rows[1] == {"name": "b", "value": 2.0, "unit": "px", "target": "<= 1", "holds": False}


def test_a_trial_of_a_fault_is_such_a_row() -> None:
    row = Trial(seed=3, kind="write", call=7, effect="ENOSPC", exit=1, wrong="half a file").as_row()
    assert (row.name, row.value, row.holds) == ("seed 3: call 7 of write, ENOSPC: half a file", 1, False)


def test_a_figure_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_rows(tmp_path / "rows.json", [Row("a", math.nan, "px")])
