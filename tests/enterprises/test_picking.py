"""A company that nobody has registered yet is registered by its name alone, in the form that needs it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.models import Lead
from app.promotion.visits.models import Visit
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import County, a_county, sign_in
from tests.services.client import forms_of

Db = scoped_session[Session]
NAME = "宁波启泓储能技术有限公司"
TEXT = "明年要扩一条线，想先来看厂房"
PAGES = {"visit": "/visits/new", "lead": "/leads/new"}


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _me(county: County) -> str:
    return db.session.get_one(Person, county.resident.person_id).public_id


def _fields(kind: str, county: County, **fields: str) -> dict[str, str]:
    due = (today() + timedelta(days=5)).isoformat()
    typed = {
        "visit": {"summary": TEXT, "next_what": "约看厂房", "next_due_on": due},
        "lead": {"name": "储能一期", "source": "directed", "content": TEXT, "owner": _me(county)},
    }[kind]
    return {"enterprise": NAME} | typed | fields


def _press(me: FlaskClient, page: str, shown: str, button: str, value: str):
    """Sends the form of a refused page as it stands, by one of its buttons."""
    [form] = [form for form in forms_of(shown) if "enterprise_id" in form.fields]
    return me.post(page, data=form.fields | {button: value})


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", PAGES)
def test_an_unknown_company_is_registered_with_a_button_and_nothing_typed_is_lost(
    county: County, session: Db, client: FlaskClient, kind: str
) -> None:
    me, page = sign_in(client, county.resident), PAGES[kind]
    refused = me.submit(page, _fields(kind, county))
    assert refused.status_code == 422 and TEXT in refused.text
    assert f"登记「{NAME}」并继续" in refused.text
    assert _press(me, page, refused.text, "register", NAME).status_code == 303
    made = session.scalars(select(Enterprise).where(Enterprise.name == NAME)).one()
    assert made.author_id == county.resident.person_id
    row = session.scalars(select(Visit if kind == "visit" else Lead)).one()
    assert row.enterprise_id == made.id and TEXT in (row.summary if kind == "visit" else row.content)


@pytest.mark.parametrize("kind", PAGES)
def test_what_is_like_it_is_shown_to_choose(
    county: County, session: Db, client: FlaskClient, kind: str
) -> None:
    near = make_enterprise("宁波启泓储能技术股份有限公司")
    session.commit()
    me, page = sign_in(client, county.resident), PAGES[kind]
    refused = me.submit(page, _fields(kind, county))
    assert near.name in refused.text and f"都不是，登记「{NAME}」并继续" in refused.text
    # Not by the button of a name that is like none: the look at the near ones is part of the decision.
    assert _press(me, page, refused.text, "register", NAME).status_code == 422
    chosen = _press(me, page, refused.text, "chosen", near.public_id)
    assert chosen.status_code == 422 and TEXT in chosen.text and f'value="{near.name}"' in chosen.text
    assert _press(me, page, chosen.text, "", "").status_code == 303
    assert session.scalar(select(func.count()).where(Enterprise.name == NAME)) == 0
    refused = me.submit(page, _fields(kind, county))
    assert _press(me, page, refused.text, "not_same", NAME).status_code == 303
    assert session.scalar(select(func.count()).where(Enterprise.name == NAME)) == 1


def test_a_form_that_is_refused_for_something_else_registers_nothing_and_remembers_the_decision(
    county: County, session: Db, client: FlaskClient
) -> None:
    me, page = sign_in(client, county.resident), PAGES["visit"]
    refused = me.submit(page, _fields("visit", county, next_what=""))
    again = _press(me, page, refused.text, "register", NAME)
    assert again.status_code == 422 and f"保存时登记「{NAME}」" in again.text
    assert session.scalar(select(func.count()).where(Enterprise.name == NAME)) == 0
    assert _press(me, page, again.text, "next_what", "约看厂房").status_code == 303
    assert session.scalar(select(func.count()).where(Enterprise.name == NAME)) == 1


def test_the_decision_is_for_the_name_it_was_made_for(
    county: County, session: Db, client: FlaskClient
) -> None:
    me, page = sign_in(client, county.resident), PAGES["visit"]
    refused = me.submit(page, _fields("visit", county, next_what=""))
    again = _press(me, page, refused.text, "register", NAME)
    other = _press(me, page, again.text, "enterprise", "苏州澜川新材料有限公司")
    assert other.status_code == 422 and "登记「苏州澜川新材料有限公司」并继续" in other.text


def test_a_name_that_is_no_name_is_refused_beside_the_field(
    county: County, session: Db, client: FlaskClient
) -> None:
    me, page = sign_in(client, county.resident), PAGES["visit"]
    refused = me.submit(page, _fields("visit", county, enterprise="甲"))
    answer = _press(me, page, refused.text, "register", "甲")
    assert answer.status_code == 422 and 'id="enterprise-error"' in answer.text


def test_two_companies_of_one_name_are_shown_to_choose(
    county: County, session: Db, client: FlaskClient
) -> None:
    twins = [make_enterprise(NAME), make_enterprise(NAME)]
    session.commit()
    me, page = sign_in(client, county.resident), PAGES["visit"]
    refused = me.submit(page, _fields("visit", county))
    assert all(f'value="{twin.public_id}"' in refused.text for twin in twins)
    chosen = _press(me, page, refused.text, "chosen", twins[1].public_id)
    assert _press(me, page, chosen.text, "", "").status_code == 303
    assert session.scalars(select(Visit)).one().enterprise_id == twins[1].id


def test_the_suggestions_offer_to_register_what_was_typed_only_where_a_form_can(
    county: County, session: Db, client: FlaskClient
) -> None:
    make_enterprise("宁波启泓储能技术股份有限公司")
    session.commit()
    me = sign_in(client, county.resident)
    assert f"登记「{NAME}」并继续" in me.get(f"/enterprises/options?q={NAME}&register=1").text
    assert "并继续" not in me.get(f"/enterprises/options?q={NAME}").text
    assert "并继续" not in me.get("/enterprises/options?q=宁波启泓储能技术股份有限公司&register=1").text
    fragment = me.get(f"/visits/company-parts?enterprise={NAME}&enterprise_id=new").text
    assert "股份有限公司" in fragment and "都不是" in fragment
    plain = me.get("/enterprises/unknown?enterprise=苏州澜川新材料有限公司&enterprise_id=new").text
    assert "保存时登记「苏州澜川新材料有限公司」" in plain
