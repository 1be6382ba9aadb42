"""The report: the outcome of every row, and the measured differences. Opens from disk, needs no network.

FOLDER/couloir-report/report.html for people, report.json for programs. Pictures are WebP files beside it, which
Lightroom does not import. A difference is only shown where a rendering was compared with Aperture's preview.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from couloir.aperture.details.records import PreviewStatus
from couloir.aperture.library import Library
from couloir.derive.model import Fidelity
from couloir.derive.painted.losses import loses_places
from couloir.derive.pictures.contexts import find_all
from couloir.derive.pictures.gather import see
from couloir.derive.translator import NO_CONTEXT, PhotoContext, Translator
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.dng.raw import missing_decoder
from couloir.engines.protocol import Renderer
from couloir.errors import CannotRender, ContentError, UnknownVersion
from couloir.json_text import to_json
from couloir.language.catalog import open_catalog
from couloir.language.choice import ENGLISH
from couloir.language.pages import translate_page
from couloir.lightroom.local.fields import as_fields
from couloir.migrate.clock import read_clock
from couloir.migrate.files.own import names, remove, write_whole
from couloir.migrate.files.sizes import add_size
from couloir.migrate.ledger.door import door_of, program_of
from couloir.migrate.ledger.expectations import sum_knowledge
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import match_of
from couloir.migrate.outlook import raw_unmeasured
from couloir.migrate.plan import Placement
from couloir.migrate.report.compare import compare
from couloir.migrate.report.comparisons import Comparison, ComparisonStore, describe_drawing
from couloir.migrate.report.facts import facts_of
from couloir.migrate.report.look_pictures import PICTURE_SIZE, ComparedPictures, draw, stem_of
from couloir.migrate.report.look_store import LookStore
from couloir.migrate.report.looks import ComparedPhoto
from couloir.migrate.report.page import write_photos_page
from couloir.migrate.report.sums import FIDELITIES, LOOKS, sum_photos, sum_rows
from couloir.migrate.report.templates import load_template
from couloir.migrate.report.thumbnails import Thumbnails
from couloir.migrate.report.words import count_rows, name_rows
from couloir.refine.verdict import IN_LIGHTROOM, describe_renderer, explain_verdicts, tell_figure

_PER_PAGE = 200
_RAW_SHARE = 4  # one in so many of the photos that are compared may be a RAW file

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Report:
    """The report's path and first words; the number of photos that it compares, and of those that it could.

    `measured` counts the photos with a difference that `program`, which the folder is for, has drawn itself, `expected`
    those of which something else drew it. `failed` counts those that could not be compared because the original or the
    preview is damaged. `remark` says what could not be measured on this computer, "" for nothing.
    """

    html: Path
    photos: Path
    json: Path
    head: str
    compared: int
    left_out: int
    measured: int
    expected: int
    failed: int
    remark: str
    program: str = IN_LIGHTROOM.title


def write_report(
    library: Library,
    ledger: Ledger,
    destination: Path,
    pictures: int = _PER_PAGE,
    progress: Progress = lambda _done, _total: None,
    renderer: Renderer | None = None,
    *,
    translator: Translator | None = None,
    by_pictures: bool = True,
    language: str = ENGLISH,
    in_lightroom: bool = False,
) -> Report:
    """Write the report of a migration into its folder, replacing the last one.

    At most `pictures` photos are rendered and compared, those first of which something is lost, the rest spread evenly
    over those that can be: edited, written, not yet matched, with an up-to-date preview, of a type that `renderer` (our
    Camera Raw engine unless another is given) draws, and of RAW files, which take seconds each, a quarter of that; as
    many thumbnails are drawn of photos without a preview. `translator` is that of the migration, by default one without
    profiles and offsets. `language` is that of the pages, which are in the words of its dialogs for a reader
    `in_lightroom`; report.json is English, in the words of the command line.
    """
    translator = translator or Translator()
    drawing = renderer or CameraRawEngine(profiles=translator.profiles.looks)
    catalog = open_catalog(language, in_lightroom=in_lightroom)
    store = LookStore(destination)
    folder = store.folder
    drawn = describe_drawing(drawing.name, translator, by_pictures=by_pictures)
    comparisons = ComparisonStore(folder, drawn)
    for name in names(folder):
        if name.startswith("report-") and name.endswith(".html"):
            remove(folder / name)
    door = door_of(ledger)
    program = program_of(door)
    # Our engine draws what Lightroom would, which says nothing about another program.
    candidates, raw = _candidates(ledger) if door.in_xmp else (_NOBODY, _NOBODY)
    of_raw = _choose(raw, pictures // _RAW_SHARE if candidates.all else -(-pictures // _RAW_SHARE))
    chosen = [*_choose(candidates, pictures - len(of_raw)), *of_raw]
    left_out = len(candidates.all) + len(raw.all) - len(chosen)
    problems: list[Comparison] = []
    photos = sorted(
        _compared(library, ledger, chosen, _Drawing(drawing, translator, by_pictures), comparisons, progress, problems),
        key=lambda p: p.after.mean,
        reverse=True,
    )
    comparisons.prune()
    previews = read_clock(library)
    facts = facts_of(
        library.info, ledger, destination, drawing.name, photos, left_out, Counter(each.problem for each in problems)
    )
    facts["previews"] = previews.as_dict()
    facts["remark"] = raw_unmeasured(library) if door.in_xmp else ""
    photos_page, summary = write_photos_page(
        library,
        ledger,
        store,
        photos,
        drawing.name,
        progress,
        thumbnails=Thumbnails(library, store, translator.profiles.looks, pictures),
        catalog=catalog,
    )
    measured, expected = summary.figures
    sums = sum_photos(ledger)
    facts["photo_sums"] = sums.as_dict()
    known = sum_knowledge(ledger)
    facts["known"] = known.as_dict()
    report = Report(
        html=folder / "report.html",
        photos=photos_page,
        json=folder / "report.json",
        head=" ".join([*sums.tell(), *known.tell()]),
        compared=len(photos),
        left_out=left_out,
        measured=measured,
        expected=expected,
        failed=sum(each.failed for each in problems),
        remark=str(facts["remark"]),
        program=program.title,
    )
    write_whole(report.json, to_json(facts, indent=1, ensure_ascii=False).encode("utf-8", "replace"))
    pages = [photos[first : first + _PER_PAGE] for first in range(0, len(photos), _PER_PAGE)] or [[]]
    words = {
        "told": [*sums.tell(), *known.tell()],
        "photo_groups": list(sums.groups()),
        "looks": LOOKS,
        "fidelities": FIDELITIES,
        "summary": summary.as_dict(),
        "meanings": explain_verdicts(program),
        "is_for_lightroom": door.in_xmp,
        "rows": list(sum_rows(ledger)),
        "last": len(pages),
        "page_name": _page_name,
        "count_rows": count_rows,
        "name_rows": name_rows,
        "tell_figure": tell_figure,
        "describe_renderer": describe_renderer,
    }
    for number, page in enumerate(pages, start=1):
        text = load_template("report.html.j2").render(
            {**facts, **words, "photo_sums": sums, "page": page, "number_of_page": number}
        )
        write_whole(folder / _page_name(number), translate_page(text, catalog).encode("utf-8", "replace"))
    return report


def _page_name(number: int) -> str:
    return "report.html" if number == 1 else f"report-{number}.html"


class _Candidates(NamedTuple):
    """Uuids of versions; of those in `places` something painted or retouched is lost, of those in `losing` another
    adjustment.
    """

    all: list[str]
    places: list[str]
    losing: list[str]


def _candidates(ledger: Ledger) -> tuple[_Candidates, _Candidates]:
    """Written versions with edits in a file that has pixels we can read, and those of RAW files; those that were
    matched have their difference already.
    """
    found = {str(each): _Candidates([], [], []) for each in (Placement.EMBEDDED, Placement.SIDECAR)}
    for entry in ledger.entries(Kind.VERSION, (State.DONE,)):
        group = found.get(str(entry.row.detail.get("placement")))
        if group is not None and entry.row.detail.get("edited") and match_of(ledger, entry.row.uuid) is None:
            group.all.append(entry.row.uuid)
            if entry.row.detail.get("lost_places"):
                group.places.append(entry.row.uuid)
            elif Fidelity.read(entry.row.detail.get("fidelity")) is Fidelity.LOST:
                group.losing.append(entry.row.uuid)
    raw = found[Placement.SIDECAR] if missing_decoder() is None else _NOBODY
    return found[Placement.EMBEDDED], raw


def _choose(candidates: _Candidates, wanted: int) -> list[str]:
    """Those that lose something first, whose picture alone shows what; then the others at even distances."""
    first = _spread(candidates.places, wanted)
    first += _spread(candidates.losing, wanted - len(first))
    known = {*candidates.places, *candidates.losing}
    return [*first, *_spread([each for each in candidates.all if each not in known], wanted - len(first))]


def _spread(candidates: Sequence[str], wanted: int) -> list[str]:
    """`wanted` of the candidates at even distances; deterministic."""
    if len(candidates) <= wanted:
        return list(candidates)
    return [candidates[position * len(candidates) // wanted] for position in range(wanted)]


_NOBODY = _Candidates([], [], [])


class _Drawing(NamedTuple):
    """The translator and the renderer; whether the pictures of a photo take part in its translation."""

    renderer: Renderer
    translator: Translator
    by_pictures: bool


def _compared(
    library: Library,
    ledger: Ledger,
    uuids: Sequence[str],
    drawing: _Drawing,
    comparisons: ComparisonStore,
    progress: Progress,
    problems: list[Comparison],
) -> Iterator[ComparedPhoto]:
    for done, uuid in enumerate(uuids, start=1):
        try:
            key = comparisons.key_of(library, uuid)
        except UnknownVersion as error:
            problems.append(Comparison(None, error.message))
            continue
        found = comparisons.find(uuid, key)
        if found is None:
            try:
                found = _compare(library, ledger, uuid, comparisons.report, drawing)
            except ContentError as error:
                found = Comparison(None, error.message, error.is_failure)
            except UnknownVersion as error:
                found = Comparison(None, error.message)
            comparisons.keep(uuid, key, found)
        if found.problem:
            problems.append(found)
        if found.photo is not None:
            yield found.photo
        progress(done, len(uuids))


def _compare(library: Library, ledger: Ledger, uuid: str, folder: Path, drawing: _Drawing) -> Comparison:
    """The comparison of one photo, without a photo where its preview is missing, out of date or does not show it.

    Raises as `compare` does.
    """
    version = library.version(uuid)
    master, entry = library.master(version.master_uuid), ledger.get(Kind.VERSION, uuid)
    original = None if master is None else library.original(master).path
    if master is None or original is None or entry is None:
        return Comparison(None)
    version = add_size(version, master, original)
    [files] = find_all(library, [(version, master)], drawing.translator.profiles)
    if files is None or files.preview is None or files.status is PreviewStatus.STALE:
        return Comparison(None)
    seen = see(files)
    if seen.reference.trap is not None:
        why = CannotRender(item=version.name, renderer=drawing.renderer.name, why=seen.remark.rstrip("."))
        return Comparison(None, why.message, seen.reference.trap.is_failure)
    known = PhotoContext.of(seen) if drawing.by_pictures else NO_CONTEXT
    translation = drawing.translator.translate_one(version, master, known)
    found = compare(version, master, translation, original, files.preview, drawing.renderer, PICTURE_SIZE)
    lost = loses_places(version.operations, [str(outcome.fidelity) for outcome in translation.operations])
    photo = ComparedPhoto(
        uuid=uuid,
        name=printable(version.name),
        path=str(entry.row.detail.get("path")),
        fidelity=str(translation.fidelity),
        before=found.before,
        after=found.after,
        drawn=draw(ComparedPictures(found.preview, found.rendering), folder, f"pictures/{stem_of(uuid)}", lost=lost),
        settings=translation.settings.as_dict(),
        operations=tuple(
            {"title": o.title, "fidelity": str(o.fidelity), "reason": o.reason, "lost": list(o.lost)}
            for o in translation.operations
            if o.enabled
        ),
        local=as_fields(translation.local),
        inside=found.inside,
    )
    return Comparison(photo)
