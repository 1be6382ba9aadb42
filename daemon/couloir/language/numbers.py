"""How languages and countries write numbers, after Unicode CLDR's symbols and percent formats, as Babel has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stands between thousands, before the decimals, and before the percent sign."""

    thousands: str = ","
    point: str = "."
    percent: str = ""

    def write(self, number: float, decimals: int | None = None) -> str:
        """A number with its thousands apart. A float takes `decimals`, else it is written as Python does."""
        return self.rewrite(f"{number:,}" if decimals is None else f"{number:,.{decimals}f}")

    def rewrite(self, english: str) -> str:
        """A number that is written as English does it: "1,234.5", "12%"."""
        if english.endswith("%"):
            return f"{self.rewrite(english[:-1])}{self.percent}%"
        whole, point, decimals = english.partition(".")
        return whole.replace(",", self.thousands) + (self.point if point else "") + decimals


ENGLISH: Final = Numbers()

_POINTS: Final = Numbers(".", ",")
_POINTS_APART: Final = Numbers(".", ",", _NO_BREAK)
_SPACES: Final = Numbers(_NO_BREAK, ",")
_SPACES_APART: Final = Numbers(_NO_BREAK, ",", _NO_BREAK)

_BY_TAG: Final[Mapping[str, Numbers]] = {
    **dict.fromkeys(("en", "he", "ja", "ko", "zh", "es_MX", "es_US"), ENGLISH),
    **dict.fromkeys(("el", "is", "it", "nl", "pt"), _POINTS),
    **dict.fromkeys(("ca", "da", "de", "es", "hr", "ro", "sl"), _POINTS_APART),
    **dict.fromkeys(("bg", "et", "hu", "lv", "pl", "pt_PT", "uk", "en_ZA"), _SPACES),
    **dict.fromkeys(("cs", "fi", "fr_CA", "lt", "nb", "nn", "no", "ru", "sk", "sv"), _SPACES_APART),
    "fr": Numbers("\u202f", ",", _NO_BREAK),
    **dict.fromkeys(("de_CH", "it_CH", "de_LI"), Numbers("\u2019", ".")),
}


def numbers_of(tag: str) -> Numbers:
    """The numbers of a language or a locale ("de", "pt_PT.UTF-8", "es-MX"); those of English for one that is not known.

    >>> numbers_of("de_DE.UTF-8").write(1234.5)
    '1.234,5'
    """
    parts = tag.partition(".")[0].partition("@")[0].replace("-", "_").split("_")
    language, country = parts[0].lower(), parts[-1].upper() if len(parts) > 1 else ""
    return _BY_TAG.get(f"{language}_{country}") or _BY_TAG.get(language, ENGLISH)
