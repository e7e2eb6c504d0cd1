"""What was agreed upon last time is asked for at the next visit: done, or by another date."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.values.clock import today
from app.promotion.steps import services as steps
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, sign_in
from tests.factories.visits import a_todo, a_visit
from tests.services.client import forms_of

Db = scoped_session[Session]
LATER = today() + timedelta(days=9)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def step(county: County, session: Db) -> Step:
    """What the visit before left to be done."""
    a_visit(county, next_step=a_todo(county.resident, "送样品"))
    return session.scalars(select(Step)).one()


def _new(county: County) -> str:
    return f"/visits/new?enterprise={county.enterprise.public_id}"


def _told(**fields: str) -> dict[str, str]:
    due = (today() + timedelta(days=5)).isoformat()
    return {"summary": "谈了用地", "next_what": "约看厂房", "next_due_on": due} | fields


def _of_first(**fields: str | date) -> dict[str, str]:
    return {f"earlier-0-{name}": str(value) for name, value in fields.items()}


@pytest.mark.both_databases
def test_a_visit_closes_the_step_before_it_in_the_same_writing(
    county: County, step: Step, session: Db, client: FlaskClient
) -> None:
    me = sign_in(client, county.resident)
    page = me.get(_new(county)).text
    assert "上次定的事" in page and "送样品" in page
    answer = me.submit(_new(county), _told(**_of_first(state="done", outcome="样品已送到")))
    assert answer.status_code == 303
    session.expire_all()
    assert (step.state, step.done_on, step.outcome) == (StepState.DONE, today(), "样品已送到")
    open_now = session.scalars(select(Step.what).where(Step.state == StepState.OPEN)).all()
    assert list(open_now) == ["约看厂房"]


def test_what_was_not_done_gets_another_date(
    county: County, step: Step, session: Db, client: FlaskClient
) -> None:
    me = sign_in(client, county.resident)
    refused = me.submit(_new(county), _told(**_of_first(state="later")))
    assert refused.status_code == 422 and "「送样品」没办的，写上改到哪天" in refused.text
    assert 'value="later" checked' in refused.text
    me.submit(_new(county), _told(**_of_first(state="later", due_on=LATER)))
    session.expire_all()
    assert (step.state, step.due_on) == (StepState.OPEN, LATER)
    assert session.scalar(select(func.count()).select_from(Visit)) == 2


def test_a_visit_that_is_refused_leaves_the_step_as_it_was(
    county: County, step: Step, session: Db, client: FlaskClient
) -> None:
    me = sign_in(client, county.resident)
    fields = _told(**_of_first(state="done"), held_on=(today() + timedelta(days=1)).isoformat())
    assert me.submit(_new(county), fields).status_code == 422
    session.expire_all()
    assert step.state is StepState.OPEN


def test_a_step_closed_by_somebody_meanwhile_is_no_obstacle_unless_it_was_to_be_put_off(
    county: County, step: Step, session: Db, client: FlaskClient
) -> None:
    me = sign_in(client, county.resident)
    with acting_as(county.resident):
        shown = {"earlier-0-step": step.public_id}
        steps.close_step(step, "已寄")
    session.commit()
    plain = me.get("/visits/new").text
    assert "上次定的事" not in plain
    data = {name: value for name, value in _form(me, county).items()} | shown
    refused = me.post(_new(county), data=data | _told(**_of_first(state="later", due_on=LATER)))
    assert refused.status_code == 422 and "已经办结" in refused.text
    done = me.post(_new(county), data=data | _told(**_of_first(state="done")))
    assert done.status_code == 303
    session.expire_all()
    assert step.outcome == "已寄"


def _form(me: FlaskClient, county: County) -> dict[str, str]:
    """What the form sends as it is opened."""
    [form] = [form for form in forms_of(me.get(_new(county)).text) if form.action.startswith("/visits/new")]
    return form.fields


def test_only_what_one_may_see_is_asked_for(county: County, session: Db, client: FlaskClient) -> None:
    a_confidential_lead(county, next_what="密谈", next_on=today())
    a_lead(county, next_what="打电话", next_on=today())
    page = sign_in(client, county.resident).get(_new(county)).text
    assert "密谈" not in page and "打电话" not in page
    page = sign_in(client, county.colleague).get(_new(county)).text
    assert "打电话" in page and "密谈" not in page


def test_the_page_of_a_step_leads_to_its_lead_and_its_visit(
    county: County, session: Db, client: FlaskClient
) -> None:
    lead = a_lead(county)
    visit = a_visit(county, county.officer, lead=lead)
    step = session.scalars(select(Step)).one()
    page = sign_in(client, county.officer).get(f"/steps/{step.public_id}").text
    assert f'href="/leads/{lead.public_id}">{lead.name}</a>' in page
    assert f'href="/visits/{visit.public_id}">' in page
