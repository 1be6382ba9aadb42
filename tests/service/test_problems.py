"""Every error that a person can meet has an HTTP status that tells client faults from service faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from couloir.errors import CouloirError
from couloir.service.http.problems import InternalFault, status_of

OUR_FAULT = {"CouloirError", "InternalFault", "JobCrashed", "JobKeepsDying", "JobOrphaned"}


def _all(error: type[CouloirError]) -> Iterator[type[CouloirError]]:
    yield error
    for each in error.__subclasses__():
        if each.__module__.startswith("couloir."):
            yield from _all(each)


@pytest.mark.parametrize("error", sorted(set(_all(CouloirError)), key=lambda e: e.__name__), ids=lambda e: e.__name__)
def test_only_a_fault_of_our_own_is_a_500(error: type[CouloirError]) -> None:
    assert (status_of(error) == 500) is (error.__name__ in OUR_FAULT)
    assert status_of(InternalFault) == 500
