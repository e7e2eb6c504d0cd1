"""Work is given to people who can sign in: anybody else would never see it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.leads import services as leads
from app.promotion.steps import services as steps
from app.promotion.steps.models import Step
from app.promotion.visits import services as visits
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, User
from tests.factories.accounts import make_person, make_unit, make_user
from tests.factories.leads import County, a_county, a_lead, an_actor, new_lead, person_id, sign_in
from tests.factories.steps import make_step
from tests.factories.visits import person_of, visit_data

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def _has_no_account(county: County) -> Person:
    return make_person("傅以宁", county.park)


def _was_shut_out(county: County) -> Person:
    user = make_user(person=make_person("傅以宁", county.park))
    accounts.disable_user(user)
    return user.person


def _has_left(county: County) -> Person:
    user = make_user(person=make_person("傅以宁", county.park))
    accounts.archive_person(user.person, "调走")
    return user.person


UNABLE = [_has_no_account, _was_shut_out, _has_left]


def _registered(county: County, person: Person) -> Any:
    return leads.create_lead(new_lead(county, owner_id=person.id))


def _assigned(county: County, person: Person) -> Any:
    return leads.assign_lead(a_lead(county), owner_id=person.id, effective_on=today())


def _given_the_first_step(county: County, person: Person) -> Any:
    due_on = today() + timedelta(days=2)
    data = new_lead(county, next_what="约来看厂房", next_on=due_on, next_owner_id=person.id)
    return leads.create_lead(data)


def _given_a_next_step(county: County, person: Person) -> Any:
    return leads.set_next_step(a_lead(county), "约来看厂房", today(), person.id)


def _to_do_after_a_visit(county: County, person: Person) -> Any:
    todo = visits.Todo("约来看厂房", today(), person)
    return visits.log_visit(visit_data(county, county.head, next_step=todo))


def _to_keep_a_promise(county: County, person: Person) -> Any:
    todo = visits.Todo("答复层高改造", today(), person)
    return visits.log_visit(visit_data(county, county.head, promises=(todo,)))


def _to_take_over(county: County, person: Person) -> Any:
    a_lead(county)
    return accounts.archive_person(person_of(county.officer), "调走", successor=person)


@pytest.mark.parametrize("unable", UNABLE)
@pytest.mark.parametrize(
    ("given", "field"),
    [
        (_registered, "owner"),
        (_assigned, "owner"),
        (_given_the_first_step, "owner"),
        (_given_a_next_step, "owner"),
        (_to_do_after_a_visit, "next_owner"),
        (_to_keep_a_promise, "promises"),
        (_to_take_over, "successor"),
    ],
)
def test_work_is_not_given_to_who_cannot_sign_in(session: Db, given: Any, field: str, unable: Any) -> None:
    county = a_county()
    person = unable(county)
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        given(county, person)
    assert refused.value.problems[field].startswith(f"{person.name}")
    assert refused.value.problems[field].endswith("请从名单里选别人")


def _offered(page: str, name: str) -> set[str]:
    choices = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert choices, name
    return set(re.findall(r'<option[^>]*value="([^"]+)"', choices[1]))


@pytest.mark.parametrize("unable", UNABLE)
def test_pickers_of_people_for_work_leave_out_who_cannot_sign_in(
    session: Db, client: FlaskClient, unable: Any
) -> None:
    county = a_county()
    lead, person = a_lead(county), unable(county)
    me = sign_in(client, county.colleague)
    for path, field in (
        ("/leads/new", "owner"),
        (f"/leads/{lead.public_id}/assign", "owner"),
        (f"/steps/new/lead/{lead.public_id}", "owner"),
        ("/visits/new", "next_owner"),
        ("/visits/new", "promises-0-owner"),
    ):
        offered = _offered(me.get(path).text, field)
        assert person_of(county.officer).public_id in offered, path
        assert person.public_id not in offered, path
    keeper = sign_in(client, an_actor(make_unit(), Role.ADMINISTRATOR))
    offered = _offered(keeper.get(f"/admin/people/{person_of(county.officer).public_id}").text, "successor")
    assert person_of(county.colleague).public_id in offered and person.public_id not in offered


def test_a_lead_of_somebody_who_was_shut_out_since_may_keep_its_owner(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_lead(county)
    accounts.disable_user(db.session.get_one(User, county.officer.user_id))
    db.session.commit()
    owner = person_of(county.officer)
    me, page = sign_in(client, county.head), f"/leads/{lead.public_id}/assign"
    assert owner.public_id in _offered(me.get(page).text, "owner")
    assert me.submit(page, {"unit": county.bureau.public_id}).status_code == 303
    session.expire_all()
    assert (lead.owner_id, lead.unit_id) == (owner.id, county.bureau.id)


def test_what_follows_a_step_of_somebody_who_cannot_sign_in_is_done_by_who_closes_it(session: Db) -> None:
    county = a_county()
    step = make_step(person_of(county.officer), county.enterprise)
    accounts.disable_user(db.session.get_one(User, county.officer.user_id))
    with acting_as(county.outsider):
        due_on = today() + timedelta(days=3)
        steps.close_and_go_on(step, "", dropped=False, then="约来看厂房", then_due_on=due_on)
    following = session.scalars(select(Step).where(Step.what == "约来看厂房")).one()
    assert following.owner_id == person_id(county.outsider)
    assert following.unit_id == person_of(county.outsider).unit_id != step.unit_id
