"""The page in a browser: a link that works once, a cookie for this page alone, and refused requests of strangers."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from couloir.aperture.library import Library
from couloir.color.difference import Difference
from couloir.engines.pixels import encode_jpeg
from couloir.migrate.ledger.decisions import decide, decisions
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.verdicts import MatchRecord, put_match
from couloir.migrate.report.look_store import FOLDER
from couloir.migrate.run import LEDGER
from couloir.service.http.problems import NoSuchPlace, TicketSpent, ViewOver
from couloir.service.http.views import TICKET_SECONDS, VIEW_SECONDS, Views, same
from couloir.service.page.content import document
from sample_library import build_library


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    build_library(folder / "Page.aplibrary", masters=12)
    return folder / "Page.aplibrary"


@dataclass
class Browser:
    """What a browser that was given a link holds; `ask` sends what a browser would send of itself."""

    client: Any
    page: str
    cookie: str
    token: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.client.port}"

    @property
    def headers(self) -> dict[str, str | None]:
        return {
            "Host": f"127.0.0.1:{self.client.port}",
            "Authorization": None,
            "Cookie": self.cookie,
            "Sec-Fetch-Site": "same-origin",
        }

    def get(self, name: str, **headers: str | None) -> Any:
        return self.client.call("GET", f"{self.page}/{name}", headers={**self.headers, **headers})

    def decide(self, versions: str | list[str], decision: str | None, **headers: str | None) -> Any:
        versions = [versions] if isinstance(versions, str) else versions
        sent = {**self.headers, "Origin": self.origin, "Couloir-Page": self.token, **headers}
        return self.client.call(
            "POST", f"{self.page}/decisions", {"versions": versions, "decision": decision}, headers=sent
        )


@dataclass
class Photos:
    """An import whose originals are in place and whose page is written."""

    client: Any
    place: str
    destination: Path

    def link(self) -> str:
        answer = self.client.post(f"{self.place}/page/link", {})
        assert answer.status == 200, answer.body
        assert answer.json["seconds"] == TICKET_SECONDS
        return str(answer.json["url"])

    def spend(self, ticket: str, **headers: str | None) -> Any:
        sent = {
            "Host": f"127.0.0.1:{self.client.port}",
            "Authorization": None,
            "Origin": f"http://127.0.0.1:{self.client.port}",
            **headers,
        }
        return self.client.call("POST", "/report/views", {"ticket": ticket}, headers=sent)

    def browser(self) -> Browser:
        answer = self.spend(self.link().partition("#")[2])
        assert answer.status == 201, answer.body
        page = answer.json["page"].rpartition("/")[0]
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        browser = Browser(self.client, page, cookie)
        browser.token = browser.get("desk").json["token"]
        return browser

    def versions(self) -> list[str]:
        text = (self.destination / "couloir-report" / "data" / "photos-0.js").read_text("ascii")
        return [row[0] for row in json.loads(text.partition("0,")[2].removesuffix(");\n"))]


@pytest.fixture(scope="module")
def written(shared_client, library, opened, done, tmp_path_factory) -> Photos:
    client, destination = shared_client, tmp_path_factory.mktemp("written") / "out"
    destination.mkdir()
    assert client.post("/v1/roots", {"path": str(destination), "purpose": "destination"}).status == 200
    body = {"library": opened(client, library), "destination": str(destination), "originals": "clone"}
    started = client.post("/v1/imports", body)
    done(client, started)
    place = f"/v1/imports/{started.json['id']}"
    done(client, client.post(f"{place}/start", {}))
    _match_one(destination)
    done(client, client.post(f"{place}/page", {}))
    return Photos(client, place, destination)


def _match_one(destination: Path) -> None:
    """As if one photo had been matched in Lightroom."""
    rendering = destination / ".couloir" / "one.jpg"
    rendering.write_bytes(encode_jpeg(np.full((64, 96, 3), 0.5)))
    with Ledger.open(destination / LEDGER) as ledger, Library.open(Path(str(ledger.fact("library_path")))) as library:
        version = next(v for v in library.versions() if v.number > 0 and library.preview(v).path is not None)
        found = MatchRecord(
            version.uuid, Difference(2, 3), Difference(1, 2), "", "Lightroom", 2, {}, ".couloir/one.jpg"
        )
        with ledger.transaction():
            put_match(ledger, found)


@pytest.fixture
def photos(written) -> Iterator[Photos]:
    """Of which nothing is said yet."""
    yield written
    with Ledger.open(written.destination / LEDGER) as ledger:
        for version in decisions(ledger):
            decide(ledger, [version], None)


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["advice"].strip()


def test_a_link_opens_the_page_once_and_its_ticket_reaches_no_address(photos):
    url = photos.link()
    assert re.fullmatch(rf"http://127\.0\.0\.1:{photos.client.port}/report#[\w-]{{43}}", url)
    ticket = url.partition("#")[2]
    first, second = photos.spend(ticket), photos.spend(ticket)
    assert first.status == 201
    refused(second, 401, "page.ticket")
    page = first.json["page"]
    attributes = first.headers["Set-Cookie"].split("; ")
    assert attributes[1:] == [f"Path={page.rpartition('/')[0]}", "HttpOnly", "SameSite=Strict"]
    secret = attributes[0].partition("=")[2]
    assert secret not in page
    assert secret.encode() not in first.body


def test_the_page_and_all_its_files_come_with_the_cookie_and_with_a_policy(photos):
    browser = photos.browser()
    answer = browser.get("photos.html")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    for name in re.findall(r'(?:src|href)="(page/[^"]+)"', answer.body.decode()):
        assert browser.get(name).status == 200
    folder = photos.destination / "couloir-report"
    names = [f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()]
    served = [name for name in names if not name.endswith(".json")]
    assert {name.partition("/")[0] for name in served} == {
        "photos.html", "report.html", "page", "data", "thumbs", "pictures", "looks"
    }  # fmt: skip
    for name in served:
        answer = browser.get(name)
        assert (answer.status, answer.body) == (200, (folder / name).read_bytes()), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Cookie": None}, 401, "page.over"),
        ({"Cookie": "couloir-view=wrong"}, 401, "page.over"),
        ({"Cookie": "couloir-view="}, 401, "page.over"),
        ({"Cookie": None, "Authorization": "Bearer the-token-of-this-test-0123456789-abcdefghijk"}, 401, "page.over"),
        ({"Origin": "http://evil.com"}, 403, "request.cross-site"),
        ({"Origin": "null"}, 403, "request.cross-site"),
        ({"Origin": "http://127.0.0.1:1"}, 403, "request.cross-site"),
        ({"Origin": "https://127.0.0.1"}, 403, "request.cross-site"),
        ({"Sec-Fetch-Site": "cross-site"}, 403, "request.cross-site"),
        ({"Sec-Fetch-Site": "same-site"}, 403, "request.cross-site"),
        ({"Host": "evil.com"}, 403, "request.foreign-host"),
        ({"Host": "127.0.0.1.evil.com"}, 403, "request.foreign-host"),
    ],
)
def test_nobody_else_sees_or_changes_anything(photos, headers, status, code):
    browser = photos.browser()
    version = photos.versions()[0]
    for name in ("photos.html", "report.html", "data/meta-0.js", "page/grid.js", "page/photos.css", "desk"):
        refused(browser.get(name, **headers), status, code)
    refused(browser.decide(version, "accepted", **headers), status, code)
    assert photos.client.get(f"{photos.place}/decisions").json == {"decisions": []}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Origin": None}, 403, "request.cross-site"),
        ({"Couloir-Page": None}, 401, "page.over"),
        ({"Couloir-Page": "wrong"}, 401, "page.over"),
        ({"Couloir-Page": "\xe4"}, 401, "page.over"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "request.not-json"),
        ({"Content-Type": "text/plain"}, 415, "request.not-json"),
    ],
)
def test_a_form_of_another_page_decides_nothing(photos, headers, status, code):
    browser = photos.browser()
    refused(browser.decide(photos.versions()[0], "accepted", **headers), status, code)
    assert photos.client.get(f"{photos.place}/decisions").json == {"decisions": []}


def test_the_cookie_opens_nothing_but_its_page(photos):
    one, two = photos.browser(), photos.browser()
    assert one.page != two.page
    refused(photos.client.call("GET", f"{two.page}/desk", headers=one.headers), 401, "page.over")
    refused(two.decide(photos.versions()[0], "review", **{"Couloir-Page": one.token}), 401, "page.over")
    for path in ("/v1/health", photos.place, "/v1/jobs"):
        refused(photos.client.call("GET", path, headers=one.headers), 401, "request.not-authorised")
    refused(
        photos.client.call("POST", f"{photos.place}/page", {}, {**one.headers, "Origin": one.origin}),
        403,
        "request.cross-site",
    )


def test_only_what_a_report_has_is_served(photos):
    browser = photos.browser()
    for name in (
        "data/secret-0.js",
        "page/bring.js",
        "pictures/report.webp",
        "looks/0123-4567-89ab-cdef-aperture.webp",
        "report-0000000.html",
        "open.html",
    ):
        refused(browser.get(name), 404, "request.no-such-place")
    # What has no route at all asks for the service's token.
    for name in (
        "data/..%2f..%2f.couloir%2fledger.sqlite3",
        "data/../report.json",
        ".couloir/ledger.webp",
        "report.json",
    ):
        assert browser.get(name).status in (401, 404), name


def test_no_link_leads_out_and_no_foreign_script_is_passed_on(photos):
    browser = photos.browser()
    folder = photos.destination / "couloir-report"
    outside = photos.destination.parent / "outside.webp"
    outside.write_bytes(b"not yours")
    (folder / "thumbs" / "abc.webp").symlink_to(outside)
    refused(browser.get("thumbs/abc.webp"), 404, "request.no-such-place")
    for number, content in enumerate((b'couloir.take("meta",7,alert(1));\n', b'alert(1);couloir.take("meta",8,{});\n')):
        (folder / "data" / f"meta-{7 + number}.js").write_bytes(content)
        refused(browser.get(f"data/meta-{7 + number}.js"), 404, "request.no-such-place")
        (folder / "data" / f"meta-{7 + number}.js").unlink()
    own = (folder / "page" / "grid.js").read_bytes()
    (folder / "page" / "grid.js").write_text("alert(1)")
    assert browser.get("page/grid.js").body == own
    (folder / "page" / "grid.js").write_bytes(own)
    (folder / "thumbs" / "abc.webp").unlink()
    (folder / "data").rename(photos.destination / "elsewhere")
    (folder / "data").symlink_to(photos.destination / "elsewhere")
    refused(browser.get("data/meta-0.js"), 404, "request.no-such-place")
    (folder / "data").unlink()
    (photos.destination / "elsewhere").rename(folder / "data")


def test_what_is_said_on_the_page_is_in_the_ledger_and_reaches_the_plug_in(photos):
    browser = photos.browser()
    one, two, three = photos.versions()[:3]
    for version, decision in ((one, "accepted"), (two, "re-derive"), (three, "review"), (three, None)):
        answer = browser.decide(version, decision)
        assert answer.status == 200, answer.body
    wanted = [{"version": v, "decision": d} for v, d in sorted([(one, "accepted"), (two, "re-derive")])]
    assert photos.client.get(f"{photos.place}/decisions").json == {"decisions": wanted}
    assert browser.get("desk").json["decisions"] == wanted
    with Ledger.open_to_read(photos.destination / LEDGER) as ledger:
        assert decisions(ledger) == {one: "accepted", two: "re-derive"}
    refused(browser.decide([two, "nobody"], "accepted"), 404, "library.unknown-version")
    assert browser.get("desk").json["decisions"] == wanted  # of several with one unknown, none is decided
    assert browser.decide([one, two], "review").json == {
        "decisions": [{"version": version, "decision": "review"} for version in sorted([one, two])]
    }
    assert browser.decide([one, two], None).json == {"decisions": []}
    refused(browser.decide([], "accepted"), 422, "request.invalid")
    refused(browser.decide("nobody", "accepted"), 404, "library.unknown-version")
    refused(browser.decide(one, "burn"), 422, "request.invalid")


def test_a_page_that_was_never_written_has_no_link_and_an_unknown_import_none_either(
    client, library, opened, done, tmp_path
):
    (tmp_path / "out").mkdir()
    client.post("/v1/roots", {"path": str(tmp_path / "out"), "purpose": "destination"})
    started = client.post("/v1/imports", {"library": opened(client, library), "destination": str(tmp_path / "out")})
    done(client, started)
    place = f"/v1/imports/{started.json['id']}"
    refused(client.post(f"{place}/page/link", {}), 404, "page.missing")
    refused(client.post(f"{place}/page", {}), 409, "import.conflict")
    for path in ("page", "page/link"):
        refused(client.post(f"/v1/imports/{'0' * 32}/{path}", {}), 404, "import.unknown")


def test_a_report_that_is_cancelled_stops_while_it_is_drawn_and_the_page_of_before_stays(
    photos, monkeypatch, eventually
):
    def draws_for_ever(_library, _ledger, _destination, _pictures, progress, **_options):
        done = 0
        while True:
            done += 1
            progress(done, 10**9)
            time.sleep(0.001)  # as drawing does, it lets other threads run

    before = photos.browser().get("photos.html").body
    monkeypatch.setattr("couloir.migrate.report.report.write_report", draws_for_ever)
    jobs = {photos.client.post(f"{photos.place}/page", {}).json["id"] for _ in range(2)}
    draws = eventually(lambda: {job for job in jobs if photos.client.get(f"/v1/jobs/{job}").json["done"]})
    for job in (*(jobs - draws), *draws):  # the one that waits, whichever came second, and then the one that draws
        photos.client.post(f"/v1/jobs/{job}/cancel", {})
        eventually(lambda job=job: photos.client.get(f"/v1/jobs/{job}").json["state"] == "cancelled")
    assert photos.browser().get("photos.html").body == before


def test_a_person_sees_a_sentence_and_no_document_for_programs(photos):
    browser = photos.browser()
    answer = browser.get("photos.html", Cookie=None, Accept="text/html,application/xhtml+xml")
    assert answer.status == 401
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"Open it again from Lightroom" in answer.body


def test_tickets_and_views_end_with_their_time():
    now = [0.0]
    views = Views(lambda: now[0])
    ticket = views.ticket("an import")
    now[0] = TICKET_SECONDS + 0.1
    with pytest.raises(TicketSpent):
        views.spend(ticket)
    view = views.spend(views.ticket("an import"))
    for _ in range(3):
        now[0] += VIEW_SECONDS - 1  # what is looked at stays open
        assert views.open_view(view.id, view.secret).import_id == "an import"
    now[0] += VIEW_SECONDS + 1
    with pytest.raises(ViewOver):
        views.open_view(view.id, view.secret)
    assert len({views.ticket("another") for _ in range(200)}) == 200
    assert sys.getsizeof(views._tickets) < 20_000
    assert not same("\udcff", "abc")


@pytest.mark.tool("chromium")
def test_a_browser_opens_the_link_and_what_is_clicked_there_is_decided(photos, tool: Callable[[str], str]):
    from browser import browsing

    url = photos.link()
    with browsing(tool("chromium")) as page:
        page.open(url)
        page.until("document.documentElement.dataset.loaded")
        assert "#" not in page.ask("location.href")
        assert page.ask("document.cookie") == ""  # it is there, and no script sees it
        page.press("Enter")
        page.until("document.documentElement.dataset.open")
        first = page.ask("document.documentElement.dataset.open")
        page.click("[data-say=accepted]")
        page.until("document.querySelector('[data-say=accepted]').getAttribute('aria-pressed') === 'true'")
        page.press("ArrowRight")
        page.until(f"document.documentElement.dataset.open !== {json.dumps(first)}")
        second = page.ask("document.documentElement.dataset.open")
        page.press("m")
        page.until("document.querySelector('[data-say=review]').getAttribute('aria-pressed') === 'true'")
        page.press("r")
        page.until("document.querySelector('[data-say=\"re-derive\"]').getAttribute('aria-pressed') === 'true'")
        said = {
            each["version"]: each["decision"]
            for each in photos.client.get(f"{photos.place}/decisions").json["decisions"]
        }
        assert said == {first: "accepted", second: "re-derive"}
        assert page.ask("[...document.querySelectorAll('.said')].map(e => e.textContent).filter(Boolean).length") == 2
        assert page.complaints == []
        # Opened anew in the same browser it is still there; by a link that was used already it is not.
        page.open(page.ask("location.href"))
        page.until("document.documentElement.dataset.loaded")
        page.open("about:blank")
        page.open(url)
        page.until("document.getElementById('said').textContent.includes('Open the page again from Lightroom')")
        assert {address.partition("/report")[0] for address in page.requests} <= {
            f"http://127.0.0.1:{photos.client.port}", "about:blank", "data:,"
        }  # fmt: skip


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:1"])
def test_the_link_leads_to_the_services_own_port_whatever_host_was_named(photos, host):
    answer = photos.client.call("POST", f"{photos.place}/page/link", {}, headers={"Host": host})
    assert answer.json["url"].startswith(f"http://127.0.0.1:{photos.client.port}/report#")


def _as_pipe(file: Path) -> None:
    os.mkfifo(file)


def _as_three_gigabytes(file: Path) -> None:
    with file.open("wb") as hollow:
        hollow.truncate(3_000_000_000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("make", [_as_pipe, _as_three_gigabytes, Path.mkdir])
def test_what_is_no_page_of_the_report_is_not_served(tmp_path, make):
    folder = tmp_path / FOLDER
    folder.mkdir()
    make(folder / "report-7.html")
    with pytest.raises(NoSuchPlace):
        document(tmp_path, "report-7.html")
