"""Functions that need no Lightroom: mapping metadata, command lines, orders, rules and texts."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.migrate.cost.model import Work, estimate
from fake_lightroom import PureModules
from fake_lightroom.tables.metadata import WRITABLE

ID = "org.couloir.lightroom"
NOTHING_SAID = [
    {"key": "rating"},
    {"key": "pickStatus", "value": 0},
    {"key": "colorNameForLabel", "value": "none"},
]


@pytest.fixture(scope="module")
def pure(plugin: Path) -> PureModules:
    return PureModules(plugin, ID)


def test_what_reaches_for_lightroom_is_not_called_pure(pure):
    with pytest.raises(Exception, match=r"it reaches for LrStringUtils\.byteString"):
        pure.call("Preflight.space", 1, 2)


# Metadata ------------------------------------------------------------------------------------------------------------


def assignments(pure: PureModules, metadata: dict[str, Any], *inherited: Any) -> Any:
    return pure.call("MetadataMap.assignments", metadata, *inherited)


def test_stars_flag_and_colour_are_always_set_and_nothing_else(pure):
    assert assignments(pure, {}) == NOTHING_SAID


@pytest.mark.parametrize(
    ("stars", "pick", "label"),
    [
        ((5, 5), (1, 1), ("Red", {"key": "colorNameForLabel", "value": "red"})),
        ((1, 1), (-1, -1), ("Purple", {"key": "colorNameForLabel", "value": "purple"})),
        ((0, None), (0, 0), ("Yellow", {"key": "colorNameForLabel", "value": "yellow"})),
        ((-1, None), (0, 0), ("Green", {"key": "colorNameForLabel", "value": "green"})),
        ((3, 3), (0, 0), ("Blue", {"key": "colorNameForLabel", "value": "blue"})),
        ((3, 3), (0, 0), ("Orange", {"key": "label", "value": "Orange"})),
    ],
)
def test_stars_flag_and_label_in_lightrooms_words(pure, stars, pick, label):
    found = assignments(pure, {"rating": stars[0], "pick": pick[0], "label": label[0]})
    assert found[0] == ({"key": "rating"} if stars[1] is None else {"key": "rating", "value": stars[1]})
    assert found[1] == {"key": "pickStatus", "value": pick[1]}
    assert found[2:] == [label[1]]


def test_texts_go_under_lightrooms_names_in_the_order_of_ours(pure):
    words = {
        "title": "title", "headline": "headline", "caption": "caption", "caption_writer": "descriptionWriter",
        "instructions": "instructions", "date_created": "dateCreated", "job_id": "jobIdentifier", "event": "event",
        "category": "iptcCategory", "supplemental_categories": "iptcOtherCategories",
        "intellectual_genre": "intellectualGenre", "scene_codes": "scene", "subject_codes": "iptcSubjectCode",
        "creator": "creator", "creator_title": "creatorJobTitle", "contact_address": "creatorAddress",
        "contact_city": "creatorCity", "contact_state": "creatorStateProvince",
        "contact_postcode": "creatorPostalCode", "contact_country": "creatorCountry",
        "contact_phone": "creatorPhone", "contact_email": "creatorEmail", "contact_url": "creatorUrl",
        "copyright": "copyright", "usage_terms": "rightsUsageTerms", "credit": "provider", "source": "source",
        "location": "location", "city": "city", "state": "stateProvince", "country": "country",
        "country_code": "isoCountryCode", "people": "personShown",
    }  # fmt: skip
    found = assignments(pure, {ours: f"<{ours}>" for ours in words})
    assert found[3:] == [{"key": words[ours], "value": f"<{ours}>"} for ours in sorted(words)]
    assert {row["key"] for row in found[3:]} <= WRITABLE.keys()


def test_a_list_becomes_one_text_and_keywords_are_none_of_its_business(pure):
    found = assignments(pure, {"people": ["Ann", "Bo"], "scene_codes": ["010100"], "keywords": [["a"]]})
    assert found[3:] == [{"key": "personShown", "value": "Ann, Bo"}, {"key": "scene", "value": "010100"}]


@pytest.mark.parametrize(
    ("metadata", "rows"),
    [
        ({"latitude": 1.5, "longitude": -2.5}, [{"key": "gps", "value": {"latitude": 1.5, "longitude": -2.5}}]),
        ({"latitude": 1.5}, []),
        ({"longitude": 1.5}, []),
        ({"altitude": 12.5}, [{"key": "gpsAltitude", "value": 12.5}]),
    ],
)
def test_a_place_needs_both_its_numbers(pure, metadata, rows):
    assert assignments(pure, metadata)[3:] == rows


def test_a_copy_loses_what_only_its_photo_has(pure):
    inherited = {"title": "theirs", "latitude": 1.0, "longitude": 2.0, "altitude": 3.0, "city": "Oslo"}
    found = assignments(pure, {"city": "Bergen"}, inherited)
    assert found[3:] == [
        {"key": "gps"},
        {"key": "gpsAltitude"},
        {"key": "city", "value": "Bergen"},
        {"key": "title"},
    ]
    own = {"latitude": 5.0, "longitude": 6.0, "altitude": 7.0}
    assert assignments(pure, own, inherited)[3:5] == [
        {"key": "gps", "value": {"latitude": 5.0, "longitude": 6.0}},
        {"key": "gpsAltitude", "value": 7.0},
    ]


def test_what_was_removed_in_aperture_is_cleared(pure):
    metadata = {"city": "Bergen", "cleared": ["altitude", "caption", "keywords", "label", "latitude", "longitude"]}
    assert assignments(pure, metadata)[3:] == [
        {"key": "gps"},
        {"key": "gpsAltitude"},
        {"key": "caption"},
        {"key": "city", "value": "Bergen"},
    ]


# Command lines -------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1, max_size=4))
def test_a_shell_reads_the_words_back_as_they_were(pure: PureModules, words: list[str]) -> None:
    """Whatever is in a name: spaces, quotes, dollars."""
    line = pure.call("Command.background", words, "/tmp/it's log", "/tmp/a pid", False)
    assert " 2>&1 < /dev/null & echo $! > " in line
    assert shlex.split(line) == [
        *words, ">", "/tmp/it's log", "2>&1", "<", "/dev/null", "&", "echo", "$!", ">", "/tmp/a pid",
    ]  # fmt: skip


def test_a_program_goes_on_by_itself_and_its_process_is_known(pure, tmp_path):
    """In a real shell: it returns at once, and the process is seen while it runs and no longer."""
    log, process = tmp_path / "a log", tmp_path / "a pid"
    shell = ["/bin/sh", "-c", 'echo "it\'s on"; exec /bin/sleep 30']
    subprocess.run(pure.call("Command.background", shell, str(log), str(process), False), shell=True, check=True)
    number = int(process.read_text())
    asked = pure.call("Command.is_running", number)
    assert subprocess.run(asked, shell=True, check=False).returncode == 0
    deadline = time.monotonic() + 30
    while not log.exists() or not log.read_text():  # it may be killed before it has said anything
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(number, 9)
    while subprocess.run(asked, shell=True, check=False).returncode == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert log.read_text() == "it's on\n"


def test_cmd_gets_one_more_pair_of_quotes_and_no_quote_within(pure):
    line = pure.call("Command.background", ['C:\\My "Files"\\couloir.exe', "serve"], "C:\\log.txt", "C:\\pid", True)
    assert line == '"start "" /b "C:\\My Files\\couloir.exe" "serve" > "C:\\log.txt" 2>&1"'


def test_the_service_is_started_as_its_system_does_it(pure):
    assert pure.call("Command.service", True) == '"schtasks.exe /Run /TN Couloir"'
    assert pure.call("Command.service", False) == "/bin/launchctl kickstart gui/$(/usr/bin/id -u)/org.couloir.service"


@pytest.mark.parametrize(
    ("result", "windows", "code"),
    [
        (0, False, 0),
        (256, False, 1),
        (127 * 256, False, 127),
        (15, False, 0),
        (0, True, 0),
        (3, True, 3),
        ("?", False, "?"),
    ],
)
def test_macos_gives_a_wait_status_and_windows_the_code(pure, result, windows, code):
    assert pure.call("Command.exit_code", result, windows) == code


# Collections ---------------------------------------------------------------------------------------------------------

STARS = {"criteria": "rating", "operation": ">=", "value": 3}
FLAG = {"criteria": "pick", "operation": "==", "value": 1}


def test_rules_nest_as_arrays_with_their_way_to_combine(pure):
    search = {"combine": "union", "parts": [STARS, {"combine": "intersect", "parts": [FLAG]}]}
    found = pure.call("Collections.search_of", {"search": search, "project": ""})
    assert found == {"combine": "union", 1: STARS, 2: {"combine": "intersect", 1: FLAG}}


def test_a_single_rule_is_put_into_a_group(pure):
    assert pure.call("Collections.search_of", {"search": STARS, "project": ""}) == {"combine": "intersect", 1: STARS}


def test_a_smart_album_in_a_project_looks_only_there(pure):
    search = {"combine": "union", "parts": [STARS, FLAG]}
    inside = {"criteria": f"sdktext:{ID}.project", "operation": "==", "value": "Harbour"}
    found = pure.call("Collections.search_of", {"search": search, "project": "Harbour"})
    assert found == {"combine": "intersect", 1: inside, 2: {"combine": "union", 1: STARS, 2: FLAG}}
    assert pure.call("Collections.search_of", {"search": STARS, "project": "Harbour"}) == {
        "combine": "intersect", 1: inside, 2: STARS,
    }  # fmt: skip


def test_a_photos_places_in_albums_go_into_a_field_and_come_back(pure):
    places = [
        {"kind": "album", "uuid": "b%2", "position": 12},
        {"kind": "project", "uuid": "p", "position": 3},
        {"kind": "album", "uuid": "a1", "position": 0},
    ]
    text = pure.call("Collections.places_text", places)
    assert text == "a1=0;b%2=12"
    assert [pure.call("Collections.place_in", text, uuid) for uuid in ("a1", "b%2", "p", "1", "b")] == [
        0, 12, None, None, None,
    ]  # fmt: skip
    assert pure.call("Collections.places_text", places[1:2]) is None
    assert pure.call("Collections.places_text", places[:1]) == "b%2=12"
    assert pure.call("Collections.place_in", None, "a1") is None


@given(st.permutations("abcdef"), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)))
def test_albums_are_put_in_order_and_the_unknown_go_last_as_they_were(
    pure: PureModules, photos: list[str], places: dict[str, int]
) -> None:
    found = pure.call("Collections.reordered", photos, places)
    expected = sorted(photos, key=lambda photo: places.get(photo, 99))
    assert (photos if found is None else found) == expected
    assert (found is None) == (expected == photos)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_looks_are_worked_on_in_the_order_of_their_projects(
    pure: PureModules, places: list[tuple[bool, int, int]]
) -> None:
    looks = []
    for number, (in_album, album, project) in enumerate(places):
        collections = [{"kind": "album", "position": album}] * in_album + [{"kind": "project", "position": project}]
        looks.append({"number": number, "task": {"collections": collections}})
    found = pure.call("Applying.in_order", looks) or []
    assert [look["number"] for look in found] == sorted(range(len(looks)), key=lambda number: places[number][2])


# Develop settings ----------------------------------------------------------------------------------------------------


def _painted(exposure, **more):
    """A local adjustment of one brush, and what Lightroom adds to it."""
    correction = {"What": "Correction", "LocalExposure2012": exposure, "CorrectionMasks": [{"Masks": []}], **more}
    return {"MaskGroupBasedCorrections": [correction]}


@pytest.mark.parametrize(
    ("wanted", "found", "keys"),
    [
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.5, "Other": 1}, []),
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.500011}, ["Exposure2012"]),
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.500009}, []),
        ({"Exposure2012": 0.0}, {"Exposure2012": 1e-5}, []),
        ({"Exposure2012": 0.0}, {"Exposure2012": 1.1e-5}, ["Exposure2012"]),
        ({"Look": {"Name": {"x": 1}}}, {"Look": {"Name": {"x": 2}}}, ["Look"]),
        ({"Look": {"Name": "x", "Amount": 1}}, {"Look": {"Name": "y", "Amount": 1}}, ["Look"]),
        ({"Temperature": 5500.0}, {"Temperature": 5500.05}, []),
        ({"Temperature": 5500.0}, {"Temperature": 5500.06}, ["Temperature"]),
        ({"Temperature": -5500.0}, {"Temperature": -5499.95}, []),
        (dict.fromkeys("GBEADFC", 1), {}, list("ABCDEFG")),
        ({"WhiteBalance": "Custom"}, {"WhiteBalance": "As Shot"}, ["WhiteBalance"]),
        ({"EnableToneCurve": True}, {"EnableToneCurve": True}, []),
        ({"EnableToneCurve": True}, {"EnableToneCurve": False}, ["EnableToneCurve"]),
        ({"Curve": [0, 0, 255, 255]}, {"Curve": [0, 0, 255, 255]}, []),
        ({"Curve": [0, 0, 255, 255]}, {"Curve": [0, 0, 255]}, ["Curve"]),
        ({"Curve": [0, 0, 255]}, {"Curve": [0, 0, 255, 255]}, ["Curve"]),
        ({"Curve": [0, 0, 255, 255]}, {"Curve": [0, 1, 255, 255]}, ["Curve"]),
        ({"Look": {}}, {}, []),
        ({"Look": {}}, {"Look": {"Name": "Adobe Color"}}, ["Look"]),
        ({"Look": {"Name": "x"}}, {}, ["Look"]),
        ({"Sharpness": 0}, {"Sharpness": "0"}, ["Sharpness"]),
        ({"Look": {"Name": "x"}}, {"Look": "x"}, ["Look"]),
        (_painted(0.25), {}, ["MaskGroupBasedCorrections"]),
        (_painted(0.25), _painted(0.2500001, CorrectionID="ours no more", CorrectionReferenceX=0.5), []),
        (_painted(0.25), _painted(0.5), ["MaskGroupBasedCorrections"]),
        (_painted(0.25), _painted(0.25, CorrectionMasks=[]), ["MaskGroupBasedCorrections"]),
        (
            {"RetouchAreas": [{"SpotType": "heal", "X": 1}]},
            {"RetouchAreas": [{"SpotType": "heal", "Id": 7}]},
            [],
        ),
        ({"RetouchAreas": [{"SpotType": "heal"}]}, {"RetouchAreas": [{"SpotType": "clone"}]}, ["RetouchAreas"]),
        ({"RetouchAreas": [{"SpotType": "heal"}]}, {}, ["RetouchAreas"]),
        ({"RedEyeInfo": ["x = 0.1"]}, {"RedEyeInfo": ["x = 0.10000"]}, []),
        ({"RedEyeInfo": ["x = 0.1"]}, {"RedEyeInfo": []}, ["RedEyeInfo"]),
        ({"MaskGroupBasedCorrections": {}}, {}, []),
        ({"MaskGroupBasedCorrections": {}}, _painted(0.25), ["MaskGroupBasedCorrections"]),
    ],
)
def test_settings_differ_when_lightroom_has_not_what_was_sent(pure, wanted, found, keys):
    assert (pure.call("Develop.differing", wanted, found) or []) == keys


UNEDITED = {"CameraProfile": "Embedded", "WhiteBalance": "As Shot", "Exposure2012": 0, "ConvertToGrayscale": False}


@pytest.mark.parametrize(
    ("change", "nothing"),
    [
        ({}, True),
        ({"ProcessVersion": "15.4", "ToneCurveName2012": "Linear", "Look": {}}, True),
        ({"ToneCurvePV2012": [0, 0, 255, 255]}, True),
        ({"ToneCurvePV2012": [0, 0, 128, 140, 255, 255]}, False),
        ({"ToneCurvePV2012": [0, 1, 255, 255]}, False),
        ({"ToneCurvePV2012": [0, 0, 255, 254]}, False),
        ({"Look": {"Name": "x"}}, False),
        ({"CameraProfile": "Adobe Standard"}, False),
        ({"Exposure2012": 0.01}, False),
        ({"ConvertToGrayscale": True}, False),
        ({"WhiteBalance": "Custom"}, False),
    ],
)
def test_settings_of_an_unedited_photo_change_nothing(pure, change, nothing):
    assert pure.call("Develop.changes_nothing", {**UNEDITED, **change}) is nothing


# Texts ---------------------------------------------------------------------------------------------------------------


def row(kind: str, state: str, count: int, advice: str = "", code: str = "c") -> dict[str, Any]:
    return {
        "kind": kind, "state": state, "code": code, "count": count, "sentence": f"About {kind}.", "advice": advice,
    }  # fmt: skip


OUTLOOK = [
    row("album", "skipped", 2, "Do it by hand."),
    row("master", "done", 5),
    row("version", "failed", 1),
    row("keyword", "waiting", 7),
    row("stack", "done", 3, "Look."),
]


def test_what_will_happen_is_told_in_groups_the_good_first(pure):
    assert told(pure, OUTLOOK) == [
        "Will be imported:",
        "  5 originals: About master.",
        "  3 stacks: About stack. Look.",
        "Will be imported by this plug-in:",
        "  7 keywords: About keyword.",
        "Will not be imported:",
        "  2 albums: About album. Do it by hand.",
        "Cannot be imported now:",
        "  1 version: About version.",
    ]
    assert told(pure, []) == []


def told(pure: PureModules, *arguments: Any) -> list[str]:
    lines, untold = pure.call("Preflight.lines", *arguments)
    assert untold == 0
    return lines or []


def test_the_largest_reason_comes_first_and_the_rest_is_counted(pure):
    rows = [{**row("operation", "skipped", count), "sentence": f"Reason {count}."} for count in (1, 9, 4, 4)]
    lines, untold = pure.call("Preflight.lines", rows, 2)
    assert lines == [
        "Will not be imported:",
        "  9 adjustments: Reason 9.",
        "  4 adjustments: Reason 4.",
        "  and more reasons: 2",
    ]
    assert untold == 2


def test_what_lies_on_a_disk_that_is_not_connected_does_not_come_over(pure):
    rows = [row("version", "waiting", 3, "Connect it.", "original.offline"), row("version", "waiting", 2)]
    assert told(pure, rows) == [
        "Will be imported by this plug-in:",
        "  2 versions: About version.",
        "Cannot be imported now:",
        "  3 versions: About version. Connect it.",
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("master", "4 originals"), ("version", "4 versions"), ("operation", "4 adjustments"), ("album", "4 albums"),
        ("keyword", "4 keywords"), ("project", "4 projects"), ("folder", "4 folders"), ("stack", "4 stacks"),
        ("face", "4 faces"), ("photo", "4 photos"), ("minute", "4 minutes"), ("hour", "4 hours"),
        ("volume", "4 volume"),
    ],
)  # fmt: skip
def test_rows_are_counted_in_words(pure, kind, words):
    assert pure.call("Plural.of", kind, 4) == words
    one = "1 volume" if kind == "volume" else "1 " + words[2:-1]
    assert pure.call("Plural.of", kind, 1) == one


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 minute"), (61, "2 minutes"), (7100, "119 minutes"), (7200, "2 hours"), (28_400, "8 hours")],
)
def test_a_time_is_told_in_minutes_or_hours(pure, seconds, words):
    assert pure.call("Estimate.words", seconds) == words


def test_the_time_of_a_plan_is_what_published_measurements_come_to(pure):
    rows = [
        {"kind": "version", "state": "done", "code": "version.placed", "count": 60_000},
        {"kind": "version", "state": "waiting", "code": "version.extra", "count": 20_000},
        {"kind": "version", "state": "skipped", "code": "version.trash", "count": 5_000},
        {"kind": "album", "state": "waiting", "code": "album.waits", "count": 100},
    ]
    assert pure.call("Estimate.of_plan", rows) == pytest.approx(80_000 * 0.355 + 20_000)


@pytest.mark.parametrize(("matched", "once"), [(0, 0), (1, 0), (0, 7), (20_000, 30_000)])
def test_the_times_are_those_of_the_services_model(pure, matched, once):
    counted = {"photos": 80_000, "edited": 3, "rendered": matched + once, "matched": matched, "sampled": 0}
    model = estimate(Work(photos=80_000, matched=matched, measured=once), cores=4)
    assert pure.call("Estimate.of_match", counted) == pytest.approx(model.matching)
    assert pure.call("Estimate.of_import", 80_000) == pytest.approx(model.importing)


def balance(kind: str, done: int, skipped: int, waiting: int, failed: int) -> dict[str, Any]:
    total = done + skipped + waiting + failed
    return {"kind": kind, "total": total, "done": done, "skipped": skipped, "waiting": waiting, "failed": failed}


@pytest.mark.parametrize(
    ("balances", "first"),
    [
        (True, "Every row of the library is accounted for."),
        (False, "Not every row of the library is accounted for: make a diagnostic report."),
    ],
)
def test_the_report_says_first_whether_it_balances_then_counts(pure, balances, first):
    report = {
        "balances": balances,
        "balance": [balance("version", 1, 2, 3, 4), balance("face", 0, 0, 0, 0), balance("album", 1, 0, 0, 0)],
    }
    assert pure.call("Report.balance", report) == [
        first,
        "10 versions: 1 done, 2 left out, 3 waiting, 4 failed",
        "1 album: 1 done, 0 left out, 0 waiting, 0 failed",
    ]


def test_the_figures_of_a_library_with_and_without_trouble(pure):
    counts = {"browsable": 99, "projects": 2, "albums": 3, "keywords": 4}
    lines = ["18 photos, 2 projects, 3 albums, 4 keywords"]
    looks = "Looks: {} exactly, {} approximately, {} with an adjustment that no formula carries"
    nothing = "0 photos, 2 projects, 3 albums, 4 keywords"
    assert pure.call("OptionsDialog.lines", {"counts": counts}) == [nothing, looks.format(0, 0, 0)]
    photos = {"exact": 5, "approximate": 4, "taken from the preview": 2, "lost": 7}
    sound = {"counts": counts, "photos": photos, "listed": {"missing_originals": 0, "offline_originals": 0}}
    assert pure.call("OptionsDialog.lines", sound) == [*lines, looks.format(5, 6, 7)]
    for listed, missing, offline in (({"missing_originals": 1}, 1, 0), ({"offline_originals": 2}, 0, 2)):
        assert pure.call("OptionsDialog.lines", {"counts": counts, "photos": photos, "listed": listed}) == [
            *lines,
            looks.format(5, 6, 7),
            f"Originals that are missing: {missing}; on disks that are not connected: {offline}",
        ]
    left_out = [{"count": 35, "code": "trash"}, {"count": 2, "code": "version.hidden"}]
    assert pure.call("OptionsDialog.lines", {"counts": counts, "photos": photos, "left_out": left_out}) == [
        *lines,
        looks.format(5, 6, 7),
        "Besides: 37 photos in the trash, or hidden in Aperture",
    ]


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")])
def test_thousands_are_told_apart(pure, number, words):
    assert pure.call("Plural.number", number) == words


def counted(photos: int, edited: int) -> dict[str, int]:
    return {"photos": photos, "edited": edited, "rendered": photos, "matched": edited, "sampled": 0}


TREE = {
    "tally": {"every": counted(9, 4), "rated": counted(3, 1)},
    "folders": [
        {"uuid": uuid, "kind": "project", "tally": {"every": counted(n, 1), "rated": counted(1, 0)}}
        for uuid, n in (("a", 5), ("b", 4))
    ],
    "albums": [{"uuid": "x", "kind": "user", "tally": {"every": counted(2, 2), "rated": counted(2, 2)}}],
}


@pytest.mark.parametrize(
    ("scope", "uuids", "every"),
    [("all", [], 9), ("projects", ["a"], 5), ("projects", ["a", "b"], 9), ("albums", ["x"], 2), ("albums", [], 0)],
)
def test_the_photos_of_an_import_are_those_of_its_parts(pure, scope, uuids, every):
    assert pure.call("MatchScopes.of_import", TREE, scope, uuids)["every"]["photos"] == every


def test_each_choice_of_photos_says_how_many_and_how_long(pure):
    counts = pure.call("MatchScopes.counts", TREE["tally"], TREE, ["b"])
    assert {scope: each["photos"] for scope, each in counts.items()} == {
        "all": 9, "edited": 4, "rated": 3, "project": 4,
    }  # fmt: skip
    assert pure.call("MatchScopes.title", "edited", counted(4000, 4000)) == (
        "Edited in Aperture: 4,000 photos, at least 12 hours"
    )
    assert pure.call("MatchScopes.chosen", {"match_scope": "project", "match_project": ["b"]}) == ("project", "b")
    assert pure.call("MatchScopes.chosen", {"match_scope": "all", "match_project": ["b"]}) == ("all", None)


@pytest.mark.parametrize(
    ("now", "hour", "at"),
    [
        ("2026-11-28 22", 7, "2026-11-29 07"), ("2026-11-28 06", 7, "2026-11-28 07"),
        ("2026-11-28 07", 7, "2026-11-29 07"), ("2026-11-28 23", 0, "2026-11-29 00"),
    ],
)  # fmt: skip
def test_an_hour_is_the_next_one_that_the_clock_shows(pure, now, hour, at):
    assert pure.call("StopTime.after", now, "2026-11-29 " + now[-2:], hour) == at


def test_outcomes_are_summed_up_and_sorted_by_how_much_they_want_to_be_looked_at(pure):
    summary, names = pure.run("""
      local Outcomes, kinds = require "Outcomes", { ... }
      local all = Outcomes.new()
      for index, kind in ipairs(kinds) do
        all.rows[index] = { name = kind .. index, kind = kind, why = "" }
        all.counts[kind] = (all.counts[kind] or 0) + 1
      end
      local names = {}
      for index, row in ipairs(all:sorted()) do names[index] = row.name end
      return all:summary(), names
    """, "skipped", "done", "failed", "unchanged", "done", "attention")  # fmt: skip
    assert summary == "1 failed, 1 done, with a remark, 2 done, 1 unchanged, 1 skipped"
    assert names == ["failed3", "attention6", "done2", "done5", "unchanged4", "skipped1"]


def test_a_query_is_escaped(pure):
    assert pure.call("Protocol.escaped", "a-B_c.~9 /&=ä") == "a-B_c.~9%20%2F%26%3D%C3%A4"


# Matching ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "shown"), [(0, "0.0"), (1.26, "1.3"), (12, "12.0")])
def test_a_difference_is_shown_with_one_decimal(pure, number, shown):
    assert pure.call("Looks.figure", number) == shown


# Taking back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"Exposure2012": 0.5, "Contrast2012": 0}, {"Exposure2012": 0.5, "NewSlider": 0, "Mask": {}}, True),
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.50000001}, True),
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.51}, False),
        ({"Exposure2012": 0.5}, {"Exposure2012": 0.5, "Texture": 1}, False),
        ({"ToneCurvePV2012": [0, 0, 255, 255]}, {"ToneCurvePV2012": [0, 0, 128, 130, 255, 255]}, False),
        ({"Look": {"Name": "a", "Amount": 1}}, {"Look": {"Amount": 1, "Name": "a"}}, True),
        ({"ConvertToGrayscale": False}, {"ConvertToGrayscale": True}, False),
    ],
)
def test_settings_are_the_same_whatever_lightroom_leaves_out_of_what_says_nothing(pure, one, other, same):
    assert (pure.call("Given.settings_text", one) == pure.call("Given.settings_text", other)) is same


def test_what_couloir_gave_a_photo_is_read_back(pure):
    text = pure.call("Given.text", "abc", ["Animals|Cats", "People|Ann"])
    assert pure.call("Given.read", text) == ("abc", ["Animals|Cats", "People|Ann"])
    assert pure.call("Given.read", pure.call("Given.with_digest", text, "def")) == (
        "def", ["Animals|Cats", "People|Ann"],
    )  # fmt: skip
    assert pure.call("Given.read", pure.call("Given.text", None, ["Cats"])) == (None, ["Cats"])
    assert pure.call("Given.text", None, []) is None
    assert pure.call("Given.read", None)[0] is None


# Diagnosis -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("INFO\t«Xanadu 12»: failed («no /Volumes/Xanadu/x.jpg»)", "INFO\t[name]: failed ([name])"),
        ("start: '/Applications/Couloir of Xanadu/couloir' serve", "start: '[path]"),
        ("read /Volumes/Xanadu's disk/Xanadu: no\nnext", "read [path]\nnext"),
        ("read D:\\Xanadu\\x, then more", "read [path]"),
        ("read \\\\server\\Xanadu", "read [path]"),
        ("read ~/Xanadu", "read [path]"),
        ("path:/srv/Xanadu", "path:[path]"),
        (
            "GET /v1/libraries: 404 at http://127.0.0.1:4711, 3/4",
            "GET /v1/libraries: 404 at http://127.0.0.1:4711, 3/4",
        ),
    ],
)
def test_a_diagnostic_report_has_neither_names_nor_paths(pure, text, shown):
    assert pure.call("Diagnostics.without_names", text) == shown


@given(st.text())
def test_what_is_logged_as_a_name_is_left_out_whatever_it_is(pure, name):
    line = f"a line {pure.call('Log.named', 'Xanadu ' + name + ' Xanadu')} and more"
    assert pure.call("Diagnostics.without_names", line) == "a line [name] and more"
