"""Every record that can be archived: the message offers 撤销, and a press on it brings the record back."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.promotion.leads.models import Lead
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Contact, Enterprise
from tests.factories.accounts import make_person, make_unit, make_user, sign_in
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.leads import a_county, a_lead
from tests.factories.visits import a_visit

Db = scoped_session[Session]
Archivable = Enterprise | Contact | Lead | Visit | Person | Unit

# What is archived, by whom, on which page, from which form; {} is the record's public id.
CASES: dict[str, tuple[Callable[[], Archivable], Role, str, str]] = {
    "企业": (make_enterprise, Role.BUREAU_HEAD, "/enterprises/{}/archive", "/enterprises/{}/archive"),
    "联系人": (
        lambda: make_contact(make_enterprise("宁波澜川光伏有限公司")),
        Role.BUREAU_HEAD,
        "/contacts/{}/edit",
        "/contacts/{}/archive",
    ),
    "线索": (lambda: a_lead(a_county()), Role.BUREAU_HEAD, "/leads/{}/archive", "/leads/{}/archive"),
    "走访": (lambda: a_visit(a_county()), Role.BUREAU_HEAD, "/visits/{}", "/visits/{}/archive"),
    "人员": (
        lambda: make_person("沈若岚"),
        Role.ADMINISTRATOR,
        "/admin/people/{}",
        "/admin/people/{}/archive",
    ),
    "单位": (
        lambda: make_unit("招商四科"),
        Role.ADMINISTRATOR,
        "/admin/units/{}/edit",
        "/admin/units/{}/archive",
    ),
}


def take_back(client: FlaskClient, page: str) -> int:
    """Presses 撤销 in the message of a page, as a browser would send it."""
    toast = page.partition("data-toast>")[2].partition("data-toast-close")[0]
    assert "撤销" in toast
    action = re.search(r'action="([^"]+)"', toast)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', toast)
    assert action
    return client.post(html.unescape(action[1]), data=dict(fields)).status_code


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", CASES)
def test_what_was_archived_by_mistake_comes_back_with_one_press(
    session: Db, client: FlaskClient, kind: str
) -> None:
    make, role, page, action = CASES[kind]
    row = make()
    who = make_user(role)
    session.commit()
    model, key, public_id = type(row), row.id, row.public_id
    sign_in(client, who)
    answer = client.submit(page.format(public_id), {"reason": "点错了"}, action.format(public_id))
    assert answer.status_code == 303
    assert db.session.get_one(model, key, populate_existing=True).is_archived
    assert take_back(client, client.get(answer.location).text) == 303
    assert not db.session.get_one(model, key, populate_existing=True).is_archived


@pytest.mark.both_databases
def test_a_unit_whose_name_was_given_again_stays_archived_and_says_why(
    session: Db, client: FlaskClient
) -> None:
    old = make_unit("招商四科")
    who = make_user(Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, who)
    url = f"/admin/units/{old.public_id}"
    client.submit(f"{url}/edit", {"reason": "并入一科"}, f"{url}/archive")
    make_unit("招商四科").live_name = "招商四科"
    session.commit()
    refused = client.submit(f"{url}/edit", {}, f"{url}/restore")
    assert refused.status_code == 422 and "已经有叫「招商四科」的单位" in refused.text


@pytest.mark.both_databases
def test_somebody_who_comes_back_signs_in_only_when_the_administrator_says_so(
    session: Db, client: FlaskClient
) -> None:
    gone, who = make_user(Role.OFFICER), make_user(Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, who)
    url = f"/admin/people/{gone.person.public_id}"
    client.submit(url, {"reason": "借调"}, f"{url}/archive")
    assert client.submit(url, {}, f"{url}/restore").status_code == 303
    session.expire_all()
    assert not gone.person.is_archived and gone.disabled_at is not None


@pytest.mark.both_databases
def test_a_contact_is_not_brought_back_beside_another_of_the_same_name(
    session: Db, client: FlaskClient
) -> None:
    company = make_enterprise()
    contact = make_contact(company, name="贺晓冬")
    who = make_user(Role.OFFICER)
    session.commit()
    sign_in(client, who)
    url = f"/contacts/{contact.public_id}"
    page = client.get(client.submit(f"{url}/edit", {}, f"{url}/archive").location).text
    make_contact(company, name="贺晓冬", phone="13912346021")
    session.commit()
    assert take_back(client, page) == 422
    assert db.session.get_one(Contact, contact.id, populate_existing=True).is_archived


@pytest.mark.both_databases
def test_who_left_is_listed_and_their_handed_over_work_offers_no_undo(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_lead(county)
    successor, who = make_user(Role.OFFICER), make_user(Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, who)
    url = f"/admin/people/{lead.owner.public_id}"
    fields = {"reason": "调走", "successor": successor.person.public_id}
    page = client.get(client.submit(url, fields, f"{url}/archive").location).text
    assert "名下的事已交给接手的人" in page and "撤销" not in page.partition("data-toast>")[2][:300]
    assert f'href="{url}"' in client.get("/admin/users?view=left").text
    assert f'href="{url}"' not in client.get("/admin/users").text
