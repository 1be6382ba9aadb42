"""Discovery: whether the service runs, whether both sides speak the same version, and the OpenAPI document."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from couloir import __version__
from couloir.language.fields import Sentence
from couloir.service.http.api import Api
from couloir.service.http.route import Reply
from couloir.service.http.wire import Incoming, Outgoing, Semver
from couloir.service.process.settings import API_VERSION
from couloir.service.services import Services

OLDEST_API: Final = 1
OLDEST_PLUGIN: Final = "0.1.0"


class Pong(Outgoing, frozen=True, kw_only=True):
    """The service runs. It says nothing else, because this route needs no token."""

    ok: bool


class Verdict(StrEnum):
    """Whether plug-in and service can work together."""

    OK = "ok"
    UPGRADE_PLUGIN = "upgrade-plugin"
    UPGRADE_DAEMON = "upgrade-daemon"


class HelloQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The client: the plug-in's version, and the version of this interface that it uses."""

    plugin: Semver
    api: Annotated[int, Meta(ge=0, le=100_000)]


class Hello(Outgoing, frozen=True, kw_only=True):
    """The service, and whether it fits the client. `advice` is a sentence for the user, empty when it fits."""

    verdict: Verdict
    daemon: str
    api_oldest: int
    api_newest: int
    plugin_oldest: str
    advice: Sentence


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version)[:3])


def greet(plugin: str, api: int) -> Hello:
    """Compare versions. The interface version decides; the plug-in's own matters only if it is known to be broken."""
    if api > API_VERSION:
        verdict = Verdict.UPGRADE_DAEMON
        advice = f"The plug-in {plugin} is newer than the service {__version__}: install the newer Couloir."
    elif api < OLDEST_API or _release(plugin) < _release(OLDEST_PLUGIN):
        verdict = Verdict.UPGRADE_PLUGIN
        advice = f"The plug-in {plugin} is older than the service {__version__}: install its plug-in in Lightroom."
    else:
        verdict = Verdict.OK
        advice = ""
    return Hello(
        verdict=verdict,
        daemon=__version__,
        api_oldest=OLDEST_API,
        api_newest=API_VERSION,
        plugin_oldest=OLDEST_PLUGIN,
        advice=advice,
    )


def hello_routes(api: Api, services: Services) -> None:  # noqa: ARG001  (a resource's signature)
    """/ping, /v1/hello and the document itself."""

    def ping() -> Pong:
        return Pong(ok=True)

    def hello(query: HelloQuery) -> Hello:
        return greet(query.plugin, query.api)

    def describe() -> Reply:
        return Reply(msgspec.json.encode(api.document()))

    api.get("/ping", ping, "Whether the service runs.", Pong, public=True)
    api.get("/v1/hello", hello, "Whether the plug-in and the service fit.", Hello, query=HelloQuery)
    api.get("/v1/openapi.json", describe, "This document.", None)
