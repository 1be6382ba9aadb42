"""The report: what became of every row, and how near the photos came. Opens from disk, needs no network.

FOLDER/couloir-report/report.html for people, report.json for programs. Pictures are WebP files beside it, which
Lightroom does not import. A figure is only shown where a rendering was compared with Aperture's preview.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from couloir import __version__
from couloir.aperture.library import Library
from couloir.aperture.model import LibraryInfo
from couloir.color.difference import Difference
from couloir.derive import translate
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.pixels import encode_webp
from couloir.engines.protocol import Picture, Renderer
from couloir.errors import ContentError, UnknownVersion
from couloir.migrate.compare import Comparison, compare
from couloir.migrate.ledger import Ledger, printable
from couloir.migrate.originals import write_whole, writing
from couloir.migrate.plan import Placement
from couloir.migrate.reasons import ORIGINAL_RECORD, State, common
from couloir.migrate.rows import Entry, Kind

FOLDER = "couloir-report"
PICTURE_SIZE = 768  # pixels on the long edge: what is compared is what is shown
_PER_PAGE = 200
_LISTED = 500  # items of one reason on the page; report.json lists all

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Report:
    """Where the report is, how many photos it compares, and how many more could have been."""

    html: Path
    json: Path
    compared: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ComparedPhoto:
    """One photo in the report; picture paths are relative to the report's folder."""

    uuid: str
    name: str
    path: str
    fidelity: str
    before: Difference
    after: Difference
    aperture_picture: str
    rendered_picture: str
    operations: tuple[Mapping[str, object], ...]


def write_report(
    library: Library,
    ledger: Ledger,
    destination: Path,
    pictures: int = _PER_PAGE,
    progress: Progress = lambda _done, _total: None,
    renderer: Renderer | None = None,
) -> Report:
    """Write the report of a migration into its folder, replacing the last one.

    At most `pictures` photos are rendered and compared, spread evenly over those that can be: edited, written, with an
    up-to-date preview, of a type that `renderer` (our Camera Raw engine unless another is given) draws.
    """
    drawing = renderer or CameraRawEngine()
    folder = destination / FOLDER
    with writing(folder):
        shutil.rmtree(folder / "pictures", ignore_errors=True)
        (folder / "pictures").mkdir(parents=True)
        for old_page in folder.glob("report-*.html"):
            old_page.unlink()
    candidates = _candidates(ledger)
    chosen = _spread(candidates, pictures)
    problems: list[str] = []
    photos = sorted(
        _compared(library, ledger, chosen, folder, drawing, progress, problems),
        key=lambda p: p.after.mean,
        reverse=True,
    )
    facts = _facts(library.info, ledger, destination, drawing.name, photos, len(candidates) - len(chosen), problems)
    report = Report(folder / "report.html", folder / "report.json", len(photos), len(candidates) - len(chosen))
    write_whole(report.json, json.dumps(facts, indent=1, ensure_ascii=False).encode("utf-8", "replace"))
    environment = Environment(
        loader=PackageLoader("couloir.migrate", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("report.html.j2")
    pages = [photos[first : first + _PER_PAGE] for first in range(0, len(photos), _PER_PAGE)] or [[]]
    for number, page in enumerate(pages, start=1):
        text = template.render(
            facts, page=page, number=number, last=len(pages), page_name=_page_name, waiting=list(_attention(ledger))
        )
        write_whole(folder / _page_name(number), text.encode("utf-8", "replace"))
    return report


def _page_name(number: int) -> str:
    return "report.html" if number == 1 else f"report-{number}.html"


def _candidates(ledger: Ledger) -> list[str]:
    """Uuids of written versions with edits in a file that has pixels we can read."""
    return [
        entry.row.uuid
        for entry in ledger.entries(Kind.VERSION, (State.DONE,))
        if entry.row.detail.get("edited") and entry.row.detail.get("placement") == str(Placement.EMBEDDED)
    ]


def _spread(candidates: Sequence[str], wanted: int) -> list[str]:
    """`wanted` of the candidates at even distances: the same choice every time."""
    if len(candidates) <= wanted:
        return list(candidates)
    return [candidates[position * len(candidates) // wanted] for position in range(wanted)]


def _compared(
    library: Library,
    ledger: Ledger,
    uuids: Sequence[str],
    folder: Path,
    renderer: Renderer,
    progress: Progress,
    problems: list[str],
) -> Iterator[ComparedPhoto]:
    for done, uuid in enumerate(uuids, start=1):
        try:
            photo = _compare(library, ledger, uuid, folder, renderer)
        except (ContentError, UnknownVersion) as error:
            problems.append(error.message)
        else:
            if photo is not None:
                yield photo
        progress(done, len(uuids))


def _compare(library: Library, ledger: Ledger, uuid: str, folder: Path, renderer: Renderer) -> ComparedPhoto | None:
    """None where there is nothing to compare with: no preview, or one that is out of date."""
    version = library.version(uuid)
    master, preview, entry = (
        library.master(version.master_uuid),
        library.preview(version),
        ledger.get(Kind.VERSION, uuid),
    )
    original = None if master is None else library.original(master).path
    if master is None or original is None or entry is None:
        return None
    if preview.path is None or not preview.up_to_date or preview.is_master:
        return None
    translation = translate(version, master)
    found = compare(version, master, translation, original, preview.path, renderer, PICTURE_SIZE)
    aperture_picture, rendered_picture = _save_pictures(uuid, found, folder)
    return ComparedPhoto(
        uuid=uuid,
        name=printable(version.name),
        path=str(entry.row.detail.get("path")),
        fidelity=str(translation.fidelity),
        before=found.before,
        after=found.after,
        aperture_picture=aperture_picture,
        rendered_picture=rendered_picture,
        operations=tuple(
            {"title": o.title, "fidelity": str(o.fidelity), "reason": o.reason}
            for o in translation.operations
            if o.enabled
        ),
    )


def _save_pictures(uuid: str, found: Comparison, folder: Path) -> tuple[str, str]:
    # A uuid holds characters that mean something in an address, or anything at all in a damaged library.
    stem = hashlib.blake2b(uuid.encode("utf-8", "replace"), digest_size=10).hexdigest()

    def save(picture: Picture, what: str) -> str:
        name = f"pictures/{stem}-{what}.webp"
        write_whole(folder / name, encode_webp(picture))
        return name

    return save(found.preview, "aperture"), save(found.rendering, "translated")


def _facts(
    info: LibraryInfo,
    ledger: Ledger,
    destination: Path,
    renderer: str,
    photos: Sequence[ComparedPhoto],
    left_out: int,
    problems: Sequence[str],
) -> dict[str, object]:
    """Everything in the report as plain data: the whole of report.json, and what the page is made of."""
    return {
        "version": __version__,
        "library": {"name": info.name, "path": str(info.path), "app": info.app, "app_version": info.app_version},
        "destination": str(destination),
        "balance": [{**asdict(line), "kind": str(line.kind), "balances": line.balances} for line in ledger.balance()],
        "fidelity": ledger.fidelity(),
        "reasons": [
            {"kind": str(kind), "state": str(state), **asdict(reason), "count": count}
            for kind, state, reason, count in ledger.reasons()
        ],
        "findings": [{**asdict(f), "severity": str(f.severity)} for f in ledger.findings()],
        "not_done": [_item(entry) for entry in _not_done(ledger)],
        "renderer": renderer,
        "photos": [asdict(photo) for photo in photos],
        "not_compared": {"left_out": left_out, "problems": list(problems)},
    }


def _not_done(ledger: Ledger) -> Iterator[Entry]:
    states = (State.FAILED, State.WAITING, State.SKIPPED)
    return (entry for entry in ledger.entries(None, states) if entry.row.reason.code != ORIGINAL_RECORD.code)


def _item(entry: Entry) -> dict[str, object]:
    row = entry.row
    return {
        "kind": str(row.kind),
        "uuid": row.uuid,
        "name": row.name,
        "state": str(row.state),
        "code": row.reason.code,
        "sentence": row.reason.sentence,
        "advice": row.reason.advice,
    }


def _attention(ledger: Ledger) -> Iterator[dict[str, object]]:
    """What did not come over, grouped by state, kind and reason: failed first, then waiting, then skipped."""
    for state in (State.FAILED, State.WAITING, State.SKIPPED):
        groups: dict[tuple[str, str], list[dict[str, object]]] = {}
        for entry in _not_done(ledger):
            if entry.row.state is state:
                groups.setdefault((str(entry.row.kind), entry.row.reason.code), []).append(_item(entry))
        for (kind, _), items in sorted(groups.items()):
            sentences = {str(item["sentence"]) for item in items}
            yield {
                "state": str(state),
                "kind": kind,
                "count": len(items),
                "sentence": common(sentences),
                "differs": len(sentences) > 1,
                "advice": items[0]["advice"],
                "items": items[:_LISTED],
                "more": max(0, len(items) - _LISTED),
            }
