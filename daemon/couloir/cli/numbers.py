"""Numbers in text for people, as the user's locale writes them: the one place of the command line that formats any.

What is printed with --json has plain numbers, and sentences of other floors come in English; `tell` puts the numbers of
those right.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Final

from couloir.language.catalog import Catalog, open_plain
from couloir.language.numbers import ENGLISH, Numbers, numbers_of

_VARIABLES: Final = ("LC_ALL", "LC_NUMERIC", "LANG")  # the first that is set counts (POSIX, 8.2)


def number(value: float, decimals: int | None = None) -> str:
    """A count, or a figure with so many decimals."""
    return _of_user().write(value, decimals)


def quantity(count: int, one: str, many: str) -> str:
    """A count with what is counted: "1 photo", "1,204 photos"."""
    return f"{number(count)} {one if count == 1 else many}"


def significant(value: float, digits: int) -> str:
    """A figure with so many significant digits."""
    return _of_user().rewrite(f"{value:.{digits}g}")


def change(value: float, decimals: int) -> str:
    """A figure with its sign, "+" or "-"."""
    return _of_user().rewrite(f"{value:+,.{decimals}f}")


def share(value: float) -> str:
    """A share of one as percent."""
    return _of_user().rewrite(f"{value:.0%}")


def share_of_change(value: float) -> str:
    """A share of one as percent with its sign."""
    return _of_user().rewrite(f"{value:+.0%}")


def tell(sentence: str) -> str:
    """A sentence of another floor, with its numbers as the user writes them."""
    numbers = _of_user()
    return sentence if numbers == ENGLISH else _catalog(numbers).say(sentence)


def user_locale() -> str:
    """The name of the user's locale, "" where none is set."""
    named = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    return named or _windows_locale()


def _windows_locale() -> str:
    """What a user of Windows has chosen in its settings; "" elsewhere."""
    if sys.platform != "win32":
        return ""
    import ctypes

    name = ctypes.create_unicode_buffer(85)  # LOCALE_NAME_MAX_LENGTH
    return name.value if ctypes.windll.kernel32.GetUserDefaultLocaleName(name, len(name)) else ""


def _of_user() -> Numbers:
    return numbers_of(user_locale())


@lru_cache(maxsize=1)
def _catalog(numbers: Numbers) -> Catalog:
    return open_plain(numbers)
