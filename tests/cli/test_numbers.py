"""The command line speaks English, with numbers as the user's locale writes them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from couloir.cli import numbers
from couloir.cli.main import command_line
from couloir.cli.output import size
from sample_library import build_library

CLI = Path(numbers.__file__).parent


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("numbers") / "Small.aplibrary"
    build_library(path, masters=2, write_plists=False)
    return path


@pytest.fixture
def locale(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """None of the variables is set."""
    for name in ("LC_ALL", "LC_NUMERIC", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_first_variable_that_is_set_counts(locale: pytest.MonkeyPatch) -> None:
    assert numbers.number(1234.5, 1) == "1,234.5"
    locale.setenv("LANG", "de_DE.UTF-8")
    assert numbers.number(1234.5, 1) == "1.234,5"
    locale.setenv("LC_NUMERIC", "fr_FR.UTF-8")
    assert (numbers.number(1234.5, 1), numbers.share(0.5)) == ("1\u202f234,5", "50\u00a0%")
    locale.setenv("LC_ALL", "C")
    assert (numbers.number(1234.5, 1), numbers.share(0.5), numbers.change(1.5, 2)) == ("1,234.5", "50%", "+1.50")


def test_counts_and_sizes_are_told(locale: pytest.MonkeyPatch) -> None:
    locale.setenv("LANG", "de_DE.UTF-8")
    assert numbers.quantity(1, "photo", "photos") == "1 photo"
    assert numbers.quantity(1234, "photo", "photos") == "1.234 photos"
    assert size(1_400_000_000) == "1,4 GB"
    assert numbers.share_of_change(-0.25) == "-25\u00a0%"


def test_what_is_for_programs_is_the_same_in_every_locale(library: Path, locale: pytest.MonkeyPatch) -> None:
    told = {}
    for name in ("C", "de_DE.UTF-8"):
        locale.setenv("LC_ALL", name)
        as_text = CliRunner().invoke(command_line, ["inspect", str(library)]).stdout
        document = CliRunner().invoke(command_line, ["inspect", str(library), "--json"]).stdout
        told[name] = (as_text, document)
        assert json.loads(document)["counts"]["masters"] == 2
    assert told["C"][1] == told["de_DE.UTF-8"][1]
    assert told["C"][0] != told["de_DE.UTF-8"][0]
    assert told["C"][0].replace(".", ",") == told["de_DE.UTF-8"][0].replace(".", ",")


def test_no_other_place_formats_a_number() -> None:
    formatted = [
        f"{file.name}:{node.lineno}: {spec}"
        for file in sorted(CLI.glob("*.py"))
        if file.name != "numbers.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None
        if (spec := ast.unparse(node.format_spec)[2:-1])[-1:] in (",", "f", "%", "g", "e") and "%B" not in spec
    ]
    assert formatted == []
