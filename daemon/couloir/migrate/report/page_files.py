"""Writes the files of the page of all photos: `photos.html`, scripts and style in `page/`, data in pieces in `data/`.

The pieces keep 100,000 photos fast: the first ones show before the last are read. The page opens from disk,
where it may not fetch a file but may load a script; so each piece is a script with one call, and the rest is JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from couloir.derive.baseline import baseline
from couloir.derive.model import Fidelity
from couloir.json_text import to_json
from couloir.language.catalog import Catalog, open_catalog
from couloir.language.choice import ENGLISH
from couloir.language.pages import translate_page
from couloir.lightroom.settings import PhotoKind
from couloir.migrate.files.own import clear, make_folder, rename, write_whole
from couloir.migrate.ledger.decisions import Decision
from couloir.migrate.report.look_pictures import BINS, MAP_SCALE
from couloir.migrate.report.looks import Look, PhotoEntry, PlacedMask
from couloir.migrate.report.setting_words import tell_settings
from couloir.migrate.report.spoken import translations
from couloir.migrate.report.summary import Summary
from couloir.migrate.report.templates import load_template
from couloir.refine.verdict import IN_LIGHTROOM, Program, Verdict, describe_renderer, name_renderer

PAGE: Final = "photos.html"
STATIC: Final = ("data.js", "desk.js", "grid.js", "photo.js", "photos.css")
ROWS: Final = 2000  # photos in a piece of the grid, about 300 kB
DETAILS: Final = 50  # photos in a piece of details
_DATA_TO_BE: Final = ".data"
_DECIMAL: Final = re.compile(r"-?\d+\.\d+")

# The profile and the white balance come first.
_AT_REST: Final = {
    key: value for key, value in baseline(PhotoKind.RAW).items() if key not in ("CameraProfile", "WhiteBalance")
}


@dataclass(slots=True)
class _Names:
    """Gives each name a number, in the order of the first use."""

    names: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


class PageFiles:
    """Takes photos in any order, then writes the page. It keeps one short row per photo in memory.

    The previous page stays until `finish`: it may be open, and writing the new one may take long.
    """

    def __init__(self, folder: Path, catalog: Catalog | None = None, program: Program = IN_LIGHTROOM) -> None:
        """Prepare the folder for a page in a language, else English, about photos that are for `program`. Raises as
        `writing` does, like the others.
        """
        self._program = program
        self._folder = folder
        self._catalog = catalog or open_catalog(ENGLISH)
        self._data = folder / _DATA_TO_BE
        self._projects, self._adjustments, self._renderers = _Names(), _Names(), _Names()
        self._cameras, self._kinds = _Names(), _Names()
        self._verdicts = {verdict: number for number, verdict in enumerate(Verdict)}
        self._rows: list[tuple[object, ...]] = []
        self._details: list[dict[str, object]] = []
        self._summary = Summary(program)
        clear(self._data)  # left over from a report that was stopped
        for place in (self._data, folder / "page"):
            make_folder(place)

    def add(self, photo: PhotoEntry) -> None:
        self._summary.add(photo)
        piece, place = divmod(len(self._rows), DETAILS)
        self._rows.append(self._row(photo, piece, place))
        self._details.append(_detail(photo, self._catalog, self._program))
        if len(self._details) == DETAILS:
            self._write_details(piece)

    @property
    def summary(self) -> Summary:
        """The sums over the photos so far."""
        return self._summary

    def finish(self, library: str) -> Path:
        """Write the page of the added photos, the largest difference first. Returns its path."""
        if self._details:
            self._write_details((len(self._rows) - 1) // DETAILS)
        self._rows.sort(key=_by_difference)
        pieces = range(0, len(self._rows), ROWS)
        for number, first in enumerate(pieces):
            self._piece("photos", number, self._rows[first : first + ROWS])
        self._piece(
            "meta",
            0,
            {
                "count": len(self._rows),
                "pieces": len(pieces),
                "projects": list(self._projects.names),
                "verdicts": list(self._verdicts),
                "cameras": [self._catalog.say(name) for name in self._cameras.names],
                "kinds": [self._catalog.say(name) for name in self._kinds.names],
                "adjustments": [self._catalog.say(title) for title in self._adjustments.names],
                "renderers": [_renderer(name, self._catalog, self._program) for name in self._renderers.names],
                "words": self._words(),
                "program": self._program.title,
                "scale": MAP_SCALE,
                "bins": BINS,
            },
        )
        clear(self._folder / "data")
        rename(self._data, "data")
        for name in STATIC:
            write_whole(self._folder / "page" / name, static_file(name))
        written = load_template("photos.html.j2").render(
            library=library,
            summary=self._summary.as_dict(),
            number=self._catalog.number,
            is_for_lightroom=self._program == IN_LIGHTROOM,
        )
        page = translate_page(written, self._catalog)
        write_whole(self._folder / PAGE, page.encode("utf-8", "replace"))
        return self._folder / PAGE

    def _words(self) -> dict[str, str]:
        """What the scripts say, and the words of the data that they show, in the page's language; {} in English."""
        if self._catalog.language == ENGLISH:
            return {}
        scripts = (static_file(name).decode() for name in STATIC if name.endswith(".js"))
        named = {str(word): self._catalog.say(word) for kind in (Verdict, Fidelity, Decision) for word in kind}
        return {**translations(scripts, self._catalog), **named}

    def _row(self, photo: PhotoEntry, piece: int, place: int) -> tuple[object, ...]:
        """A photo's row, in the order of COLUMN in page/data.js."""
        look = photo.look
        before, after = (None, None) if look is None else (look.before, look.after)
        return (
            photo.uuid,
            photo.name,
            self._projects.number(photo.project),
            self._verdicts[photo.verdict],
            None if after is None else round(after.mean, 3),
            None if after is None else round(after.p95, 3),
            None if before is None else round(before.mean, 3),
            sorted({self._adjustments.number(str(operation["title"])) for operation in photo.operations}),
            photo.thumbnail,
            photo.decision,
            piece,
            place,
            None if after is None or look is None else self._renderers.number(look.renderer),
            self._cameras.number(photo.camera),
            self._kinds.number(photo.kind),
            photo.rating,
            photo.fidelity,
            int(photo.is_edited),
            int(photo.is_drawn),
        )

    def _write_details(self, number: int) -> None:
        self._piece("detail", number, self._details)
        self._details = []

    def _piece(self, name: str, number: int, content: object) -> None:
        text = to_json(content, separators=(",", ":"))  # ASCII, so that a wrong encoding does no harm
        write_whole(self._data / f"{name}-{number}.js", f'couloir.take("{name}",{number},{text});\n'.encode())


def static_file(name: str) -> bytes:
    """A script or the style of the page, by its name in STATIC."""
    return (files("couloir.migrate.report") / "assets" / name).read_bytes()


def _by_difference(row: tuple[Any, ...]) -> tuple[object, ...]:
    """The sort key: the largest difference first, then photos without a measurement, by name."""
    after = row[4]
    return (after is None, -(after or 0.0), row[1], row[0])


def _renderer(name: str, catalog: Catalog, program: Program) -> dict[str, object]:
    """Who drew, as the page says it, and whether what it drew is a measurement."""
    return {"name": catalog.say(name_renderer(name)), "measures": name in program.own}


def _detail(photo: PhotoEntry, catalog: Catalog, program: Program) -> dict[str, object]:
    look = photo.look
    return {
        "uuid": photo.uuid,
        "path": photo.path,
        "outcome": catalog.say(photo.outcome),
        "advice": catalog.say(photo.advice),
        "why": catalog.say(photo.why),
        "operations": [_operation(each, catalog) for each in photo.operations],
        "settings": _telling(photo.settings if look is None else look.settings or photo.settings, catalog),
        "look": None if look is None else _look(look, catalog, program),
        "masks": [_mask(mask, catalog) for mask in photo.masks],
        "losing": photo.loses_places,
    }


def _mask(mask: PlacedMask, catalog: Catalog) -> dict[str, object]:
    sliders = [[catalog.say(words), value] for words, value in mask.sliders]
    return {"file": mask.file, "sliders": sliders, "before": mask.before, "after": mask.after}


def _operation(operation: Mapping[str, object], catalog: Catalog) -> dict[str, object]:
    return {**operation, **{name: catalog.say(str(operation[name])) for name in ("title", "reason")}}


def _look(look: Look, catalog: Catalog, program: Program) -> dict[str, object]:
    return {
        "start": catalog.say(look.start),
        "renderer": catalog.say(describe_renderer(look.renderer, program)),
        "renderings": look.renderings,
        "reason": catalog.say(look.reason),
        "aperture": look.drawn.aperture,
        "rendering": look.drawn.rendering,
        "difference": look.drawn.difference,
        "lost": look.drawn.lost,
        "inside": look.drawn.lost_inside,
        "histograms": list(look.drawn.histograms),
    }


def _telling(settings: Mapping[str, object], catalog: Catalog) -> list[tuple[str, str, str]]:
    """Key, words and value of the settings that are not neutral: the file states neutral ones, too, but the page need
    not show them.
    """
    told = tell_settings({key: value for key, value in settings.items() if not _at_rest(key, value)})
    return [(key, catalog.say(words), _value(value, catalog)) for key, words, value in told]


def _value(value: str, catalog: Catalog) -> str:
    return catalog.number(float(value)) if _DECIMAL.fullmatch(value) else catalog.say(value)


def _at_rest(key: str, value: object) -> bool:
    # A curve from the ledger is a list.
    plain = tuple(value) if isinstance(value, list) else value
    return plain in (0, "", None) or (key in _AT_REST and plain == _AT_REST[key])
