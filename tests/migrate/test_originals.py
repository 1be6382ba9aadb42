"""Copying an original: whole or not at all, never linked, and every error of a disk is explained."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couloir.errors import AccessDenied, ContentError, CouloirError, DestinationDisk, DiskFull
from couloir.migrate.files import originals
from couloir.migrate.files.originals import Method, fetch, make_folders, move_into_place, write_file
from couloir.migrate.files.own import write_whole


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "source.nef"
    file.write_bytes(os.urandom(300_000))
    os.utime(file, ns=(1_300_000_000_123_456_789, 1_200_000_000_987_654_321))
    return file


def _blake2b(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()


@given(content=st.binary(max_size=5000), clone=st.booleans(), chunk=st.integers(1, 2000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_content_arrives_with_its_hash(
    content: bytes, clone: bool, chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("files")
    (folder / "a").write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(originals, "CHUNK", chunk)
        _method, digest = fetch(folder / "a", folder / "b", clone=clone)
    assert (folder / "b").read_bytes() == content
    assert digest == _blake2b(content)


@pytest.mark.parametrize("clone", [False, True])
def test_the_file_is_another_one_with_the_same_time(source: Path, tmp_path: Path, clone: bool) -> None:
    target = tmp_path / "target.nef"
    fetch(source, target, clone=clone)
    assert target.stat().st_ino != source.stat().st_ino
    assert target.stat().st_nlink == source.stat().st_nlink == 1
    assert target.stat().st_mtime_ns == source.stat().st_mtime_ns
    target.write_bytes(b"Lightroom was here")
    assert len(source.read_bytes()) == 300_000


def test_a_read_only_original_becomes_a_file_that_can_be_written(source: Path, tmp_path: Path) -> None:
    source.chmod(0o444)
    fetch(source, tmp_path / "target.nef", clone=False)
    assert (tmp_path / "target.nef").stat().st_mode & 0o200


def test_where_a_disk_cannot_clone_the_file_is_copied(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "clone_file", lambda _source, _target: False)
    method, digest = fetch(source, tmp_path / "target.nef", clone=True)
    assert (method, digest) == (Method.COPIED, _blake2b(source.read_bytes()))


def test_a_clone_is_read_again_for_its_hash(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cloned(source: Path, target: Path) -> bool:
        target.write_bytes(source.read_bytes())
        return True

    monkeypatch.setattr(originals, "clone_file", cloned)
    assert fetch(source, tmp_path / "target.nef", clone=True) == (Method.CLONED, _blake2b(source.read_bytes()))


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the clone call of Linux")
def test_a_disk_that_shares_no_blocks_leaves_no_file(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.nef"
    assert originals.clone_file(source, target) == target.exists()


def _failing(number: int) -> Callable[..., IO[Any]]:
    """`Path.open` whose files fail to write."""
    opened = Path.open

    def open_(self: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        stream = opened(self, mode, *arguments, **named)
        if "x" not in mode:
            return stream

        class Full:
            def __enter__(self) -> Full:
                return self

            def __exit__(self, *_error: object) -> None:
                stream.close()

            def write(self, content: bytes) -> int:
                stream.write(content[: len(content) // 2])
                stream.flush()
                raise OSError(number, os.strerror(number))

            def fileno(self) -> int:
                return stream.fileno()

        return Full()

    return open_


WAYS: dict[str, Callable[[Path, Path], object]] = {
    "copy": lambda source, target: fetch(source, target, clone=False),
    "clone": lambda source, target: fetch(source, target, clone=True),
    "write": lambda _source, target: write_file(target, b"x" * 1000),
}

ERRORS = [
    (errno.ENOSPC, DiskFull),
    (errno.EDQUOT, DiskFull),
    (errno.EACCES, AccessDenied),
    (errno.EROFS, AccessDenied),
    (errno.EIO, DestinationDisk),
    (errno.EFBIG, ContentError),
]


@pytest.mark.parametrize(("number", "expected"), ERRORS, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("what", WAYS)
def test_a_refusal_in_the_middle_leaves_nothing(
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[CouloirError],
    what: str,
) -> None:
    target = tmp_path / "target.nef"
    monkeypatch.setattr(Path, "open", _failing(number))
    with pytest.raises(expected) as refused:
        WAYS[what](source, target)
    assert type(refused.value) is expected
    assert "\n" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.nef"]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the clone call of Linux")
@pytest.mark.parametrize(("number", "expected"), ERRORS, ids=lambda value: getattr(value, "__name__", value))
def test_what_a_refused_clone_leaves_and_the_disk_keeps_is_told_as_the_disks_doing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[CouloirError]
) -> None:
    def refuses(code: int) -> Callable[..., None]:
        def refusal(*_arguments: object, **_named: object) -> None:
            raise OSError(code, os.strerror(code))

        return refusal

    monkeypatch.setattr(originals.fcntl, "ioctl", refuses(errno.EOPNOTSUPP))
    monkeypatch.setattr(Path, "unlink", refuses(number))
    content, target = source.read_bytes(), tmp_path / "target.nef"
    with pytest.raises(expected) as refused:
        fetch(source, target, clone=True)
    assert type(refused.value) is expected
    assert target.name in str(refused.value)
    assert source.read_bytes() == content


@pytest.mark.parametrize("what", WAYS)
def test_a_file_that_is_in_the_way_is_left_alone(source: Path, tmp_path: Path, what: str) -> None:
    target = tmp_path / "target.nef"
    target.write_bytes(b"mine")
    with pytest.raises(ContentError):
        WAYS[what](source, target)
    assert target.read_bytes() == b"mine"


def test_an_original_that_is_gone_is_an_error_of_that_photo(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.nef"):
        fetch(tmp_path / "gone.nef", tmp_path / "target.nef", clone=True)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_an_error_of_that_photo(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        fetch(source, tmp_path / ("n" * 300), clone=False)


def test_moving_into_place_replaces_in_one_step_or_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, target = tmp_path / "temporary", tmp_path / "target"
    temporary.write_bytes(b"new")
    move_into_place(temporary, target)
    assert target.read_bytes() == b"new"
    temporary.write_bytes(b"newer")

    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(AccessDenied):
        move_into_place(temporary, target)
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert target.read_bytes() == b"new"


def test_a_whole_file_takes_the_place_of_the_last_one(tmp_path: Path) -> None:
    write_whole(tmp_path / "report.html", b"one")
    write_whole(tmp_path / "report.html", b"two")
    assert (tmp_path / "report.html").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no descriptors of folders")
def test_a_file_counts_only_when_its_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, flushed = tmp_path / "new" / "below" / "a.jpg", []
    flush = os.fsync

    def recorded(descriptor: int) -> None:
        flushed.append((os.fstat(descriptor).st_ino, target.exists()))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    make_folders(target.parent)
    made = {inode for inode, _ in flushed}
    assert made == {tmp_path.stat().st_ino, (tmp_path / "new").stat().st_ino}
    write_file(tmp_path / "temporary", b"content")
    move_into_place(tmp_path / "temporary", target)
    assert flushed[-1] == (target.parent.stat().st_ino, True)
    write_whole(tmp_path / "page.html", b"page")
    assert flushed[-1][0] == tmp_path.stat().st_ino
