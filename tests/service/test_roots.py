"""A client's path, in any spelling, leads only into folders that the user has opened."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.service.http.problems import OutsideRoots, UnsafeRoot
from couloir.service.http.wire import Incoming, Outgoing
from couloir.service.libraries.roots import Purpose, Roots


@pytest.fixture
def place(tmp_path):
    """A library, a destination and a secret, side by side."""
    for name in ("A.aplibrary", "out", "secret", "out-of-bounds"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret" / "key").write_text("secret")
    return tmp_path


@pytest.fixture
def roots(place):
    found = Roots(place / "roots.json")
    found.open(str(place / "A.aplibrary"), Purpose.LIBRARY)
    found.open(str(place / "out"), Purpose.DESTINATION)
    return found


@pytest.mark.parametrize("inside", ["", "sub/photo.jpg", "not/there/yet", "./sub", "ünïcode 🏔", "sub//x", "..name"])
def test_what_lies_inside_an_open_folder_is_admitted(roots, place, inside):
    given_path = f"{place}/out/{inside}"
    assert roots.admit(given_path, Purpose.DESTINATION) == Path(given_path).resolve()


@pytest.mark.parametrize(
    "path",
    [
        "{}/secret/key",
        "{}/out/../secret/key",
        "{}/out/sub/../../secret/key",
        "{}/out-of-bounds/x",
        "{}",
        "/",
        "/etc/passwd",
        "out/x",
        "./out",
        "",
        "~/x",
        "{}/out/\x00/../../secret",
        "{}/A.aplibrary/x",
        "file://{}/out/x",
        "\\\\server\\share\\x",
        "{}/out/" + "n" * 5000,
    ],
)
def test_everything_else_is_outside(roots, place, path):
    with pytest.raises(OutsideRoots):
        roots.admit(path.format(place), Purpose.DESTINATION)


def test_a_destination_may_not_be_read_as_a_library(roots, place):
    assert roots.admit(f"{place}/A.aplibrary/Database", Purpose.LIBRARY)
    with pytest.raises(OutsideRoots):
        roots.admit(f"{place}/out/x", Purpose.LIBRARY)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
@pytest.mark.parametrize("target", ["{}/secret", "../secret", "/etc"])
def test_a_symbolic_link_inside_does_not_lead_out(roots, place, target):
    (place / "out" / "link").symlink_to(target.format(place))
    with pytest.raises(OutsideRoots):
        roots.admit(f"{place}/out/link/key", Purpose.DESTINATION)
    (place / "out" / "circle").symlink_to(place / "out" / "circle")
    with pytest.raises(OutsideRoots):
        roots.admit(f"{place}/out/circle/key", Purpose.DESTINATION)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_that_stays_inside_is_admitted_as_what_it_points_to(roots, place):
    (place / "out" / "real").mkdir()
    (place / "out" / "link").symlink_to("real")
    assert roots.admit(f"{place}/out/link/x", Purpose.DESTINATION) == (place / "out" / "real" / "x").resolve()


@pytest.mark.parametrize(
    ("path", "purpose", "why"),
    [
        ("/", Purpose.DESTINATION, "far more"),
        (str(Path.home()), Purpose.DESTINATION, "far more"),
        (str(Path.home().parent), Purpose.DESTINATION, "far more"),
        ("{}/nowhere", Purpose.DESTINATION, "no such folder"),
        ("{}/secret/key", Purpose.DESTINATION, "no such folder"),
        ("{}/secret", Purpose.LIBRARY, "name"),
        ("{}/A.aplibrary", Purpose.DESTINATION, "nothing is ever written"),
        ("{}/A.aplibrary/Masters", Purpose.DESTINATION, "nothing is ever written"),
    ],
)
def test_what_is_no_library_and_no_destination_is_not_opened(place, path, purpose, why):
    (place / "A.aplibrary" / "Masters").mkdir()
    roots = Roots(place / "roots.json")
    with pytest.raises(UnsafeRoot, match=why):
        roots.open(path.format(place), purpose)
    assert roots.all() == []


def test_open_folders_survive_a_restart_and_are_private(roots, place):
    assert Roots(place / "roots.json").all() == roots.all()
    if sys.platform != "win32":
        assert stat.S_IMODE((place / "roots.json").stat().st_mode) == 0o600


def test_a_damaged_list_opens_nothing(place):
    (place / "roots.json").write_text("{broken")
    assert Roots(place / "roots.json").all() == []


def test_a_closed_folder_is_closed(roots, place):
    root = next(root for root in roots.all() if root.purpose is Purpose.DESTINATION)
    assert roots.close(root)
    assert not roots.close(root)
    with pytest.raises(OutsideRoots):
        roots.admit(f"{place}/out/x", Purpose.DESTINATION)


@settings(max_examples=200)
@given(
    path=st.text() | st.lists(st.sampled_from(["..", ".", "out", "secret", "", "/", "~", "\x00", "C:"])).map("/".join)
)
def test_no_path_whatever_leads_out(tmp_path_factory, path):
    base = tmp_path_factory.getbasetemp() / "roots-property"
    (base / "out").mkdir(parents=True, exist_ok=True)
    roots = Roots(base / f"roots-{os.getpid()}.json")
    roots.open(str(base / "out"), Purpose.DESTINATION)
    try:
        found = roots.admit(f"{base}/{path}", Purpose.DESTINATION)
    except OutsideRoots:
        return
    assert found.is_relative_to((base / "out").resolve())


class _PathBody(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    path: str


class _Found(Outgoing, frozen=True, kw_only=True):
    path: str


def test_escapes_are_refused_over_the_wire(start, place):
    def reading(api, services):
        def read_it(body: _PathBody) -> _Found:
            return _Found(path=str(services.roots.admit(body.path, Purpose.DESTINATION)))

        api.post("/v1/read", read_it, "Read.", _Found, body=_PathBody, problems=(OutsideRoots,))

    client = start(reading).client
    assert client.post("/v1/roots", {"path": str(place / "out"), "purpose": "destination"}).status == 200
    assert client.post("/v1/read", {"path": f"{place}/out/x"}).status == 200
    (place / "out" / "link").symlink_to(place / "secret")
    for path in ("/etc/passwd", f"{place}/out/../secret/key", f"{place}/out/link/key", "../secret", "\x00"):
        answer = client.post("/v1/read", {"path": path})
        assert (answer.status, answer.json["code"]) == (403, "path.outside")
    closed = client.post("/v1/roots/close", {"path": str((place / "out").resolve()), "purpose": "destination"})
    assert closed.json == {"roots": []}
    assert client.post("/v1/read", {"path": f"{place}/out/x"}).status == 403
