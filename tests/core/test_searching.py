"""The relay from the outbox to the index: nothing lost, nothing stale, nothing held up by a poison row."""

import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.core import outbox, searching
from app.core.clock import now
from app.core.outbox import OutboxEntry, OutboxState
from app.core.searching import SOURCES, SearchUnavailable
from app.enterprises.models import Enterprise
from search.interface import Query
from tests.factories.counties import a_company

pytestmark = pytest.mark.both_databases


class Recording:
    """A backend that remembers each batch and may be told to fail."""

    def __init__(self, fails=0):
        self.batches, self.gone, self.fails = [], [], fails

    def apply(self, upserts, deletes):
        if self.fails:
            self.fails -= 1
            raise SearchUnavailable("the index is being rebuilt")
        self.batches.append(list(upserts))
        self.gone += list(deletes)

    @property
    def titles(self):
        return [document.title for batch in self.batches for document in batch]


@contextmanager
def the_writer():
    backend = searching.writer()
    try:
        yield backend
    finally:
        backend.close()


def drained():
    """The index after everything that waits has been sent."""
    with the_writer() as backend:
        while searching.drain(backend):
            pass


def held(text):
    with the_writer() as backend:
        return [hit.id for hit in backend.search(Query(text, ("all",))).hits]


def states(session):
    session.rollback()
    return [state.value for state in session.scalars(select(OutboxEntry.state).order_by(OutboxEntry.id))]


@contextmanager
def poisoned(*public_ids):
    """Companies whose document cannot be built."""
    kept = SOURCES["enterprise"]

    def build(asked):
        if set(asked) & set(public_ids):
            raise ValueError("cannot be read")
        return kept.build(asked)

    SOURCES._entries["enterprise"] = replace(kept, build=build)
    try:
        yield
    finally:
        SOURCES._entries["enterprise"] = kept


def test_a_company_is_found_once_the_relay_has_run(session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    drained()
    assert held("澄明") == held("cmdz") == [row.public_id]
    assert states(session) == []


def test_many_changes_of_one_company_are_sent_as_one_document_with_the_last_text(session):
    row = a_company("旧名有限公司")
    session.commit()
    for name in ("中间名有限公司", "新名有限公司"):
        row.name = name
        session.commit()
    backend = Recording()
    assert searching.drain(backend) == 3
    assert backend.titles == ["新名有限公司"]


def test_a_change_rolled_back_asks_for_nothing(session):
    a_company("苏州澄明电子科技有限公司")
    session.rollback()
    assert states(session) == []


def test_the_text_is_read_after_the_number_is_drawn_and_each_batch_has_a_higher_one(session):
    row = a_company("甲有限公司")
    session.commit()
    backend = Recording()
    searching.drain(backend)
    row.name = "乙有限公司"
    session.commit()
    searching.drain(backend)
    first, second = (batch[0].version for batch in backend.batches)
    assert first < second


def test_a_relay_that_was_held_up_never_overwrites_newer_text(session):
    row = a_company("旧名有限公司")
    session.commit()
    public_id = row.public_id

    class HeldUp(Recording):
        """Between reading the row and writing the index, somebody else changes it and sends it."""

        def apply(self, upserts, deletes):
            upserts = list(upserts)
            session.execute(select(Enterprise)).scalar_one().name = "新名有限公司"
            session.commit()
            searching.drain(real)
            real.apply(upserts, deletes)

    with the_writer() as real:
        searching.drain(HeldUp())
        assert real.search(Query("新名", ("all",))).total == 1
        assert real.search(Query("旧名", ("all",))).total == 0
    assert held("新名") == [public_id]


def test_while_the_index_is_unavailable_everything_stays_waiting(session):
    a_company("甲有限公司")
    a_company("乙有限公司")
    session.commit()
    backend = Recording(fails=1)
    with pytest.raises(SearchUnavailable):
        searching.drain(backend)
    assert states(session) == ["pending", "pending"]
    searching.drain(backend)
    assert sorted(backend.titles) == ["乙有限公司", "甲有限公司"]
    assert states(session) == []


def test_a_poison_row_does_not_hold_up_the_others_and_is_parked_in_the_end(session):
    bad, good = a_company("坏有限公司"), a_company("好有限公司")
    session.commit()
    bad_id = bad.public_id
    backend = Recording()
    with poisoned(bad_id):
        searching.drain(backend)
        assert backend.titles == ["好有限公司"]
        for _ in range(searching.TRIES):
            searching.drain(backend)
        assert states(session) == ["parked"]
        assert searching.drain(backend) == 0
    entry = session.scalars(select(OutboxEntry)).one()
    assert (entry.record_id, entry.attempts) == (bad_id, searching.TRIES)
    assert "cannot be read" in entry.error
    assert good.name in backend.titles


def test_a_later_change_of_a_parked_row_is_sent_again(session):
    row = a_company("坏有限公司")
    session.commit()
    backend = Recording()
    with poisoned(row.public_id):
        for _ in range(searching.TRIES + 1):
            searching.drain(backend)
    row.name = "修好有限公司"
    session.commit()
    searching.drain(backend)
    assert backend.titles == ["修好有限公司"]


def test_what_a_dead_relay_had_claimed_is_sent_again(session):
    a_company("甲有限公司")
    session.commit()
    long_ago = now() - searching.CLAIM_FOR - timedelta(seconds=1)
    session.execute(update(OutboxEntry).values(state=OutboxState.CLAIMED, claimed_at=long_ago))
    session.commit()
    assert searching.drain(Recording()) == 0
    searching.put_back_lost()
    assert searching.drain(Recording()) == 1


def test_what_a_living_relay_has_just_claimed_is_left_to_it(session):
    a_company("甲有限公司")
    session.commit()
    session.execute(update(OutboxEntry).values(state=OutboxState.CLAIMED, claimed_at=now()))
    session.commit()
    searching.put_back_lost()
    assert states(session) == ["claimed"]


def test_an_archived_company_leaves_the_index(session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    drained()
    row.archived_at, row.archive_reason = now(), "注销"
    session.commit()
    drained()
    assert held("澄明") == []


def test_a_batch_larger_than_one_claim_is_sent_in_several(session):
    for number in range(5):
        a_company(f"第{number}有限公司")
    session.commit()
    backend = Recording()
    while searching.drain(backend, limit=2):
        pass
    assert [len(batch) for batch in backend.batches] == [2, 2, 1]


def test_a_rebuild_holds_every_live_company_and_nothing_else(session):
    rows = [a_company(f"第{number}新材料有限公司") for number in range(3)]
    rows[0].archived_at = now()
    session.commit()
    live = sorted(row.public_id for row in rows[1:])
    assert searching.rebuild() == 2
    assert sorted(held("新材料")) == live
    assert searching.check().is_none


def test_check_tells_what_is_missing_stale_and_left_over_and_repair_mends_it(session):
    fine, stale, ghost = (a_company(f"{name}有限公司") for name in ("好", "旧名", "已归档"))
    session.commit()
    drained()
    missing = a_company("漏掉有限公司")
    stale.name = "新名有限公司"
    ghost.archived_at = now()
    session.commit()
    session.query(OutboxEntry).delete()
    session.commit()

    fine_id, stale_id, ghost_id, missing_id = (row.public_id for row in (fine, stale, ghost, missing))
    session.rollback()

    drift = searching.check()
    assert drift.checked == 3
    assert drift.missing == (("enterprise", missing_id),)
    assert drift.stale == (("enterprise", stale_id),)
    assert drift.ghosts == (("enterprise", ghost_id),)

    searching.repair(drift)
    drained()
    assert searching.check().is_none
    assert held("新名") == [stale_id]
    assert held("好") == [fine_id]


def test_the_same_object_touched_twice_in_one_transaction_waits_once(session):
    row = a_company("甲有限公司")
    outbox.touch("enterprise", row.public_id)
    session.commit()
    assert states(session) == ["pending"]
    assert searching.waiting_count() == {"pending": 1, "claimed": 0, "parked": 0}


def test_an_indexer_that_finds_an_index_of_an_earlier_version_builds_it_anew(app, session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    drained()
    about = next((Path(app.config["INSTANCE_PATH"]) / "index").glob("gen-*/about.json"))
    about.write_text(about.read_text().replace('"analysis": "', '"analysis": "0.'))
    stop = threading.Event()
    stop.set()
    searching.follow(stop)
    assert held("澄明") == [public_id]


def test_an_indexer_that_finds_its_index_lost_fills_it_again(app, session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    drained()
    shutil.rmtree(Path(app.config["INSTANCE_PATH"]) / "index")
    stop = threading.Event()
    stop.set()
    searching.follow(stop)
    assert held("澄明") == [public_id]
