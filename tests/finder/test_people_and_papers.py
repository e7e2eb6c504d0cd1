"""Contacts by name and by the end of the number, agreements: found by those who may, by nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.index.searching import holders_of
from app.core.values.clock import today
from app.finding.finder.queries import suggest
from app.promotion.leads import services as leads
from app.promotion.steps import services as steps
from app.promotion.visits.services import confirm_visit
from app.register.accounts.enums import Permission, Role
from app.register.enterprises import contact_indexing, policy
from app.register.enterprises.models import Contact
from tests.factories import leads as of_leads
from tests.factories import projects, visits
from tests.factories import steps as of_steps
from tests.factories.days import entered_yesterday
from tests.factories.enterprises import erase, make_contact
from tests.factories.leads import (
    County,
    a_contract,
    a_county,
    a_review,
    an_actor,
)
from tests.factories.visits import person_of
from tests.finder.indexes import indexed, search, titles

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]

a_lead = entered_yesterday(of_leads.a_lead)
a_confidential_lead = entered_yesterday(of_leads.a_confidential_lead)
a_visit = entered_yesterday(visits.a_visit)
a_project = entered_yesterday(projects.a_project)
make_step = entered_yesterday(of_steps.make_step)
NUMBER = "13812346021"
WRITTEN = (NUMBER, "138 1234 6021", "138-1234-6021", "+86 138 1234 6021", "１３８１２３４６０２１")


def everybody(county: County) -> dict[str, Actor]:
    return {
        "head": county.head,
        "officer": county.officer,
        "colleague": county.colleague,
        "resident": county.resident,
        "outsider": county.outsider,
        "leader": county.leader,
    }


def finders(county: County, text: str) -> set[str]:
    return {name for name, actor in everybody(county).items() if search(text, actor).total}


def a_contact(county: County) -> Contact:
    with acting_as(county.head):
        return make_contact(county.enterprise)


def nothing(county: County) -> None:
    pass


def a_leads_contact(county: County) -> None:
    a_lead(county)


def an_archived_lead(county: County) -> None:
    lead = a_lead(county)
    with acting_as(county.officer):
        leads.archive_lead(lead, "重复登记")


def a_secret(county: County) -> None:
    a_confidential_lead(county)


def a_lead_with_a_colleague(county: County) -> None:
    a_lead(county, county.resident)


def a_met_company(county: County) -> None:
    a_visit(county, county.resident)


def a_project_of_it(county: County) -> None:
    a_project(county)


def a_step_about_it(county: County) -> None:
    with acting_as(county.outsider):
        make_step(person_of(county.outsider), county.enterprise)


@pytest.mark.parametrize(
    "work",
    [
        nothing,
        a_leads_contact,
        an_archived_lead,
        a_secret,
        a_lead_with_a_colleague,
        a_met_company,
        a_project_of_it,
        a_step_about_it,
    ],
)
def test_the_end_of_a_number_is_found_by_exactly_those_who_may_read_it_in_full(
    session: Db, work: Callable[[County], None]
) -> None:
    county = a_county()
    a_contact(county)
    work(county)
    indexed(session)
    may = {n for n, actor in everybody(county).items() if policy.may_unmask(actor, county.enterprise)}
    assert {typed: finders(county, typed) for typed in ("6021", NUMBER)} == {"6021": may, NUMBER: may}
    for name, actor in everybody(county).items():
        groups, _by = suggest(NUMBER, actor)
        found = search(NUMBER, actor)
        assert (sum(group.total for group in groups), bool(found.blocks), bool(found.counts)) == (
            (1, True, True) if name in may else (0, False, False)
        )


def test_rights_that_end_close_the_number_at_once_though_the_index_still_has_it(session: Db) -> None:
    county = a_county()
    a_contact(county)
    lead = a_lead(county)
    indexed(session)
    for typed in ("6021", *WRITTEN):
        assert titles(search(typed, county.officer)) == ["贺晓冬"], typed
    with acting_as(county.head):
        leads.archive_lead(lead, "重复登记")
    session.commit()
    for typed in ("6021", *WRITTEN):
        assert titles(search(typed, county.officer)) == [], typed
    indexed(session)
    for typed in ("6021", *WRITTEN):
        assert search(typed, county.officer).total == 0, typed


@pytest.mark.parametrize("typed", ["13812346022", "1381234602", "138123460211", "1381234"])
def test_a_number_that_is_nearly_right_finds_nobody(session: Db, typed: str) -> None:
    county = a_county()
    a_contact(county)
    a_lead(county)
    indexed(session)
    assert search(typed, county.officer).total == 0


def test_a_company_with_some_of_the_digits_in_its_name_gives_no_number_away(session: Db) -> None:
    county = a_county()
    county.enterprise.name = "苏州二一21样例60号有限公司"
    a_contact(county)
    lead = a_lead(county)
    indexed(session)
    assert titles(search("6021", county.officer)) == ["贺晓冬"]
    with acting_as(county.head):
        leads.archive_lead(lead, "重复登记")
    session.commit()
    assert titles(search("6021", county.officer)) == []


def test_a_step_that_is_done_opens_the_number_no_more(session: Db) -> None:
    county = a_county()
    a_contact(county)
    with acting_as(county.outsider):
        step = make_step(person_of(county.outsider), county.enterprise)
    indexed(session)
    assert "outsider" in finders(county, "6021")
    with acting_as(county.outsider):
        steps.close_step(step, "打过电话了")
    indexed(session)
    assert "outsider" not in finders(county, "6021")


def test_what_was_entered_yesterday_opens_the_number_to_a_search_from_the_night_on(session: Db) -> None:
    county = a_county()
    a_contact(county)
    visit = visits.a_visit(county, county.officer)
    indexed(session)
    assert finders(county, "6021") == {"head"}
    visit.created_at -= timedelta(days=1)
    session.commit()
    contact_indexing.follow_the_day()
    indexed(session)
    assert finders(county, "6021") == {"head", "officer", "colleague"}


def test_a_visit_that_is_confirmed_opens_the_number_to_a_search_at_once(session: Db) -> None:
    county = a_county()
    a_contact(county)
    visit = visits.a_visit(county, county.officer)
    indexed(session)
    with acting_as(county.colleague):
        confirm_visit(visit)
    indexed(session)
    assert finders(county, "6021") == {"head", "officer", "colleague"}


def test_a_name_is_found_by_all_who_may_see_contacts_with_the_number_masked(session: Db) -> None:
    county = a_county()
    a_contact(county)
    indexed(session)
    assert finders(county, "贺晓冬") == set(everybody(county))
    [hit] = search("hxd", county.leader).hits
    assert (hit.shown.title, hit.shown.when, hit.page_id) == (
        "贺晓冬",
        "138****6021",
        county.enterprise.public_id,
    )
    administrator = an_actor(county.bureau, Role.ADMINISTRATOR)
    assert search("贺晓冬", administrator).total == 0
    assert suggest("贺晓冬", administrator)[0] == []


def test_what_the_index_holds_of_a_contact_gives_no_number_away(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    session.commit()
    [document] = contact_indexing.SOURCE.build([contact.public_id])
    searched = (document.title, *document.names, *document.keys, document.text)
    assert not any("6021" in part or "1381234" in part for part in searched)
    assert document.tails == ("6021", "13812346021")
    assert document.access == (holders_of(Permission.CONTACTS_READ),)


@pytest.mark.parametrize("phone", [None, "12345", "0512"])
def test_a_number_without_an_end_worth_the_name_is_not_searched(phone: str | None) -> None:
    assert contact_indexing.tail_of(phone) == ""


def test_an_erased_contact_leaves_the_index(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    indexed(session)
    erase(contact)
    session.commit()
    assert titles(search("贺晓冬", county.head)) == []
    indexed(session)
    assert search("贺晓冬", county.head).total == 0
    assert search("6021", county.head).total == 0


def test_an_agreement_is_found_by_title_review_and_company_in_the_scope_of_its_lead(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    agreement = a_contract(lead, county, title="厂房代建协议书")
    a_review(agreement, county, number="公平审〔2026〕18号")
    indexed(session)
    for text in ("厂房代建协议书", "cfdjxy", "公平审〔2026〕18号"):
        found = search(text, county.officer, kind="agreement")
        assert [hit.page_id for hit in found.hits] == [lead.public_id], text
    assert finders(county, "厂房代建协议书") == {"head", "officer", "colleague", "leader"}
    with acting_as(county.head):
        leads.archive_lead(lead, "重复登记")
    indexed(session)
    assert finders(county, "厂房代建协议书") == set()


def test_an_agreement_follows_its_company_and_the_confidentiality_of_its_lead(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    a_contract(lead, county, title="厂房代建协议书")
    indexed(session)
    county.enterprise.name = "海门星罗科技有限公司"
    indexed(session)
    assert "厂房代建协议书" in titles(search("海门星罗", county.head, kind="agreement"))
    lead.confidential = True
    indexed(session)
    assert finders(county, "厂房代建协议书") == {"officer"}


def test_a_company_tells_when_it_was_last_met_and_who_registered_it(session: Db) -> None:
    county = a_county()
    visits.a_visit(county, county.officer, held_on=today())
    indexed(session)
    [hit] = search(county.enterprise.name, county.leader, kind="enterprise").hits
    assert hit.shown.when == f"最后联系 {today().isoformat()}"
