"""What a visit leaves behind: its people as of that day, its steps, the lead's last contact."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import GATE_FACTS
from app.promotion.leads import services as leads
from app.promotion.leads.enums import Criterion
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.visits import queries, services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.listing import VISITS
from app.register.accounts.models import TeamMembership
from app.register.enterprises.queries import last_contacts
from app.register.enterprises.services import archive_enterprise
from tests.factories.accounts import make_team
from tests.factories.days import in_days, told
from tests.factories.enterprises import an_archived_enterprise, make_contact
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_enterprise, person_id
from tests.factories.visits import a_call, a_todo, a_visit, an_archived_visit, person_of, visit_data

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def _day(back: int) -> date:
    return today() - timedelta(days=back)


def test_a_visit_keeps_the_team_of_its_day_after_the_member_has_moved_on(session: Db) -> None:
    county = a_county()
    mine = session.scalars(select(TeamMembership)).one()
    mine.ends_on = _day(10)
    later = make_team()
    session.add(TeamMembership(person_id=mine.person_id, team_id=later.id, starts_on=_day(9)))
    session.commit()
    before, after = a_visit(county, held_on=_day(10)), a_visit(county, held_on=_day(9))
    assert [before.team_id, before.participants[0].team_id] == [county.team.id] * 2
    assert [after.team_id, after.participants[0].team_id] == [later.id] * 2


def test_the_one_who_writes_took_part_unless_others_are_named(session: Db) -> None:
    county = a_county()
    alone = a_visit(county)
    assert [row.person_id for row in alone.participants] == [person_id(county.resident)]
    people = [person_of(county.head), person_of(county.officer), person_of(county.head)]
    together = a_visit(county, people=people)
    assert {row.person_id for row in together.participants} == {
        person_id(county.head),
        person_id(county.officer),
    }


def test_promises_and_the_next_step_become_steps_seen_by_those_who_see_the_lead(session: Db) -> None:
    county = a_county()
    lead = a_confidential_lead(county)
    promise = a_todo(county.colleague, "发 5 号厂房图纸", _day(-2))
    visit = a_visit(county, county.officer, lead=lead, promises=[promise])
    steps = queries.steps_of([visit.id])[visit.id]
    assert {(step.kind, step.what, step.owner_id) for step in steps} == {
        (StepKind.PROMISE, "发 5 号厂房图纸", person_id(county.colleague)),
        (StepKind.NEXT, "约严总来看厂房", person_id(county.officer)),
    }
    assert all(step.about == subject_of(lead) and step.unit_id == lead.unit_id for step in steps)
    assert visit.confidential and all(step.confidential for step in steps)


@pytest.mark.parametrize("field", ["promises", "next_step"])
def test_what_comes_of_a_visit_is_not_due_before_it(session: Db, field: str) -> None:
    county = a_county()
    before, same_day = (a_todo(county.resident, "发图纸", _day(back)) for back in (11, 10))
    with pytest.raises(RuleBroken, match=f"{_day(11)} 早于这次的日期 {_day(10)}"):
        a_visit(county, held_on=_day(10), **{field: [before] if field == "promises" else before})
    a_visit(county, held_on=_day(10), promises=[same_day])  # written down late


def test_a_meeting_opens_the_gate_of_negotiating_and_a_call_does_not(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    met = GATE_FACTS[Criterion.CONTACT_MADE]
    a_call(county, lead=lead)
    assert met([lead.id]) == set()
    visit = a_visit(county, lead=lead, kind=VisitKind.RECEPTION)
    assert met([lead.id]) == {lead.id}
    with acting_as(county.resident):
        services.archive_visit(visit, visit.version, "记错企业了")
    assert met([lead.id]) == set()


def test_the_last_contact_of_a_lead_follows_its_visits_both_ways(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    first = a_visit(county, lead=lead, held_on=_day(20))
    second = a_visit(county, lead=lead, held_on=_day(5))
    a_visit(county, lead=lead, held_on=_day(30))
    assert lead.last_contact_on == _day(5)
    seen = lead.version
    with acting_as(county.resident):
        services.archive_visit(second, second.version, "记重了")
        assert lead.last_contact_on == first.held_on
        services.edit_visit(first, first.version, visit_data(county, county.resident, held_on=_day(25)))
        assert lead.last_contact_on == _day(25)
        services.restore_visit(second, second.version)
        assert lead.last_contact_on == _day(5)
    assert lead.version == seen


def test_a_corrected_date_means_the_team_of_that_other_day(session: Db) -> None:
    county = a_county()
    session.scalars(select(TeamMembership)).one().starts_on = _day(3)
    visit = a_visit(county, held_on=_day(5))
    assert visit.participants[0].team_id is None
    with acting_as(county.resident):
        services.edit_visit(visit, visit.version, visit_data(county, county.resident, held_on=_day(2)))
    session.commit()
    assert visit.participants[0].team_id == visit.team_id == county.team.id


def test_a_stale_edit_saves_nothing(session: Db) -> None:
    county = a_county()
    visit = a_visit(county)
    seen = visit.version
    with acting_as(county.resident):
        services.edit_visit(visit, seen, visit_data(county, county.resident, place="江苏苏州"))
        session.commit()
        with pytest.raises(Stale):
            services.edit_visit(visit, seen, visit_data(county, county.resident, place="上海"))
    assert visit.place == "江苏苏州"


def test_only_its_author_and_who_assigns_leads_change_a_visit(session: Db) -> None:
    county = a_county()
    visit = a_visit(county, people=[person_of(county.resident), person_of(county.colleague)])
    with acting_as(county.head):
        services.edit_visit(visit, visit.version, visit_data(county, county.head, place="上海"))
    with acting_as(county.leader), pytest.raises(NotAllowed):
        services.archive_visit(visit, visit.version, "试一下")
    archived = an_archived_visit(county)
    with acting_as(county.resident), pytest.raises(NotAllowed, match="已归档"):
        services.edit_visit(archived, archived.version, visit_data(county, county.resident))
    with acting_as(county.head):
        services.restore_visit(archived, archived.version)
    assert not archived.is_archived


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": in_days(1)}, "held_on"),
        ({"held_on": date(1999, 12, 31)}, "held_on"),
        ({"summary": "  "}, "summary"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(session: Db, changed: dict, field: str) -> None:
    county = a_county()
    with acting_as(county.resident), pytest.raises(RuleBroken) as refused:
        services.log_visit(visit_data(county, county.resident, **told(changed)))
    assert field in refused.value.problems


def test_lead_and_contacts_must_be_of_the_company(session: Db) -> None:
    county = a_county()
    other = an_enterprise()
    lead = a_lead(county, enterprise_id=other.id)
    with acting_as(county.head):
        contact = make_contact(other)
        with pytest.raises(RuleBroken) as refused:
            services.log_visit(visit_data(county, county.head, lead=lead, contacts=[contact]))
    assert set(refused.value.problems) == {"lead", "contacts"}


def test_an_archived_company_takes_no_visit(session: Db) -> None:
    county = a_county()
    with acting_as(county.head):
        gone = an_archived_enterprise()
        with pytest.raises(RuleBroken):
            services.log_visit(visit_data(county, county.head, enterprise=gone))


def test_a_lead_under_way_takes_visits_though_its_company_was_archived(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.head):
        archive_enterprise(county.enterprise, county.enterprise.version, "登记重了")
        visit = services.log_visit(visit_data(county, county.head, lead=lead))
    assert lead.last_contact_on == visit.held_on


def test_an_archived_lead_takes_no_visit(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.head):
        leads.archive_lead(lead, "不做了")
        with pytest.raises(RuleBroken) as refused:
            services.log_visit(visit_data(county, county.head, lead=lead))
    assert "先恢复" in refused.value.problems["lead"]


def test_a_lead_made_confidential_takes_its_visits_along(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    visit = a_visit(county, county.officer, lead=lead)
    assert VISITS.page(VISITS.asked(), county.head).rows
    with acting_as(county.officer):
        leads.set_confidential(lead, True, [person_id(county.outsider)])
    session.commit()
    assert visit.confidential
    assert VISITS.page(VISITS.asked(), county.head).rows == []
    assert VISITS.page(VISITS.asked(), county.outsider).rows == [visit]
    assert last_contacts([county.enterprise.id]) == {}


def test_the_timeline_tells_a_visit_with_its_promise_within_scope(session: Db) -> None:
    county = a_county()
    promise = a_todo(county.officer, "发招工政策", _day(-1))
    a_visit(county, county.officer, lead=a_lead(county), needs="担心招工", promises=[promise])
    about = About((subject_of(county.enterprise),))
    told = [
        entry
        for month in timeline(about, county.officer).months
        for entry in month.happenings
        if entry.contact
    ]
    assert len(told) == 1
    assert ("企业诉求", "担心招工") in told[0].facts
    assert any("发招工政策" in value for _label, value in told[0].facts)
    hidden = [entry for month in timeline(about, county.outsider).months for entry in month.happenings]
    assert not any(entry.contact for entry in hidden)


def test_steps_of_a_visit_are_never_lost_with_it(session: Db) -> None:
    county = a_county()
    visit = an_archived_visit(county)
    assert session.scalars(select(Step).where(Step.visit_id == visit.id)).one().what == "约严总来看厂房"
