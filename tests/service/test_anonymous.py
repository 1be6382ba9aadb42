"""An anonymous report contains no name from a library and no path of one, whatever errors the service met."""

from __future__ import annotations

import json
import logging
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couloir.errors import CouloirError, DamagedLibrary
from couloir.service.background.supervisor import Ran
from couloir.service.doctor import examine, report_zip
from couloir.service.process import runtime
from couloir.service.process.anonymous import Anonymiser, Place, anonymiser, names_of
from couloir.service.process.logs import start_log, stop_log
from sample_library import build_library

NEEDLE = "Xanadu"
TABLES = {
    "RKVersion": ("name", "fileName"),
    "RKMaster": ("name", "fileName", "originalFileName"),
    "RKFolder": ("name",),
    "RKAlbum": ("name",),
    "RKKeyword": ("name",),
    "RKVolume": ("name",),
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Reading /Volumes/Anna's disk/Wedding.aplibrary", "Reading [path]"),
        ("[Errno 2] No such file: '/Volumes/Anna/x.jpg' (again)", "[Errno 2] No such file: '[path]' (again)"),
        ('no file: "/Volumes/Anna\'s/x.jpg"', 'no file: "[path]"'),
        (r"opened D:\Foto\Wedding.aplibrary", "opened [path]"),
        (r"opened \\server\foto\Wedding.aplibrary", "opened [path]"),
        ("~/Pictures/Wedding.aplibrary is damaged", "[path]"),
        ("path:/srv/photos/x | next", "path:[path]| next"),
        ("the state is in /opt/state/jobs.sqlite3", "the state is in [state]/jobs.sqlite3"),
        ("Reading /home/anna/Pictures", "Reading [pictures]"),
        ("Reading /home/anna/Pictures/Wedding.aplibrary", "Reading [path]"),
        ("GET /v1/libraries/0123/photos failed", "GET /v1/libraries/0123/photos failed"),
        ("http://127.0.0.1:47811, 3/4 of 12 and/or none", "http://127.0.0.1:47811, 3/4 of 12 and/or none"),
        ("HTTP/1.1 200", "HTTP/1.1 200"),
    ],
)
def test_paths_are_taken_out_but_for_the_programs_own(text: str, shown: str) -> None:
    places = [Place(Path("/opt/state"), "state"), Place(Path("/home/anna/Pictures"), "pictures", inside=False)]
    assert Anonymiser((), places).text(text).replace(" |", "|") == shown.replace(" |", "|")


def test_names_are_those_of_the_folders_on_the_way() -> None:
    assert set(names_of("/Volumes/Anna's disk/Pictures/Wedding.aplibrary")) == {
        "/Volumes/Anna's disk/Pictures/Wedding.aplibrary",
        "Anna's disk",
        "Wedding.aplibrary",
        "Wedding",
    }
    assert "Anna" in set(names_of(r"C:\Users\Anna\x.aplibrary"))
    assert not list(names_of("three words, no path"))


@given(st.text(st.characters(exclude_characters="|\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1))
def test_whatever_a_folder_is_called_its_path_is_gone(name: str) -> None:
    shown = Anonymiser((), ()).text(f"Reading /Volumes/{name}/{NEEDLE}.aplibrary")
    assert NEEDLE not in shown


def _hide(folder: Path) -> Path:
    """A library with a needle in every name and value that it has."""
    path = folder / f"Disk of {NEEDLE}" / f"{NEEDLE} 2012.aplibrary"
    path.parent.mkdir(parents=True)
    build_library(path, masters=24, anomalies=["all"])
    databases = path / "Database" / "apdb"
    with closing(sqlite3.connect(databases / "Library.apdb")) as library, library:
        for table, columns in TABLES.items():
            for column in columns:
                library.execute(f"UPDATE {table} SET {column} = coalesce({column}, '') || ?", (f" {NEEDLE}",))
        library.execute("UPDATE RKImageAdjustment SET name = name || ? WHERE rowid % 3 = 0", (NEEDLE,))
        library.execute("UPDATE RKVersion SET imageTimeZoneName = ? WHERE rowid % 4 = 0", (NEEDLE,))
    with closing(sqlite3.connect(databases / "Properties.apdb")) as properties, properties:
        properties.execute("UPDATE RKUniqueString SET stringProperty = stringProperty || ?", (f" {NEEDLE}",))
    return path


def test_a_report_about_a_library_full_of_needles_has_none(start, settings, tmp_path, monkeypatch, eventually) -> None:
    """The service opens it, fails on it in several ways, and imports from it; the doctor is asked about it."""
    library = _hide(tmp_path)
    handler = start_log(settings.log_file, ())
    try:
        running = start()
        client = running.client

        def ended(answer):
            if answer.status != 202:
                return answer
            return eventually(
                lambda: (
                    (job := client.get(f"/v1/jobs/{answer.json['id']}").json)["state"]
                    in ("done", "failed", "cancelled")
                    and job
                )
            )

        for purpose, path in (("library", library), ("destination", library.parent)):
            client.post("/v1/roots", {"path": str(path), "purpose": purpose})
        opened = ended(client.post("/v1/libraries", {"path": str(library)}))
        assert opened["state"] == "done"
        found = client.get("/v1/libraries").json["libraries"]
        monkeypatch.setattr(
            "couloir.service.libraries.open.OpenLibrary.versions",
            lambda *_: (_ for _ in ()).throw(ValueError(f"a photo of {NEEDLE}")),
        )
        failed = client.post(
            "/v1/derivations", {"photos": [{"library": found[0]["id"], "version": "x", "lightroom": "y"}]}
        )
        assert failed.status >= 400
        ended(client.post("/v1/libraries", {"path": str(library.with_name(f"No {NEEDLE}.aplibrary"))}))
        log = logging.getLogger("couloir.test")
        try:
            raise DamagedLibrary(path=library, why=f"{NEEDLE} is short")
        except CouloirError:
            log.exception("a job crashed")
        settings.log_file.with_name("service.log").write_text(
            f"OSError: [Errno 5] Input/output error: '{library}/Masters/{NEEDLE}.jpg'\n"
            f"Started in {library}\n{NEEDLE} 2012\n"
        )
        runtime.publish(settings.runtime_file, runtime.describe_self(client.port, "the-secret"))
        rows = examine(settings, lambda _command: Ran(1, ""), [library, library.parent, tmp_path / NEEDLE])
        report = report_zip(tmp_path / "report.zip", rows, settings)
    finally:
        stop_log(handler)
    assert NEEDLE.lower() not in settings.log_file.read_text(encoding="utf-8").lower()
    with zipfile.ZipFile(report) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"facts.json", "logs/daemon.log", "logs/service.log"} <= texts.keys()
    for name, text in texts.items():
        assert NEEDLE.lower() not in text.lower(), name
        assert str(tmp_path) not in text, name
    assert len(json.loads(texts["facts.json"])["checks"]) == len(rows)
    assert "library.damaged" in texts["logs/daemon.log"]
    assert "OSError: [Errno 5] Input/output error: '[path]'" in texts["logs/service.log"]


def test_damaged_files_of_the_service_name_nothing_and_stop_nothing(settings) -> None:
    runtime.prepare_folder(settings.state_dir)
    settings.roots_file.write_text("{")
    settings.journal_file.write_bytes(b"no database" * 100)
    (settings.state_dir / "more.json").write_bytes(b"\xff\xfe")
    assert anonymiser(settings, ()).text("nothing to hide") == "nothing to hide"
