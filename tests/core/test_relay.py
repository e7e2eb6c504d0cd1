"""The relay from the outbox to the index: nothing lost, nothing stale, nothing held up by a poison row."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core.index import relay
from app.core.index.searching import SearchUnavailable
from app.core.storage import outbox
from app.core.storage.outbox import OutboxEntry, OutboxState
from app.core.values.clock import now
from app.register.enterprises.models import Enterprise
from search.interface import Query
from tests.factories.counties import a_company
from tests.services.index import Recording, drained, held, poisoned, the_writer

pytestmark = pytest.mark.both_databases


def states(session):
    session.rollback()
    return [state.value for state in session.scalars(select(OutboxEntry.state).order_by(OutboxEntry.id))]


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
    assert relay.drain(backend) == 3
    assert backend.titles == ["新名有限公司"]


def test_a_change_rolled_back_asks_for_nothing(session):
    a_company("苏州澄明电子科技有限公司")
    session.rollback()
    assert states(session) == []


def test_the_text_is_read_after_the_number_is_drawn_and_each_batch_has_a_higher_one(session):
    row = a_company("甲有限公司")
    session.commit()
    backend = Recording()
    relay.drain(backend)
    row.name = "乙有限公司"
    session.commit()
    relay.drain(backend)
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
            relay.drain(real)
            real.apply(upserts, deletes)

    with the_writer() as real:
        relay.drain(HeldUp())
        assert real.search(Query("新名", ("all",))).total == 1
        assert real.search(Query("旧名", ("all",))).total == 0
    assert held("新名") == [public_id]


def test_while_the_index_is_unavailable_everything_stays_waiting(session):
    a_company("甲有限公司")
    a_company("乙有限公司")
    session.commit()
    backend = Recording(fails=1)
    with pytest.raises(SearchUnavailable):
        relay.drain(backend)
    assert states(session) == ["pending", "pending"]
    assert relay.oldest_waiting().why == "the index is being rebuilt"
    relay.drain(backend)
    assert sorted(backend.titles) == ["乙有限公司", "甲有限公司"]
    assert states(session) == []


def test_a_poison_row_does_not_hold_up_the_others_and_is_parked_in_the_end(session):
    bad, good = a_company("坏有限公司"), a_company("好有限公司")
    session.commit()
    bad_id = bad.public_id
    backend = Recording()
    with poisoned(bad_id):
        relay.drain(backend)
        assert backend.titles == ["好有限公司"]
        for _ in range(relay.TRIES):
            relay.drain(backend)
        assert states(session) == ["parked"]
        assert relay.drain(backend) == 0
    entry = session.scalars(select(OutboxEntry)).one()
    assert (entry.record_id, entry.attempts) == (bad_id, relay.TRIES)
    assert "cannot be read" in entry.error
    assert good.name in backend.titles


def test_a_later_change_of_a_parked_row_is_sent_again(session):
    row = a_company("坏有限公司")
    session.commit()
    backend = Recording()
    with poisoned(row.public_id):
        for _ in range(relay.TRIES + 1):
            relay.drain(backend)
    row.name = "修好有限公司"
    session.commit()
    relay.drain(backend)
    assert backend.titles == ["修好有限公司"]


def test_what_a_dead_relay_had_claimed_is_sent_again(session):
    a_company("甲有限公司")
    session.commit()
    long_ago = now() - relay.CLAIM_FOR - timedelta(seconds=1)
    session.execute(update(OutboxEntry).values(state=OutboxState.CLAIMED, claimed_at=long_ago))
    session.commit()
    assert relay.drain(Recording()) == 0
    relay.put_back_lost()
    assert relay.drain(Recording()) == 1


def test_what_a_living_relay_has_just_claimed_is_left_to_it(session):
    a_company("甲有限公司")
    session.commit()
    session.execute(update(OutboxEntry).values(state=OutboxState.CLAIMED, claimed_at=now()))
    session.commit()
    relay.put_back_lost()
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
    while relay.drain(backend, limit=2):
        pass
    assert [len(batch) for batch in backend.batches] == [2, 2, 1]


def test_the_same_object_touched_twice_in_one_transaction_waits_once(session):
    row = a_company("甲有限公司")
    outbox.touch("enterprise", row.public_id)
    session.commit()
    assert states(session) == ["pending"]
    assert relay.waiting_count() == {"pending": 1, "claimed": 0, "parked": 0}


def test_what_was_given_up_is_told_and_sent_again_when_asked(session):
    row = a_company("坏有限公司")
    session.commit()
    public_id = row.public_id
    with poisoned(public_id):
        for _ in range(relay.TRIES + 1):
            relay.drain(Recording())
    parked = relay.list_parked(10)
    assert [(each.kind, each.record_id, each.error) for each in parked] == [
        ("enterprise", public_id, "ValueError: cannot be read")
    ]
    assert relay.oldest_waiting() is None
    assert relay.send_parked_again() == 1
    session.commit()
    assert relay.oldest_waiting() == relay.Waiting(parked[0].since, "")
    backend = Recording()
    relay.drain(backend)
    assert backend.titles == ["坏有限公司"]
    assert (relay.list_parked(10), relay.send_parked_again()) == ([], 0)


def test_a_document_of_a_kind_that_is_no_more_leaves_the_index(session):
    outbox.touch("telegram", "abc")
    session.commit()
    backend = Recording()
    relay.drain(backend)
    assert [(kind, public_id) for kind, public_id, _ in backend.gone] == [("telegram", "abc")]
    assert states(session) == []
