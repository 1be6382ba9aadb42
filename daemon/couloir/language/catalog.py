"""Translates sentences into one language, by the catalogs beside this module.

The catalogs are GNU gettext's: `catalogs/de.po` is what a translator edits, `catalogs/de.mo` is compiled from it by
`scripts/make_catalogs.py` and read here by the standard library.
"""

from __future__ import annotations

import gettext
import io
import re
import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.language.in_lightroom import say_in_lightroom
from couloir.language.messages import TOLD, Fit, Messages, fill, numbers
from couloir.language.numbers import ENGLISH as ENGLISH_NUMBERS
from couloir.language.numbers import Numbers, numbers_of

_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?])\s+")
_CLAUSE_ENDS: Final = re.compile(r"(?<=[:;])\s+")
_COMMA: Final = ", "  # between the words of a list
_STOPS: Final = re.compile("[.。]$")
# What stands before a colon or a semicolon that follows a word: French typography has a space there.
_BEFORE_COLON: Final = {"fr": "\u00a0"}
_LOST: Final = "\0"  # stands for what a shortened sentence has lost
_CUT: Final = re.compile(f"\\s*[:：(（]\\s*{_LOST}[)）]?")
_WHOLE: Final = re.compile(r"-?\d[\d,]*")
_DEEPEST: Final = 4  # messages within messages
_MOST: Final = 40  # sentences or clauses of a text; a longer one is no text of ours, and searching it would take long


class _Spoken(NamedTuple):
    """A translated sentence, and the number of fixed characters by which its message is known."""

    text: str
    known: int


class Catalog:
    """One language. Its answers are remembered: the rows of a ledger have few sentences."""

    def __init__(
        self,
        language: str,
        compiled: bytes | None = None,
        *,
        messages: bytes = b"",
        written: Numbers | None = None,
        in_lightroom: bool = False,
    ) -> None:
        """`compiled` are the bytes of a .mo file; None for English. `written` says how numbers are, by default as in
        the language. An English catalog knows sentences by `messages`, a .mo file of any language. `in_lightroom`: for
        people who have Lightroom's dialogs before them, not a terminal.
        """
        self.language = language
        self._numbers = numbers_of(language) if written is None else written
        self._in_lightroom = in_lightroom
        self._is_english = language == ENGLISH and self._numbers == ENGLISH_NUMBERS
        self.is_plain = self._is_english and not in_lightroom
        self._gettext: gettext.NullTranslations = gettext.NullTranslations()
        self._plurals: dict[str, tuple[str, str]] = {}
        self._joint = "" if language == "ja" else " "
        texts = []
        if compiled is not None:
            self._gettext = gettext.GNUTranslations(io.BytesIO(compiled))
        if compiled is not None or messages:
            for one, many in read_messages(compiled or messages):
                texts.append(one)
                if many:
                    texts.append(many)
                    self._plurals[one] = self._plurals[many] = (one, many)
        self._messages = Messages(texts)
        self.say = lru_cache(maxsize=8192)(self._say)

    def message(self, text: str, **facts: object) -> str:
        """The translation of one message, with its facts: for the words of a page."""
        told = {name: self.number(fact) if isinstance(fact, int | float) else str(fact) for name, fact in facts.items()}
        return fill(self._gettext.gettext(text), told) if text else ""

    def number(self, number: float, decimals: int | None = None) -> str:
        """A number in the language's way of writing: 1,234.5 is 1.234,5 in German."""
        return self._numbers.write(number, decimals)

    def _say(self, text: str) -> str:
        """The text in this language: one sentence or several. What no message fits stays as it is."""
        if self._in_lightroom:
            text = say_in_lightroom(text)
        return text if self._is_english or not text else self._told(text, 0)

    def _told(self, text: str, depth: int) -> str:
        """The translation of a text: of its readings, as one sentence and as several, the one with more fixed parts,
        because a name may have a full stop in it.
        """
        whole = self._messages.find(text)
        if whole is not None and not any(_SENTENCE_ENDS.search(fact) for fact in whole.facts.values()):
            short = self._shortened(text, depth)
            return self._filled(whole, depth) if short is None else short.text
        sentences = _SENTENCE_ENDS.split(text)
        if len(sentences) > _MOST:
            return text
        spoken, known = "", 0
        while sentences:
            # The shortest beginning that is a sentence: a longer one would take the next sentence for its last fact.
            for length in range(1, len(sentences) + 1):
                sentence = self._sentence(" ".join(sentences[:length]), depth)
                if sentence is not None:
                    spoken += sentence.text + self._joint
                    known += sentence.known
                    sentences = sentences[length:]
                    break
            else:
                told, sentences[:1] = self._beginning(sentences[0], depth)
                spoken += told
        return self._filled(whole, depth) if whole is not None and known <= whole.length else spoken.rstrip(" ")

    def _sentence(self, text: str, depth: int) -> _Spoken | None:
        """The translation of one sentence, None where no message fits it. It may have lost its stop."""
        short = self._shortened(text, depth)
        if short is not None:
            return short
        for message, is_whole in ((text, True), (f"{text}.", False)):
            found = self._messages.find(message)
            if found is not None:
                filled = self._filled(found, depth)
                return _Spoken(filled if is_whole else _STOPS.sub("", filled), found.length)
        return None

    def _shortened(self, text: str, depth: int) -> _Spoken | None:
        """The translation of a sentence without what followed its colon: `ledger.reasons.common` cuts it there."""
        bare = text.removesuffix(".")
        whole, cut = self._messages.find(text), self._messages.find(f"{bare}: {_LOST}.")
        if cut is None or not _loses(cut) or (whole is not None and whole.length >= cut.length):
            return None
        filled = _CUT.sub("", self._filled(cut, depth))
        return _Spoken(filled if bare != text else _STOPS.sub("", filled), cut.length)

    def _beginning(self, text: str, depth: int) -> tuple[str, list[str]]:
        """The beginning of a sentence that no message fits, up to a colon or semicolon, and what follows: the shortest
        beginning that is a sentence, else the first clause, which may be a name or a number.
        """
        clauses = _CLAUSE_ENDS.split(text)
        if len(clauses) == 1 or len(clauses) > _MOST:
            return self._words(text, depth) + " ", []
        for length in range(1, len(clauses)):
            bare = " ".join(clauses[:length])
            told = self._sentence(bare[:-1], depth)
            if told is not None:
                return f"{told.text}{_BEFORE_COLON.get(self.language, '')}{bare[-1]} ", [" ".join(clauses[length:])]
        return f"{clauses[0]} ", [" ".join(clauses[1:])]

    def _words(self, text: str, depth: int) -> str:
        """A list of words that are messages; the text itself where one of them is none."""
        words = [self._messages.find(word) for word in text.split(_COMMA)]
        if None in words or len(words) == 1:
            return text
        return _COMMA.join(self._filled(word, depth) for word in words if word is not None)

    def _filled(self, found: Fit, depth: int) -> str:
        facts = dict(found.facts)
        stated = numbers(found.message)
        for name, fact in facts.items():
            if name in stated or _WHOLE.fullmatch(fact):
                facts[name] = self._numbers.rewrite(fact)
            elif depth < _DEEPEST and name.rstrip("0123456789") in TOLD:
                facts[name] = self._told(fact, depth + 1)
        return fill(self._translation(found.message, found.facts), facts)

    def _translation(self, message: str, facts: Mapping[str, str]) -> str:
        if message not in self._plurals:
            return self._gettext.gettext(message)
        counted = next((fact for fact in facts.values() if _WHOLE.fullmatch(fact)), "1")
        return self._gettext.ngettext(*self._plurals[message], int(counted.replace(",", "")))


def _loses(cut: Fit) -> bool:
    """Whether what is lost is what the message itself has after a colon, and no more than that."""
    return any(fact == _LOST and f": {{{name}" in cut.message for name, fact in cut.facts.items())


def read_messages(compiled: bytes) -> Iterator[tuple[str, str]]:
    """The messages of a .mo file, each with its plural, "" where it has none.

    After GNU gettext's manual, "The Format of GNU MO Files": the standard library gives translations, and no list of
    what it translates.
    """
    order = "<" if compiled[:4] == b"\xde\x12\x04\x95" else ">"
    count, table = struct.unpack_from(f"{order}II", compiled, 8)
    for number in range(count):
        length, start = struct.unpack_from(f"{order}II", compiled, table + 8 * number)
        one, _, many = compiled[start : start + length].decode("utf-8").partition("\0")
        if one:
            yield one, many


@lru_cache(maxsize=2 * len(LANGUAGES))
def open_catalog(language: str, *, in_lightroom: bool = False) -> Catalog:
    """The catalog of one of LANGUAGES; `in_lightroom` as for a Catalog."""
    return Catalog(language, None if language == ENGLISH else _compiled(language), in_lightroom=in_lightroom)


def open_plain(written: Numbers) -> Catalog:
    """The catalog of English, with numbers as they are written elsewhere."""
    known = next(language for language in LANGUAGES if language != ENGLISH)
    return Catalog(ENGLISH, messages=_compiled(known), written=written)


def _compiled(language: str) -> bytes:
    return (files("couloir.language") / "catalogs" / f"{language}.mo").read_bytes()
