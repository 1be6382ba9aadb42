"""Runs AppleScript for `fake_capture_one`: the statements that a script of single lines needs, and nothing else.

A line that is not understood, and a word that is neither a variable nor in the dictionary, is the compiler's error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from fake_capture_one.dictionary import COMMANDS, ELEMENTS, PROPERTIES
from fake_capture_one.world import CURVES, CaptureOne, Curve, Failure, Image, Variant

APPLICATION = "com.captureone.captureone16"
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9]*|[{}(),:])')
_MISSING = object()


class ScriptFailure(Exception):
    """What osascript prints on its error output."""


@dataclass
class _Settings:
    variant: Variant


@dataclass
class _CurveOf:
    variant: Variant
    name: str

    @property
    def curve(self) -> Curve:
        found = self.variant.values[self.name]
        assert isinstance(found, Curve)
        return found


@dataclass
class _Point:
    of: _CurveOf
    values: list[float]


@dataclass
class _Document:
    world: CaptureOne


@dataclass
class _Layer:
    number: int


_CLASSES = {
    CaptureOne: "application",
    _Document: "document",
    Image: "image",
    Variant: "variant",
    _Settings: "adjustment settings",
    _CurveOf: "curve",
    _Point: "curve point",
    _Layer: "layer",
}
_WORDS = sorted({word for words in PROPERTIES.values() for word in words}, key=len, reverse=True)
_PLURALS = {plural: one for words in ELEMENTS.values() for one, plural in words.items()}
_ONES = sorted({one for words in ELEMENTS.values() for one in words}, key=len, reverse=True)


def run(world: CaptureOne, script: str) -> str:
    """What osascript -s s prints. Raises ScriptFailure with what it prints on its error output."""
    try:
        _Run(world).run(script)
    except _Answer as answer:
        return _spell(answer.value)
    except Failure as error:
        raise ScriptFailure(f"0:10: execution error: Capture One got an error: {error} ({error.number})") from error
    return ""


class _Answer(Exception):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


@dataclass
class _Run:
    world: CaptureOne
    variables: dict[str, object] = field(default_factory=dict)
    targets: list[object] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def run(self, script: str) -> None:
        lines = [line.strip() for line in script.splitlines() if line.strip()]
        self._check_blocks(lines)
        self._block(lines)

    def _check_blocks(self, lines: Sequence[str]) -> None:
        """The compiler sees the whole script before anything of it is run."""
        stack = []
        for line in lines:
            if line.startswith("end "):
                if not stack or stack.pop() != line.removeprefix("end "):
                    raise Failure(-2741, f"Expected another end than {line!r}.")
            elif line == "try" or (line.startswith(("tell ", "with timeout")) and " to " not in line):
                stack.append("timeout" if line.startswith("with timeout") else line.split()[0])
        if stack:
            raise Failure(-2741, f"Expected end {stack[-1]}.")

    def _block(self, lines: Sequence[str]) -> None:
        place = 0
        while place < len(lines):
            line = lines[place]
            if line == "try":
                end = _end_of(lines, place, "try")
                handler = next(
                    i for i in range(place, end) if lines[i].startswith("on error") and _depth(lines, place, i) == 1
                )
                self._try(lines[place + 1 : handler], lines[handler], lines[handler + 1 : end])
                place = end + 1
            elif line.startswith("with timeout of "):
                if not re.fullmatch(r"with timeout of \d+ seconds", line):
                    raise Failure(-2741, line)
                end = _end_of(lines, place, "timeout")
                self._block(lines[place + 1 : end])
                place = end + 1
            elif (tell := re.fullmatch(r"tell (.+?)(?: to (.+))?", line)) is not None:
                target = self._target(tell[1])
                self.targets.append(target)
                if tell[2]:
                    self._line(tell[2])
                    place += 1
                else:
                    end = _end_of(lines, place, "tell")
                    self._block(lines[place + 1 : end])
                    place = end + 1
                self.targets.pop()
            else:
                self._line(line)
                place += 1

    def _try(self, body: Sequence[str], handler: str, rescue: Sequence[str]) -> None:
        names = re.fullmatch(r"on error (\w+) number (\w+)", handler)
        if names is None:
            raise Failure(-2741, handler)
        try:
            depth = len(self.targets)
            self._block(body)
        except Failure as error:
            del self.targets[depth:]
            self.variables |= {names[1]: str(error), names[2]: error.number}
            self._block(rescue)

    def _target(self, text: str) -> object:
        if (named := re.fullmatch(r'application id "(.+)"', text)) is not None:
            if named[1] != APPLICATION:
                raise Failure(-1728, f"Can't get application id {named[1]}.")
            if not self.world.allowed:
                raise Failure(-1743, "Not authorized to send Apple events to Capture One.")
            if not self.world.running:
                raise Failure(-600, "Application isn't running.")
            return self.world
        return self._value(text)

    def _line(self, line: str) -> None:
        if (condition := re.fullmatch(r"if (.+?) then (.+)", line)) is not None:
            if self._is_true(condition[1]):
                self._line(condition[2])
        elif (error := re.fullmatch(r'error "(.*)" number (-?\d+)', line)) is not None:
            raise Failure(int(error[2]), error[1])
        elif line.startswith("return "):
            raise _Answer(self._value(line.removeprefix("return ")))
        elif (more := re.fullmatch(r"set end of (\w+) to (.+)", line)) is not None:
            there = self.variables[more[1]]
            assert isinstance(there, list)
            there.append(self._value(more[2]))
        elif (whole := re.fullmatch(r"set (\w+) to (.+)", line)) is not None and whole[1] not in _WORDS:
            self.variables[whole[1]] = self._value(whole[2])
        elif (part := re.fullmatch(r"set (.+?) of (.+?) to (.+)", line)) is not None:
            self._set(part[1], self._value(part[2]), self._value(part[3]))
        elif (gone := re.fullmatch(r"delete curve point (\d+)", line)) is not None:
            self._delete_point(int(gone[1]))
        elif line.startswith("make new curve point with properties "):
            self._make_point(line)
        elif line == "add variant":
            image = self.targets[-1]
            if not isinstance(image, Image):
                raise Failure(-1708, "It doesn't understand the add variant message.")
            self.world.add(image)
        else:
            raise Failure(-2741, f"A line is not understood: {line}")

    def _is_true(self, text: str) -> bool:
        if (running := re.fullmatch(r'application id "(.+)" is not running', text)) is not None:
            return running[1] != APPLICATION or not self.world.running
        sides = re.fullmatch(r"\(?(.+?)\)? is (not )?(.+)", text)
        if sides is None:
            raise Failure(-2741, text)
        left = self._value(sides[1])
        right = _MISSING if sides[3] == "missing value" else self._value(sides[3])
        return (left == right) != bool(sides[2])

    def _set(self, word: str, of: object, value: object) -> None:
        if isinstance(of, _Point):
            index = ("brightness", "amount").index(word)
            self.world.before(of.of.variant, of.of.name)
            if not isinstance(value, int | float) or not 0 <= value <= 100:
                raise Failure(-50, "Parameter error.")  # dictionary: 0 to 100
            of.values[index] = float(value)
            return
        kind = PROPERTIES[_class(of)].get(word)
        if kind is None:
            raise Failure(-10006, f"Can't set {word} of the {_class(of)}.")
        variant = of.variant if isinstance(of, _Settings) else of
        assert isinstance(variant, Variant)
        self.world.set(variant, word, kind, value)

    def _delete_point(self, number: int) -> None:
        curve = self.targets[-1]
        if not isinstance(curve, _CurveOf) or not 2 <= number < len(curve.curve.points):
            raise Failure(-1728, f"Can't get curve point {number}.")
        self.world.before(curve.variant, curve.name)
        del curve.curve.points[number - 1]

    def _make_point(self, line: str) -> None:
        found = re.fullmatch(r"make new curve point with properties \{brightness:([\d.]+), amount:([\d.]+)\}", line)
        curve = self.targets[-1]
        if found is None or not isinstance(curve, _CurveOf):
            raise Failure(-2741, line)
        point = [float(found[1]), float(found[2])]
        self.world.before(curve.variant, curve.name)
        if not all(0 <= number <= 100 for number in point):
            raise Failure(-50, "Parameter error.")
        curve.curve.points.append(point)
        curve.curve.sort()

    # Expressions

    def _value(self, text: str) -> object:
        tokens = _tokens(text)
        value, rest = self._expression(tokens)
        if rest:
            raise Failure(-2741, f"Expected the end of the line, found {rest[0]!r} in {text!r}.")
        return value

    def _expression(self, tokens: list[str]) -> tuple[object, list[str]]:
        value, rest = self._primary(tokens)
        if rest[:2] == ["as", "text"]:
            return (value if isinstance(value, str) else _spell(value)), rest[2:]
        return value, rest

    def _primary(self, tokens: list[str]) -> tuple[object, list[str]]:
        if not tokens:
            raise Failure(-2741, "Expected an expression, found the end of the line.")
        head, rest = tokens[0], tokens[1:]
        if head == "{":
            return self._list(rest)
        if head == "(":
            value, rest = self._expression(rest)
            if rest[:1] != [")"]:
                raise Failure(-2741, "Expected ).")
            return value, rest[1:]
        if head.startswith('"'):
            return re.sub(r"\\(.)", r"\1", head[1:-1]), rest
        if re.fullmatch(r"-?\d+", head):
            return int(head), rest
        if re.fullmatch(r"-?[\d.]+", head):
            return float(head), rest
        if head in ("true", "false"):
            return head == "true", rest
        if tokens[:2] == ["missing", "value"]:
            return None, tokens[2:]
        if head in self.variables:
            return self.variables[head], rest
        return self._reference(tokens)

    def _list(self, tokens: list[str]) -> tuple[object, list[str]]:
        values: list[object] = []
        while tokens[:1] != ["}"]:
            value, tokens = self._expression(tokens)
            values.append(value)
            if tokens[:1] == [","]:
                tokens = tokens[1:]
        return values, tokens[1:]

    def _reference(self, tokens: list[str]) -> tuple[object, list[str]]:
        if tokens[:2] == ["maximum", "crop"]:
            assert "maximum crop" in COMMANDS
            variant, rest = self._expression(tokens[2:])
            if not isinstance(variant, Variant) or rest[:2] != ["apply", "false"]:
                raise Failure(-2741, "maximum crop changes the crop unless it is told `apply false`.")
            return list(variant.full()), rest[2:]
        if tokens[:2] == ["count", "of"]:
            found, rest = self._elements(tokens[2:])
            return len(found), rest
        if tokens[0] == "every":
            return self._elements(tokens[1:])
        if tokens[0] in ("first", "last"):
            one, rest = _take(tokens[1:], _ONES)
            found, rest = self._of(one, rest)
            return found[0 if tokens[0] == "first" else -1], rest
        one, rest = _take(tokens, _ONES, needed=False)
        if one and rest[:1] == ["id"]:
            uuid, rest = self._primary(rest[1:])
            found, rest = self._of(one, rest)
            fitting = [each for each in found if getattr(each, "id", None) == uuid]
            if not fitting:
                raise Failure(-1728, f"Can't get {one} id {uuid}.")
            return fitting[0], rest
        word, rest = _take(tokens, _WORDS)
        if rest[:1] == ["of"]:
            of, rest = self._primary(rest[1:])
        else:
            of = self.targets[-1] if self.targets else None
        return self._get(word, of), rest

    def _elements(self, tokens: list[str]) -> tuple[list[object], list[str]]:
        one, rest = _take(tokens, [*_PLURALS, *_ONES])
        return self._of(_PLURALS.get(one, one), rest)

    def _of(self, one: str, tokens: list[str]) -> tuple[list[object], list[str]]:
        if tokens[:1] == ["of"]:
            of, tokens = self._primary(tokens[1:])
        else:
            of = self.targets[-1]
        if one not in ELEMENTS.get(_class(of), {}):
            raise Failure(-1728, f"Can't get every {one} of the {_class(of)}.")
        match of:
            case _Document() if one == "variant":
                return list(of.world.variants), tokens
            case Image():
                return list(of.variants), tokens
            case Variant():
                return [_Layer(number) for number in range(of.layers)], tokens
            case _CurveOf():
                return [_Point(of, values) for values in of.curve.points], tokens
            case _:
                raise Failure(-1728, f"Can't get every {one}.")

    def _get(self, word: str, of: object) -> object:
        if isinstance(of, list):
            return [self._get(word, each) for each in of]
        kinds = PROPERTIES[_class(of)]
        if word not in kinds:
            raise Failure(-1728, f"Can't get {word} of the {_class(of)}.")
        self.world.events += 1
        match of, word:
            case CaptureOne(), "version":
                return "16.8.5.30"
            case CaptureOne(), "current document":
                return _Document(of) if of.has_document else _MISSING
            case _Document(), "id":
                return of.world.document
            case _Document(), "name":
                return of.world.document.rpartition("/")[2]
            case Image(), "path":
                return of.path
            case Variant(), "id":
                return of.id
            case Variant(), "parent image":
                return of.image
            case Variant(), "adjustments":
                return _Settings(of)
            case Variant(), "rating":
                return of.rating
            case Variant(), "color tag":
                return of.tag
            case Variant(), "styles":
                return list(of.styles)
            case Variant(), "crop":
                return list(of.crop)
            case _Settings(), _ if word in CURVES:
                return _CurveOf(of.variant, word)
            case _Settings(), _:
                return of.variant.values.get(word, 0.0)
            case _Point(), _:
                return of.values[("brightness", "amount").index(word)]
            case _:
                raise Failure(-1728, f"Can't get {word} of the {_class(of)}.")


def _end_of(lines: Sequence[str], start: int, what: str) -> int:
    depth = 0
    for place in range(start, len(lines)):
        line = lines[place]
        opens = line == "try" if what == "try" else _opens(line, what)
        depth += opens - (line == f"end {what}")
        if not depth:
            return place
    raise Failure(-2741, f"Expected end {what}.")


def _opens(line: str, what: str) -> bool:
    return line.startswith("with timeout") if what == "timeout" else line.startswith("tell ") and " to " not in line


def _depth(lines: Sequence[str], start: int, end: int) -> int:
    return sum((line == "try") - (line == "end try") for line in lines[start:end])


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise Failure(-2741, f"A sign is not understood: {text[place:]!r}")
        tokens.append(found[1])
        place = found.end()
    return tokens


def _take(tokens: list[str], words: Sequence[str], *, needed: bool = True) -> tuple[str, list[str]]:
    for word in words:
        parts = word.split()
        if tokens[: len(parts)] == parts:
            return word, tokens[len(parts) :]
    if needed:
        raise Failure(-2753, f"The variable {tokens[0] if tokens else ''} is not defined.")
    return "", tokens


def _class(of: object) -> str:
    return _CLASSES.get(type(of), "object")


def _spell(value: object) -> str:
    """As osascript -s s prints it."""
    if value is None or value is _MISSING:
        return "missing value"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(_spell, value)) + "}"
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0") + ("0" if value == int(value) else "")
    if isinstance(value, int):
        return str(value)
    return f"«class {_class(value)}»"
