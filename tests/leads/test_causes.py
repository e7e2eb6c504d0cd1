"""What people write as a reason is theirs: it never decides what a row of the ledger is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.records.history import EntryKind
from app.core.records.timeline import About, Happening, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_lead_ready_to_sign,
    move,
    person_id,
)

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
WORDS = ("登记", "随登记日期更正", "合同金额", "本人撤销", "重复登记")  # as the product itself writes them


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _told(lead: Lead, actor: Actor) -> list[Happening]:
    months = timeline(About((subject_of(lead),)), actor).months
    return [one for month in months for one in month.happenings]


def _newest(lead: Lead) -> LeadEntry:
    return queries.entries_of(lead)[0]


def _own_amount(lead: Lead) -> LeadEntry:
    """The amount that the registration wrote."""
    return next(row for row in reversed(queries.entries_of(lead)) if row.kind is EntryKind.AMOUNT)


@pytest.mark.parametrize("words", WORDS)
def test_an_assignment_is_told_with_whatever_reason_somebody_wrote(county: County, words: str) -> None:
    lead = a_lead(county)
    with acting_as(county.officer):
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today(), reason=words)
    told = [one for one in _told(lead, county.officer) if one.title == f"交给 {county.colleague.name} 负责"]
    assert [one.body for one in told] == [words]


@pytest.mark.parametrize("words", WORDS)
def test_a_correction_is_told_with_whatever_reason_somebody_wrote(county: County, words: str) -> None:
    lead = a_lead(county)
    with acting_as(county.officer):
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today())
    with acting_as(county.head):
        services.correct_entry(lead, _newest(lead).id, words)
    told = [one.body for one in _told(lead, county.officer) if one.title.startswith("更正：")]
    assert told == [words]


def test_an_amount_that_somebody_wrote_is_theirs_to_take_back_whatever_its_reason(county: County) -> None:
    lead = a_lead(county)
    with acting_as(county.head):
        services.correct_entry(lead, _own_amount(lead).id, "不是这个数")
    with acting_as(county.officer):
        services.change_amount(lead, read_amount("3亿"), today(), reason="登记")
        services.take_back(lead, _newest(lead).id)
    assert lead.amount == 0


def test_another_day_of_registration_leaves_an_amount_on_its_own_day_whatever_its_reason(
    county: County,
) -> None:
    lead = a_lead(county)
    with acting_as(county.head):
        services.correct_entry(lead, _own_amount(lead).id, "不是这个数")
        services.change_amount(lead, read_amount("3亿"), today(), reason="登记")
        services.correct_registration(lead, lead.registered_on - timedelta(days=9), "早就接洽了")
    [counted] = [row for row in queries.entries_of(lead) if row.amount == 300_000_000]
    assert counted.effective_on == today()


def test_a_voided_signing_leaves_an_amount_that_somebody_wrote_that_day(county: County) -> None:
    lead = a_lead_ready_to_sign(county, registered_on=today(), amount=read_amount("2亿"))
    with acting_as(county.officer):
        services.change_amount(lead, read_amount("2.6亿"), today(), reason="合同金额")
    move(lead, LeadStage.SIGNED, county.officer)
    with acting_as(county.head):
        services.correct_entry(lead, _newest(lead).id, "还没有签")
    assert (lead.stage, lead.amount) == (LeadStage.APPROVED, 260_000_000)
