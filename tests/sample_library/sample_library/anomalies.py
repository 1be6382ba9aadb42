"""Damage on request: each anomaly is planted once, on the first photo that suits it, and noted in the manifest.

Real libraries have most of these; the rest is what a hostile one could have. A photo carries at most one anomaly, so
that each can be met on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sample_library import archives
from sample_library.contradictions import CONTRADICTIONS
from sample_library.geometry import Rectangle
from sample_library.manifest import Manifest, Planted
from sample_library.operations import crop_to
from sample_library.planting import (
    NOWHERE,
    Anomaly,
    Effect,
    cropped,
    edited,
    exposed,
    on_master,
    on_version,
    ordinary,
    plain,
    setting,
)
from sample_library.rows import Bundle, Row


class BadOption(ValueError):
    """An argument that no library can be built with."""


def expand(wanted: Iterable[str]) -> list[str]:
    """The anomalies that names stand for: "all", a name, or the beginning of several ("hostile-blob")."""
    chosen: set[str] = set()
    for word in wanted:
        found = {name for name in ANOMALIES if word in ("all", name) or name.startswith(f"{word}-")}
        if not found:
            raise BadOption(f"unknown anomaly {word!r}; known are {', '.join(ANOMALIES)}")
        chosen |= found
    return [name for name in ANOMALIES if name in chosen]


class Spoiler:
    """Plants the anomalies that were asked for, as photos come by."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._waiting = expand(wanted)
        self._version_uuid: str | None = None  # of an earlier, sound photo

    @property
    def waiting(self) -> list[str]:
        return list(self._waiting)

    def offer(self, bundle: Bundle, manifest: Manifest) -> None:
        """Spoils the photo with the first waiting anomaly that it suits, if any."""
        for name in self._waiting:
            anomaly = ANOMALIES[name]
            if anomaly.suits(bundle) and (self._version_uuid is not None or not anomaly.needs_earlier):
                kind, item, detail = anomaly.plant(bundle, self._version_uuid or "")
                manifest.anomalies.append(Planted(name, kind, item, detail))
                self._waiting.remove(name)
                bundle.spoilt = True
                return
        self._version_uuid = self._version_uuid or bundle.plan.versions[0].uuid


def _missing_original(bundle: Bundle, _row: Row) -> str:
    bundle.originals_written = False
    return "the database says present, the file is not there"


def _on_disk(text: str, change: Callable[[bytes], bytes]) -> Callable[[Bundle, Row], str]:
    """The database states the size of the whole original; what lies there is what `change` makes of it."""

    def spoil(bundle: Bundle, _row: Row) -> str:
        bundle.on_disk = change
        return text

    return spoil


def _escape(path: str) -> Callable[[Bundle, Row], str]:
    def change(bundle: Bundle, row: Row) -> str:
        bundle.originals_written = False
        row["imagePath"] = path
        return f"imagePath is {path}"

    return change


def _no_path(bundle: Bundle, row: Row) -> str:
    bundle.originals_written = False
    row["imagePath"] = row["originalFileName"] = None
    return "imagePath and originalFileName are NULL"


def _no_project(bundle: Bundle, _row: Row) -> str:
    for row in (*bundle.masters, *bundle.versions):
        row["projectUuid"] = NOWHERE
    return f"projectUuid is {NOWHERE}, which no folder has"


def _no_master(_bundle: Bundle, row: Row) -> str:
    row |= {"masterUuid": NOWHERE, "masterId": 2_000_000_000}
    return f"masterUuid is {NOWHERE}, which no master has"


def _unknown_volume(bundle: Bundle, row: Row) -> str:
    bundle.originals_written = False
    row |= {"fileIsReference": 1, "fileVolumeUuid": NOWHERE}
    return "referenced on a volume that has no row"


def _hostile(make: Callable[[bytes], bytes]) -> Callable[[Bundle, str], Effect]:
    def plant(bundle: Bundle, _version: str) -> Effect:
        row = bundle.bricks[0][-1]
        row["data"] = make(row["data"])
        return "operation", row["uuid"], f"{len(row['data'])} bytes on version {bundle.plan.versions[0].uuid}"

    return plant


def _preview(kind: str, text: str, *, up_to_date: bool = True) -> Callable[[Bundle, Row], str]:
    def change(bundle: Bundle, _row: Row) -> str:
        bundle.previews[0] = kind
        proxy = bundle.proxies[0]
        if proxy is not None:
            proxy["fullSizePreviewUpToDate"] = int(up_to_date)
        return text

    return change


def _wrong_size(_bundle: Bundle, row: Row) -> str:
    row["processedWidth"] += 37
    row["processedHeight"] -= 11
    return "processedWidth is 37 too large, processedHeight 11 too small"


def _zero_crop(bundle: Bundle, row: Row) -> str:
    version = bundle.plan.versions[0]
    empty = crop_to(Rectangle(0.0, 0.0, 0.0, 0.0))
    version.bricks[0] = empty
    bundle.bricks[0][0]["data"] = empty.archived()
    size = bundle.plan.size
    version.size = (size[1], size[0]) if version.rotation in (90, 270) else size
    row["processedWidth"], row["processedHeight"] = version.size
    proxy = bundle.proxies[0]
    if proxy is not None:
        proxy["previewJpegWidth"], proxy["previewJpegHeight"] = version.size
    return "a crop of no width and height, which counts as none"


def _name_with_nul(_bundle: Bundle, row: Row) -> str:
    row["name"] = "before\0after"
    return "the name has a NUL in it"


def _text_as_bytes(_bundle: Bundle, row: Row) -> str:
    row["name"] = b"Caf\xe9 \xff\xfe"
    return "the name is a blob that is not UTF-8"


def _surplus(table: str, kind: str, *rows: Row) -> Callable[[Bundle, str], Effect]:
    def plant(bundle: Bundle, _version: str) -> Effect:
        bundle.extra += [(table, dict(row)) for row in rows]
        return kind, str(rows[0].get("uuid", NOWHERE)), f"{len(rows)} rows in {table}"

    return plant


def _duplicate(bundle: Bundle, version: str) -> Effect:
    bundle.versions[0]["uuid"] = version
    return "version", version, f"model id {bundle.versions[0]['modelId']} has the uuid of an earlier version"


def _dangling_links(bundle: Bundle, _version: str) -> Effect:
    ghost = 2_000_000_000
    bundle.extra += [
        ("RKKeywordForVersion", {"versionId": ghost, "keywordId": 1}),
        ("RKKeywordForVersion", {"versionId": bundle.plan.versions[0].model_id, "keywordId": ghost}),
        ("RKAlbumVersion", {"versionId": ghost, "albumId": ghost}),
        ("RKStackContent", {"stackUuid": NOWHERE, "versionUuid": NOWHERE, "orderNumber": 0}),
    ]
    return "link", NOWHERE, "keyword, album and stack rows that name nothing"


def _no_plists(bundle: Bundle, _row: Row) -> str:
    bundle.version_plists = False
    return "no Version-N.apversion files; the database is whole"


def _cut_plists(bundle: Bundle, _row: Row) -> str:
    bundle.plists_cut = True
    return "Version-N.apversion files end after 200 bytes; the database is whole"


_LOOP = ("0000loop%loop%loop%00A", "0000loop%loop%loop%00B")
_KEYWORD_LOOP_ID = 1_000_000  # far above the vocabulary's ids

# Those that few photos suit come first: each photo takes the first that is still waiting.
ANOMALIES: dict[str, Anomaly] = {
    "zero-crop": Anomaly("a crop without area", cropped, on_version(_zero_crop)),
    "stale-preview": Anomaly(
        "a preview from before the edit",
        exposed,
        on_version(_preview("bare", "drawn without tone and colour, marked as not up to date", up_to_date=False)),
    ),
    "hostile-blob-cycle": Anomaly(
        "an archive that holds itself", edited, _hostile(lambda _whole: archives.cyclic_archive())
    ),
    "hostile-blob-truncated": Anomaly("an archive cut in half", edited, _hostile(archives.truncated_archive)),
    "hostile-blob-bomb": Anomaly(
        "an archive that unfolds without end", edited, _hostile(lambda _whole: archives.bomb_archive())
    ),
    "size-mismatch": Anomaly("a processed size that the geometry does not give", edited, on_version(_wrong_size)),
    "missing-preview": Anomaly("a preview that is not there", edited, on_version(_preview("", "no file"))),
    "black-preview": Anomaly("a preview that is all black", edited, on_version(_preview("black", "all zero"))),
    "missing-original": Anomaly("an original that the database calls present", ordinary, on_master(_missing_original)),
    "empty-original": Anomaly("an original of no bytes", ordinary, on_master(_on_disk("0 bytes", lambda _whole: b""))),
    "half-original": Anomaly(
        "an original cut in half", ordinary, on_master(_on_disk("half", lambda whole: whole[: len(whole) // 2]))
    ),
    "blank-original": Anomaly(
        "an original of zeros", ordinary, on_master(_on_disk("all zeros", lambda whole: bytes(len(whole))))
    ),
    "rewritten-original": Anomaly(
        "an original that another program has written into",
        ordinary,
        on_master(_on_disk("100 bytes more than stated", lambda whole: whole + b"\n" * 100)),
    ),
    "false-missing": Anomaly("isMissing although the file is there", ordinary, on_master(setting("isMissing", 1))),
    "null-path": Anomaly("a master without imagePath", ordinary, on_master(_no_path)),
    "path-escape": Anomaly("an imagePath that leads out", ordinary, on_master(_escape("../../../outside/secret.jpg"))),
    "absolute-path": Anomaly("an imagePath from the root", ordinary, on_master(_escape("/etc/hosts"))),
    "unknown-volume": Anomaly("a referenced master on no known volume", ordinary, on_master(_unknown_volume)),
    "dangling-project": Anomaly("a photo in no known project", ordinary, on_master(_no_project)),
    "dangling-master": Anomaly("a version of no known master", ordinary, on_version(_no_master)),
    "dangling-links": Anomaly("links between things that are not there", ordinary, _dangling_links),
    "duplicate-uuid": Anomaly("two versions with one uuid", plain, _duplicate, needs_earlier=True),
    "cyclic-folders": Anomaly(
        "two folders inside each other",
        ordinary,
        _surplus(
            "RKFolder",
            "folder",
            {"uuid": _LOOP[0], "name": "Loop A", "parentFolderUuid": _LOOP[1], "folderType": 1, "isInTrash": 0},
            {"uuid": _LOOP[1], "name": "Loop B", "parentFolderUuid": _LOOP[0], "folderType": 1, "isInTrash": 0},
        ),
    ),
    "cyclic-keywords": Anomaly(
        "two keywords above each other",
        ordinary,
        _surplus(
            "RKKeyword",
            "keyword",
            {"modelId": _KEYWORD_LOOP_ID, "uuid": _LOOP[0], "name": "Loop A", "parentId": _KEYWORD_LOOP_ID + 1},
            {"modelId": _KEYWORD_LOOP_ID + 1, "uuid": _LOOP[1], "name": "Loop B", "parentId": _KEYWORD_LOOP_ID},
        ),
    ),
    "absurd-dates-far": Anomaly(
        "an image date of the year 31 million", ordinary, on_version(setting("imageDate", 1e15))
    ),
    "absurd-dates-infinite": Anomaly(
        "an infinite image date", ordinary, on_version(setting("imageDate", float("inf")))
    ),
    "absurd-dates-text": Anomaly("an image date that is text", ordinary, on_version(setting("imageDate", "yesterday"))),
    "missing-zone": Anomaly("a time zone of NULL", ordinary, on_version(setting("imageTimeZoneName", None))),
    "unknown-zone": Anomaly(
        "a time zone that no system knows", ordinary, on_version(setting("imageTimeZoneName", "SystemV/PST8PDT"))
    ),
    "absurd-rating": Anomaly("a rating of 99", ordinary, on_version(setting("mainRating", 99))),
    "nul-in-name": Anomaly("a NUL in a version's name", ordinary, on_version(_name_with_nul)),
    "text-as-bytes": Anomaly("a name stored as bytes that are no text", ordinary, on_version(_text_as_bytes)),
    "missing-plists": Anomaly("a photo without its .apversion files", ordinary, on_version(_no_plists)),
    "cut-plists": Anomaly("a photo whose .apversion files are cut short", ordinary, on_version(_cut_plists)),
    **CONTRADICTIONS,
}
