"""Canned answers of a service, for tests of the plug-in without a running service."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from fake_lightroom import HttpFault
from plugin_pictures.stage import Stage

LIBRARY, IMPORT = "1" * 32, "2" * 32
_LIBRARY = {"id": LIBRARY, "path": "/L.aplibrary", "name": "L", "granted": True, "indexed": True}
_COUNTS = {"browsable": 1, "projects": 1, "albums": 0, "keywords": 1}
LEARNT = {
    "name": "Aperture, Canon EOS 30D", "camera": "Canon EOS 30D", "library": "L", "learnt_from": 10, "before": 5.52,
    "after": 0.54, "photos": 1, "installed": True,
}  # fmt: skip
_REPORT = {"balances": True, "balance": [], "reasons": []}


def state_of(fields: dict[str, str]) -> str:
    """The import's state of a photo with these fields of the plug-in; what it was given stands in further lines."""
    return fields["state"].partition("\n")[0]


def of_an_import(stage: Stage, *, photos: int, copies: int, names: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that the service says in an import from beginning to end: one batch, the first photos with a copy."""
    tasks = [
        {
            **_look(f"v{n}"), "kind": "version", "master": f"m{n}",
            "path": _path(stage, n, names), "spellings": _spellings(_path(stage, n, names)),
            "known": False, "video": False, "reads_xmp": False, "remark": "",
            "copies": [_look(f"c{n}")] if n < copies else [],
        }
        for n in range(photos)
    ]  # fmt: skip
    album = {"kind": "album", "uuid": "a", "sets": ["L"], "name": "A", "photos": 1, "search": None, "project": ""}
    keyword = {"uuid": "k", "path": ["C"]}
    batch = {"number": 1, "done": False, "photos": tasks, "albums": [album], "keywords": [keyword]}
    stage.say(f"POST /v1/imports/{IMPORT}/batches", batch, times=1)
    return around_batches(stage, photos)


def say_batches(stage: Stage, *batches: dict[str, Any]) -> None:
    """Has the service give out these batches, one after the other."""
    for number in range(1, len(batches) + 1):
        stage.say(f"POST /v1/imports/{IMPORT}/batches/{number}/results", {"photos": {"total": 1, "open": 0}})
    for number, batch in enumerate(batches, 1):
        content = {"number": number, "done": False, "photos": [], "albums": [], "keywords": [], **batch}
        stage.say(f"POST /v1/imports/{IMPORT}/batches", content, times=1)


def at_batch(stage: Stage, number: int, action: Callable[[], Any]) -> None:
    """Does something just before the batch of that number is asked for."""
    asked, fault = [0], stage.faults.http_fault

    def look(count: int, request: str) -> HttpFault | None:
        if request.endswith("/batches"):
            asked[0] += 1
            if asked[0] == number:
                action()
        return fault(count, request)

    stage.faults.http_fault = look  # type: ignore[method-assign]


def task(stage: Stage, name: str, copies: int = 0, **more: Any) -> dict[str, Any]:
    """A photo of a batch, with virtual copies; `more` replaces what it is sent with."""
    return {
        **_look(name), "kind": "version", "master": f"m {name}", "path": str(stage.photo(f"{name}.JPG")),
        "known": False, "video": False, "reads_xmp": False,
        "copies": [_look(f"{name} copy {n}") for n in range(copies)], **more,
    }  # fmt: skip


def around_batches(stage: Stage, photos: int) -> dict[str, Any]:
    """Everything that the service says in an import, but for the batches that it gives out."""
    path = f"/v1/imports/{IMPORT}"
    return {
        "GET /v1/imports": {"imports": []},
        "GET /v1/libraries": {"libraries": [_LIBRARY]},
        "POST /v1/roots": {},
        "POST /v1/libraries": {"id": "a"},
        "GET /v1/jobs/a": done({"id": LIBRARY, "figures": {"counts": _COUNTS, "photos": {"exact": 1}}}),
        "POST /v1/jobs/": {},
        f"GET /v1/libraries/{LIBRARY}/tree": {"folders": [], "albums": [], "tally": tally(1)},
        f"GET /v1/libraries/{LIBRARY}/profiles": {"profiles": [LEARNT], "troubles": []},
        "POST /v1/imports": {"id": IMPORT},
        f"GET /v1/jobs/{IMPORT}": done({"bytes_needed": 1, "outlook": []}),
        f"GET {path}": _import(stage, "planned"),
        f"POST {path}/cancel": {},
        f"POST {path}/start": {"id": "b"},
        f"POST {path}/pause": {},
        "GET /v1/jobs/b": done({}),
        f"POST {path}/batches/1/results": {"photos": {"total": photos, "open": 0}},
        f"POST {path}/batches": {"number": 0, "done": True, "photos": [], "albums": [], "keywords": []},
        f"GET {path}/report": _REPORT,
    }


def of_a_derivation(known: int = 1) -> dict[str, Any]:
    """Photos that are known, and a last one that may be either of two versions; what is taught, is taken."""
    derived = [_derived(str(n)) for n in range(1, known + 1)]
    return {
        "GET /v1/libraries": {"libraries": [_LIBRARY]},
        "GET /v1/refinements": {"sessions": []},
        "POST /v1/derivations": {"results": [*derived, _ambiguous(str(known + 1))]},
        "POST /v1/corrections": {"results": [{"problem": None, "left_out": []} for _ in derived]},
    }


def of_settings() -> dict[str, Any]:
    health = {"model": {"name": None}, "troubles": [], "reads_raw": False, "background": False}
    return {"GET /v1/health": {**health, "profiles": {"learnt": 2, "installed": 1}}}


def of_a_report(stage: Stage) -> dict[str, Any]:
    """An import that is over, with its report."""
    return {
        "GET /v1/imports": {"imports": [_import(stage, "done")]},
        f"GET /v1/imports/{IMPORT}/report": _REPORT,
    }


def of_marks(stage: Stage) -> dict[str, Any]:
    """An import that is over, with a photo that was marked on its page."""
    return {
        "GET /v1/imports": {"imports": [_import(stage, "done")]},
        f"GET /v1/imports/{IMPORT}/decisions": {"decisions": [{"version": "v", "decision": "review"}]},
    }


def of_a_removal(stage: Stage) -> dict[str, Any]:
    """An import that is over, with a photo that it added and one that was there before."""
    path = f"/v1/imports/{IMPORT}"
    photos = [
        {"uuid": "v", "name": "V", "lightroom": "", "added": True, "copy": False},
        {"uuid": "w", "name": "W", "lightroom": "", "added": False, "copy": False},
    ]
    return {
        "GET /v1/imports": {"imports": [_import(stage, "done")]},
        f"GET {path}/brought": {"photos": photos, "collections": ["a"], "next": None},
        f"POST {path}/removals": {"removed": 1, "in_lightroom": 0},
    }


def _path(stage: Stage, number: int, names: Sequence[str]) -> str:
    """A file that is there; with a name, the path that the service sends for one that is there under another."""
    return str(stage.home / "Pictures" / names[number]) if names else str(stage.photo(f"{number}.JPG"))


def _spellings(path: str) -> list[str]:
    return sorted({unicodedata.normalize(form, path) for form in ("NFC", "NFD")} - {path})


def tally(photos: int, edited: int = 0, rated: int = 0) -> dict[str, Any]:
    """The count of photos of a library, project or album."""
    return {
        "every": {"photos": photos, "edited": edited, "rendered": photos, "matched": edited, "sampled": 0},
        "rated": {"photos": rated, "edited": 0, "rendered": rated, "matched": 0, "sampled": 0},
    }


def done(result: dict[str, Any]) -> dict[str, Any]:
    """The state of a job that has come to this result."""
    return {"state": "done", "phase": "done", "done": 1, "total": 1, "result": result, "problem": None}


def _import(stage: Stage, state: str) -> dict[str, Any]:
    return {
        "id": IMPORT, "state": state, "library": LIBRARY, "destination": str(stage.home), "photos": None,
        "looks": "leave", "unmatched": 0,
    }  # fmt: skip


def _look(name: str) -> dict[str, Any]:
    return {
        "uuid": name, "name": f"{name} é🏔", "metadata": {"rating": 3, "keywords": [["A", "B"]]}, "stack": None,
        "collections": [{"uuid": "p", "kind": "project", "sets": ["L"], "name": "P", "position": 1, "other": None}],
        "settings": {"Exposure2012": 0.5}, "fidelity": "exact", "model": "analytic", "project": "P",
        "persons": [["A", "B"]], "history": "Couloir",
    }  # fmt: skip


def _derived(ref: str) -> dict[str, Any]:
    translation = {
        "library": LIBRARY, "version": "v", "name": "V", "settings": {"Exposure2012": 0.5}, "fidelity": "exact",
        "model": None, "operations": [],
    }  # fmt: skip
    return {"ref": ref, "outcome": "derived", "translation": translation, "candidates": [], "problem": None}


def _ambiguous(ref: str) -> dict[str, Any]:
    candidates = [
        {
            "library": LIBRARY, "version": f"c{copy}", "name": "N", "copy": copy, "file_name": "N.NEF",
            "captured": None, "width": None, "height": None, "adjusted": False,
        }
        for copy in (1, 2)
    ]  # fmt: skip
    problem = {"code": "photo.ambiguous", "message": "Several versions have this file.", "advice": "Choose one."}
    return {"ref": ref, "outcome": "ambiguous", "translation": None, "candidates": candidates, "problem": problem}
