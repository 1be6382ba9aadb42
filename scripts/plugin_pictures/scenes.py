"""The scenes. Figures and names are invented; the texts around them are the plug-in's own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from couloir.migrate.ledger import reasons
from fake_lightroom import Dialog
from plugin_pictures.stage import Stage

LIBRARY, IMPORT = "1" * 32, "2" * 32
COUNTS = {"browsable": 18292, "projects": 6, "albums": 2, "keywords": 431}
FIGURES = {
    "counts": COUNTS,
    "photos": {"exact": 14649, "approximate": 3467, "taken from the preview": 0, "lost": 88},
    "left_out": [{"code": "trash", "count": 88}],
    "listed": {"missing_originals": 3, "offline_originals": 120},
}
# Photos, edited ones, those of three stars and more: they sum to those of the library.
PROJECTS = {
    "Harbour": (2410, 640, 310), "Wedding of Ann and Bo": (4822, 1930, 1204), "Iceland": (3106, 811, 402),
    "Studio": (1980, 502, 388), "Cats": (3940, 170, 96), "Old slides": (1946, 498, 210),
}  # fmt: skip

PROFILES = [
    {"camera": "Canon EOS 30D", "learnt_from": 10, "before": 5.52, "after": 0.54, "installed": True},
    {"camera": "Nikon D90", "learnt_from": 24, "before": 4.87, "after": 0.61, "installed": True},
]


def no_service(stage: Stage) -> None:
    """The service is not running."""
    stage.draw("start", "service is not running", "cancel")
    stage.play("ImportMenu.lua")


def settings(stage: Stage) -> None:
    """Settings and service."""
    stage.service(
        {
            "GET /v1/health": {
                "model": {"name": "couloir-1"},
                "troubles": [],
                "reads_raw": True,
                "background": True,
                "profiles": {"learnt": 2, "installed": 2},
            }
        }
    )
    stage.draw("settings", "settings and service", "cancel")
    stage.play("SettingsMenu.lua")


def first_import(stage: Stage) -> None:
    """Import from Aperture, from the choice of the library to the report."""
    library = f"{stage.home}/Pictures/Travels.aplibrary"
    stage.service(
        {
            "GET /v1/imports": {"imports": []},
            "GET /v1/libraries": {"libraries": [_library(library), _library("/Volumes/Archive/Clients.aplibrary")]},
            "POST /v1/roots": {},
            "POST /v1/libraries": {"id": "a"},
            "GET /v1/jobs/a": _done({"id": LIBRARY, "figures": FIGURES}),
            f"GET /v1/libraries/{LIBRARY}/tree": {
                "folders": [
                    {"kind": "project", "name": name, "uuid": name, "tally": _tally(*counts)}
                    for name, counts in PROJECTS.items()
                ],
                "albums": [
                    {"kind": "user", "name": name, "uuid": name, "tally": _tally(40, 31, 40)}
                    for name in ("Best of 2012", "Portfolio")
                ],
                "tally": _tally(*map(sum, zip(*PROJECTS.values(), strict=True))),
            },
            f"GET /v1/libraries/{LIBRARY}/profiles": {"profiles": PROFILES, "troubles": []},
            f"GET /v1/libraries/{LIBRARY}/disks": {"disks": _DISKS},
            "POST /v1/imports": {"id": IMPORT},
            f"GET /v1/jobs/{IMPORT}": _done({"bytes_needed": 412_300_000_000, "outlook": _OUTLOOK}),
            **_handover(stage, state="planned"),
        }
    )
    stage.draw("library", "Import from which Aperture library?", "ok")
    stage.draw("options", "Import from Aperture: ", "ok")

    def choose(dialog: Dialog) -> str:
        dialog.set(stage.words("Match looks afterwards")[0], True)  # noqa: FBT003
        dialog.set(stage.words("Stop by itself")[0], True)  # noqa: FBT003
        stage.snap("looks", dialog)
        return "ok"

    stage.answer("Looks and time: ", choose)
    stage.draw("which-disk", "Which disk do you want to locate?", "cancel")
    plans = iter((True, False))

    def plan(dialog: Dialog) -> Generator[float, None, str]:
        stage.snap("preflight", dialog)
        if next(plans):
            dialog.click(stage.words("Locate disk...")[0])
            yield 1
        return "ok"

    stage.answer("What the import will do", plan)
    stage.draw("finished", "The import from Aperture is finished", "ok")
    stage.play("ImportMenu.lua")


def reported(stage: Stage) -> None:
    """The report, from its menu item."""
    stage.service(
        {
            "GET /v1/imports": {"imports": [_import(f"{stage.home}/Pictures/From Aperture", "done", None)]},
            f"GET /v1/imports/{IMPORT}/report": {"balances": True, "balance": _BALANCE, "reasons": _REASONS},
        }
    )
    stage.draw("report", "Report of the import", "ok")
    stage.play("ReportMenu.lua")


def taken_up(stage: Stage) -> None:
    """An import that was interrupted."""
    photos = {"total": 18204, "open": 5120, "failed": 0}
    stage.service(
        {"GET /v1/imports": {"imports": [_import(f"{stage.home}/Pictures/From Aperture", "handover", photos)]}}
    )
    stage.draw("continue", "Continue the import into", "cancel")
    stage.play("ImportMenu.lua")


def busy(stage: Stage) -> None:
    """Lightroom is busy with something else."""
    stage.service(
        {
            "GET /v1/libraries": {"libraries": [_library("/L.aplibrary")]},
            "GET /v1/refinements": {"sessions": []},
            "POST /v1/derivations": _DERIVED,
        }
    )
    stage.faults.busy(seconds=1000)
    stage.lightroom.select(stage.lightroom.add_photo(stage.photo("IMG_2107.NEF")))
    stage.draw("rederive", "Re-derive the adjustments", "ok")
    stage.draw("busy", "Lightroom's catalog is busy", "ok")
    stage.play("RederiveMenu.lua")


def rederived(stage: Stage) -> None:
    """Re-derive adjustments: which version, and what was done."""
    stage.service(
        {
            "GET /v1/libraries": {"libraries": [_library("/L.aplibrary")]},
            "GET /v1/refinements": {"sessions": []},
            "POST /v1/derivations": _AMBIGUOUS,
        }
    )
    photos = [stage.lightroom.add_photo(stage.photo(f"IMG_210{n}.NEF")) for n in (7, 8, 9)]
    stage.lightroom.select(*photos)
    stage.answer("Re-derive the adjustments", "ok")
    stage.draw("candidates", "Which version is it?", "cancel")
    stage.draw("rederived", "Adjustments from Aperture", "ok")
    stage.play("RederiveMenu.lua")


def matched(stage: Stage) -> None:
    """Matching looks: taken up after a crash, and what was found."""
    path = f"/v1/refinements/{IMPORT}"
    session = {
        "id": IMPORT,
        "queued": 0,
        "begun": 3,
        "settled": 0,
        "left": 0,
        "waiting": 0,
        "total": 3,
        "seconds_left": 31.0,
    }
    photos = [stage.lightroom.add_photo(stage.photo(f"IMG_210{n}.NEF")) for n in (7, 8, 9)]
    found = [{**each, "lightroom": photo.uuid} for each, photo in zip(_FOUND, photos, strict=True)]
    stage.say(f"POST {path}/round", {"done": False, "steps": [], "finished": found, "session": session}, times=1)
    stage.service(
        {
            "GET /v1/libraries": {"libraries": [_library("/L.aplibrary")]},
            "GET /v1/refinements": {"sessions": [session]},
            f"POST {path}/round": {"done": True, "steps": [], "finished": [], "session": session},
            "POST /v1/derivations": _AMBIGUOUS,
        }
    )
    stage.lightroom.select(*photos)
    stage.answer("Re-derive the adjustments", "ok")
    stage.draw("matching", "Matching looks has stopped with", "ok")
    stage.draw("matched", "Looks matched with Aperture", "ok")
    stage.answer("Which version is it?", "other")
    stage.answer("Adjustments from Aperture", "ok")
    stage.play("RederiveMenu.lua")


def taught(stage: Stage) -> None:
    """Teach Couloir from my edit."""
    stage.lightroom.select(stage.lightroom.add_photo(stage.photo("IMG_2107.NEF")))
    stage.draw("teach", "Teach Couloir from the looks", "cancel")
    stage.play("TeachMenu.lua")


def marked(stage: Stage) -> None:
    """Photos that were marked on the report's page."""
    library = f"{stage.home}/Pictures/From Aperture"
    said = {7: "review", 8: "re-derive", 9: "accepted"}
    stage.service(
        {
            "GET /v1/imports": {"imports": [_import(library, "done", None)]},
            f"GET /v1/imports/{IMPORT}/decisions": {
                "decisions": [{"version": f"v{number}", "decision": decision} for number, decision in said.items()]
            },
        }
    )
    for number in said:
        photo = stage.lightroom.add_photo(stage.photo(f"IMG_210{number}.NEF"))
        photo.properties = {stage.lightroom.plugin.id: {"uuid": f"v{number}", "library": LIBRARY}}
    stage.draw("marks", "To review:", "ok")
    stage.play("MarksMenu.lua")


def taken_back(stage: Stage) -> None:
    """Remove what this import added."""
    names = ("Harbour at dawn", "Ann and Bo", "Glacier")
    path = f"/v1/imports/{IMPORT}"
    photos = [
        {"uuid": f"v{n}", "name": name, "lightroom": "", "added": True, "copy": n == 1} for n, name in enumerate(names)
    ]
    stage.service(
        {
            "GET /v1/imports": {"imports": [_import(f"{stage.home}/Pictures/From Aperture - Travels", "done", None)]},
            f"GET {path}/brought": {"photos": photos, "collections": [], "next": None},
            f"POST {path}/removals": {"removed": 2, "in_lightroom": 1},
        }
    )
    for number in range(len(names)):
        photo = stage.lightroom.add_photo(stage.photo(f"IMG_00{number + 11}.JPG"))
        state = "done\nanother digest" if number == 2 else "done"
        photo.properties = {stage.lightroom.plugin.id: {"uuid": f"v{number}", "library": LIBRARY, "state": state}}
    stage.draw("remove", "Remove what the import into", "ok")
    stage.draw("removed", "What the import added is removed", "ok")
    stage.play("RemoveMenu.lua")


SCENES: tuple[Callable[[Stage], None], ...] = (
    no_service, settings, first_import, reported, taken_up, busy, rederived, matched, taught, marked,
    taken_back,
)  # fmt: skip


# What the service says ------------------------------------------------------------------------------------------------


def _library(path: str) -> dict[str, Any]:
    name = path.rpartition("/")[2].removesuffix(".aplibrary")
    return {"id": LIBRARY, "path": path, "name": name, "granted": True, "indexed": True, "changed": False}


def _tally(photos: int, edited: int, rated: int) -> dict[str, Any]:
    starred, once = rated * 3 // 4, (photos - edited) // 3
    stars = {"photos": rated, "edited": starred, "rendered": rated, "matched": starred, "sampled": 0}
    every = {"photos": photos, "edited": edited, "rendered": edited + once, "matched": edited, "sampled": 0}
    return {"every": every, "rated": stars}


def _done(result: dict[str, Any]) -> dict[str, Any]:
    return {"state": "done", "phase": "done", "done": 1, "total": 1, "result": result, "problem": None}


def _import(destination: str, state: str, photos: dict[str, int] | None) -> dict[str, Any]:
    return {
        "id": IMPORT, "state": state, "library": LIBRARY, "destination": destination, "photos": photos,
        "looks": "leave", "unmatched": 0,
    }  # fmt: skip


def _handover(stage: Stage, state: str) -> dict[str, Any]:
    """The import itself, of three photos in one batch; the second time there is nothing left."""
    destination = f"{stage.home}/Pictures/From Aperture - Travels"
    path = f"/v1/imports/{IMPORT}"
    names = ("Harbour at dawn", "Ann and Bo", "Glacier")
    batch = {
        "number": 1, "done": False, "albums": [], "keywords": [],
        "photos": [_task(n, name, str(stage.photo(f"IMG_00{n + 11}.JPG"))) for n, name in enumerate(names)],
    }  # fmt: skip
    stage.say(f"POST {path}/batches", batch, times=1)
    counts = {"total": 3, "open": 0, "others": 0, "done": 3, "already_there": 0, "skipped": 0, "failed": 0}
    return {
        f"GET {path}": _import(destination, state, None),
        f"POST {path}/start": {"id": "b"},
        "GET /v1/jobs/b": _done({}),
        f"POST {path}/batches/1/results": {"taken": 3, "photos": counts},
        f"POST {path}/batches": {"number": 0, "done": True, "photos": [], "albums": [], "keywords": []},
        f"GET {path}/report": {"balances": True, "balance": _BALANCE, "reasons": _REASONS},
    }


def _task(number: int, name: str, path: str) -> dict[str, Any]:
    # The third photo lies in a stack whose top photo is in no catalog.
    stack = {"uuid": "s", "pick": "p", "pick_path": "", "position": 1, "size": 2} if number == 2 else None
    return {
        "kind": "version", "uuid": f"v{number}", "master": f"m{number}", "path": path, "known": False, "video": False,
        "reads_xmp": False, "copies": [], "name": name, "metadata": {"rating": 3}, "collections": [], "stack": stack,
        "settings": {"Exposure2012": 0.5}, "fidelity": "exact", "model": "analytic", "project": "Travels",
        "persons": [], "history": "Couloir: the look of Aperture (analytic)",
    }  # fmt: skip


def _line(kind: str, state: str, count: int, sentence: str, advice: str = "") -> dict[str, Any]:
    return {"kind": kind, "state": state, "count": count, "sentence": sentence, "advice": advice}


_OUTLOOK = [
    _line("master", "done", 16880, reasons.CARRIED.sentence),
    _line("operation", "done", 24810, reasons.OPERATION_DONE.sentence),
    _line("version", "done", 16880, reasons.WRITTEN.sentence),
    {**_line("version", "waiting", 1204, reasons.EXTRA_VERSION.sentence), "code": reasons.EXTRA_VERSION.code},
    _line("version", "skipped", 88, reasons.IN_TRASH.sentence, reasons.IN_TRASH.advice),
    {
        **_line("version", "waiting", 120, reasons.offline("Archive").sentence, reasons.offline("Archive").advice),
        "code": reasons.OFFLINE,
    },
]
_DISKS = [
    {"disk": "Archive", "originals": 94, "folder": None, "connected": False},
    {"disk": "Old Drive", "originals": 26, "folder": None, "connected": False},
]
_BALANCE = [
    {"kind": "version", "total": 3, "done": 3, "skipped": 0, "waiting": 0, "failed": 0},
    {"kind": "operation", "total": 5, "done": 4, "skipped": 1, "waiting": 0, "failed": 0},
    {"kind": "keyword", "total": 7, "done": 7, "skipped": 0, "waiting": 0, "failed": 0},
]
_REASONS = [
    _line("version", "done", 3, "It is in Lightroom."),
    _line("operation", "skipped", 1, "No setting does the same."),
]


def _derived(ref: str, name: str, settings: dict[str, Any], *, is_partial: bool = False) -> dict[str, Any]:
    operations = [
        {
            "title": "Highlights & Shadows",
            "enabled": True,
            "fidelity": "approximate",
            "reason": "Colour correction of shadows has no counterpart in Lightroom.",
        }
    ]
    translation = {
        "library": LIBRARY, "version": name, "name": name, "settings": settings, "fidelity": "exact",
        "model": None, "operations": operations if is_partial else [],
    }  # fmt: skip
    return {"ref": ref, "outcome": "derived", "translation": translation, "candidates": [], "problem": None}


def _candidate(copy: int, captured: str, *, adjusted: bool) -> dict[str, Any]:
    return {
        "library": LIBRARY, "version": f"c{copy}", "name": "IMG_2109", "copy": copy, "file_name": "IMG_2109.NEF",
        "captured": captured, "width": 4256, "height": 2832, "adjusted": adjusted,
    }  # fmt: skip


_DERIVED = {"results": [_derived("1", "IMG_2107", {"Exposure2012": 0.5})]}
_AMBIGUOUS = {
    "results": [
        _derived("1", "IMG_2107", {"Exposure2012": 0.5}),
        _derived("2", "IMG_2108", {"Contrast2012": 20}, is_partial=True),
        {
            "ref": "3",
            "outcome": "ambiguous",
            "translation": None,
            "candidates": [
                _candidate(1, "2012-06-21T10:04:11", adjusted=False),
                _candidate(2, "2012-06-21T10:04:11", adjusted=True),
            ],
            "problem": {
                "code": "photo.ambiguous",
                "message": "Several originals of this library fit this description.",
                "advice": "Choose one of the candidates and ask again with its library and version.",
            },
        },
    ]
}


def _found(number: int, verdict: str, before: float | None, after: float | None, reason: str) -> dict[str, Any]:
    look = {
        "settings": {"Exposure2012": 0.25}, "verdict": verdict, "before": before, "difference": after, "p95": after,
        "fidelity": "approximate", "reason": reason, "renderings": 3,
    }  # fmt: skip
    name = f"IMG_210{number}.NEF"
    return {"photo": number, "version": "v", "library": LIBRARY, "name": name, "look": look}


_FOUND = [
    _found(7, "same", 4.6, 0.9, "The difference that was asked for was reached."),
    _found(8, "matched", 6.2, 1.9, "No change of settings is expected to bring it nearer."),
    _found(9, "unmeasured", None, None, "Aperture has no preview of this photo, so there is nothing to compare with."),
]
