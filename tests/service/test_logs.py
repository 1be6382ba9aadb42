"""The log: one line per event, rotated, and without private data."""

from __future__ import annotations

import logging
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.errors import BadImage
from couloir.service.process import logs
from couloir.service.process.logs import current_request, log_files, redact, start_log, stop_log

HOME = Path("/Users/Ansel Adams")
TOKEN = "s3cret-token"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("read /Users/Ansel Adams/Pictures/A.aplibrary", "read ~/Pictures/A.aplibrary"),
        ("/Users/Ansel Adams", "~"),
        ("/users/ansel adams/x", "~/x"),
        ("/Users/Ansel Adamson/x", "/Users/Ansel Adamson/x"),
        ("'/Users/Ansel Adams': no", "'~': no"),
        (f"Bearer {TOKEN}, again {TOKEN}", "Bearer [token], again [token]"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_the_home_folder_and_the_token_are_not_shown(text, shown):
    assert redact(text, HOME, (TOKEN,)) == shown


def test_a_windows_home_is_not_shown_however_it_is_written():
    home = PureWindowsPath(r"C:\Users\Ansel")
    for text in (r"C:\Users\Ansel\x", "C:/Users/Ansel/x", r"'C:\\Users\\Ansel\\x'", r"c:\users\ansel\x"):
        assert "nsel" not in redact(text, home)


@given(before=st.text(), after=st.text())
def test_whatever_stands_around_it_the_token_is_gone(before, after):
    assert TOKEN not in redact(before + TOKEN + after, HOME, (TOKEN,))


def _raised(error):
    """The error with a traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


@pytest.fixture
def log_to(tmp_path):
    handlers = []
    file = tmp_path / "logs" / "daemon.log"

    def begin():
        handlers.append(start_log(file, (TOKEN,), HOME))
        return file

    yield begin
    for handler in handlers:
        stop_log(handler)


def test_an_event_is_one_line_with_its_request_whatever_it_holds(log_to):
    file = log_to()
    logger = logging.getLogger("couloir.test")
    reset = current_request.set("abc123")
    logger.warning("first\nsecond\r\u2028third \x1b[31m %s", TOKEN)
    logger.error("failed", exc_info=_raised(ZeroDivisionError("in /Users/Ansel Adams/x")))
    current_request.reset(reset)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert " WARNING abc123 couloir.test first | second" in lines[0]
    assert "\x1b" not in lines[0]
    assert "[token]" in lines[0]
    assert lines[1].endswith(" | ZeroDivisionError: in ~/x")
    assert "test_logs.py:" in lines[1]


def test_the_log_never_grows_beyond_five_files(log_to, monkeypatch):
    monkeypatch.setattr(logs, "MAX_BYTES", 1000)
    file = log_to()
    for number in range(500):
        logging.getLogger("couloir.test").warning("event %d", number)
    files = log_files(file)
    assert len(files) == len(list(file.parent.iterdir())) == 5
    assert all(found.stat().st_size <= 1000 for found in files)
    assert "event 499" in files[0].read_text()


def test_five_files_of_two_megabytes_are_the_limit():
    assert (logs.FILES, logs.MAX_BYTES) == (5, 2_000_000)


def test_of_an_error_the_log_has_the_kind_and_the_place_but_not_the_words(log_to):
    """An error's words name photos, files and keywords; so do those of what caused it."""
    file = log_to()
    secrets = ("Wedding", "Anna")

    def fail():
        try:
            return {}["Anna's keyword"]
        except KeyError as cause:
            raise BadImage(item="Anna.jpg", why="/Volumes/Wedding/x") from cause

    for error in (_raised(OSError(2, "No such file", "/Volumes/Wedding")), ValueError("Anna"), _raised_by(fail)):
        logging.getLogger("couloir.test").error("failed", exc_info=error)
    text = file.read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in text]
    assert "FileNotFoundError: No such file" in text
    assert " | KeyError | " in text
    assert text.rstrip().endswith(BadImage.code)


def _raised_by(act):
    with pytest.raises(Exception) as caught:
        act()
    return caught.value
