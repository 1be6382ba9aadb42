"""Errors: each has a stable code, its own exit code, one line that describes it, and advice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from couloir import errors
from couloir.errors import CouloirError

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "errors.md"


def _tree(root: type[CouloirError] = CouloirError) -> Iterator[type[CouloirError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__.startswith(f"{errors.__name__}."):
            yield from _tree(child)


def test_codes_and_exit_codes_belong_to_one_class_each() -> None:
    for attribute in ("code", "exit_code"):
        owners = defaultdict(list)
        for cls in _tree():
            owners[getattr(cls, attribute)].append(cls.__name__)
        assert {value: names for value, names in owners.items() if len(names) > 1} == {}


def test_every_error_says_what_happened_in_one_line_and_what_to_do_next() -> None:
    for cls in _tree():
        fields = [name for _, name, _, _ in Formatter().parse(cls.__doc__ or "") if name]
        error = cls(**dict.fromkeys(fields, "the item"))
        assert fields, cls
        assert "the item" in error.message
        assert "\n" not in str(error)
        assert cls.advice.endswith(".")
        assert str(error).endswith(cls.advice)


def test_every_error_is_imported_from_the_package() -> None:
    assert set(errors.__all__) == {cls.__name__ for cls in _tree()}
    assert all(getattr(errors, cls.__name__) is cls for cls in _tree())


def test_the_tree_in_the_module_is_the_tree_of_classes() -> None:
    drawn = re.findall(r"(\w+Error|[A-Z]\w+) {2,}", errors.__doc__ or "")
    assert set(drawn) == {cls.__name__ for cls in _tree()} - {"CouloirError"}


def test_every_error_and_exit_code_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for cls in _tree():
        assert f"| {cls.exit_code} | `{cls.code}` |" in text
