"""What was painted in Aperture is painted again by the packet that a migration writes, where the preview shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from couloir.aperture.library import Library
from couloir.color.difference import ciede2000
from couloir.color.spaces import srgb_encode, srgb_to_lab
from couloir.derive.translator import Translator
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.camera_raw.local import render_local
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.lightroom.embed import extract
from couloir.lightroom.local.fields import KEY, from_fields, get_local
from couloir.lightroom.local.masks import LocalAdjustment
from couloir.lightroom.local.repairs import AREAS_KEY
from couloir.lightroom.rdf import parse
from couloir.lightroom.settings import DevelopSettings
from couloir.lightroom.xmp import read_packet
from couloir.migrate.handover.batch import next_batch
from couloir.migrate.handover.choice import Choice, Originals, Scope, Versions
from couloir.migrate.handover.items import Sort, WantedVersion
from couloir.migrate.handover.queue import Handover
from couloir.migrate.handover.rows import Answer, Outcome
from couloir.migrate.ledger.rows import Entry, Kind, Row
from couloir.migrate.ledger.verdicts import MatchRecord
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.report.look_store import LookStore
from couloir.migrate.report.masks import MaskPictures
from couloir.migrate.report.report import write_report
from couloir.migrate.run import open_ledger, write_matched_looks
from couloir.refine.options import Options
from couloir.refine.painted import PAINTED
from sample_library import build_library
from sample_library.roles import Role

LOOKS = ("dodge", "burn", "dodge-crop", "blur-brush", "exposure")


@dataclass(frozen=True)
class Photo:
    """A migrated photo: its painted rows, the local adjustments in its packet, and how far from the preview our engine
    draws the packet with them and without them.
    """

    rows: list[Row]
    local: list[LocalAdjustment]
    with_them: float
    without: float


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one photo a look, each shown another way up, and the folder that it is migrated to."""
    root = tmp_path_factory.mktemp("painted")
    roles = [Role(looks=(look,), orientation=(6, 3, 8, 1, 1)[place]) for place, look in enumerate(LOOKS)]
    build_library(root / "Painted.aplibrary", masters=len(roles), roles=roles)
    return root


@pytest.fixture(scope="module")
def photos(root: Path, migrate: Callable[..., object]) -> dict[str, Photo]:
    """By look. The previews are drawn by the generator, its strokes not as rows of dabs. Seeing and placing the painted
    places takes a second each.
    """
    result = migrate(_Source(root / "Painted.aplibrary"), root / "out")
    return _read(root, result.entries)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def matched(root: Path, photos: dict[str, Photo]) -> tuple[dict[str, MatchRecord], dict[str, Photo]]:
    """What `couloir match` does with the migrated photos: the records, and the photos after it wrote their looks."""
    assert photos
    with Library.open(root / "Painted.aplibrary") as library, open_ledger(library, root / "out") as ledger:
        way = Way(CameraRawEngine(), Options(renderings=2))
        found = {match.version: match for match in match_library(library, ledger, root / "out", way)}
        assert write_matched_looks(library, ledger, root / "out") > 0
        assert write_matched_looks(library, ledger, root / "out") == 0
        entries = list(ledger.entries())
    shown = _read(root, entries)
    return dict(zip(LOOKS, (found[uuid] for uuid in _uuids(root)), strict=True)), shown


def _uuids(root: Path) -> list[str]:
    with Library.open(root / "Painted.aplibrary") as library:
        return [version.uuid for version, master in library.versions_with_masters() if version.shown and master]


def _read(root: Path, entries: list[Entry]) -> dict[str, Photo]:
    found: dict[str, Photo] = {}
    with Library.open(root / "Painted.aplibrary") as library:
        for version, master in library.versions_with_masters():
            if not version.shown or master is None:
                continue
            look = LOOKS[len(found)]
            operations = {each.uuid for each in version.operations if each.mask_uuid is not None}
            rows = [entry.row for entry in entries if entry.row.kind is Kind.OPERATION and entry.row.uuid in operations]
            [own] = [each.row for each in entries if each.row.kind is Kind.VERSION and each.row.uuid == version.uuid]
            file = root / "out" / str(own.detail["path"])
            preview = library.preview(version).path
            assert preview is not None
            found[look] = _measured(file, preview, rows)
    return found


@dataclass(frozen=True)
class _Source:
    path: Path
    volumes: None = None


def _measured(file: Path, preview: Path, rows: list[Row]) -> Photo:
    packet = extract(file)
    assert packet is not None
    local = get_local(parse(packet, "packet"), "packet")
    content = read_packet(packet, "packet")
    assert content.image is not None
    linear, settings = load_pixels(file, 512, orient=False), DevelopSettings(content.settings)
    target = srgb_to_lab(srgb_encode(load_pixels(preview, 512, orient=True)))
    drawn = (render_local(linear, settings, each, orientation=content.image.orientation) for each in (local, []))
    off = [float(ciede2000(srgb_to_lab(_fitted(each, target)), target).mean()) for each in drawn]
    return Photo(rows, local, off[0], off[1])


def _fitted(picture: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Of the target's size: a crop is rounded to whole pixels once there and once here."""
    rows, columns = (min(one, other) for one, other in zip(picture.shape[:2], target.shape[:2], strict=True))
    assert picture.shape[0] - rows <= 1
    assert picture.shape[1] - columns <= 1
    return np.pad(
        picture[:rows, :columns], ((0, target.shape[0] - rows), (0, target.shape[1] - columns), (0, 0)), "edge"
    )


@pytest.mark.parametrize("look", ["dodge", "burn", "dodge-crop"])
def test_a_packet_paints_what_the_preview_shows(photos: dict[str, Photo], look: str) -> None:
    """Turned, mirrored and cropped as the file says, by an engine that only gets the packet."""
    photo = photos[look]
    assert photo.with_them < 0.9 * photo.without
    [local] = photo.local
    assert np.sign(local.settings["LocalExposure2012"]) == (-1 if look == "burn" else 1)
    assert {str(row.detail["fidelity"]) for row in photo.rows} == {"taken from the preview"}
    assert all(str(row.detail["reason"]).startswith("Placed from the preview") for row in photo.rows)


def test_what_cannot_be_placed_stays_lost_with_its_reason(photos: dict[str, Photo]) -> None:
    [row] = photos["blur-brush"].rows
    assert (photos["blur-brush"].local, row.detail["fidelity"]) == ([], "lost")
    assert "too fine" in str(row.detail["reason"])


def test_no_photo_without_a_painted_row_gets_a_mask(photos: dict[str, Photo]) -> None:
    assert (photos["exposure"].rows, photos["exposure"].local) == ([], [])


@pytest.mark.parametrize("look", ["dodge", "burn", "dodge-crop"])
def test_a_match_paints_on_its_own_last_rendering(
    matched: tuple[dict[str, MatchRecord], dict[str, Photo]], look: str
) -> None:
    """The figure is that of the renderer's own drawing with the brush, and the file gets what the figure states."""
    record, photo = matched[0][look], matched[1][look]
    assert record.before is not None
    assert record.after is not None
    assert record.after.mean < 0.9 * record.before.mean
    assert PAINTED in record.reason
    assert "is not matched" not in record.reason
    assert from_fields(record.local) == photo.local
    assert photo.with_them < photo.without
    assert all(str(row.detail["reason"]).startswith("Placed from the preview") for row in photo.rows)


def test_a_match_of_what_cannot_be_placed_says_so(matched: tuple[dict[str, MatchRecord], dict[str, Photo]]) -> None:
    [row] = matched[1]["blur-brush"].rows
    assert (list(matched[0]["blur-brush"].local), row.detail["fidelity"]) == ([], "lost")
    assert not matched[0]["exposure"].painted


@pytest.fixture(scope="module")
def pages(root: Path, matched: object, photos: dict[str, Photo]) -> dict[str, dict[str, Any]]:
    """The details of each photo's page, by look: of `match`, from which the report draws nothing anew."""
    assert matched
    with Library.open(root / "Painted.aplibrary") as library, open_ledger(library, root / "out") as ledger:
        folder = write_report(library, ledger, root / "out", 0).photos.parent
    text = (folder / "data" / "detail-0.js").read_text("ascii")
    details = {each["uuid"]: each for each in json.loads(text.partition(",0,")[2].removesuffix(");\n"))}
    return {look: details[uuid] for look, uuid in zip(LOOKS, _uuids(root), strict=True)}


@pytest.mark.parametrize("look", ["dodge", "burn", "dodge-crop"])
def test_the_page_shows_the_mask_of_a_photo_where_it_acts(
    root: Path, pages: dict[str, dict[str, Any]], look: str
) -> None:
    """In the shape of the two pictures, whatever way up they are; where the mask is, the brush has brought them nearer.
    It is that of the file, too, which a report reads where nothing was matched.
    """
    detail = pages[look]
    [mask] = detail["masks"]
    [[words, value]] = mask["sliders"]
    assert (words, value[0]) == ("Exposure", "-" if look == "burn" else "+")
    assert mask["after"] < 0.75 * mask["before"]
    overlay = np.asarray(Image.open(root / "out" / "couloir-report" / mask["file"]))
    assert overlay.shape[2] == 4
    shown = np.asarray(Image.open(root / "out" / "couloir-report" / detail["look"]["rendering"]))
    assert overlay.shape[1] / overlay.shape[0] == pytest.approx(shown.shape[1] / shown.shape[0], rel=0.02)
    assert 0.01 < (overlay[..., 3] > 30).mean() < 0.6
    assert not detail["losing"]
    with Library.open(root / "Painted.aplibrary") as library, open_ledger(library, root / "out") as ledger:
        version = library.version(detail["uuid"])
        entry = ledger.get(Kind.VERSION, detail["uuid"])
        assert entry is not None
        settings = entry.row.detail["settings"]
        masks = MaskPictures(library, LookStore(root / "out"))
        [again] = masks.show(version, library.master(version.master_uuid), entry, None, None, settings)
    assert (again.file, again.before) == (mask["file"], None)


def test_what_is_lost_is_on_the_page_with_its_picture(root: Path, pages: dict[str, dict[str, Any]]) -> None:
    assert pages["blur-brush"]["losing"]
    assert not pages["blur-brush"]["masks"]
    assert (root / "out" / "couloir-report" / pages["blur-brush"]["look"]["aperture"]).is_file()
    assert (pages["exposure"]["losing"], pages["exposure"]["masks"], pages["exposure"]["look"]["lost"]) == (
        False, [], ""
    )  # fmt: skip


def test_a_spot_that_the_preview_shows_unchanged_is_not_written(tmp_path: Path, migrate: Callable[..., Any]) -> None:
    """Aperture retouches before it turns: the place is found in the preview of a turned photo. Then the preview is
    replaced by the untouched photo, as one that was made before. Two migrations, of one photo.
    """
    source = tmp_path / "Retouched.aplibrary"
    build_library(source, masters=1, roles=[Role(looks=("retouch",), orientation=6)], pictures="real")
    with Library.open(source) as library:
        [(version, master)] = [each for each in library.versions_with_masters() if each[0].shown]
        assert master is not None
        preview, original = library.preview(version).path, library.original(master).path
    assert preview is not None
    assert original is not None
    for shown, sentence, areas in ((True, "1 spot repaired, but not as", 1), (False, "1 spot unchanged, so it is", 0)):
        if not shown:
            preview.write_bytes(encode_jpeg(srgb_encode(load_pixels(original, None, orient=True)), 95))
        result = migrate(_Source(source), tmp_path / f"out {areas}")
        [row] = [each for each in result.rows(Kind.OPERATION) if each.detail["enabled"]]
        assert f"The preview shows {sentence}" in str(row.detail["reason"])
        assert row.detail["fidelity"] == ("approximate" if shown else "lost")
        [own] = [each for each in result.rows(Kind.VERSION) if each.uuid == version.uuid]
        packet = extract(tmp_path / f"out {areas}" / str(own.detail["path"]))
        assert packet is not None
        assert packet.count(b"crs:RetouchInfo>") // 2 == areas


@dataclass(frozen=True)
class _AtHand:
    """An open library as the service has it."""

    opened: Library
    path: Path

    def ask(self, question: Callable[[Library], object]) -> object:
        return question(self.opened)

    ask_once = ask

    def versions(self, uuids: list[str]) -> dict[str, object]:
        return {found.uuid: (found, master) for found, master in self.opened.find_versions_with_masters(uuids)}


@pytest.mark.parametrize(
    ("looks", "key", "own"), [(("dodge", "retouch"), KEY, AREAS_KEY), (("retouch", "exposure"), AREAS_KEY, None)]
)
def test_a_copy_gets_its_own_places_from_the_plug_in_and_a_photo_those_of_its_file(
    tmp_path: Path, migrate: Callable[..., object], looks: tuple[str, str], key: str, own: str | None
) -> None:
    """A virtual copy begins with the masks and the retouching of its photo, which its settings therefore replace or
    clear. What the ledger says of the photo's operations is not said again without pictures. One photo is migrated.
    """
    source, out = tmp_path / "Two.aplibrary", tmp_path / "out"
    build_library(source, masters=1, roles=[Role(looks=looks, orientation=6)])
    migrate(_Source(source), out)
    with Library.open(source) as library, open_ledger(library, out) as ledger:
        pairs = [(version, master) for version, master in library.versions_with_masters() if version.shown and master]
        wanted = [WantedVersion(version.uuid, master.uuid, version.number) for version, master in pairs]
        Handover(ledger).enqueue(wanted)
        choice = Choice(
            library="",
            library_path=str(source),
            destination=str(out),
            scope=Scope.ALL,
            uuids=(),
            originals=Originals.CLONE,
            versions=Versions.PLUGIN,
            collection_set="",
            project_collections=False,
            face_keywords=False,
        )
        batch = next_batch(Handover(ledger), _AtHand(library, source), Translator(), choice, 9)
        assert batch is not None
        [photo] = json.loads(batch.content)["photos"]
        [copy] = photo["copies"]
        assert key not in photo["settings"]
        assert copy["settings"][key] == []
        assert own is None or len(copy["settings"][own]) == 1
        painted = pairs[0][0].operations[0]
        Handover(ledger).answer(batch.number, {(Sort.VERSION, pairs[0][0].uuid): Answer(Outcome.DONE)})
        entry = ledger.get(Kind.OPERATION, painted.uuid)
        assert entry is not None
        assert str(entry.row.detail["reason"]).startswith(("Placed from the preview", "Retouched at the same"))
