"""Errors of the operating system: what may have passed is tried a second time, what lasts is not."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from couloir.disk import try_twice


def failing(*errors: OSError) -> tuple[Callable[[], str], list[int]]:
    """A reader that raises these errors one after the other and then reads, and the calls that it got."""
    left, calls = list(errors), []

    def read() -> str:
        calls.append(len(calls))
        if left:
            raise left.pop(0)
        return "content"

    return read, calls


@pytest.mark.parametrize("number", [errno.EINTR, errno.EIO, errno.EMFILE, errno.EACCES, errno.ETIMEDOUT])
def test_an_error_that_may_pass_costs_a_second_call(number: int) -> None:
    read, calls = failing(OSError(number, "passing"))
    assert try_twice(read) == "content"
    assert len(calls) == 2


def test_the_second_error_is_raised() -> None:
    read, calls = failing(OSError(errno.EIO, "one"), OSError(errno.EACCES, "two"))
    with pytest.raises(PermissionError, match="two"):
        try_twice(read)
    assert len(calls) == 2


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "gone"), OSError("cannot identify image file")])
def test_what_lasts_is_raised_at_once(error: OSError) -> None:
    read, calls = failing(error, error)
    with pytest.raises(OSError, match=r"gone|identify"):
        try_twice(read)
    assert len(calls) == 1
