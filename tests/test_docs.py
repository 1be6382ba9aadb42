"""Documentation that the code can contradict is compared with the code; its sentences name their subject and action."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from couloir import __version__
from couloir.cli.main import COMMANDS, command_line

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def test_the_generated_pages_are_up_to_date() -> None:
    # In a process of its own: click remembers a command's help option from whoever asked first, other tests included.
    command = [sys.executable, str(PROJECT / "scripts" / "make_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def _commands(group: click.Group, context: click.Context) -> list[click.Command]:
    found = [group.get_command(context, name) for name in group.list_commands(context)]
    below = [c for command in found if isinstance(command, click.Group) for c in _commands(command, context)]
    return [command for command in found if command is not None] + below


def test_every_command_and_option_has_help() -> None:
    commands = _commands(command_line, click.Context(command_line))
    assert len(commands) >= len(COMMANDS)
    silent = [command.name for command in commands if not command.help]
    silent += [
        f"{command.name} {option.name}"
        for command in commands
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_every_command_is_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"couloir {name}" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:docs|scripts|tests|models|lrplugin|daemon)/[\w./-]*\w)`", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [name for name in named if not (PROJECT / name).exists()]
    assert missing == []


def test_the_newest_version_has_a_changelog_entry() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}\)$", changelog, re.MULTILINE)
    assert released[:1] == [__version__]
    newest = changelog.split(f"## {__version__} ")[1].split("\n## ")[0]
    assert re.findall(r"^### (\w+)$", newest, re.MULTILINE) == ["Added", "Changed", "Fixed"]


TEXTS = ("README.md", "docs", "daemon/couloir", "lrplugin", "scripts", "tests")
_ENDINGS = {".py", ".lua", ".md", ".j2", ".js"}

# What to write instead of each (docs/architecture.md, "Words"). All of them once stood in a message or a docstring, and
# somebody misread one: "Its photo was not taken." was about an import, not about a camera.
AVOIDED = {
    "was not taken": "was not imported, was not accepted",
    "were not taken": "were not imported, were not accepted",
    "did not take": "did not apply, dropped",
    "comes over": "is imported, is migrated",
    "come over": "be imported, be migrated",
    "brings over": "imports, migrates",
    "bring over": "import, migrate",
    "brought over": "imported, migrated",
    "becomes of": "the decision for, the state of, the result of",
    "became of": "the decision for, the state of, the result of",
    "goes on where": "continues where, resumes",
    "go on where": "continue where, resume",
    "that is none": "that is not finite, that is no trust table",
    "that are none": "that are not finite",
    "held against": "compared with",
    "hangs on": "belongs to, refers to",
    "hang on": "belong to, refer to",
    "what lies in": "the content of, the files in",
    "in the place of": "instead of, in place of",
    "is said of": "the fidelity of, the message about",
    "is told of": "is informed of, knows",
    "is known of": "the metadata of, the facts about",
    "has to say": "reports",
    "is how many": "is the number of",
    "is asked of": "should do",
    "being let in": "authentication",
    "is not as it": "differs from, changed",
    "this very": "this, the same",
    "without a word": "silently, without an error",
    "break off": "end early, be truncated",
    "breaks off": "ends early, is truncated",
    "get along": "work with",
    "gets along": "works with",
    "never a guess": "certain, or with candidates",
}

_BETWEEN = r"\s+(?:(?:\#|//|--+|\|)\s+)?"  # a phrase may be broken, also within a comment
_PATTERN = re.compile(r"\b(?:" + "|".join(phrase.replace(" ", _BETWEEN) for phrase in AVOIDED) + r")\b", re.IGNORECASE)


def _avoided_in(text: str) -> Iterator[tuple[int, str]]:
    """Each avoided phrase in a text, with its line."""
    for found in _PATTERN.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())


def _texts() -> Iterator[Path]:
    for place in (PROJECT / name for name in TEXTS):
        files = [place] if place.is_file() else place.rglob("*")
        yield from (file for file in files if file.suffix in _ENDINGS and file != Path(__file__).resolve())


def test_no_text_of_ours_has_an_avoided_phrase() -> None:
    found = [
        f"{file.relative_to(PROJECT)}:{line}: {phrase}"
        for file in sorted(_texts())
        for line, phrase in _avoided_in(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"""What becomes of a version."""', 1),
        ('raise Refused("Its photo was\n    not taken.")', 1),
        ("local found = 1\n-- A collection that did not take\n-- the photo.", 2),
        ("# The parts that did not\n# come over.", 2),
        ('LOC "$$$/Couloir/Import/Again=Choose it again to GO ON where it stopped."', 1),
    ],
)
def test_an_avoided_phrase_is_found_wherever_its_line_breaks(text: str, line: int) -> None:
    assert [where for where, _ in _avoided_in(text)] == [line]


def test_a_name_is_no_phrase() -> None:
    assert list(_avoided_in("class NothingComesOver: was_not_taken = hang_online")) == []


# Its users have no Aperture: the program does not start on a Mac of theirs. The one text that names it says under which
# condition, and after what can be done without: only Aperture makes previews, and Apple has set the date when it ends.
_IN_APERTURE = re.compile(
    r"Aperture still runs|Update[_\W]+Preview|First[_\W]+Aid"
    r"|\b(?:reconnect|repair|relink|update|open|choose|select|run|start|use|restore) (?:\w+ ){0,4}(?:in|with) Aperture",
    re.IGNORECASE,
)
_ALLOWED = {"daemon/couloir/migrate/clock.py", "docs/unverified.md", "lrplugin/Couloir.lrplugin/Preflight.lua"}


def test_no_text_tells_a_person_to_do_something_in_aperture() -> None:
    found = [
        f"{name}: {phrase[0]}"
        for file in sorted(_texts())
        if (name := file.relative_to(PROJECT).as_posix()).startswith(("daemon/", "lrplugin/", "docs/", "README"))
        and name not in _ALLOWED
        for phrase in _IN_APERTURE.finditer(" ".join(file.read_text(encoding="utf-8", errors="replace").split()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "Reconnect the disk in Aperture.",
        "Repair the library with Aperture's First Aid.",
        "Where Aperture still runs, wait.",
    ],
)
def test_advice_to_do_something_in_aperture_is_recognised(text: str) -> None:
    assert _IN_APERTURE.search(text)
