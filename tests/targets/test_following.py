"""A target follows the visits and leads of its company by itself, also when these are put right."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import Cause
from app.core.storage.db import db
from app.core.values.clock import as_if, now, today
from app.core.values.errors import RuleBroken
from app.promotion.leads import services as leads
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.models import Lead
from app.promotion.targets import queries, services
from app.promotion.targets.enums import TargetStage as S
from app.promotion.targets.models import TargetEnterprise
from app.promotion.visits import services as visits
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, an_enterprise, move, sign_in
from tests.factories.targets import (
    a_dropped_target,
    a_planned_target,
    a_target,
    move_target,
    new_target,
    told,
)
from tests.factories.visits import a_visit, visit_data

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def stage(target: TargetEnterprise) -> S:
    return db.session.get_one(TargetEnterprise, target.id, populate_existing=True).stage


def silent() -> list[TargetEnterprise]:
    return list(db.session.scalars(select(TargetEnterprise).where(queries.is_silent())))


def a_fresh_lead(county: County, **changed: object) -> Lead:
    return a_lead(county, registered_on=today() - 2 * DAY, **changed)


def lose(lead: Lead, county: County) -> None:
    move(lead, LeadStage.LOST, county.officer, today(), reason="选了邻县", reason_code=LossReason.ELSEWHERE)


def test_a_visit_of_the_company_moves_it_and_the_ledger_says_which(county: County) -> None:
    target = a_planned_target(county)
    visit = a_visit(county, held_on=today() - 3 * DAY)
    assert stage(target) is S.CONTACTED
    row = queries.entries_of(target)[0]
    assert (row.cause, row.visit_id, row.effective_on) == (Cause.FOLLOWED, visit.id, visit.held_on)


def test_who_sees_a_target_and_not_the_lead_reads_of_neither_name_nor_holder(
    client: FlaskClient, county: County
) -> None:
    target = a_target(county)
    hidden = a_lead(county, county.outsider, registered_on=today() - 2 * DAY, name="外单位在谈的事")
    a_visit(county, county.outsider)
    me = sign_in(client, county.officer)
    for tab in ("timeline", "ledger"):
        shown = me.get(f"/targets/{target.public_id}?tab={tab}").text
        assert "从「待研判」到「在谈」" in shown
        assert all(word not in shown for word in (hidden.name, hidden.number, hidden.owner.name))


def test_a_visit_of_another_company_moves_nothing(county: County) -> None:
    target = a_target(county)
    a_visit(county, enterprise=an_enterprise())
    assert stage(target) is S.POOL


def test_a_visit_that_is_put_away_counts_no_longer_and_counts_again_once_it_is_back(county: County) -> None:
    target = a_planned_target(county)
    visit = a_visit(county)
    with acting_as(county.resident):
        visits.archive_visit(visit, visit.version, "记重了")
        db.session.commit()
        assert stage(target) is S.PLANNED
        visits.restore_visit(visit, visit.version)
        db.session.commit()
    assert stage(target) is S.CONTACTED


def test_a_visit_put_to_another_day_moves_its_row_along(county: County) -> None:
    target = a_target(county)
    visit = a_visit(county, held_on=today() - 3 * DAY)
    with acting_as(county.resident):
        data = visit_data(county, county.resident, held_on=today() - DAY)
        visits.edit_visit(visit, visit.version, data)
        db.session.commit()
    assert told(target)[-1] == (S.CONTACTED, today() - DAY)


def test_of_two_visits_the_other_one_counts_when_the_first_is_put_away(county: County) -> None:
    target = a_target(county)
    first = a_visit(county, held_on=today() - 5 * DAY)
    a_visit(county, held_on=today() - 2 * DAY)
    with acting_as(county.resident):
        visits.archive_visit(first, first.version, "记重了")
        db.session.commit()
    assert told(target)[-1] == (S.CONTACTED, today() - 2 * DAY)


def test_a_company_met_shortly_before_is_contacted_and_one_met_long_ago_is_not(county: County) -> None:
    a_visit(county, held_on=today() - 80 * DAY)
    assert told(a_target(county))[-1] == (S.CONTACTED, today() - 10 * DAY)


def test_a_visit_of_long_ago_does_not_make_a_contact(county: County) -> None:
    a_visit(county, held_on=today() - 120 * DAY)
    assert stage(a_target(county)) is S.POOL


def test_a_lead_puts_it_into_talks_and_a_lost_lead_hands_it_back(county: County) -> None:
    target = a_planned_target(county)
    lead = a_fresh_lead(county)
    assert told(target)[-1] == (S.IN_TALKS, lead.registered_on)
    lose(lead, county)
    assert told(target)[-1] == (S.CONTACTED, today())
    with acting_as(county.head):
        loss = leads.LEDGER.read(lead).rows[-1]
        leads.correct_entry(lead, loss.id, "没有流失，听错了")
        db.session.commit()
    assert told(target)[-1] == (S.IN_TALKS, lead.registered_on)


def test_another_lead_that_goes_on_keeps_it_in_talks(county: County) -> None:
    target = a_target(county)
    lead = a_fresh_lead(county)
    other = a_fresh_lead(county, name="二期")
    lose(lead, county)
    assert stage(target) is S.IN_TALKS
    lose(other, county)
    assert stage(target) is S.CONTACTED
    a_fresh_lead(county, name="三期")
    assert stage(target) is S.IN_TALKS


def test_a_lead_that_is_put_away_hands_it_back_and_takes_it_up_again(county: County) -> None:
    target, lead = a_target(county), a_fresh_lead(county)
    with acting_as(county.officer):
        leads.archive_lead(lead, "不做了", version=lead.version)
        db.session.commit()
        assert stage(target) is S.CONTACTED
        leads.restore_lead(lead, version=lead.version)
        db.session.commit()
    assert stage(target) is S.IN_TALKS


def test_a_lead_registered_twice_never_counted(county: County) -> None:
    target = a_planned_target(county)
    counts = a_fresh_lead(county)
    twice = a_fresh_lead(county, name="重了")
    with acting_as(county.head):
        leads.void_lead(counts, twice, version=counts.version)
        db.session.commit()
    row = queries.ledger_of(target).counted()[-1]
    assert (row.stage, row.lead_id) == (S.IN_TALKS, twice.id)


def test_what_is_confidential_moves_nothing(county: County) -> None:
    target = a_planned_target(county)
    lead = a_confidential_lead(county, registered_on=today() - 2 * DAY)
    a_visit(county, county.officer, lead=lead)
    assert stage(target) is S.PLANNED


def test_a_lead_that_becomes_confidential_is_as_if_it_had_never_been(county: County) -> None:
    target, lead = a_planned_target(county), a_fresh_lead(county)
    with acting_as(county.officer):
        leads.set_confidential(lead, True, [], version=lead.version)
        db.session.commit()
        assert stage(target) is S.PLANNED
        leads.set_confidential(lead, False, [], version=lead.version)
        db.session.commit()
    assert stage(target) is S.IN_TALKS


def test_what_somebody_said_never_counted_is_not_said_again(county: County) -> None:
    target = a_planned_target(county)
    visit = a_visit(county)
    row = queries.entries_of(target)[0]
    with acting_as(county.head):
        services.correct_entry(target, row.id, "只在门口递了名片", version=target.version)
        db.session.commit()
        assert stage(target) is S.PLANNED
        visits.edit_visit(visit, visit.version, visit_data(county, county.head, summary="只递了名片"))
        db.session.commit()
    assert stage(target) is S.PLANNED


def test_after_a_step_back_by_hand_only_a_later_visit_counts(county: County) -> None:
    target = a_target(county)
    a_visit(county, held_on=today() - 5 * DAY)
    a_visit(county, held_on=today() - 4 * DAY)
    move_target(target, S.PLANNED, county.head, today() - 2 * DAY, "换了负责人，重新约")
    a_visit(county, held_on=today() - 3 * DAY)
    assert stage(target) is S.PLANNED
    a_visit(county, held_on=today() - DAY)
    assert stage(target) is S.CONTACTED


def test_a_dropped_target_follows_nothing_until_it_was_never_dropped(county: County) -> None:
    target = a_dropped_target(county)
    a_visit(county)
    assert stage(target) is S.DROPPED
    with acting_as(county.officer):
        services.take_back(target, queries.entries_of(target)[0].id)
        db.session.commit()
    assert stage(target) is S.CONTACTED


def test_an_old_contract_does_not_put_a_new_target_into_talks(county: County) -> None:
    lead = a_lead(county, registered_on=today() - 400 * DAY)
    lead.stage, lead.stage_since = LeadStage.SIGNED, today() - 200 * DAY
    db.session.commit()
    assert stage(a_target(county)) is S.POOL


def test_what_a_visit_brought_is_not_taken_back_by_a_press(county: County) -> None:
    target = a_target(county)
    a_visit(county, county.officer)
    row = queries.entries_of(target)[0]
    with acting_as(county.officer), pytest.raises(RuleBroken, match="改那次走访或线索"):
        services.take_back(target, row.id)


def test_silence_comes_with_the_day_and_is_stored_nowhere(county: County) -> None:
    target = a_target(county)
    a_visit(county)
    assert silent() == []
    with as_if(now() + 91 * DAY):
        assert silent() == [target]
        a_visit(county, held_on=today())
        assert silent() == []


def test_a_target_taken_up_beside_a_lead_stands_in_talks_at_once(county: County) -> None:
    a_fresh_lead(county)
    with acting_as(county.officer):
        target = services.create_target(new_target(county))
        db.session.commit()
    assert stage(target) is S.IN_TALKS
