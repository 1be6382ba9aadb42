"""The diagnostic report probes the behaviours of a real Lightroom that no documentation settles."""

from __future__ import annotations

import pytest

import canned_service
from fake_lightroom import Options
from fake_lightroom.assumed import ASSUMED, alternatives

ID = "org.couloir.lightroom"
TRIED = (
    "taken_name", "keyword_type", "keyword_reads_need_access", "gone_objects", "disk_free", "copies_take_fields",
    "uuid_finds_copies", "readback", "snapshot_in_gate",
)  # fmt: skip


@pytest.fixture
def reported(staged, tmp_path):
    """The answers in a report that was made with a photo of Couloir's selected."""

    def report(answer="ok", ours=True, refuse=None, **options):
        stage = staged(**{"disk_free": 7, **options})
        stage.service(canned_service.of_settings())
        photo = stage.lightroom.add_photo(stage.photo("1.JPG"))
        photo.properties = {ID: {"uuid": "v"}} if ours else {}
        stage.lightroom.select(photo)
        if refuse:
            stage.faults.refuse(refuse, "not now", times=None)
        stage.lightroom.answer("Should Couloir also try out", answer)
        stage.lightroom.answer("Save the diagnostic report", str(tmp_path / "report.txt"))
        stage.play("DiagnosticsMenu.lua")
        text = (tmp_path / "report.txt").read_text().replace("(token)", "t")  # so short is the token on the stage
        told = text.partition("== How this Lightroom behaves\n")[2].partition("\n\n")[0].splitlines()
        return dict(line.partition(": ")[::2] for line in told), stage.lightroom

    return report


def spoken(value):
    return {"True": "true", "False": "false", "unknown": "unknown"}.get(str(value), str(value))


def test_a_report_says_how_this_lightroom_behaves(reported):
    told, lightroom = reported()
    usual = {name: spoken(getattr(Options(), name)) for name in TRIED}
    assert told == {**usual, "disk_free": "told"}
    assert lightroom.violations == []


@pytest.mark.parametrize(("name", "other"), [each for each in alternatives() if each[0] in TRIED])
def test_each_other_behaviour_is_seen(reported, name, other):
    told, lightroom = reported(**{name: other})
    assert told[name] == spoken(other)
    assert lightroom.violations == []


def test_what_is_tried_is_what_is_listed_as_unverified():
    assert set(TRIED) <= set(ASSUMED)


def test_nothing_stays_but_a_keyword_and_a_copy(reported):
    _, lightroom = reported()
    catalog = lightroom.catalog
    assert (catalog.collections, catalog.collection_sets) == ({}, {})
    assert [keyword.name for keyword in catalog.keywords.values()] == ["Couloir test"]
    original, copy = catalog.photos.values()
    assert original.develop == {}
    assert copy.metadata["copyName"] == "Couloir test"
    assert lightroom.selection == [original.id]


def test_who_says_no_gets_the_report_alone(reported):
    told, lightroom = reported("cancel")
    assert told == {"(not tried)": ""}
    assert len(lightroom.catalog.photos) == 1
    assert lightroom.catalog.keywords == {}


def test_a_photo_of_somebody_elses_is_not_touched(reported):
    told, lightroom = reported(ours=False)
    assert told["taken_name"] == "nil"
    assert told["readback"].startswith("not tried: select one photo that Couloir has brought")
    assert len(lightroom.catalog.photos) == 1


@pytest.mark.parametrize(
    "member", ["LrCatalog.createKeyword", "LrCatalog.createVirtualCopies", "LrCatalog.createCollection"]
)
def test_what_fails_is_an_answer_too(reported, member):
    told, lightroom = reported(refuse=member)
    assert any(answer.startswith("failed: ") or answer == "error" for answer in told.values())
    assert lightroom.catalog.collection_sets == {}


def test_a_set_that_cannot_be_made_ends_it(reported):
    told, _ = reported(refuse="LrCatalog.createCollectionSet")
    assert list(told) == ["failed"]
