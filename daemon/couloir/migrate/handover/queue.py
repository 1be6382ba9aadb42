"""What the Lightroom plug-in takes over from the migration, batch by batch, and how the ledger learns of it.

The plug-in owns nothing but the batch that it works on. A batch is written down as it is sent, and until it is answered
the next request gets the same one again, so either side may die at any moment; an answer that comes twice counts once.
An item that an answer leaves out goes out again with a later batch.

The queue holds photos (the version that a file carries, its further versions as virtual copies beside it, originals
that no version shows), then albums and keywords. Everything else follows from them: operations, faces and keywords of a
version are promised when it goes out (`promise`) and its promises are dropped once Lightroom has it; stacks are
settled when all their versions are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from couloir.errors import CouloirError, DestinationOfOtherCatalog, NotAMigration
from couloir.json_text import to_json
from couloir.migrate.files.lock import take_lock
from couloir.migrate.handover import rows as settled
from couloir.migrate.handover import sql
from couloir.migrate.handover.rows import Answer, Outcome
from couloir.migrate.ledger import backup as ledger_backup
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.reasons import State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.run import LEDGER, OWN_FOLDER

__all__ = [
    "Answer",
    "Batch",
    "Candidate",
    "Handover",
    "Item",
    "Outcome",
    "Progress",
    "Receipt",
    "Sort",
    "handing_over",
    "reading_ledger",
]

LOCK_PATIENCE = 2.0  # seconds; another request holds the lock for milliseconds, a migration for hours

_AFTER_PHOTOS = 1 << 40  # positions of albums; a library has half a million photos
_AFTER_ALBUMS = 1 << 41


class Sort(StrEnum):
    """What an item of the queue is; the values are those of Kind."""

    VERSION = "version"
    MASTER = "master"
    ALBUM = "album"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may go to Lightroom. They go in the order of `project` (a position), `order`, `place`.

    The versions of a stack share one `order`; `place` is theirs in it, the pick's is 0. `number` is Aperture's version
    number, the order of virtual copies.
    """

    version: str
    master: str
    number: int
    project: int = 0
    order: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that goes out. `unit` is the uuid of the photo that it belongs to, its own unless it is a copy."""

    sort: Sort
    uuid: str
    unit: str
    master: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is sent. `content` is JSON text, word for word the same each time."""

    number: int
    content: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer did: items `taken` note of, items `left` out of it, which go out again, and `unknown` ones.

    `repeated` is true when the batch had been answered before; then nothing else was done.
    """

    taken: int = 0
    left: int = 0
    unknown: int = 0
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How many photos and virtual copies are in the queue, by outcome; `open` have none yet. `others` are albums and
    keywords that are still to go."""

    total: int
    open: int
    others: int
    outcomes: Mapping[str, int] = field(default_factory=dict)


class Handover:
    """The queue in one ledger. Every method is a transaction of its own; nothing is kept in memory."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._db = ledger.connection
        ledger.run = ledger.run or ledger.last_run()[0]
        self.has_ended = False

    # Whose it is

    def bind(self, catalog: str, path: str) -> None:
        """Note which Lightroom catalog takes it over: what one has taken, another one has not.

        `catalog` is the identity that the plug-in keeps in its catalog, `path` says where that is. Raises
        DestinationOfOtherCatalog
        """
        self.check_catalog(catalog)
        with self.ledger.transaction():
            self.ledger.set_fact("catalog_identity", catalog)
            self.ledger.set_fact("catalog_path", printable(path))

    def check_catalog(self, catalog: str) -> None:
        """Raises DestinationOfOtherCatalog when another catalog takes it over."""
        if self.ledger.fact("catalog_identity") not in (None, catalog):
            path = self.ledger.path.parent.parent
            raise DestinationOfOtherCatalog(path=path, catalog=self.ledger.fact("catalog_path"))

    # Filling the queue

    def enqueue(
        self,
        candidates: Iterable[Candidate],
        *,
        faces: Iterable[tuple[str, str]] = (),
        albums: Iterable[str] = (),
        whole_library: bool = False,
    ) -> None:
        """Add what the ledger has ready for Lightroom of these versions and albums; what is there keeps its place.

        `faces` are all of the library, each with its master: those of photos that are left out share their fate. With
        `whole_library` also originals that no version shows, and keywords that no photo carries, go, and what can
        never come over is settled: of smart albums, those that `albums` does not name.

        At the end all outcomes are entered again, since a run of the migration may have
        written over them.
        """
        with self.ledger.transaction():
            self._db.execute("CREATE TEMP TABLE candidate (version PRIMARY KEY, master, number, project, sort, place)")
            self._db.execute("CREATE TEMP TABLE face (uuid PRIMARY KEY, master)")
            try:
                self._db.executemany(
                    "INSERT OR IGNORE INTO temp.candidate VALUES (?, ?, ?, ?, ?, ?)",
                    ((c.version, c.master, c.number, c.project, c.order, c.place) for c in candidates),
                )
                self._db.executemany("INSERT OR IGNORE INTO temp.face VALUES (?, ?)", faces)
                self._enqueue_photos()
                self._follow_left_out_photos()
            finally:
                self._db.execute("DROP TABLE temp.candidate")
                self._db.execute("DROP TABLE temp.face")
            if whole_library:
                self._db.execute(sql.ADD_BARE_ORIGINALS, (self._last(0, _AFTER_PHOTOS), reasons.NO_VERSION.code))
                self._db.execute(sql.ADD_KEYWORDS, (self._last(_AFTER_ALBUMS, 2 * _AFTER_ALBUMS),))
            last = self._last(_AFTER_PHOTOS, _AFTER_ALBUMS)
            self._db.executemany(
                sql.ADD_ALBUM,
                ((uuid, last + n) for n, uuid in enumerate(albums, start=1)),
            )
        self.settle(whole_library=whole_library)

    def _last(self, start: int, end: int) -> int:
        """The last position in use from `start` on, before `end`."""
        query = "SELECT coalesce(max(position), ?1) FROM handover WHERE position >= ?1 AND position < ?2"
        return int(self._db.execute(query, (start, end)).fetchone()[0])

    def _enqueue_photos(self) -> None:
        self._db.execute(sql.ADD_PHOTOS, (self._last(0, _AFTER_PHOTOS), reasons.EXTRA_VERSION.code))
        self._db.execute(sql.ADD_COPIES, (reasons.EXTRA_VERSION.code,))

    def _follow_left_out_photos(self) -> None:
        """A further version or a face whose photo cannot be had shares its fate, instead of waiting for ever."""
        for version, *fate in self._db.execute(sql.LOST_COPIES, (reasons.EXTRA_VERSION.code,)).fetchall():
            self._put(settled.version_sharing(self.ledger, version, *settled.fate(*fate)))
        for face, *fate in self._db.execute(sql.LOST_FACES, (reasons.OUT_OF_SCOPE.code,)).fetchall():
            self._put(settled.face_sharing(self.ledger, face, *settled.fate(*fate)))

    # Giving out

    def unanswered_batch(self) -> Batch | None:
        """The batch that was sent and not answered."""
        found = self._db.execute("SELECT number, content FROM handover_batch WHERE NOT answered").fetchone()
        return None if found is None else Batch(*found)

    def todo(self, photos: int) -> list[Item]:
        """What goes out next: up to `photos` photos with all their copies, then up to as many albums and keywords.

        A copy whose photo was taken before comes with that photo, whose `outcome` is then set.
        """
        units = self._db.execute(
            "SELECT position FROM handover WHERE position < ? AND outcome IS NULL GROUP BY position"
            " ORDER BY position LIMIT ?",
            (_AFTER_PHOTOS, photos),
        ).fetchall()
        if units:
            marks = ", ".join("?" * len(units))
            where = (
                f"position IN ({marks}) AND (outcome IS NULL OR unit = uuid) ORDER BY position, unit <> uuid, number"
            )
            return self._items(where, [position for (position,) in units])
        self._drop_carried_keywords()
        return self._items("outcome IS NULL ORDER BY position LIMIT ?", [photos])

    def lease(
        self, items: Sequence[Item], content: Mapping[str, object], promises: Mapping[str, Sequence[Row]]
    ) -> Batch:
        """Write a batch down before it is sent. `content` gets its number as "number".

        `promises` are the rows that come true when Lightroom takes a version, by the version's uuid. When another
        request was faster, its batch is returned instead.
        """
        with self.ledger.transaction():
            earlier = self.unanswered_batch()
            if earlier is not None:
                return earlier
            number = int(self._db.execute("SELECT coalesce(max(number), 0) + 1 FROM handover_batch").fetchone()[0])
            text = printable(to_json({**content, "number": number}, sort_keys=True))
            self._db.execute("INSERT INTO handover_batch VALUES (?, ?, 0)", (number, text))
            self._db.executemany(
                "UPDATE handover SET batch = ? WHERE kind = ? AND uuid = ? AND outcome IS NULL",
                ((number, item.sort, item.uuid) for item in items),
            )
            self._db.executemany(
                "INSERT OR REPLACE INTO promise VALUES (?, ?, ?, ?)",
                (
                    (version, row.kind, row.uuid, settled.dump_row(row))
                    for version, rows in promises.items()
                    for row in rows
                ),
            )
        return Batch(number, text)

    # Taking back

    def answer(self, number: int, answers: Mapping[tuple[Sort, str], Answer]) -> Receipt | None:
        """Enter what the plug-in says of a batch, and settle the rows that depend on it. None: no such batch."""
        with self.ledger.transaction():
            batch = self._db.execute("SELECT answered FROM handover_batch WHERE number = ?", (number,)).fetchone()
            if batch is None:
                return None
            if batch[0]:
                return Receipt(repeated=True)
            sent = self._items("batch = ? AND outcome IS NULL ORDER BY position, number", [number])
            given = [(item, answers[key]) for item in sent if (key := (item.sort, item.uuid)) in answers]
            for item, answer in given:
                self._enter(item, answer)
                if item.unit == item.uuid and not answer.outcome.is_good:
                    given_up = Answer(answer.outcome, f"Its original was not imported: {answer.why}".rstrip(": "))
                    for copy in self._items(sql.COPIES_LEFT, [item.uuid]):
                        self._enter(copy, given_up)
            self._db.execute("UPDATE handover_batch SET answered = 1, content = '' WHERE number = ?", (number,))
            is_open = self._db.execute("SELECT 1 FROM handover WHERE outcome IS NULL LIMIT 1").fetchone()
            self.has_ended = is_open is None
            for item, _ in given:
                self._settle_stacks(sql.STACKS_OF, item.uuid)
            # What came true is in the ledger's own rows, where no run undoes it (`Photos._without_taken`).
            kept = [item.uuid for item, answer in given if answer.outcome.is_good and not answer.left_out]
            self._db.executemany("DELETE FROM promise WHERE version = ?", ((uuid,) for uuid in kept))
            return Receipt(len(given), len(sent) - len(given), len(answers) - len(given))

    def retry(self) -> int:
        """Let what failed go out again; returns how many items that are."""
        with self.ledger.transaction():
            return self._db.execute("UPDATE handover SET outcome = NULL WHERE outcome = 'failed'").rowcount

    def settle(self, *, whole_library: bool) -> None:
        """Enter every outcome into the ledger's rows again; with `whole_library` also what can no longer come over."""
        with self.ledger.transaction():
            last: tuple[int, int, str] = (-1, 0, "")
            while page := self._db.execute(sql.ANSWERED, last).fetchall():
                for kind, uuid, unit, master, outcome, answer, position, number in page:
                    item = Item(Sort(kind), uuid, unit, master, Outcome(outcome))
                    self._settle(item, Answer.read(outcome, answer))
                    last = position, number, uuid
            self._settle_stacks(sql.WAITING_STACKS)
            if whole_library:
                self._put(settled.out_of_reach(self.ledger))

    def progress(self) -> Progress:
        rows = self._db.execute(
            "SELECT outcome, count(*), sum(position < ?) FROM handover GROUP BY outcome", (_AFTER_PHOTOS,)
        ).fetchall()
        photos = {outcome: int(of_photos) for outcome, _, of_photos in rows}
        others = sum(int(every) - int(of_photos) for outcome, every, of_photos in rows if outcome is None)
        outcomes = {str(each): photos.get(str(each), 0) for each in Outcome}
        return Progress(sum(photos.values()), photos.get(None, 0), others, outcomes)

    # Inside a transaction

    def _enter(self, item: Item, answer: Answer) -> None:
        self._db.execute(
            "UPDATE handover SET outcome = ?, answer = ? WHERE kind = ? AND uuid = ?",
            (answer.outcome, printable(answer.dump()), item.sort, item.uuid),
        )
        self._settle(item, answer)

    def _settle(self, item: Item, answer: Answer) -> None:
        if item.sort is Sort.VERSION:
            promised = [
                settled.load_row(text)
                for (text,) in self._db.execute("SELECT row FROM promise WHERE version = ?", (item.uuid,))
            ]
            master = item.master if item.unit == item.uuid else None
            self._put(settled.version_rows(self.ledger, item.uuid, master, answer, promised))
        else:
            self._put(settled.own_row(self.ledger, Kind(str(item.sort)), item.uuid, answer))

    def _settle_stacks(self, query: str, *values: str) -> None:
        for (uuid,) in self._db.execute(query, values).fetchall():
            entry = self.ledger.get(Kind.STACK, uuid)
            versions = None if entry is None else entry.row.detail.get("versions")
            if entry is not None and isinstance(versions, list):
                self._put(settled.stack_row(entry.row, [self._member(version) for version in versions]))

    def _member(self, version: str) -> Answer | State | None:
        """What is known of a version of a stack: Lightroom's answer, else the state of its row, None while it is
        open."""
        found = self._db.execute(
            "SELECT outcome, answer FROM handover WHERE kind = 'version' AND uuid = ?", (version,)
        ).fetchone()
        if found is not None:
            return Answer.read(*found) if found[0] is not None else None
        entry = self.ledger.get(Kind.VERSION, version)
        if entry is None or entry.row.reason.code == reasons.OUT_OF_SCOPE.code:
            return None
        return entry.row.state if entry.row.state in (State.SKIPPED, State.FAILED) else None

    def _drop_carried_keywords(self) -> None:
        """A keyword that some photo has brought meanwhile need not go by itself."""
        with self.ledger.transaction():
            self._db.execute(
                "DELETE FROM handover WHERE kind = 'keyword' AND outcome IS NULL AND EXISTS"
                " (SELECT 1 FROM item WHERE item.kind = 'keyword' AND item.uuid = handover.uuid AND state = 'done')"
            )

    def _items(self, where: str, values: Sequence[object]) -> list[Item]:
        rows = self._db.execute(f"SELECT kind, uuid, unit, master, outcome FROM handover WHERE {where}", values)  # noqa: S608
        return [Item(Sort(k), u, unit, m, None if o is None else Outcome(o)) for k, u, unit, m, o in rows.fetchall()]

    def _put(self, rows: Iterable[Row]) -> None:
        self.ledger.put(rows)


@contextmanager
def handing_over(destination: Path) -> Iterator[Handover]:
    """The handover of what was migrated into `destination`, which nobody else may write to meanwhile.

    Raises NotAMigration, and DestinationInUse when a migration runs there.
    """
    if not (destination / LEDGER).is_file():
        raise NotAMigration(path=destination)
    lock = take_lock(destination, destination / OWN_FOLDER, LOCK_PATIENCE)
    try:
        with Ledger.open(destination / LEDGER, brief=True) as ledger:
            handover = Handover(ledger)
            yield handover
            if handover.has_ended:
                ledger.seal_all()
        if handover.has_ended:
            with suppress(CouloirError):  # the backup of before is still there
                ledger_backup.back_up(destination / LEDGER)
    finally:
        lock.release()


@contextmanager
def reading_ledger(destination: Path) -> Iterator[Ledger]:
    """The ledger of `destination` to read from, also while a migration writes to it. Raises NotAMigration"""
    if not (destination / LEDGER).is_file():
        raise NotAMigration(path=destination)
    with Ledger.open(destination / LEDGER) as ledger:
        yield ledger
