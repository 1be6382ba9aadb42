"""Documentation that the code can contradict is compared with the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from couloir import __version__
from couloir.cli.main import COMMANDS, command_line

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


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
