"""Collects the messages that people read, and compiles the catalogs of their translations.

python3 scripts/make_catalogs.py           brings the catalogs up to date; new messages wait for their translation
python3 scripts/make_catalogs.py --check   says which are out of date or lack a translation (a test runs this)

The messages are in the code as it stands: an f-string is a message whose facts are its expressions. `PLACES` says
where a text is for people; elsewhere `couloir.language.mark` says so.
"""

from __future__ import annotations

import argparse
import ast
import html
import importlib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from couloir.aperture.model import MediaKind, Severity
from couloir.derive.bricks import BRICKS
from couloir.derive.model import Fidelity
from couloir.derive.residual.classes import PhotoClass, PictureState
from couloir.errors import CouloirError
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.language.in_lightroom import SAID
from couloir.lightroom.metadata import PhotoMetadata
from couloir.migrate.ledger.decisions import Decision
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.report.setting_words import VALUES, WORDS
from couloir.migrate.report.spoken import spoken_in
from couloir.migrate.report.sums import FIDELITIES, LOOKS
from couloir.migrate.report.words import name_rows
from couloir.refine.verdict import Verdict
from couloir.service.http import problems

PROJECT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = PROJECT / "daemon" / "couloir"
CATALOGS: Final = PACKAGE / "language" / "catalogs"

PLACES: Final = {
    "Anomaly": (1,),
    "Carry": (1,),
    "DecodingRefusal": (0,),
    "Finding": (4, 5),
    "NotCarried": (2,),
    "NotMeasurable": (0,),
    "Reason": (1, 2),
    "Refusal": (1, 2),
    "Trap": (1,),
    "UnknownOpcode": (0,),
    "UnusableInput": (0,),
    "_Unusable": (0,),
    "_damaged": (0,),
    "_finding": (2, 3, 4),
    "_odd": (1,),
    "_report": (2, 3),
    "_sentence": (0,),
    "_warn": (2,),
    "append": (0,),
    "error": (3, 4),
    "finding": (1, 2),
    "leave_unmeasured": (1,),
    "mark": (0,),
    "no_correction": (0,),
    "note": (3, 4),
    "report_duplicate": (3,),
    "warn": (3, 4),
}
"""The arguments that are texts for people, by the name of what is called."""

TELLERS: Final = frozenset(
    """
    _beside _candidate _curve_told _in_folder _judged _kind _managed _obstacle _odd_place _part _range _referenced
    _refusal _remark advice advice_about compare_packet explain explain_missing header_problem message
    raw_unmeasured what
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)
"""Functions that return a text for people, or one among other values."""

KEYWORDS: Final = frozenset({"advice", "app", "message", "note", "purpose", "reason", "remark", "sentence", "why"})
"""Arguments by name that are texts for people, whatever is called."""

# What only the terminal or a log says, which are in English, and what never leaves a function.
SILENT: Final = (
    "cli/",
    "learn/",
    "aperture/audit/",
    "lightroom/lrcat",
    "service/background/",
    "service/doctor.py",
    "migrate/verify.py",
)
_COUNTED: Final = ("count", "plural")  # `couloir.language.count`, and its name where `count` is a number
_BASE: Final = re.compile(r"^class \w+\((\w+)\):", re.MULTILINE)
_SENTENCE: Final = re.compile(r"[A-Z][^\n]* [^\n]*\.")
_UNSEEN: Final = re.compile(r"\{#.*?#\}|<(style|script)\b.*?</\1>|<code>.*?</code>|<kbd>.*?</kbd>", re.DOTALL)
_BETWEEN: Final = re.compile(r"<[^>]*>|\{%.*?%\}", re.DOTALL)  # where one text of a page ends and the next begins
_SHOWN: Final = re.compile(r'\b(?:alt|aria-label|placeholder|title)="([^"]*)"')
_FACT: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_HELPERS: Final = frozenset({"attribute", "format", "join", "length", "map", "max", "min", "number", "photos", "sum"})


_WORDS: Final = {
    "aperture/model.py": (*map(str, Severity),),
    "derive/bricks.py": tuple(brick.title for brick in BRICKS.values()),
    "derive/model.py": (*map(str, Fidelity),),
    "derive/residual/classes.py": (*map(str, PhotoClass), *map(str, PictureState)),
    "language/in_lightroom.py": tuple(SAID.values()),
    "lightroom/metadata.py": tuple(field.name.replace("_", " ") for field in fields(PhotoMetadata)),
    "migrate/ledger/decisions.py": (*map(str, Decision),),
    "migrate/ledger/reasons.py": (*map(str, State),),
    "migrate/ledger/rows.py": (*map(str, Kind),),
    "migrate/report/page.py": tuple(str(media).capitalize() for media in MediaKind),
    "migrate/report/setting_words.py": (*VALUES, *(part for words in WORDS.values() for part in words.split(": "))),
    "migrate/report/sums.py": tuple(what for _, what in (*LOOKS, *FIDELITIES)),
    "migrate/report/words.py": tuple(map(name_rows, Kind)),
    "refine/verdict.py": (*map(str, Verdict),),
}
"""Words of enumerations and tables that stand in texts for people, by their files."""


@dataclass(frozen=True, order=True)
class Source:
    """A message with its plural, "" where it has none, and the file that it is in."""

    text: str
    plural: str
    file: str


def collect() -> list[Source]:
    """All messages of the package, sorted."""
    found: set[Source] = set()
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        if not name.startswith(SILENT):
            found.update(Source(text, plural, name) for text, plural in _Reader(file).messages())
    for file in sorted((*PACKAGE.rglob("*.j2"), *PACKAGE.rglob("*.html"))):
        found.update(Source(text, "", file.relative_to(PACKAGE).as_posix()) for text in _texts_of_page(file))
    for file in sorted(PACKAGE.rglob("*.js")):
        for text in spoken_in(file.read_text(encoding="utf-8")):
            found.add(Source(text, "", file.relative_to(PACKAGE).as_posix()))
    found.update(Source(text, "", name) for name, texts in _WORDS.items() for text in texts if is_message(text))
    for module in _modules_with_errors():
        importlib.import_module(module)
    for error in _errors():
        for text in (error.__doc__ or "", error.advice):
            if is_message(text):
                found.add(Source(" ".join(text.split()), "", _file_of(error)))
    # A text of one's own and the plural form of another would have two translations.
    plurals = {each.text for each in found if each.plural}
    return sorted(each for each in found if each.plural or each.text not in plurals)


def _texts_of_page(file: Path) -> Iterator[str]:
    """The messages of a template: what stands between tags, and in attributes that are read."""
    page = _UNSEEN.sub("<>", file.read_text(encoding="utf-8"))
    quoted = re.findall(r'"([^"{}]*? [^"{}]*)"', "\n".join(re.findall(r"\{%.*?%\}", page, re.DOTALL)))
    for text in (*_BETWEEN.split(page), *_SHOWN.findall(page), *quoted):
        told = html.unescape(" ".join(_FACT.sub(_fact_of_page, text).split()))
        if is_message(told):
            yield told


def _fact_of_page(found: re.Match[str]) -> str:
    """An expression of a template as a fact: {{ number(part.count) }} becomes {count}."""
    words = [word for word in re.findall(r"[a-z_][a-z_0-9]*", found[1]) if word not in _HELPERS]
    name = (words or ["told"])[-1]
    return f"{{{name}:.2f}}" if "%.2f" in found[1] else f"{{{name}}}"


def _modules_with_errors() -> list[str]:
    """The modules that add an error to those known; importing them makes theirs known."""
    known = {error.__name__ for error in _errors()}
    return [
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        for file in sorted(PACKAGE.rglob("*.py"))
        if not known.isdisjoint(_BASE.findall(file.read_text(encoding="utf-8")))
    ]


def _errors(root: type[CouloirError] = CouloirError) -> Iterator[type[CouloirError]]:
    assert problems.RequestError in CouloirError.__subclasses__()
    yield root
    for child in root.__subclasses__():
        yield from _errors(child)


def _file_of(error: type) -> str:
    return "/".join(error.__module__.split(".")[1:]) + ".py"


class _Reader:
    """Reads the messages of one module."""

    def __init__(self, file: Path) -> None:
        self._tree = ast.parse(file.read_text(encoding="utf-8"))
        self._assigned: dict[ast.AST, dict[str, list[ast.expr]]] = {}
        self._around: dict[ast.AST, ast.AST] = {}
        self._look(self._tree, self._tree)

    def messages(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.FunctionDef) and node.name in TELLERS:
                for each in ast.walk(node):
                    if isinstance(each, ast.Return) and each.value is not None:
                        yield from ((text, "") for text in self._texts(each.value, set()) if is_message(text))
            if not isinstance(node, ast.Call):
                continue
            called = _name_of(node.func)
            if called in _COUNTED and len(node.args) == 3:
                one, many = (next(self._texts(each, set()), "") for each in node.args[1:])
                if one and many:
                    yield one, many
                continue
            told = [node.args[place] for place in PLACES.get(called, ()) if place < len(node.args)]
            told += [each.value for each in node.keywords if each.arg in KEYWORDS]
            for value in told:
                yield from ((text, "") for text in self._texts(value, set()) if is_message(text))
        for value in self._constants():
            yield from ((text, "") for text in self._texts(value, set()) if _SENTENCE.fullmatch(text))

    def _constants(self) -> Iterator[ast.expr]:
        """The values of the module's constants, and of its tables: a whole sentence there is for people."""
        for values in self._assigned.get(self._tree, {}).values():
            for value in values:
                yield from value.values if isinstance(value, ast.Dict) else [value]

    def _look(self, node: ast.AST, scope: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._around[child] = scope
            inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope
            if isinstance(child, ast.Assign | ast.AnnAssign) and child.value is not None:
                for target in child.targets if isinstance(child, ast.Assign) else [child.target]:
                    if isinstance(target, ast.Name):
                        self._assigned.setdefault(scope, {}).setdefault(target.id, []).append(child.value)
            self._look(child, inner)

    def _texts(self, value: ast.expr, seen: set[int]) -> Iterator[str]:
        """The messages that an expression may be."""
        if id(value) in seen:
            return
        seen.add(id(value))
        match value:
            case ast.Constant(value=str(text)):
                # A constant with facts is for `str.format`.
                yield text if re.search(r"\{\w+\}", text) else text.replace("{", "{{").replace("}", "}}")
            case ast.Tuple(elts=values):
                for each in values:
                    yield from self._texts(each, seen)
            case ast.JoinedStr():
                yield template_of(value)
                for part in value.values:  # a fact may be a message of its own: f"{'a' if x else 'b'}"
                    if isinstance(part, ast.FormattedValue):
                        yield from self._texts(part.value, seen)
            case ast.IfExp(body=one, orelse=other):
                yield from self._texts(one, seen)
                yield from self._texts(other, seen)
            case ast.BoolOp(values=values):
                for each in values:
                    yield from self._texts(each, seen)
            case ast.Name(id=name):
                scope = self._around.get(value)
                while scope is not None:
                    for assigned in self._assigned.get(scope, {}).get(name, ()):
                        yield from self._texts(assigned, seen)
                    scope = self._around.get(scope) if scope is not self._tree else None


def is_message(text: str) -> bool:
    """Whether there are words in a text beside its facts."""
    return re.search("[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", text)) is not None


def template_of(joined: ast.JoinedStr) -> str:
    """An f-string as a message: f"{len(found):,} rows" becomes "{found:,} rows"."""
    names: list[str] = []
    text = ""
    for part in joined.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.FormattedValue):
            name = wanted = _fact(part.value)
            number = 2
            while name in names:
                name, number = f"{wanted}{number}", number + 1
            names.append(name)
            layout = "" if part.format_spec is None else ast.literal_eval(_constant(part.format_spec))
            quoted = "!r" if part.conversion == ord("r") else ""
            text += f"{{{name}{quoted}:{layout}}}" if layout else f"{{{name}{quoted}}}"
    return text


def _constant(layout: ast.expr) -> ast.expr:
    """A format, which may itself have expressions, as a literal."""
    values = layout.values if isinstance(layout, ast.JoinedStr) else []
    return ast.Constant("".join(str(each.value) for each in values if isinstance(each, ast.Constant)))


def _fact(value: ast.expr) -> str:
    """A name for the fact that an expression gives."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=inner) | ast.BoolOp(values=[inner, *_]) | ast.IfExp(body=inner):
            return _fact(inner)
        case ast.Call(args=[inner, *_]) if not isinstance(inner, ast.Constant):
            return _fact(inner)
        case ast.Call(func=ast.Attribute(attr=name), args=[_, *_]):
            return name
        case ast.Call(func=ast.Attribute(value=inner)):
            return _fact(inner)
        case ast.BinOp(left=ast.Constant(), right=inner) | ast.BinOp(left=inner):
            return _fact(inner)
    return "told"


def _name_of(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


class _SameBytes(Catalog):
    """A catalog whose files depend on its messages only: without the version of the program that wrote them."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super()._get_mime_headers() if name != "Generated-By"]

    mime_headers = property(_get_mime_headers, Catalog._set_mime_headers)


def catalog_of(language: str, sources: Iterable[Source]) -> Catalog:
    """The catalog with all messages: those that it translates already with their translations, the others empty."""
    old = _read(language)
    fresh = _SameBytes(language, project="Couloir", version="", fuzzy=False, charset="utf-8")
    fresh.header_comment = f"# What Couloir says, in {fresh.locale.english_name if fresh.locale else language}."
    fresh.creation_date = fresh.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # the bytes depend on messages only
    fresh.last_translator, fresh.language_team, fresh.msgid_bugs_address = "", "", ""
    for source in sources:
        known = old.get(source.text)
        message = (source.text, source.plural) if source.plural else source.text
        empty = ("",) * fresh.num_plurals if source.plural else ""
        kept = known.string if known is not None and isinstance(known.id, tuple) == bool(source.plural) else empty
        fresh.add(message, kept, [(source.file, 0)], flags=())
    return fresh


def _read(language: str) -> Catalog:
    path = CATALOGS / f"{language}.po"
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def texts_of(catalog: Catalog) -> tuple[bytes, bytes]:
    """The .po and the .mo file of a catalog."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=120, sort_by_file=True, include_lineno=False)
    write_mo(mo, catalog)
    return po.getvalue(), mo.getvalue()


def lacking(catalog: Catalog) -> list[str]:
    """The messages without a translation."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple | list) else [message.string])
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is out of date or not translated")
    check = parser.parse_args().check
    sources = collect()
    wrong = False
    for language in (each for each in LANGUAGES if each != ENGLISH):
        catalog = catalog_of(language, sources)
        for ending, content in zip(("po", "mo"), texts_of(catalog), strict=True):
            path = CATALOGS / f"{language}.{ending}"
            if not path.exists() or path.read_bytes() != content:
                if check:
                    wrong = True
                    print(f"{path.name} is out of date; run scripts/make_catalogs.py")
                else:
                    path.write_bytes(content)
        for text in lacking(catalog):
            wrong = True
            print(f"{language}: not translated: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
