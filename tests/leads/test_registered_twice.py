"""A lead that was registered twice counts once; what hangs on it goes over to the one that counts."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.leads import projection, queries, services
from app.promotion.leads.enums import LeadStage, StepsThen
from app.promotion.leads.models import Lead, LeadReach, LeadSpan
from app.promotion.leads.projection import LedgerDrift, compare
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit
from tests.factories.leads import County, a_county, a_lead, a_lead_at, an_enterprise, sign_in
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def counted(session: Db, lead: Lead) -> tuple[int, int]:
    """How many stretches and arrivals of a lead figures count as of now."""
    return tuple(
        session.scalar(select(func.count()).where(model.lead_id == lead.id)) or 0
        for model in (LeadSpan, LeadReach)
    )


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def void(county: County, lead: Lead, counts: Lead) -> None:
    with acting_as(county.head):
        services.void_lead(lead, counts, "同一个项目报了两次")


def test_it_is_in_no_figure_any_more_and_its_ledger_still_tells_what_was_known(session: Db) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead(county, name="储能项目（重）")
    assert counted(session, twice) > (0, 0)
    void(county, twice, counts)
    assert counted(session, twice) == (0, 0)
    assert counted(session, counts) > (0, 0)
    told = [row for row in queries.entries_of(twice) if row.voids is None]
    assert [row.stage for row in told if row.stage] == [LeadStage.LEAD]
    drift = LedgerDrift()
    compare(drift, [counts, twice])
    assert drift.is_clean


def test_its_steps_and_visits_go_over_to_the_lead_that_counts(session: Db) -> None:
    county = a_county()
    counts = a_lead(county)
    twice = a_lead(county, next_what="送方案给严总", next_on=today(), name="重的一条")
    visit = a_visit(county, lead=twice)
    void(county, twice, counts)
    step = session.scalars(select(Step).where(Step.what == "送方案给严总")).one()
    assert (step.about, step.state) == (subject_of(counts), StepState.OPEN)
    assert session.get_one(Visit, visit.id).lead_id == counts.id
    assert counts.last_contact_on == visit.held_on
    assert twice.last_contact_on is None


def test_restored_it_counts_as_before(session: Db) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead_at(county, LeadStage.FIRST_TALK, name="其实是另一期")
    before = counted(session, twice), projection.standing_of(twice)
    void(county, twice, counts)
    with acting_as(county.head):
        services.restore_lead(twice)
    assert (counted(session, twice), projection.standing_of(twice)) == before
    assert twice.duplicate_of is None
    assert not twice.is_archived


def test_who_registered_it_may_say_so_while_nothing_came_of_it(session: Db) -> None:
    county = a_county()
    counts, fresh = a_lead(county), a_lead(county, name="点了两次")
    far = a_lead_at(county, LeadStage.FIRST_TALK, name="走远了的")
    with acting_as(county.officer):
        services.void_lead(fresh, counts)
        with pytest.raises(NotAllowed, match="招商局负责人"):
            services.void_lead(far, counts)


def test_what_cannot_be_the_one_that_counts_is_said_beside_its_field(session: Db) -> None:
    county = a_county()
    lead, archived = a_lead(county), a_lead(county, name="归档了的")
    other = a_lead(county, name="别家的", enterprise_id=an_enterprise().id)
    with acting_as(county.head):
        services.archive_lead(archived, "不做了")
        for counts, sentence in ((lead, "另外一条"), (archived, "先把它恢复"), (other, "不是同一家企业")):
            with pytest.raises(RuleBroken) as refused:
                services.void_lead(lead, counts)
            assert sentence in refused.value.problems["counts"]


def test_by_the_page_and_its_page_leads_to_the_one_that_counts(session: Db, client: FlaskClient) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead(county, name="重的一条")
    page = sign_in(client, county.head).get(f"/leads/{twice.public_id}/void").text
    assert counts.number in page
    fields = {"csrf_token": token_of(page), "counts": "XS-1900-9999", "version": twice.version}
    refused = client.post(f"/leads/{twice.public_id}/void", data=fields)
    assert refused.status_code == 422
    assert "没有找到编号 XS-1900-9999 的线索" in refused.text
    client.post(f"/leads/{twice.public_id}/void", data=fields | {"counts": counts.number.lower()})
    told = sign_in(client, county.head).get(f"/leads/{twice.public_id}").text
    assert "已作废，不计入任何数字" in told
    assert f"打开为准的那一条：{counts.number}" in told


# --- archiving: nothing is left behind that nobody sees --------------------------------------------


def test_the_steps_of_an_archived_lead_end_with_it_or_go_on_with_the_company(session: Db) -> None:
    county = a_county()
    dropped = a_lead(county, next_what="送方案", next_on=today() + timedelta(days=3))
    kept = a_lead(county, next_what="回函", next_on=today() + timedelta(days=3))
    with acting_as(county.head):
        services.archive_lead(dropped, "不做了")
        services.archive_lead(kept, "不做了", steps=StepsThen.KEEP)
    by_words = {step.what: step for step in session.scalars(select(Step))}
    assert (by_words["送方案"].state, by_words["送方案"].outcome) == (StepState.DROPPED, "线索已归档，不再办")
    assert (by_words["回函"].state, by_words["回函"].about) == (StepState.OPEN, subject_of(kept.enterprise))


def test_the_page_names_the_steps_before_it_archives(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county, next_what="送方案给严总", next_on=today())
    page = sign_in(client, county.head).get(f"/leads/{lead.public_id}/archive").text
    assert "还没办完的 1 件" in page
    assert "送方案给严总" in page


def test_voided_and_counted_again_twice_its_ledger_is_as_before(session: Db) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead(county, name="储能项目（重）")
    before = counted(session, twice)
    for _ in range(2):
        void(county, twice, counts)
        with acting_as(county.head):
            services.restore_lead(twice)
    assert counted(session, twice) == before
    drift = LedgerDrift()
    compare(drift, [twice])
    assert drift.is_clean


def test_a_row_corrected_by_hand_for_being_entered_twice_stays_void(session: Db) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead_at(county, LeadStage.ASSESSED)
    with acting_as(county.head):
        services.correct_entry(twice, queries.entries_of(twice)[0].id, "重复登记了这一步")
        void_lead_and_back(twice, counts)
    assert twice.stage is LeadStage.LEAD


def void_lead_and_back(lead: Lead, counts: Lead) -> None:
    services.void_lead(lead, counts)
    services.restore_lead(lead)


def test_what_is_confidential_does_not_go_over_to_what_everybody_sees(session: Db) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead(county, confidential=True)
    with pytest.raises(RuleBroken, match="就公开了"):
        void(county, twice, counts)


def test_the_timeline_tells_once_that_it_was_registered_twice(session: Db, client: FlaskClient) -> None:
    county = a_county()
    counts, twice = a_lead(county), a_lead_at(county, LeadStage.ASSESSED)
    void(county, twice, counts)
    page = sign_in(client, county.head).get(f"/leads/{twice.public_id}").text
    assert page.count("重复登记，以") == 2  # the strip above and one line
