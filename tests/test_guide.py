"""The photographers' pages: each name is one of the plug-in's, each duration is the model's, and each command runs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from couloir.cli.main import command_line
from couloir.migrate.cost.model import PUBLISHED, Work, describe_seconds, estimate
from couloir.migrate.handover import layout
from sample_library import build_library

PROJECT = Path(__file__).resolve().parent.parent
GUIDE = PROJECT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
WALK = (GUIDE / "index.md").read_text(encoding="utf-8")

# Names that are not ours: Lightroom's, the systems', and words that Couloir takes from the library.
OTHERS = {
    *("Library", "Plug-in Extras", "File", "New Catalog", "Help", "Photo", "Remove Photos from Catalog", "Collections"),
    *("Folders", "Add", "Automatically write changes into XMP", "People", "Pictures", "System Settings"),
    *("Privacy & Security", "Full Disk Access", "Effects", "Masters", "Previews"),
    # What the plug-in, the service or the page composes.
    *("Couloir", "Before Couloir", "As in Aperture", "Before matching", "Lightroom did not apply these settings:"),
    *(layout.TRASH, layout.HIDDEN, layout.ALL_PHOTOS.replace("{name}", "...")),
}


def _prose(page: Path) -> str:
    """A page without its blocks of commands, each run of space one space."""
    return " ".join(re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.S | re.M).split())


def _names(page: Path) -> list[str]:
    """What a page sets in italics: names of buttons and menus, the parts of a menu's path apart, and messages."""
    whole = re.findall(r"(?<![*\\])\*([^*|]+)\*(?!\*)", _prose(page).replace("**", ""))
    return [part for name in whole for part in _parts(name)]


def _parts(name: str) -> list[str]:
    return [name] if name.endswith((".", "?")) else name.split(" > ")


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """All that the plug-in shows in English, with a short form of choices that state figures or explain themselves."""
    found: set[str] = set()
    for file in (PROJECT / "lrplugin").rglob("*.lua"):
        found.update(re.findall(r'"\$\$\$/[^"=]*=([^"]*)"', file.read_text(encoding="utf-8")))
    return found | {re.split(r"[:(;] ?", text)[0].strip() for text in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_on_a_page_is_one_that_is_on_the_screen(page: Path, shown: set[str]) -> None:
    names = _names(page)
    assert names
    assert [name for name in names if name not in shown | OTHERS] == []


def test_no_name_is_allowed_that_no_page_has() -> None:
    assert OTHERS - {name for page in PAGES for name in _names(page)} == set()


def test_the_table_of_times_is_that_of_the_model() -> None:
    rows = re.findall(r"^\| ([\d,]+) \| ([\d,]+) \| (\d+ \w+) \| (\d+ \w+) \|$", WALK, re.MULTILINE)
    assert len(rows) == 3
    for photos, edited, importing, matching in rows:
        total, matched = (int(each.replace(",", "")) for each in (photos, edited))
        seconds = estimate(Work(total, 0, matched, matched), cores=4)
        assert (describe_seconds(seconds.importing), describe_seconds(seconds.matching)) == (importing, matching)


@pytest.mark.parametrize(
    ("page", "after", "file", "names"),
    [
        (
            "questions.md",
            "**How near",
            "matching",
            (
                "JPEG: as migrated, mean",
                "RAW, learnt profile: as migrated, mean",
                "RAW: as migrated, mean",
                "JPEG: doing nothing, mean",
                "RAW: doing nothing, mean",
                "hidden Camera Raws, best start, after 3: mean",
            ),
        ),
        (
            "index.md",
            "### Camera profiles",
            "profiles",
            tuple(
                f"{look}, {what}: mean"
                for look in ("darktable filmic", "darktable base curve", "RawTherapee film curve")
                for what in ("default", "10 photos")
            ),
        ),
    ],
)
def test_a_figure_in_a_sentence_is_the_one_that_was_measured(
    page: str, after: str, file: str, names: tuple[str, ...]
) -> None:
    measured = json.loads((PROJECT / "docs" / "figures" / f"{file}.json").read_text(encoding="utf-8"))
    values = {row["name"]: row["value"] for part in measured.values() for row in part["rows"]}
    sentences = (GUIDE / page).read_text(encoding="utf-8").partition(after)[2][:800]
    told = re.findall(r"[\d.]*\d", sentences)
    assert [name for name in names if f"{values[name]:.2g}" not in told] == []


def test_the_durations_in_sentences_are_those_of_the_model() -> None:
    settled = PUBLISHED.apply + PUBLISHED.read_back
    assert f"({settled:.3f} s a photo to apply" in WALK
    assert f"{PUBLISHED.rendering} s for a small rendering, {PUBLISHED.renderings} renderings a matched photo" in WALK
    in_four_hours = 4 * 3600 / (PUBLISHED.renderings * (PUBLISHED.rendering + settled))
    assert f"about {round(in_four_hours, -2):,.0f} of them in four hours" in " ".join(
        (GUIDE / "questions.md").read_text(encoding="utf-8").split()
    )


def _commands() -> Iterator[list[str]]:
    for block in re.findall(r"^```console\n(.*?)^```$", WALK, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            assert line.startswith("$ couloir "), line
            yield shlex.split(line)[2:]


def test_the_commands_of_the_way_through_do_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COULOIR_STATE_DIR", str(tmp_path / "state"))
    build_library(tmp_path / "Travels.aplibrary", masters=6)
    library = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    undone = [arguments for arguments in _commands() if arguments[0] == "undo"]
    others = [arguments for arguments in _commands() if arguments[0] != "undo"]
    assert [arguments[0] for arguments in others] == ["doctor", "inspect", "migrate", "migrate", "verify", "report"]
    photos = tmp_path / "From Aperture" / "Photos"
    for arguments in [*others, *undone]:
        result = CliRunner().invoke(command_line, arguments)
        assert result.exit_code == 0, (arguments, result.output)
        if arguments[0] in ("migrate", "undo"):
            there = (arguments[0] == "undo") == ("--dry-run" in arguments)
            assert any(file.is_file() for file in photos.rglob("*")) == there, arguments
    assert {file: file.read_bytes() for file in library} == library


def test_the_site_has_every_page_and_keeps_the_photographers_apart() -> None:
    site = yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))
    parts = {title: list(_listed(pages)) for part in site["nav"] for title, pages in part.items()}
    listed = [page for pages in parts.values() for page in pages]
    there = [page.relative_to(PROJECT / "docs").as_posix() for page in (PROJECT / "docs").rglob("*.md")]
    assert sorted(listed) == sorted(there)
    assert [page for page in parts["For developers"] if page.startswith("guide/")] == []


def _listed(pages: object) -> Iterator[str]:
    if isinstance(pages, str):
        yield pages
    elif isinstance(pages, dict | list):
        for page in pages.values() if isinstance(pages, dict) else pages:
            yield from _listed(page)
