"""`couloir match --closest-look`: a profile where sliders cannot reach, in the files, in Lightroom, and away again."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from couloir.aperture.library import Library
from couloir.cli import main
from couloir.engines.camera_raw import CameraRawEngine
from couloir.engines.protocol import Picture
from couloir.lightroom.camera_raw_folder import PRESETS, camera_raw_folder
from couloir.lightroom.embed import embed, extract
from couloir.lightroom.enhanced.look import table_of_look
from couloir.lightroom.extended_xmp import MAX_STANDARD
from couloir.lightroom.xmp import XmpContent, read_packet
from couloir.migrate.enhanced import closest, unseen
from couloir.migrate.enhanced.closest import KEPT, LITTLE, LOCAL, UNCONFIRMED, TableDrawing, enhance_matches
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.rows import Kind
from couloir.migrate.ledger.verdicts import MatchRecord, matches
from couloir.migrate.match_library import Way, match_library
from couloir.migrate.run import LEDGER, open_ledger
from couloir.migrate.undo.undo import undo_migration
from couloir.migrate.verify import verify
from couloir.refine.options import Options
from sample_library import build_library
from sample_library.operations import Brick
from sample_library.roles import Role

SHARING, ALONE, LOCALLY, UNSEEN = (0, 1), 2, 3, 4
ROLES = [Role(looks=("exposure",), placed=False)] * 5
RECOVERED = Brick("RKExposureOperation", "DGExposureOperation", "Exposure", 10, {"inputRecoveryEV": 0.7})


@dataclass(frozen=True)
class Case:
    """A library, its migration after a match with sliders and after one for the closest look, and what that printed."""

    library: Path
    sliders: Path
    out: Path
    names: dict[str, int]
    told: dict[str, Any]
    missing: Path
    """The preview that is not there."""

    def place(self, match: MatchRecord) -> int:
        return self.names[match.version]


def _crossed(picture: Picture) -> Picture:
    """A film look that no slider has: shadows of one channel go into the next."""
    turned = picture[..., [1, 2, 0]]
    return np.clip(picture + 0.7 * (turned - picture) * (1 - picture), 0, 1)


def _darker_half(picture: Picture) -> Picture:
    darker = picture.copy()
    darker[: len(picture) // 2] *= 0.4
    return darker


def _run(*words: object) -> tuple[int | str | None, str]:
    told = io.StringIO()
    with redirect_stdout(told), pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code, told.getvalue()


def _redraw(file: Path, original: Path, change: Callable[[Picture], Picture]) -> None:
    """A preview that shows the original with this change, and nothing else."""
    with Image.open(file) as image, Image.open(original) as photo:
        small = photo.convert("RGB").resize(image.size, Image.Resampling.BOX)
        picture = np.asarray(small, dtype=np.float32) / 255
    Image.fromarray(np.uint8(np.rint(change(picture) * 255))).save(file, quality=95)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("closest")
    library, out = folder / "Sample.aplibrary", folder / "out"
    build_library(library, masters=len(ROLES), write_plists=False, roles=ROLES)
    with Library.open(library) as opened:
        shown = [
            (version, opened.preview(version).path, opened.original(master).path)
            for version, master in opened.versions_with_masters()
            if version.shown and master is not None
        ]
    shown.sort(key=lambda each: str(each[1]))
    with closing(sqlite3.connect(library / "Database" / "apdb" / "Library.apdb")) as database, database:
        query = "SELECT data FROM RKImageAdjustment WHERE versionUuid = ?"
        [data] = database.execute(query, (shown[0][0].uuid,)).fetchone()
        for place in SHARING:
            database.execute(
                "UPDATE RKImageAdjustment SET data = ? WHERE versionUuid = ?", (data, shown[place][0].uuid)
            )
        recovered = (RECOVERED.archived(), shown[UNSEEN][0].uuid)
        database.execute("UPDATE RKImageAdjustment SET data = ? WHERE versionUuid = ?", recovered)
    assert shown[UNSEEN][1] is not None
    shown[UNSEEN][1].unlink()
    for place in (*SHARING, ALONE, LOCALLY):
        _, file, original = shown[place]
        assert file is not None
        assert original is not None
        _redraw(file, original, _darker_half if place == LOCALLY else _crossed)
    assert _run("migrate", library, "--to", out, "--pictures", 0)[0] == 0
    assert _run("match", library, "--to", out, "--renderings", 1, "--no-pictures")[0] == 0
    shutil.copytree(out, folder / "sliders")
    code, told = _run("match", library, "--to", out, "--closest-look", "--json")
    assert code == 0
    return Case(
        library,
        folder / "sliders",
        out,
        {v.uuid: place for place, (v, _, _) in enumerate(shown)},
        json.loads(told),
        shown[UNSEEN][1],
    )


def _matches(case: Case) -> dict[int, MatchRecord]:
    with Ledger.open_to_read(case.out / LEDGER) as ledger:
        return {case.place(match): match for match in matches(ledger)}


def _file(case: Case, place: int) -> Path:
    with Ledger.open_to_read(case.out / LEDGER) as ledger:
        rows = {case.names[e.row.uuid]: e.row for e in ledger.entries(Kind.VERSION) if e.row.uuid in case.names}
    return case.out / str(rows[place].detail["path"])


def _packet(file: Path) -> XmpContent:
    content = extract(file)
    assert content is not None
    assert len(content) <= MAX_STANDARD
    return read_packet(content, file.name)


def test_photos_with_the_same_edit_share_one_table_and_come_nearer(case: Case) -> None:
    found = _matches(case)
    prints = {place: table_of_look(match.settings.get("Look") or {}) for place, match in found.items()}  # type: ignore[arg-type]
    assert len({prints[place] for place in SHARING}) == 1
    assert prints[SHARING[0]] is not None
    assert prints[ALONE] not in (None, prints[SHARING[0]])
    for place in (*SHARING, ALONE):
        match = found[place]
        assert match.table is not None
        assert match.after is not None
        assert match.table.sliders - match.after.mean >= 0.5
        assert match.table.before - match.table.unseen >= 0.5
        assert match.table.step <= 8
        assert KEPT in match.reason
    assert case.told["closest"]["profiles"] == 3
    assert len(case.told["closest"]["photos"]) == len(SHARING) + 1


def test_what_was_done_to_a_part_of_a_picture_becomes_no_profile(case: Case) -> None:
    match = _matches(case)[LOCALLY]
    assert not closest.has_profile(match)
    assert match.table is not None
    assert match.table.why in (LOCAL, LITTLE, UNCONFIRMED)
    assert _packet(_file(case, LOCALLY)).tables == {}


def test_a_photo_without_a_preview_gets_the_table_of_its_edit(case: Case) -> None:
    """Nothing was measured; the table is in the file all the same, and what is expected of it is told."""
    match = _matches(case)[UNSEEN]
    assert (match.before, match.after) == (None, None)
    assert match.table is not None
    assert match.table.before - match.table.unseen >= 0.5
    assert unseen.KEPT in match.reason
    assert len(_packet(_file(case, UNSEEN)).tables) == 1
    [told] = case.told["closest"]["without_preview"]
    assert told["version"] == match.version


def test_once_its_preview_is_there_a_photo_is_measured(case: Case, tmp_path: Path) -> None:
    library, out = tmp_path / case.library.name, tmp_path / "out"
    shutil.copytree(case.library, library)
    shutil.copytree(case.out, out)
    with Library.open(library) as opened, open_ledger(opened, out) as ledger:
        way = Way(CameraRawEngine(), Options(renderings=1))
        assert list(match_library(opened, ledger, out, way)) == []
        preview = library / case.missing.relative_to(case.library)
        shutil.copy(next(each for each in (library / "Masters").rglob("*") if each.is_file()), preview)
    with Library.open(library) as opened, open_ledger(opened, out) as ledger:
        assert [case.place(match) for match in match_library(opened, ledger, out, way)] == [UNSEEN]


def test_a_black_and_white_photo_keeps_its_treatment(case: Case) -> None:
    """On greys a table learns nothing of colours, and a photo without its table must not turn to colour."""
    match = _matches(case)[ALONE]
    assert closest.may_have_profile(match)
    assert not closest.may_have_profile(replace(match, settings={**match.settings, "ConvertToGrayscale": True}))


def test_the_files_hold_the_table_once_and_name_it(case: Case) -> None:
    found = _matches(case)
    for place in (*SHARING, ALONE):
        packet = _packet(_file(case, place))
        look = packet.settings["Look"]
        assert isinstance(look, dict)
        assert list(packet.tables) == [table_of_look(look)]
        assert look["Group"] == {"x-default": "Aperture (Couloir)"}
        assert str(look["Name"]).startswith("Aperture: ")
        assert str(look["Name"]).endswith(" - Exposure") or str(look["Name"])[-1].isdigit()
        assert packet.settings["Exposure2012"] == found[place].settings["Exposure2012"]


def test_verify_knows_the_profile_and_misses_its_table(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(case.out, out)
    assert not verify(out).problems
    file = out / _file(case, ALONE).relative_to(case.out)
    content = extract(file)
    assert content is not None
    start = content.index(b"crs:Table_")
    damaged = content[: start + 60] + b"0000" + content[start + 64 :]
    embed(file, damaged, 1)
    problems = [problem.what for problem in verify(out).problems]
    assert any("table of its profile" in what for what in problems), problems


def test_a_later_run_writes_the_same_files_and_fits_nothing(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(case.out, out)
    photos = list(out.rglob("*.JPG"))
    before = {path: path.read_bytes() for path in photos}
    assert _run("migrate", case.library, "--to", out, "--pictures", 0)[0] == 0
    code, told = _run("match", case.library, "--to", out, "--closest-look", "--json")
    assert code == 0
    assert json.loads(told)["closest"]["photos"] == []
    assert json.loads(told)["closest"]["profiles"] == 3
    assert {path: path.read_bytes() for path in photos} == before


def test_the_report_names_the_profiles_and_their_photos(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(case.out, out)
    assert _run("report", out, "--no-open", "--pictures", 0)[0] == 0
    page = (out / "couloir-report" / "report.html").read_text("utf-8")
    facts = json.loads((out / "couloir-report" / "report.json").read_text("utf-8"))
    assert sorted(each["photos"] for each in facts["profiles"]) == [1, 1, len(SHARING)]
    assert all(each["bytes"] > 20_000 for each in facts["profiles"])
    assert "Profiles for what sliders cannot carry" in page
    assert all(each["name"] in page for each in facts["profiles"])
    named = {case.names[each["uuid"]]: each["profile"] for each in facts["matches"]}
    assert {place for place, name in named.items() if name} == {*SHARING, ALONE, UNSEEN}


def _enhance(case: Case, out: Path, drawing: TableDrawing, most: int = 200) -> list[MatchRecord]:
    with Library.open(case.library) as library, open_ledger(library, out) as ledger:
        assert not drawing.tables
        return list(enhance_matches(library, ledger, out, drawing, most=most))


def test_a_limit_gives_the_profiles_to_most_photos_and_says_what_it_leaves(case: Case, tmp_path: Path) -> None:
    sliders = tmp_path / "sliders"
    shutil.copytree(case.sliders, sliders)
    tables: dict[str, Any] = {}
    found = _enhance(case, sliders, TableDrawing(CameraRawEngine(tables=tables), tables), most=1)
    kept = {case.place(match) for match in found if closest.has_profile(match)}
    assert kept == set(SHARING)
    assert ALONE in {case.place(match) for match in found if match.table is None}
    code, told = _run("match", case.library, "--to", sliders, "--closest-look", "--most-looks", 1)
    assert code == 0
    words = " ".join(told.split())
    assert "without a profile, because 1 are the limit" in words
    assert "couloir looks install" in words


def test_when_the_time_is_over_the_rest_waits_for_the_next_night(case: Case, tmp_path: Path) -> None:
    """As with --until: what was found stays, and nothing more is drawn."""
    sliders = tmp_path / "sliders"
    shutil.copytree(case.sliders, sliders)
    counted: list[tuple[int, int]] = []
    tables: dict[str, Any] = {}

    class Idle(CameraRawEngine):
        def render(self, photo: Any, settings: Any, size: int) -> Picture:
            raise AssertionError("a photo was drawn after the hour")

    drawing = TableDrawing(Idle(tables=tables), tables)
    with Library.open(case.library) as library, open_ledger(library, sliders) as ledger:
        found = enhance_matches(library, ledger, sliders, drawing, lambda *at: counted.append(at), go_on=lambda: False)
        assert list(found) == []
        assert all(match.table is None for match in matches(ledger))
    assert counted[-1] == (0, UNSEEN)  # those before it were matched


def test_a_profile_that_the_renderer_does_not_draw_is_taken_back(case: Case, tmp_path: Path) -> None:
    """As a Lightroom that has the name of a profile and not its table."""
    sliders = tmp_path / "sliders"
    shutil.copytree(case.sliders, sliders)
    [alone] = [uuid for uuid, place in case.names.items() if place == ALONE]
    with closing(sqlite3.connect(sliders / LEDGER)) as database, database:
        database.execute("DELETE FROM match WHERE version <> ?", (alone,))

    class Unmoved(CameraRawEngine):
        def render(self, photo: Any, settings: Any, size: int) -> Picture:
            return super().render(photo, settings.merge({"Look": {}}), size)

    [match] = _enhance(case, sliders, TableDrawing(Unmoved(), {}))
    assert match.table is not None
    assert match.table.why == UNCONFIRMED
    assert not closest.has_profile(match)
    with Ledger.open_to_read(sliders / LEDGER) as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM enhanced_profile").fetchone() == (0,)


def test_profiles_are_listed_installed_and_taken_away_with_the_migration(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, home = tmp_path / "out", tmp_path / "home"
    shutil.copytree(case.out, out)
    code, told = _run("looks", "list", out, "--json")
    profiles = json.loads(told)["profiles"]
    assert (code, sorted(each["photos"] for each in profiles)) == (0, [1, 1, len(SHARING)])
    assert "2 photos" in _run("looks", "list", out)[1]
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: home)
    folder = camera_raw_folder(PRESETS, "darwin", home, {})
    code, told = _run("looks", "install", out)
    assert (code, "Restart Lightroom" in told) == (0, True)
    assert {path.name for path in folder.iterdir()} == {f"Couloir {each['uuid']}.xmp" for each in profiles}
    assert json.loads(_run("looks", "install", out, "--json")[1]) == {"files": [], "restart_lightroom": False}
    assert len(json.loads(_run("looks", "uninstall", out, "--json")[1])["files"]) == 3
    assert not list(folder.iterdir())
    _run("looks", "install", out)
    monkeypatch.setattr(sys, "platform", "linux")
    with Library.open(case.library) as library, open_ledger(library, out) as ledger:
        assert undo_migration(library, ledger, out, settings=folder).profiles == 3
    assert not list(folder.iterdir())


def test_a_program_that_draws_no_profiles_is_refused(case: Case, tmp_path: Path) -> None:
    result = _run("match", case.library, "--to", tmp_path / "out", "--renderer", "darktable", "--closest-look")
    assert result[0] == 2
    assert not (tmp_path / "out").exists()
