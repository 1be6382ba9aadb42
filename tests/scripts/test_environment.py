"""The project's environment is installed from the lock where possible, and from pyproject.toml elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import environment


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[str]]:
    """The commands of one set-up in an empty folder, each as one line; those that begin as `fails` fail."""
    (tmp_path / "pyproject.toml").write_text("[project]")
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "dev.txt").write_text("")
    place = tmp_path / ".venv"
    (place / "bin").mkdir(parents=True)
    (place / "Scripts").mkdir()
    for python in ("bin/python", "Scripts/python.exe"):
        (place / python).write_text("")
    monkeypatch.setattr(environment, "PROJECT", tmp_path)
    monkeypatch.setattr(environment, "ENVIRONMENT", place)
    monkeypatch.setattr(environment, "_STAMP", place / "couloir-installed")

    def run(*, uv: str | None, fails: bool) -> list[str]:
        commands: list[str] = []
        monkeypatch.setattr(environment.shutil, "which", lambda _name: uv)
        monkeypatch.setattr(environment, "_run", lambda *words: commands.append(" ".join(words)))

        def attempt(*words: str) -> bool:
            commands.append(" ".join(words))
            return not fails

        monkeypatch.setattr(environment, "_succeeds", attempt)
        environment.python(extra="dev")
        return commands

    return run


@pytest.mark.parametrize("uv", ["/usr/bin/uv", None])
def test_packages_come_from_the_lock_with_their_hashes_and_couloir_without_any(
    set_up: Callable[..., list[str]], uv: str | None
) -> None:
    packages, couloir = set_up(uv=uv, fails=False)
    assert "--require-hashes" in packages
    assert packages.endswith("dev.txt")
    assert "--no-deps" in couloir
    assert ("uv pip" in packages) == (uv is not None)


def test_where_the_lock_cannot_be_followed_what_fits_is_taken_and_that_is_said(
    set_up: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, fallback = set_up(uv=None, fails=True)
    assert fallback.endswith("[dev]")
    assert "--require-hashes" not in fallback
    assert "dev.txt cannot be followed here" in capsys.readouterr().out


def test_a_changed_lock_sets_up_anew_and_nothing_else_does(set_up: Callable[..., list[str]], tmp_path: Path) -> None:
    assert set_up(uv=None, fails=False)
    assert set_up(uv=None, fails=False) == []
    (tmp_path / "locks" / "dev.txt").write_text("# changed")
    assert set_up(uv=None, fails=False)
