"""The structs of imports: requests, batches, results, reports."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from couloir.language.fields import Sentence
from couloir.migrate.handover.choice import Looks, MatchScope, Originals, Scope, Versions
from couloir.service.http.problems import Problem
from couloir.service.http.wire import Count, Incoming, JobId, LibraryId, Outgoing, Timestamp, Uuid

MOST_PHOTOS: Final = 50  # in a batch: Lightroom's own gates should stay small
Text = Annotated[str, Meta(max_length=4096)]


class LightroomCatalog(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Lightroom catalog: `id` is an identity that is kept in it, `path` says where it is, for people."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    path: Text = ""


class ImportRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to import where. `destination` lies in a folder that was opened with POST /v1/roots; the ledger is there
    in any case, the originals are unless `originals` is "reference".

    `uuids` are the projects or albums of a smaller `scope`. `versions` is the form of the second and later
    versions of a photo: "plugin" makes them virtual copies, "clone" gives each a file of its own. Aperture's folders
    are rebuilt below the collection set `collection_set` (the library's name when empty), with a collection for each
    project when `project_collections`. `face_keywords` makes the names of persons keywords below "People". `trash`
    and `hidden` bring photos in Aperture's trash and those that it does not show, each into a collection that says so.
    `looks` says whether the plug-in is to match looks when all has arrived; it does so with POST /v1/refinements.
    `match` says of which photos, `match_project` names the project of that scope.
    `profiles` puts the camera profiles that were learnt (`couloir profile learn`) under RAW photos of their cameras.
    Looks are translated by Aperture's previews and the originals' own pixels; without `pictures` from the adjustments
    alone, which is faster and less close. `catalog` is the only one that the import goes into; a destination belongs to
    one catalog.
    """

    library: LibraryId
    destination: Annotated[str, Meta(min_length=1, max_length=4096)]
    scope: Scope = Scope.ALL
    uuids: Annotated[list[Uuid], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    originals: Originals = Originals.CLONE
    versions: Versions = Versions.PLUGIN
    collection_set: Annotated[str, Meta(max_length=256)] = ""
    project_collections: bool = True
    face_keywords: bool = True
    trash: bool = False
    hidden: bool = False
    looks: Looks = Looks.LEAVE
    match: MatchScope = MatchScope.ALL
    match_project: Uuid | None = None
    profiles: bool = False
    pictures: bool = True
    catalog: LightroomCatalog | None = None


class ImportState(StrEnum):
    """The state of an import. `handover`: batches can be requested. `done`: everything is in Lightroom or has its
    reason.
    """

    PLANNED = "planned"
    ORIGINALS = "originals"
    HANDOVER = "handover"
    DONE = "done"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"


class HandoverCounts(Outgoing, frozen=True, kw_only=True):
    """Photos and virtual copies: in all, still open, and by outcome. `others` are albums and keywords still open."""

    total: Count
    open: Count
    others: Count
    done: Count
    already_there: Count
    skipped: Count
    failed: Count


class CatalogView(Outgoing, frozen=True, kw_only=True):
    """The Lightroom catalog that something belongs to."""

    id: str
    path: str


class ImportView(Outgoing, frozen=True, kw_only=True):
    """An import. Its id is that of the job that planned it; `job` is the job that brings the originals, null before.

    `unmatched` is the number of photos whose looks are still to be matched, 0 when matching was not requested. Of a
    `match` of less than all it is that of the session that was begun, and before that of all.

    `catalog` is the one that it goes into, null when none was named.
    `photos` is null until the handover. `library_changed`: the library's files have changed since it was opened, so the
    plan may be out of date. `problem` says why it failed; starting it again resumes it.
    """

    id: JobId
    state: ImportState
    created: Timestamp
    library: LibraryId
    destination: str
    scope: Scope
    originals: Originals
    versions: Versions
    looks: Looks
    match: MatchScope
    catalog: CatalogView | None
    job: JobId | None
    photos: HandoverCounts | None
    unmatched: Count
    library_changed: bool
    problem: Problem | None


class ImportList(Outgoing, frozen=True, kw_only=True):
    """Imports, newest first."""

    imports: list[ImportView]


class BatchRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many photos at most; their virtual copies come with them. `catalog` is the one that asks: a destination that
    belongs to another one gives it none."""

    photos: Annotated[float, Meta(ge=1, le=MOST_PHOTOS)] = 25
    catalog: LightroomCatalog | None = None


class ItemKind(StrEnum):
    """The kind of an answered item."""

    VERSION = "version"
    MASTER = "master"
    ALBUM = "album"
    KEYWORD = "keyword"


class ItemOutcome(StrEnum):
    """The plug-in's result for an item. `skipped`: the user did not want it."""

    DONE = "done"
    ALREADY_THERE = "already there"
    SKIPPED = "skipped"
    FAILED = "failed"


class ItemPart(StrEnum):
    """A part that Lightroom may lack of an imported photo."""

    SETTINGS = "settings"
    METADATA = "metadata"
    KEYWORDS = "keywords"
    COLLECTIONS = "collections"
    STACK = "stack"
    FACES = "faces"


class LeftOut(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a photo that Lightroom lacks, and why: a sentence for the user."""

    part: ItemPart
    why: Text = ""


class ItemResult(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of one item. `why` is a sentence for the user when it was not done; `left_out` says what Lightroom
    lacks of it; `lightroom` is Lightroom's uuid of the photo."""

    kind: ItemKind
    uuid: Uuid
    outcome: ItemOutcome
    why: Text = ""
    left_out: Annotated[list[LeftOut], Meta(max_length=len(ItemPart))] = msgspec.field(default_factory=list)
    lightroom: Annotated[str, Meta(max_length=256)] = ""


class ResultsRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The results of a batch. An item that is left out is sent again with a later one."""

    results: Annotated[list[ItemResult], Meta(max_length=2000)]


class ResultsReceipt(Outgoing, frozen=True, kw_only=True):
    """What was noted: items `taken` note of, `left` out of the answer, and `unknown` to the batch. `repeated`: the
    batch had been answered before, and nothing was changed."""

    taken: Count
    left: Count
    unknown: Count
    repeated: bool
    photos: HandoverCounts


class BalanceLine(Outgoing, frozen=True, kw_only=True):
    """total = done + skipped + waiting + failed, for each kind of row in the library."""

    kind: str
    total: Count
    done: Count
    skipped: Count
    waiting: Count
    failed: Count


class ReasonLine(Outgoing, frozen=True, kw_only=True):
    """How often a reason was given for a state."""

    kind: str
    state: str
    code: str
    sentence: Sentence
    advice: Sentence
    count: Count


class ImportReport(Outgoing, frozen=True, kw_only=True):
    """The ledger in figures. `balances`: every row of the library is accounted for. `fidelity` counts adjustments."""

    balances: bool
    balance: list[BalanceLine]
    reasons: list[ReasonLine]
    fidelity: dict[str, int]
    photos: HandoverCounts


class BroughtView(Outgoing, frozen=True, kw_only=True):
    """A photo that an import has in Lightroom. `lightroom` is Lightroom's uuid of it, "" when it is not known. `added`:
    it was not in the catalog before; `copy`: it is a virtual copy."""

    uuid: str
    name: str
    lightroom: str
    added: bool
    copy: bool


class BroughtPage(Outgoing, frozen=True, kw_only=True):
    """Ask for the next page with `after` = `next`, which is null when there are no more. `collections`, on the first
    page, are the uuids of the projects and albums that may have a collection."""

    photos: list[BroughtView]
    collections: list[str]
    next: str | None


class RemovalRequest(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The photos that were removed, or are not in the catalog any more. With `is_last`, at the end, the `collections`
    that were removed; an import of which Lightroom has no photo any more is then cancelled."""

    photos: Annotated[list[Uuid], Meta(max_length=2000)] = msgspec.field(default_factory=list)
    collections: Annotated[list[Uuid], Meta(max_length=100_000)] = msgspec.field(default_factory=list)
    is_last: bool = False


class RemovalReceipt(Outgoing, frozen=True, kw_only=True):
    """How many photos were `removed` by this request, and how many Lightroom still has of the import."""

    removed: Count
    in_lightroom: Count
