"""Version negotiation of plug-in and service: which one has to be upgraded."""

from __future__ import annotations

import pytest

from couloir import __version__
from couloir.service.routes import hello
from couloir.service.routes.hello import Verdict, greet


@pytest.mark.parametrize(
    ("plugin", "api", "oldest", "newest", "oldest_plugin", "verdict"),
    [
        ("0.1.0", 1, 1, 1, "0.1.0", Verdict.OK),
        ("9.9.9", 1, 1, 1, "0.1.0", Verdict.OK),
        ("0.1.0", 2, 1, 1, "0.1.0", Verdict.UPGRADE_DAEMON),
        ("0.1.0", 0, 1, 1, "0.1.0", Verdict.UPGRADE_PLUGIN),
        ("0.1.0", 2, 2, 3, "0.1.0", Verdict.OK),
        ("0.1.0", 1, 2, 3, "0.1.0", Verdict.UPGRADE_PLUGIN),
        ("0.1.0", 4, 2, 3, "0.1.0", Verdict.UPGRADE_DAEMON),
        ("0.9.9", 1, 1, 1, "0.10.0", Verdict.UPGRADE_PLUGIN),
        ("0.10.0-beta.1", 1, 1, 1, "0.10.0", Verdict.OK),
        ("1.0.0", 1, 1, 1, "0.10.0", Verdict.OK),
    ],
)
def test_the_interface_decides_who_is_to_be_upgraded(monkeypatch, plugin, api, oldest, newest, oldest_plugin, verdict):
    monkeypatch.setattr(hello, "OLDEST_API", oldest)
    monkeypatch.setattr(hello, "API_VERSION", newest)
    monkeypatch.setattr(hello, "OLDEST_PLUGIN", oldest_plugin)
    answer = greet(plugin, api)
    assert answer.verdict is verdict
    assert bool(answer.advice) == (verdict is not Verdict.OK)
    assert (answer.api_oldest, answer.api_newest, answer.daemon) == (oldest, newest, __version__)


def test_hello_over_the_wire(shared_client):
    answer = shared_client.get("/v1/hello?plugin=0.1.0&api=1")
    assert (answer.status, answer.json["verdict"]) == (200, "ok")
    assert shared_client.get("/v1/hello?plugin=0.1.0&api=2").json["verdict"] == "upgrade-daemon"


@pytest.mark.parametrize("query", ["", "?plugin=0.1.0", "?api=1", "?plugin=new&api=1", "?plugin=0.1.0&api=one"])
def test_a_caller_that_does_not_say_who_it_is_is_refused(shared_client, query):
    assert shared_client.get(f"/v1/hello{query}").status == 422
