"""The queue of the Lightroom plug-in: what it takes over from the migration, in batches, and its answers.

The plug-in owns only the batch that it works on. A batch is recorded when it is sent, and until it is answered
the next request gets the same one again, so either side may end at any moment; an answer that is sent twice counts
once. An item without an answer is sent again with a later batch.

The queue holds photos (the version that a file carries, its further versions as virtual copies beside it, originals
that no version shows), then albums and keywords. Everything else follows from them: operations, faces and keywords of a
version are promised when it goes out (`promise`) and its promises are dropped once Lightroom has it; stacks are
settled when all their versions are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from couloir.errors import DestinationOfOtherCatalog
from couloir.migrate.handover import rows as settled
from couloir.migrate.handover import sql
from couloir.migrate.handover.items import Batch, Item, Progress, Receipt, Sort, WantedVersion
from couloir.migrate.handover.rows import Answer, Outcome
from couloir.migrate.handover.settling import Settling
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger, printable
from couloir.migrate.ledger.rows import Row

_AFTER_PHOTOS = 1 << 40  # positions of albums; a library has half a million photos
_AFTER_ALBUMS = 1 << 41


class Handover:
    """The queue in one ledger. Every method is one transaction; nothing is kept in memory."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._db = ledger.connection
        self._settling = Settling(ledger)
        ledger.run = ledger.run or ledger.last_run()[0]
        self.has_ended = False

    # The catalog

    def bind(self, catalog: str, path: str) -> None:
        """Record the Lightroom catalog that takes the migration over: only it has the photos.

        `catalog` is the identity that the plug-in keeps in its catalog, `path` says where that is. Raises
        DestinationOfOtherCatalog
        """
        self.check_catalog(catalog)
        facts = {"catalog_identity": catalog, "catalog_path": printable(path)}
        if any(self.ledger.fact(key) != value for key, value in facts.items()):  # writing costs a batch its time
            with self.ledger.transaction():
                for key, value in facts.items():
                    self.ledger.set_fact(key, value)

    def check_catalog(self, catalog: str) -> None:
        """Raises DestinationOfOtherCatalog when another catalog takes it over."""
        if self.ledger.fact("catalog_identity") not in (None, catalog):
            path = self.ledger.path.parent.parent
            raise DestinationOfOtherCatalog(path=path, catalog=self.ledger.fact("catalog_path"))

    # Filling the queue

    def enqueue(
        self,
        versions: Iterable[WantedVersion],
        *,
        faces: Iterable[tuple[str, str]] = (),
        albums: Iterable[str] = (),
        whole_library: bool = False,
    ) -> None:
        """Add the items of these versions and albums that are ready for Lightroom; queued ones keep their positions.

        `faces` are all of the library, each with its master: those of photos that are left out share their outcome.
        With `whole_library`, originals that no version shows and keywords that no photo carries are queued too, and the
        rows of smart albums that `albums` does not name are settled, since Lightroom cannot hold them.

        At the end all outcomes are entered again, since a run of the migration may have
        written over them.
        """
        with self.ledger.transaction():
            self._db.execute("CREATE TEMP TABLE candidate (version PRIMARY KEY, master, number, project, sort, place)")
            self._db.execute("CREATE TEMP TABLE face (uuid PRIMARY KEY, master)")
            try:
                self._db.executemany(
                    "INSERT OR IGNORE INTO temp.candidate VALUES (?, ?, ?, ?, ?, ?)",
                    ((c.version, c.master, c.number, c.project, c.order, c.place) for c in versions),
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
        """Give a further version or a face the state of its photo when that is left out, so that it does not wait for
        ever.
        """
        for version, *fate in self._db.execute(sql.LOST_COPIES, (reasons.EXTRA_VERSION.code,)).fetchall():
            self.ledger.put(settled.version_sharing(self.ledger, version, *settled.fate(*fate)))
        for face, *fate in self._db.execute(sql.LOST_FACES, (reasons.OUT_OF_SCOPE.code,)).fetchall():
            self.ledger.put(settled.face_sharing(self.ledger, face, *settled.fate(*fate)))

    # Sending

    def unanswered_batch(self) -> Batch | None:
        """The batch that was sent and not answered."""
        found = self._db.execute("SELECT number, content FROM handover_batch WHERE NOT answered").fetchone()
        return None if found is None else Batch(*found)

    def todo(self, photos: int) -> list[Item]:
        """The items to send next: up to `photos` photos with all their copies, then up to as many albums and keywords.

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
        self, items: Sequence[Item], encode: Callable[[int], str], promises: Mapping[str, Sequence[Row]]
    ) -> Batch:
        """Write a batch down before it is sent. `encode` gives its text for the number that it gets.

        `promises` are the rows that come true when Lightroom takes a version, by the version's uuid. When another
        request was faster, its batch is returned instead.
        """
        with self.ledger.transaction():
            earlier = self.unanswered_batch()
            if earlier is not None:
                return earlier
            number = int(self._db.execute("SELECT coalesce(max(number), 0) + 1 FROM handover_batch").fetchone()[0])
            text = encode(number)
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

    # Answers

    def answer(self, number: int, answers: Mapping[tuple[Sort, str], Answer]) -> Receipt | None:
        """Record the plug-in's answers for a batch, and settle the rows that depend on it. None: no such batch."""
        with self.ledger.transaction():
            batch = self._db.execute("SELECT answered FROM handover_batch WHERE number = ?", (number,)).fetchone()
            if batch is None:
                return None
            if batch[0]:
                return Receipt(repeated=True)
            sent = self._items("batch = ? AND outcome IS NULL ORDER BY position, number", [number])
            given = [(item, answers[key]) for item in sent if (key := (item.sort, item.uuid)) in answers]
            self._enter(given)
            self._db.execute("UPDATE handover_batch SET answered = 1, content = '' WHERE number = ?", (number,))
            is_open = self._db.execute("SELECT 1 FROM handover WHERE outcome IS NULL LIMIT 1").fetchone()
            self.has_ended = is_open is None
            self._settling.settle_stacks(self._settling.stacks_of([item.uuid for item, _ in given]))
            # What came true is in the ledger's own rows, where no run undoes it (`Photos._without_taken`).
            kept = [item.uuid for item, answer in given if answer.outcome.is_good and not answer.left_out]
            self._db.executemany("DELETE FROM promise WHERE version = ?", ((uuid,) for uuid in kept))
            return Receipt(len(given), len(sent) - len(given), len(answers) - len(given))

    def retry(self) -> int:
        """Queue failed items again; returns their number."""
        with self.ledger.transaction():
            return self._db.execute("UPDATE handover SET outcome = NULL WHERE outcome = 'failed'").rowcount

    def settle(self, *, whole_library: bool) -> None:
        """Write every outcome into the ledger's rows again; with `whole_library` also items that cannot be imported."""
        with self.ledger.transaction():
            last: tuple[int, int, str] = (-1, 0, "")
            while page := self._db.execute(sql.ANSWERED, last).fetchall():
                self._settling.settle(
                    [
                        (Item(Sort(kind), uuid, unit, master, Outcome(outcome)), Answer.read(outcome, answer))
                        for kind, uuid, unit, master, outcome, answer, *_ in page
                    ]
                )
                *_, position, number = page[-1]
                last = position, number, page[-1][1]
            self._settling.settle_stacks(self._settling.waiting_stacks())
            if whole_library:
                self.ledger.put(settled.out_of_reach(self.ledger))

    def progress(self) -> Progress:
        rows = self._db.execute("SELECT outcome, is_photo, items FROM handover_count").fetchall()
        photos = {outcome: int(items) for outcome, is_photo, items in rows if is_photo}
        others = sum(int(items) for outcome, is_photo, items in rows if not outcome and not is_photo)
        outcomes = {str(each): photos.get(str(each), 0) for each in Outcome}
        return Progress(sum(photos.values()), photos.get("", 0), others, outcomes)

    # Inside a transaction

    def _enter(self, given: Sequence[tuple[Item, Answer]]) -> None:
        """Enter answers. The open copies of a photo that was not imported share its outcome."""
        entered: list[tuple[Item, Answer]] = []
        for item, answer in given:
            entered.append((item, answer))
            if item.unit == item.uuid and not answer.outcome.is_good:
                given_up = Answer(answer.outcome, f"Its original was not imported: {answer.why}".rstrip(": "))
                before = {each.uuid for each, _ in entered}
                copies = self._items(sql.COPIES_LEFT, [item.uuid])
                entered += [(copy, given_up) for copy in copies if copy.uuid not in before]
        self._db.executemany(
            "UPDATE handover SET outcome = ?, answer = ? WHERE kind = ? AND uuid = ?",
            [(answer.outcome, printable(answer.dump()), item.sort, item.uuid) for item, answer in entered],
        )
        self._settling.settle(entered)

    def _drop_carried_keywords(self) -> None:
        """Remove keywords from the queue that a photo has brought meanwhile."""
        with self.ledger.transaction():
            self._db.execute(
                "DELETE FROM handover WHERE kind = 'keyword' AND outcome IS NULL AND EXISTS"
                " (SELECT 1 FROM item WHERE item.kind = 'keyword' AND item.uuid = handover.uuid AND state = 'done')"
            )

    def _items(self, where: str, values: Sequence[object]) -> list[Item]:
        rows = self._db.execute(f"SELECT kind, uuid, unit, master, outcome FROM handover WHERE {where}", values)  # noqa: S608
        return [Item(Sort(k), u, unit, m, None if o is None else Outcome(o)) for k, u, unit, m, o in rows.fetchall()]
