"""Opens folders to the service: the plug-in calls this only with folders that the user chose in a
dialog."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from couloir.errors import AccessDenied
from couloir.service.http.api import Api
from couloir.service.http.problems import OutsideRoots, UnsafeRoot
from couloir.service.http.wire import Incoming, Outgoing
from couloir.service.libraries.roots import Purpose, Root
from couloir.service.services import Services


class RootRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder by its absolute path, and its purpose."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    purpose: Purpose


class RootList(Outgoing, frozen=True, kw_only=True):
    """The open folders."""

    roots: list[Root]


def root_routes(api: Api, services: Services) -> None:
    """/v1/roots"""
    roots = services.roots

    def list_roots() -> RootList:
        return RootList(roots=roots.all())

    def open_root(body: RootRequest) -> Root:
        return roots.open(body.path, body.purpose)

    def close_root(body: RootRequest) -> RootList:
        roots.close(Root(path=body.path, purpose=body.purpose))
        return RootList(roots=roots.all())

    refused = (UnsafeRoot, OutsideRoots, AccessDenied)
    api.get("/v1/roots", list_roots, "The folders that are open to the service.", RootList)
    api.post("/v1/roots", open_root, "Open a folder that the user chose.", Root, body=RootRequest, problems=refused)
    api.post("/v1/roots/close", close_root, "Close a folder again.", RootList, body=RootRequest)
