"""Messages: English texts with the places of facts in braces, and which of them a sentence was made from.

A message is what `str.format` takes: "The disk {volume} is not connected." Its fixed parts identify it in a sentence,
and what stands between them are the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Final, NamedTuple

_NUMBER: Final = r"[-+]?(?:\d[\d,]*)?\.?\d+(?:e[-+]?\d+)?%?|inf|nan"
_QUOTED: Final = r"""'.*?'|".*?\""""  # as repr() writes a text
_ANYTHING: Final = ".*?"
_LEAST: Final = 6  # letters by which a sentence can be known
_LONGEST: Final = 4096  # a longer text is no sentence of ours, and searching it would take long
# The facts of messages that are themselves made from messages; all others are names, paths and numbers.
TOLD: Final = frozenset(
    """
    advice app as_what backup bar by carried changed counted doubt drawn_by in_point kind lacks message odd of
    out_point problem purpose reason remedy renderer root sought start stated states status suffix there title told
    unclean unsafe what where why
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)


class Fit(NamedTuple):
    """The message of a sentence, and its facts as they stand there."""

    message: str
    facts: Mapping[str, str]
    length: int
    """The number of the message's fixed characters."""


@dataclass(frozen=True)
class Message:
    """One English message."""

    text: str

    @cached_property
    def parts(self) -> tuple[tuple[str, str | None, str], ...]:
        """Each fixed part, the name of the fact that follows (None at the end), and the pattern of that."""
        return tuple(
            (fixed, name, _NUMBER if layout else _QUOTED if conversion == "r" else _ANYTHING)
            for fixed, name, layout, conversion in Formatter().parse(self.text)
        )

    @cached_property
    def fixed(self) -> int:
        """The number of fixed characters: of two messages that fit, the one with more is meant."""
        return sum(len(fixed) for fixed, _, _ in self.parts)

    def may_fit(self, sentence: str) -> bool:
        """Whether all fixed parts are in the sentence: much faster than the pattern, which nearly none fits."""
        first, last = self.parts[0][0], self.parts[-1]
        if not sentence.startswith(first) or (last[1] is None and not sentence.endswith(last[0])):
            return False
        return all(fixed in sentence for fixed, _, _ in self.parts)

    @property
    def is_vague(self) -> bool:
        """Whether the fixed parts are too short to know a sentence by, unless its facts are numbers."""
        letters = sum(map(str.isalpha, "".join(fixed for fixed, _, _ in self.parts)))
        return letters < _LEAST and not all(fact == _NUMBER for _, name, fact in self.parts if name is not None)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        seen: set[str] = set()
        pattern = ""
        for fixed, name, fact in self.parts:
            pattern += re.escape(fixed)
            if name is not None:
                pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{fact})"
                seen.add(name)
        return re.compile(pattern, re.DOTALL)


class Messages:
    """Finds the message of a sentence."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._plain: set[str] = set()
        self._by_word: dict[str, list[Message]] = {}
        self._others: list[Message] = []  # those that begin with a fact
        for text in texts:
            message = Message(text)
            first = message.parts[0] if message.parts else ("", None, "")
            if all(name is None for _, name, _ in message.parts):
                self._plain.add("".join(fixed for fixed, _, _ in message.parts))
            elif message.is_vague:
                continue
            elif " " in first[0]:
                self._by_word.setdefault(first[0].partition(" ")[0], []).append(message)
            else:
                self._others.append(message)

    def find(self, sentence: str) -> Fit | None:
        """The message that all of this was made from: of several the one with the most fixed characters."""
        if sentence in self._plain:
            return Fit(sentence.replace("{", "{{").replace("}", "}}"), {}, len(sentence))
        if len(sentence) > _LONGEST:
            return None
        candidates = [*self._by_word.get(sentence.partition(" ")[0], ()), *self._others]
        fitting = [
            (message, fits)
            for message in candidates
            if message.may_fit(sentence) and (fits := message.pattern.fullmatch(sentence)) is not None
        ]
        if not fitting:
            return None
        message, fits = max(fitting, key=lambda each: each[0].fixed)
        return Fit(message.text, fits.groupdict(), message.fixed)


def fill(text: str, facts: Mapping[str, str]) -> str:
    """A message, or its translation, with its facts; they are texts already, so formats are left aside."""
    return "".join(
        fixed + ("" if name is None else facts.get(name, "")) for fixed, name, _, _ in Formatter().parse(text)
    )


def names(text: str) -> frozenset[str]:
    """The names of a message's facts."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def numbers(text: str) -> frozenset[str]:
    """The names of a message's facts that are numbers of a stated format."""
    return frozenset(name for _, name, layout, _ in Formatter().parse(text) if name is not None and layout)
