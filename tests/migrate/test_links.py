"""Links in the destination: a run never writes, truncates or removes anything through one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from couloir.aperture.library import Library
from couloir.cli import main
from couloir.errors import CouloirError, DestinationError
from couloir.migrate.files import own as own_files
from couloir.migrate.handover.session import handing_over
from couloir.migrate.ledger.verdicts import PICTURES, picture_name
from couloir.migrate.options import MigrationOptions
from couloir.migrate.report.look_store import LookStore
from couloir.migrate.report.report import write_report
from couloir.migrate.run import LEDGER, migrating
from couloir.service.match.verdicts import _keep
from sample_library import build_library

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
OWN = (".couloir", "couloir-report")


def _everything(library_path: Path, volumes: dict[str, Path], out: Path) -> None:
    """All that writes into a destination: a run, its report with thumbnails, a look of the plug-in, a rendering."""
    with Library.open(library_path, volumes) as library:
        with migrating(library, out, MigrationOptions()) as (_outcome, ledger):
            write_report(library, ledger, out, 3)
        with handing_over(out):
            _keep(out, "one", b"rendering")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("links")
    build_library(folder / "Sample.aplibrary", masters=5, references=folder / "Volumes", write_plists=False)
    volumes = {place.name: place for place in (folder / "Volumes").iterdir()} if (folder / "Volumes").exists() else {}
    _everything(folder / "Sample.aplibrary", volumes, folder / "out")
    return folder, volumes


@pytest.fixture
def scene(done, tmp_path, tree_of):
    """A copy of the finished destination, and two places that nobody may touch: the library and a documents folder."""
    folder, volumes = done
    shutil.copytree(folder / "out", tmp_path / "out")
    documents = tmp_path / "documents"
    for name in ("mine.json", "mine.webp", "report-2.html", "ledger.sqlite3", "lock", "tmp/a", "pictures/b.webp"):
        (documents / name).parent.mkdir(parents=True, exist_ok=True)
        (documents / name).write_bytes(b"my own work" * 10)
    library = folder / "Sample.aplibrary"
    before = tree_of(library), tree_of(documents)

    def run():
        with suppress(CouloirError):
            _everything(library, volumes, tmp_path / "out")
        assert (tree_of(library), tree_of(documents)) == before

    return tmp_path / "out", library, documents, run


def _plant(place: Path, target: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    elif os.path.lexists(place):
        place.unlink()
    place.symlink_to(target)


def test_a_link_at_every_name_of_ours_is_refused_and_nothing_is_written_through_it(done, scene):
    folder, _ = done
    out, library, documents, run = scene
    database = library / "Database" / "apdb" / "Library.apdb"
    made = sorted(p.relative_to(folder / "out") for own in OWN for p in (folder / "out" / own).rglob("*"))
    made = [*map(Path, OWN), *made]
    for extra in ("ledger.sqlite3-wal", "ledger.sqlite3-shm", "tmp"):
        made.append(Path(".couloir") / extra)
    assert len(made) > 30
    for name in made:
        place = out / name
        kept = out.parent / "kept"
        exists = os.path.lexists(place)
        if exists:
            place.rename(kept)
        is_folder = kept.is_dir() or name.name == "tmp"
        for target in (documents, library / "Database") if is_folder else (documents / "mine.json", database):
            place.symlink_to(target)
            run()
            assert place.is_symlink(), f"{name}: the link was followed or replaced"
            with pytest.raises(DestinationError, match="link"):
                own_files.refuse_links(out)
            place.unlink()
        if exists:
            kept.rename(place)
    run()


def test_links_at_every_name_of_a_photo_or_project_lead_nowhere(done, scene):
    out, library, documents, run = scene
    originals = [p for p in (library / "Masters").rglob("*") if p.is_file()]
    files = [p for p in out.rglob("*") if p.is_file() and p.relative_to(out).parts[0] not in OWN]
    assert len(files) > 4
    for number, file in enumerate(files):
        same = next((o for o in originals if o.name.lower() == file.name.lower()), originals[number % len(originals)])
        _plant(file, same if file.suffix != ".xmp" else documents / "mine.json")
    run()
    for folder in [p for p in out.iterdir() if p.is_dir() and p.name not in OWN]:
        _plant(folder, library / "Masters")
    run()


def test_a_second_name_of_a_file_that_is_opened_in_place_is_refused(scene):
    # Taking the lock cuts its file to nothing, and a hard link is no symbolic one.
    out, _, documents, run = scene
    for name in ("lock", "ledger.sqlite3"):
        kept = (out / ".couloir" / name).rename(out.parent / f"kept-{name}")
        (out / ".couloir" / name).hardlink_to(documents / name)
        run()
        with pytest.raises(DestinationError, match="second name"):
            own_files.refuse_links(out)
        (out / ".couloir" / name).unlink()
        kept.rename(out / ".couloir" / name)


def test_a_link_that_appears_while_we_work_is_not_followed(tmp_path, tree_of):
    # Behind the look at the beginning: every single step goes by descriptors.
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("a.json", "b.webp"):
        (documents / name).write_bytes(b"mine")
    before = tree_of(documents)
    store = LookStore(tmp_path / "out")
    for below in ("thumbs", "looks"):
        _plant(store.folder / below, documents)
    for step in (
        store.prune,
        lambda: own_files.write_whole(store.folder / "looks" / "x.webp", b"x"),
        lambda: own_files.remove(store.folder / "looks" / "a.json"),
        lambda: own_files.clear(store.folder / "looks"),
        lambda: own_files.clear(store.folder / "looks" / "below"),
        lambda: own_files.make_folder(store.folder / "looks" / "below"),
        lambda: own_files.names(store.folder / "looks"),
        lambda: own_files.rename(store.folder / "looks" / "a.json", "c.json"),
    ):
        with pytest.raises(DestinationError, match="link"):
            step()
        assert tree_of(documents) == before


def test_a_file_of_ours_takes_the_place_of_a_link_and_not_of_what_it_leads_to(tmp_path):
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    own_files.make_folder(tmp_path / "couloir-report")
    for name in ("page.html", ".page.html.new"):
        (tmp_path / "couloir-report" / name).symlink_to(mine)
    own_files.write_whole(tmp_path / "couloir-report" / "page.html", b"ours")
    assert mine.read_bytes() == b"mine"
    assert not (tmp_path / "couloir-report" / "page.html").is_symlink()
    assert (tmp_path / "couloir-report" / "page.html").read_bytes() == b"ours"


def test_a_destination_may_itself_be_reached_through_a_link(done, tmp_path):
    folder, volumes = done
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    _everything(folder / "Sample.aplibrary", volumes, tmp_path / "link" / "out")
    assert (tmp_path / "real" / "out" / LEDGER).is_file()
    assert (tmp_path / "real" / "out" / ".couloir" / PICTURES / picture_name("one")).read_bytes() == b"rendering"


def test_a_pipe_among_our_files_is_refused_and_nothing_waits_for_it(scene):
    out, _, _, run = scene
    os.mkfifo(out / "couloir-report" / "report-7.html")
    with pytest.raises(DestinationError, match="neither a file nor a folder"):
        own_files.refuse_links(out)
    run()


def test_the_command_names_the_link(scene, capsys):
    out, library, documents, _ = scene
    _plant(out / "couloir-report" / "looks", documents)
    with pytest.raises(SystemExit) as ended:
        main(["migrate", str(library), "--to", str(out)])
    assert ended.value.code == 20
    assert "looks" in capsys.readouterr().err
