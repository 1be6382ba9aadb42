"""The handover to Lightroom: batches are leased and answered once, and every row of the ledger ends with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couloir.migrate.handover import rows as settled
from couloir.migrate.handover.content import BatchView, KeywordTask, encode_batch
from couloir.migrate.handover.items import Sort, WantedVersion
from couloir.migrate.handover.queue import Handover
from couloir.migrate.handover.rows import Answer, Outcome, Part
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.ledger import Ledger
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row

DONE = Answer(Outcome.DONE)
OFFLINE = reasons.offline("Disk")
PHOTOS = ("a", "b", "c", "d")  # each the first version of the master of its name


def _rows() -> list[Row]:
    """Four photos (b's settings wait), two copies of a, a lost photo with a copy, one on a disk that is not there, a
    stack, albums, keywords, faces."""

    def version(uuid: str, state: State, reason: Reason) -> Row:
        return Row(Kind.VERSION, uuid, uuid, state, reason, {"number": 1})

    def master(uuid: str, state: State = State.DONE, reason: Reason = reasons.CARRIED) -> Row:
        return Row(Kind.MASTER, uuid, uuid, state, reason)

    lost = reasons.missing("nowhere")
    return [
        *(version(uuid, State.DONE, reasons.WRITTEN) for uuid in "acd"),
        version("b", State.WAITING, reasons.NO_XMP_TYPE),
        *(master(f"m{uuid}") for uuid in PHOTOS),
        version("a2", State.WAITING, reasons.EXTRA_VERSION),
        version("a3", State.WAITING, reasons.EXTRA_VERSION),
        version("x", State.FAILED, lost),
        version("x2", State.WAITING, reasons.EXTRA_VERSION),
        master("mx", State.FAILED, lost),
        version("off", State.WAITING, OFFLINE),
        master("moff", State.WAITING, OFFLINE),
        master("bare", State.DONE, reasons.NO_VERSION),
        Row(Kind.OPERATION, "oa2", "Exposure", State.WAITING, reasons.EXTRA_VERSION, {"version": "a2"}),
        Row(Kind.OPERATION, "ox2", "Exposure", State.WAITING, reasons.EXTRA_VERSION, {"version": "x2"}),
        Row(Kind.STACK, "s", "", State.WAITING, reasons.STACK_WAITS, {"versions": ["c", "d"]}),
        Row(Kind.ALBUM, "album", "Best", State.WAITING, reasons.ALBUM_WAITS),
        Row(Kind.ALBUM, "smart", "Five stars", State.WAITING, reasons.SMART_ALBUM_WAITS),
        Row(Kind.KEYWORD, "used", "Sea", State.WAITING, reasons.KEYWORD_WAITS),
        Row(Kind.KEYWORD, "unused", "Land", State.WAITING, reasons.KEYWORD_WAITS),
        Row(Kind.FACE, "fa", "Ann", State.WAITING, reasons.FACE_WAITS),
        Row(Kind.FACE, "fx", "Xen", State.WAITING, reasons.FACE_WAITS),
    ]


CANDIDATES = [
    WantedVersion("a", "ma", 1, order=3),
    WantedVersion("a2", "ma", 2, order=4),
    WantedVersion("a3", "ma", 3, order=5),
    WantedVersion("b", "mb", 1, order=2),
    WantedVersion("d", "md", 1, order=1, place=1),
    WantedVersion("c", "mc", 1, order=1),
    WantedVersion("x", "mx", 1),
    WantedVersion("x2", "mx", 2),
    WantedVersion("off", "moff", 1),
]
FACES = [("fa", "ma"), ("fx", "mx")]
PROMISES = {
    "a2": [
        Row(Kind.OPERATION, "oa2", "Exposure", State.DONE, reasons.OPERATION_DONE),
        Row(Kind.VERSION, "a2", "", State.DONE, reasons.WRITTEN, {"fidelity": "exact"}),
        Row(Kind.KEYWORD, "used", "Sea", State.DONE, reasons.KEYWORD_WRITTEN),
    ],
    "a": [Row(Kind.FACE, "fa", "Ann", State.DONE, settled.FACE_KEYWORD)],
    "c": [Row(Kind.STACK, "s", "", State.DONE, settled.STACK_MADE)],
    "d": [Row(Kind.STACK, "s", "", State.DONE, settled.STACK_MADE)],
}


class Desk:
    """A ledger that dies and comes back between any two calls."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with Ledger.open(path) as ledger:
            rows = _rows()
            ledger.begin_run({})
            ledger.set_totals({kind: sum(row.kind is kind for row in rows) for kind in Kind})
            with ledger.transaction():
                ledger.put(rows)
            ledger.end_run()

    def __call__(self, work: Callable[[Handover], object]) -> object:
        with Ledger.open(self.path) as ledger:
            return work(Handover(ledger))

    def enqueue(self, **more: object) -> None:
        options = {"faces": FACES, "albums": ["album"], "whole_library": True, **more}
        self(lambda h: h.enqueue(CANDIDATES, **options))

    def batch(self, photos: int = 100) -> dict[str, object] | None:
        def work(handover: Handover) -> object:
            batch = handover.unanswered_batch()
            if batch is None:
                items = handover.todo(photos)
                if not items:
                    return None
                content = {"items": [[i.sort, i.uuid, i.unit, i.outcome] for i in items]}
                promises = {i.uuid: PROMISES.get(i.uuid, []) for i in items}
                batch = handover.lease(items, lambda number: json.dumps({**content, "number": number}), promises)
            return json.loads(batch.content)

        return self(work)

    def answer(self, batch: dict, answers: dict[str, Answer] | None = None, default: Answer | None = DONE) -> object:
        given = {
            (Sort(sort), uuid): answer
            for sort, uuid, _, outcome in batch["items"]
            if outcome is None and (answer := (answers or {}).get(uuid, default)) is not None
        }
        return self(lambda h: h.answer(batch["number"], given))

    def take_all(self, answers: dict[str, Answer] | None = None) -> None:
        while (batch := self.batch()) is not None:
            self.answer(batch, answers)

    def row(self, kind: Kind, uuid: str) -> Row:
        with Ledger.open(self.path) as ledger:
            return ledger.get(kind, uuid).row

    def state(self, kind: Kind, uuid: str) -> tuple[State, str]:
        row = self.row(kind, uuid)
        return row.state, row.reason.code

    def rows(self) -> list[Row]:
        with Ledger.open(self.path) as ledger:
            return [entry.row for entry in ledger.entries()]

    def balances(self) -> bool:
        with Ledger.open(self.path) as ledger:
            return all(line.balances for line in ledger.balance())


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    return Desk(tmp_path / "ledger.sqlite3")


def _uuids(batch: dict) -> list[str]:
    return [uuid for _, uuid, _, _ in batch["items"]]


def test_photos_go_in_the_librarys_order_stacks_together_with_their_pick_first_and_copies_with_their_photo(desk):
    desk.enqueue()
    assert _uuids(desk.batch()) == ["c", "d", "b", "a", "a2", "a3", "bare"]


def test_a_batch_is_counted_in_photos_and_albums_and_keywords_come_last(desk):
    desk.enqueue()
    seen = []
    while (batch := desk.batch(2)) is not None:
        seen.append(_uuids(batch))
        desk.answer(batch)
    assert seen == [["c", "d"], ["b", "a", "a2", "a3"], ["bare"], ["album", "unused"]]


def test_a_batch_that_is_never_answered_comes_again_word_for_word(desk):
    desk.enqueue()
    first = desk(lambda h: h.lease(h.todo(2), lambda number: f"é {number}", {}))
    assert desk(lambda h: h.unanswered_batch()) == first
    assert desk(lambda h: h.lease(h.todo(9), lambda number: f"other {number}", {})) == first


def test_an_answer_that_comes_twice_counts_once(desk):
    desk.enqueue()
    batch = desk.batch()
    assert desk.answer(batch).taken == 7
    before = desk.rows()
    again = desk.answer(batch, default=Answer(Outcome.FAILED, "too late"))
    assert (again.repeated, again.taken) == (True, 0)
    assert desk.rows() == before


def test_an_answer_to_a_batch_that_was_never_sent_is_none(desk):
    desk.enqueue()
    assert desk(lambda h: h.answer(7, {})) is None


def test_what_an_answer_leaves_out_goes_out_again_under_another_number(desk):
    desk.enqueue()
    batch = desk.batch(2)
    receipt = desk.answer(batch, {"c": DONE}, default=None)
    assert (receipt.taken, receipt.left) == (1, 1)
    following = desk.batch(1)
    assert following["number"] == batch["number"] + 1
    assert _uuids(following) == ["d"]


def test_a_copy_that_was_left_out_comes_with_its_photo_which_is_known(desk):
    desk.enqueue()
    batch = desk.batch()
    desk.answer(batch, {"a3": None})
    assert desk.batch()["items"] == [["version", "a", "a", "done"], ["version", "a3", "a", None]]


def test_what_nobody_asked_about_is_counted_and_ignored(desk):
    desk.enqueue()
    batch = desk.batch()
    answers = {(Sort.VERSION, "c"): DONE, (Sort.VERSION, "nobody"): DONE, (Sort.ALBUM, "album"): DONE}
    receipt = desk(lambda h: h.answer(batch["number"], answers))
    assert (receipt.taken, receipt.unknown) == (1, 2)
    assert desk.state(Kind.ALBUM, "album")[0] is State.WAITING


def test_everything_that_waited_for_the_plug_in_ends_with_a_reason(desk):
    desk.enqueue()
    desk.take_all()
    taken = (State.DONE, "lightroom.taken")
    assert [desk.state(Kind.VERSION, uuid) for uuid in ("a", "a2", "a3", "b", "c", "d")] == [taken] * 6
    assert desk.state(Kind.OPERATION, "oa2") == (State.DONE, "operation.translated")
    assert desk.row(Kind.VERSION, "a2").detail == {"number": 1, "fidelity": "exact"}
    assert desk.state(Kind.STACK, "s") == (State.DONE, "lightroom.stacked")
    assert desk.state(Kind.ALBUM, "album") == taken
    assert desk.state(Kind.ALBUM, "smart") == (State.SKIPPED, "lightroom.smart-album")
    assert desk.state(Kind.KEYWORD, "used") == (State.DONE, "keyword.written")
    assert desk.state(Kind.KEYWORD, "unused") == taken
    assert desk.state(Kind.FACE, "fa") == (State.DONE, "lightroom.face")
    assert desk.state(Kind.VERSION, "off") == (State.WAITING, "original.offline")
    waiting = [row.uuid for row in desk.rows() if row.state is State.WAITING]
    assert waiting == ["moff", "off"]
    assert desk.balances()


def test_copies_and_faces_of_a_photo_that_cannot_be_had_share_its_fate(desk):
    desk.enqueue()
    assert desk.state(Kind.VERSION, "x2") == (State.FAILED, "original.missing")
    assert desk.state(Kind.OPERATION, "ox2") == (State.FAILED, "original.missing")
    assert desk.state(Kind.FACE, "fx") == (State.FAILED, "original.missing")


@pytest.mark.parametrize(
    ("outcome", "state", "code"),
    [(Outcome.FAILED, State.FAILED, "lightroom.failed"), (Outcome.SKIPPED, State.SKIPPED, "lightroom.skipped")],
)
def test_a_photo_that_lightroom_did_not_take_takes_its_copies_with_it(desk, outcome, state, code):
    desk.enqueue()
    batch = desk.batch()
    desk.answer(batch, {"a": Answer(outcome, "The file is locked."), "a2": None, "a3": None})
    for uuid in ("a", "a2", "a3"):
        row = desk.row(Kind.VERSION, uuid)
        assert (row.state, row.reason.code) == (state, code)
        assert "The file is locked" in row.reason.sentence
    assert desk.state(Kind.OPERATION, "oa2") == (state, code)
    assert desk.state(Kind.FACE, "fa") == (state, code)
    assert desk.state(Kind.MASTER, "ma") == (State.DONE, "carried"), "its file is in its place all the same"
    assert desk.state(Kind.KEYWORD, "used")[0] is State.WAITING
    assert "a" not in _uuids(desk.batch())
    assert desk.balances()


def test_what_failed_goes_out_again_when_asked(desk):
    desk.enqueue()
    desk.take_all({"b": Answer(Outcome.FAILED, "busy")})
    assert desk(lambda h: h.retry()) == 1
    assert _uuids(desk.batch()) == ["b"]
    desk.take_all()
    assert desk.state(Kind.VERSION, "b") == (State.DONE, "lightroom.taken")


def test_what_lightroom_has_without_some_part_says_so(desk):
    desk.enqueue()
    parts = {Part.SETTINGS: "The photo is locked.", Part.KEYWORDS: "no", Part.FACES: "no", Part.STACK: "Other folder"}
    lacking = Answer(Outcome.DONE, left_out=parts, lightroom="LR-1")
    desk.take_all(dict.fromkeys(("a", "a2", "c"), lacking))
    row = desk.row(Kind.VERSION, "a2")
    assert (row.state, row.reason.code, row.detail["lightroom"]) == (State.DONE, "lightroom.partly", "LR-1")
    assert "its develop settings: The photo is locked" in row.reason.sentence
    assert desk.state(Kind.OPERATION, "oa2") == (State.FAILED, "lightroom.left-out")
    assert desk.state(Kind.FACE, "fa") == (State.FAILED, "lightroom.left-out")
    assert desk.state(Kind.STACK, "s") == (State.SKIPPED, "lightroom.not-stacked")
    assert desk.state(Kind.KEYWORD, "used") == (State.DONE, "lightroom.taken"), "it goes by itself, then"
    assert desk.balances()


def test_a_later_run_of_the_migration_does_not_make_lightrooms_work_undone(desk):
    desk.enqueue()
    desk.take_all({"c": Answer(Outcome.FAILED, "no")})
    before = desk.rows()
    with Ledger.open(desk.path) as ledger:
        ledger.begin_run({"again": True})
        with ledger.transaction():
            ledger.put(_rows())
        ledger.end_run()
    desk.enqueue()
    assert desk.rows() == before
    assert desk.batch() is None


def test_a_promise_is_kept_until_lightroom_has_all_of_its_version(desk):
    desk.enqueue()
    desk.take_all({"a": Answer(Outcome.DONE, left_out={Part.FACES: "no"}), "c": Answer(Outcome.FAILED, "no")})
    with Ledger.open(desk.path) as ledger:
        promised = {version for (version,) in ledger.connection.execute("SELECT version FROM promise")}
    assert promised == {"a", "c"}
    assert desk.state(Kind.OPERATION, "oa2")[0] is State.DONE


def test_part_of_a_library_leaves_the_rest_waiting(desk):
    with Ledger.open(desk.path) as ledger:
        Handover(ledger).enqueue(CANDIDATES[:3], faces=FACES)
    assert _uuids(desk.batch()) == ["a", "a2", "a3"]
    desk.take_all()
    assert desk.batch() is None
    for kind, uuid in ((Kind.ALBUM, "smart"), (Kind.KEYWORD, "unused"), (Kind.VERSION, "b"), (Kind.STACK, "s")):
        assert desk.state(kind, uuid)[0] is State.WAITING
    assert desk.balances()


def test_a_stack_whose_members_were_thrown_away_but_one_is_no_stack(desk):
    with Ledger.open(desk.path) as ledger, ledger.transaction():
        ledger.put([Row(Kind.VERSION, "d", "d", State.SKIPPED, reasons.IN_TRASH)])
    desk.enqueue()
    desk.take_all()
    assert desk.state(Kind.STACK, "s") == (State.SKIPPED, "lightroom.not-stacked")


def test_progress_counts_photos_and_copies_by_outcome(desk):
    desk.enqueue()
    begun = desk(lambda h: h.progress())
    assert (begun.total, begun.open) == (7, 7)
    desk.answer(desk.batch(2), {"c": Answer(Outcome.ALREADY_THERE)})
    now = desk(lambda h: h.progress())
    assert (now.total, now.open, now.outcomes["done"], now.outcomes["already there"]) == (7, 5, 1, 1)
    desk.take_all()
    assert desk(lambda h: h.progress()).others == 0


def test_many_answers_are_entered_again_page_by_page(tmp_path):
    desk = Desk(tmp_path / "ledger.sqlite3")
    names = [f"n{number:04}" for number in range(1203)]
    with Ledger.open(desk.path) as ledger:
        with ledger.transaction():
            ledger.put(Row(Kind.VERSION, name, name, State.DONE, reasons.WRITTEN) for name in names)
        Handover(ledger).enqueue([WantedVersion(name, name, 1) for name in names])
    batch = desk.batch(5000)
    desk.answer(batch)
    with Ledger.open(desk.path) as ledger, ledger.transaction():
        ledger.put(Row(Kind.VERSION, name, name, State.DONE, reasons.WRITTEN) for name in names)
    desk(lambda h: h.settle(whole_library=False))
    assert {row.reason.code for row in desk.rows() if row.uuid in set(names)} == {"lightroom.taken"}


def _is_counted(handover: Handover) -> bool:
    """Whether what is counted as the queue changes is what a count of all of it gives."""
    whole = "SELECT coalesce(outcome, ''), position < (1 << 40), count(*) FROM handover GROUP BY 1, 2"
    kept = "SELECT outcome, is_photo, items FROM handover_count WHERE items <> 0"
    database = handover.ledger.connection
    return sorted(database.execute(whole).fetchall()) == sorted(database.execute(kept).fetchall())


ANSWERS = st.none() | st.builds(
    Answer,
    st.sampled_from(Outcome),
    st.sampled_from(["", "busy"]),
    st.dictionaries(st.sampled_from(Part), st.just("why"), max_size=2),
)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_however_batches_are_lost_repeated_and_answered_in_part_the_ledger_balances_and_comes_to_an_end(
    tmp_path_factory, data
):
    desk = Desk(tmp_path_factory.mktemp("desk") / "ledger.sqlite3")
    desk.enqueue()
    uuids = [*PHOTOS, "a2", "a3", "bare", "album", "used", "unused"]
    for _ in range(8):
        batch = desk.batch(data.draw(st.integers(1, 4), "size"))
        if batch is None:
            break
        if data.draw(st.booleans(), "lost"):
            assert desk.batch(4) == batch
        answers = {uuid: data.draw(ANSWERS, uuid) for uuid in uuids}
        first = desk.answer(batch, answers)
        assert not first.repeated
        assert desk.answer(batch, answers).repeated
        assert desk.balances()
        assert desk(_is_counted)
        if data.draw(st.booleans(), "retried"):
            desk(lambda h: h.retry())
            assert desk(_is_counted)
    desk.take_all()
    assert desk(_is_counted)
    assert desk(lambda h: h.progress()).open == 0
    assert {row.uuid for row in desk.rows() if row.state is State.WAITING} == {"moff", "off"}
    assert desk.balances()


def test_a_batch_is_json_also_where_a_name_is_not_text():
    keyword = KeywordTask(uuid="k", path=["Sea \udc80"])
    text = encode_batch(BatchView(number=1, done=False, photos=[], albums=[], keywords=[keyword]))
    assert json.loads(text)["keywords"] == [{"uuid": "k", "path": ["Sea ?"]}]
