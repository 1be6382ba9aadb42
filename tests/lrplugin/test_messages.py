"""Every menu item, with every answer to each of its dialogs and every fault at each of its steps: the message says what
happened and what to do, in words for a user.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import canned_service
from fake_lightroom import Dialog, HttpFault, Lightroom, content
from plugin_pictures.stage import Stage

RAW = re.compile(r"\.lua\b|\bnil\b|attempt to|table: 0x|function: 0x|\^\d|\$\$\$|stack traceback|__index")
# Words of English that no other of the languages has; paths, and what the canned service says, stay.
ENGLISH = re.compile(r"\b(the|is|are|were|which|with|have|has|of|and|that|this|your)\b")
OWN = re.compile(
    r"/\S+|"
    + "|".join(
        re.escape(node.value)
        for node in ast.walk(ast.parse(Path(canned_service.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )
)
PROBLEM = json.dumps({"code": "disk.full", "detail": "The disk is full.", "advice": "Free some space.", "item": "/x"})

# What is done to a request, and the headline and advice of which one pair must be read.
FAULTS: dict[str, tuple[HttpFault, tuple[tuple[str, str], ...]]] = {
    "refused": (
        HttpFault("refused"),
        (
            ("Couloir's service does not answer.", "Settings and service"),
            ("Couloir's service is not running.", "Start it now?"),
        ),
    ),
    "timeout": (
        HttpFault("timeout", reaches_server=False),
        (("Couloir's service took too long to answer.", "Try again."),),
    ),
    "lost": (
        HttpFault("lost", reaches_server=False),
        (("The connection to Couloir's service broke off.", "nothing is done twice"),),
    ),
    "problem": (HttpFault("status", status=507, body=PROBLEM), (("The disk is full.", "Free some space."),)),
    "no JSON": (
        HttpFault("status", status=500, body="<html>Internal Server Error</html>"),
        (
            ("gave an answer that cannot be read (status 500)", "Restart the service."),
            ("Couloir's service is not running.", "Start it now?"),  # at its port something else answers
        ),
    ),
    "another JSON": (
        HttpFault("status", status=200, body="[]"),
        (
            ("stopped because of a fault of its own", "Make a diagnostic report"),
            ("gave an answer that cannot be read (status 200)", "Restart the service."),
            ("Couloir's service is not running.", "Start it now?"),
        ),
    ),
}


def of_import(stage: Stage) -> None:
    stage.service(canned_service.of_an_import(stage, photos=3, copies=1))


def of_rederive(stage: Stage) -> None:
    stage.service(canned_service.of_a_derivation())
    stage.lightroom.select(*[stage.lightroom.add_photo(stage.photo(f"{n}.NEF")) for n in (1, 2)])


def of_teach(stage: Stage) -> None:
    of_rederive(stage)
    # The last photo is skipped, else there would be one more derivation than the service was asked for.
    stage.lightroom.answer("Which version is it?", "cancel")


def of_report(stage: Stage) -> None:
    stage.service(canned_service.of_a_report(stage))


def of_marks(stage: Stage) -> None:
    stage.service(canned_service.of_marks(stage))
    photo = stage.lightroom.add_photo(stage.photo("1.NEF"))
    photo.properties = {stage.lightroom.plugin.id: {"uuid": "v", "library": canned_service.LIBRARY}}


def of_removal(stage: Stage) -> None:
    stage.service(canned_service.of_a_removal(stage))
    for number, version in enumerate(("v", "w")):
        photo = stage.lightroom.add_photo(stage.photo(f"{number}.NEF"))
        photo.properties = {stage.lightroom.plugin.id: {"uuid": version, "library": canned_service.LIBRARY}}


def of_settings(stage: Stage) -> None:
    stage.service(canned_service.of_settings())


MENUS: dict[str, Callable[[Stage], None]] = {
    "ImportMenu.lua": of_import,
    "RederiveMenu.lua": of_rederive,
    "TeachMenu.lua": of_teach,
    "ReportMenu.lua": of_report,
    "MarksMenu.lua": of_marks,
    "RemoveMenu.lua": of_removal,
    "SettingsMenu.lua": of_settings,
    "DiagnosticsMenu.lua": of_settings,
}
Answers = Callable[[int, Dialog], Any]


@pytest.fixture
def play(staged: Callable[..., Stage]) -> Callable[..., Stage]:
    """Chooses a menu item; `answer` gets the number of each dialog, from 0. Checks that all can be read."""

    def playing(menu: str, answer: Answers, plan: Callable[[Stage], None] | None = None, language: str = "en") -> Stage:
        stage = staged(language=language, real_time=False)
        if plan is not None:
            plan(stage)
        MENUS[menu](stage)
        shown = iter(range(100))
        stage.lightroom.answer(lambda dialog: True, lambda dialog: answer(next(shown), dialog))
        with stage.lightroom:
            stage.play(menu)
        for text in texts(stage):
            assert not RAW.search(text), text
            assert language == "en" or not ENGLISH.search(OWN.sub("", text)), text
        assert stage.lightroom.untranslated == set()
        assert stage.lightroom.violations == []
        assert stage.lightroom.observer_errors == []
        return stage

    return playing


def agree(number: int, dialog: Dialog) -> Any:
    """What lets the work go on: OK; for a panel, a file or folder."""
    if dialog.kind == "open panel":
        return ["/L.aplibrary"]
    return str(Path("/tmp") / "unused") if dialog.kind == "save panel" else "ok"


def texts(stage: Stage) -> list[str]:
    return [text for dialog in stage.lightroom.dialogs for text in dialog.texts]


def titles(stage: Stage) -> list[str]:
    return [dialog.title.partition(" (")[0] for dialog in stage.lightroom.dialogs]


def saving(tmp_path: Path) -> Answers:
    """Agrees, and saves reports where tests may."""
    return lambda number, dialog: str(tmp_path / "report.txt") if dialog.kind == "save panel" else agree(number, dialog)


def test_the_table_has_every_menu_item(start, home):
    assert {item.file for item in start(home).menu} == MENUS.keys()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("menu", MENUS)
def test_whatever_fails_the_user_reads_what_happened_and_what_to_do(play, tmp_path, menu, fault):
    yes = saving(tmp_path)
    undisturbed = play(menu, yes)
    requests = undisturbed.lightroom.counters.http_requests
    assert requests > 0
    strike, pairs = FAULTS[fault]
    told = 0
    for number in range(1, requests + 1):

        def plan(stage: Stage, n: int = number) -> None:
            for each in (n, n + 1):  # the second time, too, since a broken request is repeated
                stage.faults.http(strike, nth=each)

        def answer(index: int, dialog: Dialog) -> Any:
            return "cancel" if "Start it now?" in dialog.title else yes(index, dialog)

        stage = play(menu, answer, plan)
        everything = "\n".join(texts(stage))
        if any(headline in everything and advice in everything for headline, advice in pairs):
            told += 1
        else:  # what nobody needs to know, or what the user reads in the diagnostic report
            assert titles(stage) == titles(undisturbed), (number, everything)
    assert told > 0 or menu == "DiagnosticsMenu.lua"


@pytest.mark.parametrize("menu", ["ImportMenu.lua", "RederiveMenu.lua"])
def test_at_each_gate_a_busy_catalog_is_told(play, menu):
    gates = play(menu, agree).lightroom.counters.gates
    assert gates >= 2
    for number in range(1, gates + 1):
        stage = play(menu, agree, lambda stage, n=number: stage.faults.lock(1e6, nth=n))
        everything = "\n".join(texts(stage))
        assert "Lightroom's catalog is busy with something else." in everything
        assert "Wait until Lightroom has finished" in everything


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
@pytest.mark.parametrize("menu", MENUS)
def test_every_answer_to_every_dialog_leads_somewhere(play, tmp_path, menu, language):
    yes = saving(tmp_path)
    dialogs = play(menu, yes, language=language).lightroom.dialogs
    for number, dialog in enumerate(dialogs):
        choices = [None] if dialog.kind in ("open panel", "save panel") else list(dialog.buttons)
        for choice in choices:

            def answer(index: int, shown: Dialog, n: int = number, c: Any = choice) -> Any:
                return c if index == n else yes(index, shown)

            stage = play(menu, answer, language=language)
            assert [each.title for each in stage.lightroom.dialogs[: number + 1]] == [
                each.title for each in dialogs[: number + 1]
            ]
            if choice in ("cancel", None):
                after = stage.lightroom.dialogs[number + 1 :]
                assert all(each.style not in ("warning", "critical") for each in after)


# What Lightroom refuses, and where the user reads of it.
REFUSALS = (
    "LrCatalog.addPhoto", "LrCatalog.createVirtualCopies", "LrCatalog.createCollection",
    "LrCatalog.createCollectionSet", "LrCatalog.createKeyword", "LrCatalog.findPhotoByPath",
    "LrCatalog.batchGetRawMetadata", "LrCatalog.setPropertyForPlugin", "LrCatalog.getActiveSources",
    "LrCatalog.setSelectedPhotos", "LrPhoto.setRawMetadata", "LrPhoto.addKeyword", "LrPhoto.applyDevelopSettings",
    "LrPhoto.createDevelopSnapshot", "LrPhoto.getDevelopSettings", "LrPhoto.setPropertyForPlugin",
    "LrCollection.addPhotos", "LrCollection.getPhotos", "LrFileUtils.volumeAttributes", "LrFileUtils.exists",
)  # fmt: skip
TRIED_AGAIN = (
    "LrCatalog.createCollection", "LrCatalog.createCollectionSet", "LrCollection.addPhotos",
    "LrPhoto.setPropertyForPlugin",
)  # fmt: skip
REMARKS = re.compile(
    r"Lightroom refused|Lightroom did not (?:apply|import|accept)|Lightroom made no"
    r"|stopped because of a fault of its own|Lightroom cannot tell how much is free"
)


@pytest.mark.parametrize("member", REFUSALS)
def test_what_lightroom_refuses_is_told(play, member):
    def refuse(stage: Stage) -> None:
        stage.faults.refuse(member, "not now", times=None if member in TRIED_AGAIN else 1)

    undisturbed = play("ImportMenu.lua", agree).lightroom
    assert undisturbed.counters.by_name[member] > 0
    told = play("ImportMenu.lua", agree, refuse)
    # What was got in another way need not be told.
    whole = shape(told.lightroom) == shape(undisturbed)
    assert whole or REMARKS.search("\n".join(texts(told))), texts(told)


def shape(lightroom: Lightroom) -> Any:
    """The catalog, without the folder and the time of the run."""
    photos = content(lightroom.catalog)["photos"]
    for photo in photos.values():
        photo["properties"].get("org.couloir.lightroom", {}).pop("run", None)
    return {(Path(path).name, *more): {**photo, "master": None} for (path, *more), photo in photos.items()}


@pytest.mark.parametrize(
    ("member", "remark"),
    [
        ("LrCatalog.createKeyword", "Lightroom made no keyword B."),
        ("LrCatalog.createCollection", "Lightroom made no collection P."),
        ("LrCatalog.createCollectionSet", "Lightroom made no collection P."),
        ("LrCatalog.createVirtualCopies", "Lightroom made no virtual copy (-)."),
    ],
)
def test_what_lightroom_silently_does_not_make_is_told(play, member, remark):
    stage = play("ImportMenu.lua", agree, lambda stage: stage.faults.refuse(member, None, times=None))
    assert remark in "\n".join(texts(stage))
