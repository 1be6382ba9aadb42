"""`couloir capture-one apply` against a strict stand-in for Capture One's scripting: see `fake_capture_one`."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import fake_capture_one as fake
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from couloir.cli.main import main
from couloir.destinations.capture_one.keys import KEYS, Setting
from couloir.destinations.capture_one.scripting import literals, scripts
from couloir.destinations.capture_one.scripting.terms import READ
from couloir.destinations.capture_one.scripting.variant_state import VariantState
from couloir.destinations.capture_one.scripting.wanted import wanted_of
from couloir.destinations.capture_one.settings_file import SettingsFile, Variant, settings_file_bytes, variant_uuid
from couloir.errors import (
    AutomationDenied,
    CaptureOneClosed,
    CaptureOneError,
    CouloirError,
    NoOpenDocument,
    OtherDocument,
)
from couloir.migrate.capture_one import osascript
from couloir.migrate.capture_one.apply import Result, VersionResult, apply_settings
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.run import LEDGER, reopen_ledger

DONE = Reason("written", "Written.")
CURVE = ((0.0, 0.1), (0.25, 0.3), (0.75, 0.8), (1.0, 0.95))
SOFT: Mapping[str, Setting] = {"GradationCurve": CURVE, "Saturation": 12.0, "Rotation": 0.0}
CROPPED: Mapping[str, Setting] = {"Rotation": -2.0, "Crop": (3100.0, 1900.0, 3000.0, 2000.0)}
PLAIN: Mapping[str, Setting] = {"Rotation": 0.0}


@dataclass
class Shoot:
    """A migrated folder and the Capture One that shows it."""

    folder: Path
    world: fake.CaptureOne = field(default_factory=fake.CaptureOne)

    def answering(self, script: str) -> literals.Literal:
        try:
            return literals.read(fake.run(self.world, script))
        except fake.ScriptFailure as failure:
            raise osascript.explain(str(failure)) from failure

    def apply(self, *, dry_run: bool = False) -> list[VersionResult]:
        with reopen_ledger(self.folder) as ledger:
            return list(apply_settings(ledger, self.folder, self.answering, dry_run=dry_run))

    def results(self) -> list[str]:
        return [str(each.result) for each in self.apply()]

    def image(self, name: str) -> fake.Image:
        return next(image for image in self.world.images if image.path.endswith(name))


def shoot(folder: Path, photos: Mapping[str, list[Variant]], orientation: int = 1) -> Shoot:
    """A folder as `migrate --for capture-one` leaves it, and its photos untouched in Capture One."""
    (folder / LEDGER).parent.mkdir(parents=True)
    rows = []
    made = Shoot(folder)
    degrees = {1: 0, 3: 180, 6: 90, 8: 270}.get(orientation, 0)
    for name, variants in photos.items():
        place = folder / "Photos" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        exif = Picture.Exif()
        exif[0x0112] = orientation
        Picture.new("RGB", (6, 4)).save(place, exif=exif)
        cos = place.parent / "CaptureOne" / "Settings1680" / f"{place.name}.cos"
        cos.parent.mkdir(parents=True, exist_ok=True)
        uuids = [f"{name}-{number}" for number in range(len(variants))]
        content = settings_file_bytes(
            SettingsFile(
                "A",
                tuple(
                    Variant(variant_uuid(uuid), each.values, each.rating, each.tag)
                    for uuid, each in zip(uuids, variants, strict=True)
                ),
            )
        )
        cos.write_bytes(content)
        beside = [{"path": cos.relative_to(folder).as_posix(), "size": len(content), "hash": digest(content)}]
        path = place.relative_to(folder).as_posix()
        facts = {"path": path, "hash": digest(place.read_bytes()), "size": place.stat().st_size}
        rows.append(Row(Kind.MASTER, name, name, State.DONE, DONE, {**facts, "original": digest(b"original")}))
        rows += [Row(Kind.VERSION, uuid, name, State.DONE, DONE, {"beside": beside}) for uuid in uuids]
        image = fake.Image(str(place), orientation=degrees)
        made.world.images.append(image)
        made.world.add(image)
    with Ledger.open(folder / LEDGER) as ledger, ledger.transaction():
        ledger.put(rows)
    return made


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=32).hexdigest()


@pytest.fixture
def two(tmp_path: Path) -> Shoot:
    return shoot(tmp_path / "out", {"a.jpg": [Variant("", SOFT, 4, 1)], "b.jpg": [Variant("", CROPPED)]})


def points(variant: fake.Variant, curve: str = "rgb curve") -> list[tuple[float, float]]:
    found = variant.values[curve]
    return [(round(x, 3), round(y, 3)) for x, y in found.points]  # type: ignore[attr-defined]


def test_a_version_gets_its_curve_stars_tag_and_saturation(two: Shoot) -> None:
    assert two.results() == ["set", "set"]
    [variant] = two.image("a.jpg").variants
    assert points(variant) == [(0, 10), (25, 30), (75, 80), (100, 95)]
    assert (variant.rating, variant.tag, variant.values["saturation"]) == (4, 1, 12.0)
    assert variant.values["sharpening amount"] == 140.0


def test_a_crop_is_set_after_the_straightening_in_the_turned_canvas(two: Shoot) -> None:
    two.apply()
    [variant] = two.image("b.jpg").variants
    assert variant.values["rotation"] == -2.0
    # 100 right of the middle and 100 above it, turned with the photo by 2 degrees against the clock, y from the bottom.
    turn = math.radians(-2)
    across, up = variant.canvas()
    x, y = 100 * math.cos(turn) + 100 * math.sin(turn), 100 * math.sin(turn) - 100 * math.cos(turn)
    assert variant.crop == pytest.approx((across / 2 + x, up / 2 - y, 3000, 2000), abs=1)


@pytest.mark.parametrize(("orientation", "degrees"), [(6, 90), (8, 270), (3, 180)])
def test_a_photo_held_on_its_side_gets_the_same_rectangle(tmp_path: Path, orientation: int, degrees: int) -> None:
    """A strip at the sensor's left edge, which the settings file names as the camera was held."""
    extent = (4000.0, 1000.0) if orientation != 3 else (1000.0, 4000.0)
    crop: Mapping[str, Setting] = {"Rotation": float(degrees), "Crop": (500.0, 2000.0, *extent)}
    made = shoot(tmp_path / "out", {"a.jpg": [Variant("", crop)]}, orientation)
    assert made.results() == ["set"]
    [variant] = made.image("a.jpg").variants
    # The sensor's left edge is at the top of a photo turned by 90, at the bottom by 270, at the right by 180.
    where = {90: (2000, 5500, 4000, 1000), 270: (2000, 500, 4000, 1000), 180: (5500, 2000, 1000, 4000)}
    assert variant.crop == where[degrees]


def test_a_second_run_asks_for_nothing_and_changes_nothing(two: Shoot) -> None:
    two.apply()
    before = two.world.events
    two.image("a.jpg").variants[0].values["exposure"] = 1.0  # the photographer goes on
    assert two.results() == ["already there", "already there"]
    assert two.image("a.jpg").variants[0].values["exposure"] == 1.0
    assert two.world.events - before < 20  # the list of variants alone


@pytest.mark.parametrize(
    ("word", "value"),
    [("exposure", 0.3), ("black and white", True), ("clarity amount", 5.0), ("rotation", 1.0), ("luma curve", None)],
)
def test_what_somebody_has_edited_stays_and_the_version_gets_a_variant_of_its_own(
    two: Shoot, word: str, value: object
) -> None:
    [mine] = two.image("a.jpg").variants
    if value is None:
        mine.values[word].points.insert(1, [50.0, 60.0])  # type: ignore[attr-defined]
    else:
        mine.values[word] = value
    was = repr(mine.values)
    found = two.apply()
    assert [each.is_new for each in found] == [True, False]
    assert repr(mine.values) == was
    [_, new] = two.image("a.jpg").variants
    assert points(new) == [(0, 10), (25, 30), (75, 80), (100, 95)]


@pytest.mark.parametrize("change", [{"styles": ["Mine"]}, {"layers": 2}, {"crop": (1000, 1000, 500, 500)}])
def test_styles_layers_and_crops_are_edits_too(two: Shoot, change: Mapping[str, object]) -> None:
    [mine] = two.image("a.jpg").variants
    for name, value in change.items():
        setattr(mine, name, value)
    assert [each.is_new for each in two.apply()] == [True, False]
    assert points(mine) == [(0, 0), (100, 100)]


def test_every_version_gets_a_variant(tmp_path: Path) -> None:
    made = shoot(tmp_path / "out", {"a.jpg": [Variant("", PLAIN, 1), Variant("", SOFT), Variant("", {"BwEnabled": 1})]})
    assert made.results() == ["set", "set", "set"]
    first, second, third = made.image("a.jpg").variants
    assert (first.rating, points(first)) == (1, [(0, 0), (100, 100)])
    assert points(second) == [(0, 10), (25, 30), (75, 80), (100, 95)]
    assert third.values["black and white"] is True


def test_stars_that_somebody_has_given_stay(two: Shoot) -> None:
    two.image("a.jpg").variants[0].rating = 2
    [first, _] = two.apply()
    assert two.image("a.jpg").variants[0].rating == 2
    assert any("other stars" in sentence for sentence in first.left)


def test_a_photo_that_stands_otherwise_than_its_file_says_is_not_turned(two: Shoot) -> None:
    two.image("b.jpg").variants[0].values["orientation"] = 90
    two.image("b.jpg").variants[0].crop = two.image("b.jpg").variants[0].full()
    [_, second] = two.apply()
    assert any("turned otherwise" in sentence for sentence in second.left)
    assert two.image("b.jpg").variants[0].values["rotation"] == 0.0


def test_a_setting_that_is_refused_is_named_and_the_others_are_set(two: Shoot) -> None:
    def refuse(_variant: fake.Variant, word: str) -> None:
        if word == "rgb curve":
            raise fake.world.Failure(-50, "Parameter error.")

    two.world.before = refuse
    [first, second] = two.apply()
    assert (first.result, second.result) == (Result.SET, Result.SET)
    [sentence] = first.left
    assert "'rgb curve'" in sentence
    assert "(-50)" in sentence
    assert "style" in sentence
    assert two.image("a.jpg").variants[0].values["saturation"] == 12.0
    two.world.before = lambda _variant, _word: None
    assert [each.left for each in two.apply()] == [first.left, ()]  # it is told again, and not tried again


def test_no_answer_in_time_ends_no_run_and_what_came_true_later_counts(two: Shoot) -> None:
    answering, slow = two.answering, iter([True])

    def too_slow(script: str) -> literals.Literal:
        answer = answering(script)
        if "refusals" in script and next(slow, False):
            raise osascript.ScriptError(osascript.TIMED_OUT, "AppleEvent timed out.")
        return answer

    two.answering = too_slow  # type: ignore[method-assign]
    assert two.results() == ["set", "set"]


def test_an_error_of_one_photo_stops_no_other(two: Shoot) -> None:
    answering = two.answering

    def broken(script: str) -> literals.Literal:
        if f'"{two.image("a.jpg").variants[0].id}"' in script:
            raise osascript.ScriptError(-1728, "Can't get variant id.")
        return answering(script)

    two.answering = broken  # type: ignore[method-assign]
    [first, second] = two.apply()
    assert (first.result, first.why) == (Result.FAILED, "Can't get variant id. (-1728)")
    assert second.result is Result.SET
    two.answering = answering  # type: ignore[method-assign]
    assert two.results() == ["set", "already there"]


STOPPED = {"a.jpg": [Variant("", SOFT, 3, 2), Variant("", {**SOFT, **CROPPED}, 5)]}


def _ends(of: Shoot) -> list[object]:
    """The variants, their crops without the pixel that Capture One's own rounding costs."""
    return [
        (v.rating, v.tag, [round(x / 4) for x in v.crop], {k: repr(x) for k, x in v.values.items()})
        for v in of.image("a.jpg").variants
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    made = shoot(tmp_path_factory.mktemp("whole") / "out", STOPPED)
    made.apply()
    return _ends(made)


@pytest.mark.parametrize("stop_at", [0, 3, 6, 9, 14, 17, 18])
def test_a_run_that_is_stopped_at_any_setting_ends_as_one_that_was_not(
    tmp_path: Path, stop_at: int, whole: list[object]
) -> None:
    made = shoot(tmp_path / "out", STOPPED)
    counted = iter(range(100))

    def stop(_variant: fake.Variant, _word: str) -> None:
        if next(counted) == stop_at:
            raise KeyboardInterrupt

    made.world.before = stop
    with pytest.raises(KeyboardInterrupt):
        made.apply()
    made.world.before = lambda _variant, _word: None
    made.apply()
    assert _ends(made) == whole


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"running": False}, CaptureOneClosed),
        ({"allowed": False}, AutomationDenied),
        ({"has_document": False}, NoOpenDocument),
    ],
)
def test_what_concerns_every_photo_is_one_error(
    two: Shoot, change: Mapping[str, bool], error: type[CouloirError]
) -> None:
    for name, value in change.items():
        setattr(two.world, name, value)
    with pytest.raises(error):
        two.apply()


def test_another_error_at_the_beginning_is_told_as_it_is(two: Shoot) -> None:
    def refused(_script: str) -> literals.Literal:
        raise osascript.ScriptError(-1708, "Capture One doesn't understand the message.")

    two.answering = refused  # type: ignore[method-assign]
    with pytest.raises(CaptureOneError, match="doesn't understand"):
        two.apply()


def test_another_document_in_front_ends_the_run(two: Shoot) -> None:
    def switch(_variant: fake.Variant, _word: str) -> None:
        two.world.document = "/Users/ann/Pictures/Other"

    two.world.before = switch
    with pytest.raises(OtherDocument):
        two.apply()
    assert points(two.image("b.jpg").variants[0]) == [(0, 0), (100, 100)]


def test_a_dry_run_changes_nothing(two: Shoot) -> None:
    two.image("a.jpg").variants[0].layers = 3
    assert [(each.result, each.is_new) for each in two.apply(dry_run=True)] == [(Result.SET, True), (Result.SET, False)]
    assert len(two.image("a.jpg").variants) == 1
    assert two.results() == ["set", "set"]


def test_a_photo_elsewhere_is_found_by_its_name_and_content(two: Shoot) -> None:
    there = two.folder.parent / "Catalog" / "A.JPG"
    there.parent.mkdir()
    there.write_bytes((two.folder / "Photos" / "a.jpg").read_bytes())
    two.image("a.jpg").path = str(there)
    other = two.folder.parent / "Catalog" / "b.jpg"
    other.write_bytes(b"another photo of the same name")
    two.image("b.jpg").path = str(other)
    assert two.results() == ["set", "not in the collection"]


def test_an_original_that_was_imported_before_is_the_same_photo(two: Shoot) -> None:
    there = two.folder.parent / "a.jpg"
    there.write_bytes(b"original")
    two.image("a.jpg").path = str(there)
    assert two.results() == ["set", "set"]


def test_a_settings_file_that_was_changed_since_is_named(two: Shoot) -> None:
    cos = two.folder / "Photos" / "CaptureOne" / "Settings1680" / "a.jpg.cos"
    cos.write_bytes(b"<IMG/>")
    [first, second] = two.apply()
    assert (first.result, second.result) == (Result.FAILED, Result.SET)
    assert "changed since" in first.why


@given(
    st.sampled_from([key for key in KEYS if KEYS[key].form == "number" and key in ("Exposure", "Saturation")]),
    st.data(),
)
@settings(max_examples=20, deadline=None)
def test_no_value_that_a_settings_file_may_have_is_refused(key: str, data: st.DataObject) -> None:
    low, high = KEYS[key].low, KEYS[key].high
    value = data.draw(st.floats(low, high))
    world = fake.CaptureOne([fake.Image("/a.jpg")])
    variant = world.add(world.images[0])
    read = literals.read(fake.run(world, scripts.read_variants(world.document, [variant.id])))
    assert isinstance(read, tuple)
    state = VariantState.of(read[0])
    wanted = wanted_of(Variant("", {key: value}), state, 1)
    answer = literals.read(fake.run(world, scripts.set_values(world.document, state, wanted.values)))
    refused, now = scripts.read_outcome(answer)
    assert refused == []
    assert now.differs(wanted.values) == []


def test_a_value_beyond_its_range_is_refused_as_it_was_measured() -> None:
    world = fake.CaptureOne([fake.Image("/a.jpg")])
    variant = world.add(world.images[0])
    read = literals.read(fake.run(world, scripts.read_variants(world.document, [variant.id])))
    assert isinstance(read, tuple)
    answer = literals.read(
        fake.run(world, scripts.set_values(world.document, VariantState.of(read[0]), {"exposure": 4.5}))
    )
    [refused], now = scripts.read_outcome(answer)
    assert (refused.word, refused.number, now.values["exposure"]) == ("exposure", -50, 0.0)


def test_a_word_that_the_dictionary_does_not_have_is_an_error() -> None:
    world = fake.CaptureOne([fake.Image("/a.jpg")])
    variant = world.add(world.images[0])
    good = scripts.read_variants(world.document, [variant.id])
    for word in READ:
        with pytest.raises(fake.ScriptFailure):
            fake.run(world, good.replace(f"{word} of", f"{word}s of"))


@pytest.mark.parametrize(
    "value", [1.5, -0.25, 3, True, False, None, "", 'a "quoted" \\ text, {1}', (), (1.0, (2, "x")), "Würde 😀"]
)
def test_a_literal_is_read_as_it_was_spelled(value: literals.Literal) -> None:
    assert literals.read(literals.spell(value)) == value


@pytest.mark.parametrize("text", ["", "{1", "{1,}", "1 2", "«class CVac»", "{,}", "{" * 99])
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"value|list"):
        literals.read(text)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for osascript")
def test_osascript_is_given_the_script_and_its_last_words_are_told(tmp_path: Path) -> None:
    program = tmp_path / "osascript"
    program.write_text(
        "#!/bin/sh\n"
        'if grep -q fail; then echo "0:9: execution error: Capture One got an error: Parameter error. (-50)" >&2\n'
        "exit 1; fi\n"
        'echo "{1.5, \\"a\\"}"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    assert osascript.run_in(str(program), "return") == (1.5, "a")
    with pytest.raises(osascript.ScriptError, match="Parameter error") as told:
        osascript.run_in(str(program), "fail")
    assert told.value.number == -50


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["capture-one", "apply", *map(str, arguments)])
    out, err = capsys.readouterr()
    return int(str(ended.value.code)), out + err


def test_the_command_tells_the_outcome_of_each_photo(
    two: Shoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(osascript, "require_macos", lambda: None)
    monkeypatch.setattr(osascript, "run_script", two.answering)
    two.image("b.jpg").variants[0].layers = 2
    before = {file: file.read_bytes() for file in two.folder.rglob("*") if file.is_file()}
    code, told = _run(capsys, two.folder, "--dry-run")
    assert (code, "Nothing was changed" in told) == (0, True)
    assert {file: file.read_bytes() for file in two.folder.rglob("*") if file.is_file()} == before
    code, told = _run(capsys, two.folder)
    assert (code, told.splitlines()[0]) == (0, "2 versions: 2 set; 1 in new variants.")
    code, told = _run(capsys, two.folder, "--json")
    assert [each["result"] for each in json.loads(told)["versions"]] == ["already there", "already there"]


def test_photos_that_are_not_in_front_are_counted_and_the_command_says_what_to_do(
    two: Shoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(osascript, "require_macos", lambda: None)
    monkeypatch.setattr(osascript, "run_script", two.answering)
    del two.world.images[1]
    code, told = _run(capsys, two.folder)
    assert (code, told.splitlines()[0]) == (0, "2 versions: 1 not in the collection, 1 set.")
    assert "All Images" in told


def test_a_ledger_of_an_older_couloir_can_be_read_for_a_dry_run(two: Shoot) -> None:
    with sqlite3.connect(two.folder / LEDGER) as older:
        older.execute("DROP TABLE applied")
    with Ledger.open_to_read(two.folder / LEDGER) as ledger:
        found = list(apply_settings(ledger, two.folder, two.answering, dry_run=True))
    assert [each.result for each in found] == [Result.SET, Result.SET]


def test_on_another_system_the_command_says_what_to_do_instead(
    two: Shoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    code, told = _run(capsys, two.folder)
    assert code == 101
    assert "couloir capture-one styles" in told
