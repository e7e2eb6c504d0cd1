"""Ledgers from before causes were kept get the cause that each row would have been entered with."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import TAKE_BACK, Cause
from app.core.values import clock
from app.core.values.clock import now, today
from app.core.values.money import read_amount
from app.delivery.projects import queries as project_queries
from app.delivery.projects import services as project_services
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import ProjectEntry
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from app.register.accounts.models import Person
from app.register.accounts.services import archive_person
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_lead_ready_to_sign,
    move,
    person_id,
)
from tests.factories.projects import advance, project_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
Told = dict[tuple[str, int], Cause]
WORDS = ("登记", "随登记日期更正", "合同金额", "签约", "本人撤销", "随线索")
TABLES = ("lead_entry", "project_entry")


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _causes(session: Db) -> Told:
    return {
        (model.__tablename__, row.id): row.cause
        for model in (LeadEntry, ProjectEntry)
        for row in session.scalars(select(model).execution_options(populate_existing=True))
    }


def _told_anew(session: Db) -> Told:
    """Before the causes were kept, and after."""
    session.remove()
    downgrade(revision="0028")
    upgrade()
    return _causes(session)


def _newest(lead: Lead) -> int:
    return queries.entries_of(lead)[0].id


def _with_words_of_people(county: County) -> None:
    """Whatever the product writes as a reason, somebody wrote on rows of their own."""
    lead = a_lead(county)
    for words in WORDS:
        with acting_as(county.officer):
            services.assign_lead(
                lead, owner_id=person_id(county.colleague), effective_on=lead.registered_on, reason=words
            )
        with acting_as(county.head):
            services.correct_entry(lead, _newest(lead), words)


def _of_another_day(county: County) -> None:
    """Registered anew, once with the amount and once after that was corrected; with rows by hand around."""
    lead = a_lead(county)
    with acting_as(county.head):
        services.correct_registration(lead, lead.registered_on - timedelta(days=9), "九月就接洽了")
        amount = next(row for row in queries.entries_of(lead) if row.amount is not None)
        services.correct_entry(lead, amount.id, "随登记日期更正")
        services.assign_lead(
            lead, owner_id=person_id(county.officer), effective_on=lead.registered_on, reason="登记"
        )
        services.correct_registration(lead, lead.registered_on - timedelta(days=9), "八月就接洽了")
        services.assign_lead(lead, owner_id=person_id(county.officer), effective_on=today(), reason="登记")
        services.correct_entry(lead, _newest(lead), "随登记日期更正")


def _registered_twice(county: County) -> None:
    counts, lead = a_lead(county), a_lead(county, name="储能项目（重）")
    with acting_as(county.head):
        services.assign_lead(lead, owner_id=person_id(county.officer), effective_on=today(), reason="登记")
        for _ in range(2):
            services.void_lead(lead, counts, "报了两次")
            services.restore_lead(lead)


def _signed_and_not(county: County) -> None:
    """Signed, unsigned, signed again, handed over with its project, which went on by hand."""
    lead = a_lead_ready_to_sign(county, registered_on=today(), amount=read_amount("2亿"))
    move(lead, LeadStage.SIGNED, county.officer)
    project = project_of(lead)
    advance(project, ProjectStage.REGISTERED, county.officer, reason="签约")
    with acting_as(county.officer):
        project_services.take_back(project, project_queries.entries_of(project)[0].id)
        services.take_back(lead, _newest(lead))
    move(lead, LeadStage.SIGNED, county.officer)
    advance(project, ProjectStage.REGISTERED, county.officer)
    with acting_as(county.head):
        project_services.correct_entry(project, project_queries.entries_of(project)[0].id, "本人撤销")
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today())


def _left(county: County, session: Db) -> None:
    leaving, successor = (
        session.get_one(Person, person_id(each)) for each in (county.outsider, county.officer)
    )
    a_lead(county, county.outsider)
    with acting_as(county.head):
        archive_person(leaving, "调走", successor=successor)


def test_every_row_is_told_whatever_people_wrote_as_their_reasons(county: County, session: Db) -> None:
    _with_words_of_people(county)
    _of_another_day(county)
    _registered_twice(county)
    _signed_and_not(county)
    _left(county, session)
    session.commit()
    before = _causes(session)
    assert set(before.values()) == set(Cause)
    assert _told_anew(session) == before


def test_a_move_by_hand_that_an_unsigning_took_for_a_row_of_the_signing_says_so(
    county: County, session: Db
) -> None:
    lead = a_lead_ready_to_sign(county, registered_on=today())
    move(lead, LeadStage.SIGNED, county.officer)
    project = project_of(lead)
    advance(project, ProjectStage.REGISTERED, county.officer, reason="签约")
    with acting_as(county.head):
        project_services.correct_entry(
            project, project_queries.entries_of(project)[0].id, project_services.UNSIGNED
        )
    session.commit()
    project_id = project.id
    told = _told_anew(session)
    rows = session.scalars(
        select(ProjectEntry).where(ProjectEntry.project_id == project_id).order_by(ProjectEntry.id)
    )
    assert [told["project_entry", row.id] for row in rows] == [
        *(Cause.SIGNING,) * 3,
        Cause.BY_HAND,
        Cause.UNSIGNED,
    ]


def test_a_correction_that_says_it_was_taken_back_is_by_hand_when_it_cannot_have_been(
    county: County, session: Db
) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ON_HOLD, county.head, today(), reason="等年报")
    with acting_as(county.head), clock.as_if(now() + TAKE_BACK + timedelta(minutes=1)):
        services.correct_entry(lead, _newest(lead), "本人撤销")
    session.commit()
    assert set(_told_anew(session).values()) == {Cause.REGISTRATION, Cause.BY_HAND}


@pytest.mark.parametrize("table", TABLES)
def test_afterwards_the_ledgers_refuse_changes_as_before(county: County, session: Db, table: str) -> None:
    project_of_signed = a_lead_ready_to_sign(county, registered_on=today())
    move(project_of_signed, LeadStage.SIGNED, county.officer)
    _told_anew(session)
    for statement in (f"UPDATE {table} SET cause = 'by_hand'", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="append-only"):
            session.execute(text(statement))
        session.rollback()
