"""No list is cut in silence: what shows only the first rows says so and leads to all of them."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.values.registries import BESIDE, RelatedRow, beside
from app.delivery.projects import queries as projects
from app.promotion.visits.forms import EARLIER, MATES
from tests.factories.accounts import make_person
from tests.factories.leads import a_county, a_lead, sign_in
from tests.factories.projects import a_project
from tests.factories.steps import make_step
from tests.factories.visits import person_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def _page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.text)


def _all_of(page: str, title: str) -> str:
    found = re.search(rf'只列出前 \d+ 条，<a href="([^"]+)">看全部{title}</a>', page)
    assert found, title
    return found[1]


def test_a_block_that_holds_all_its_rows_says_nothing_of_more() -> None:
    rows = [RelatedRow(f"第{place}条", "/") for place in range(BESIDE + 1)]
    whole, cut = (beside("线索", found, lambda: "/leads") for found in (rows[:-1], rows))
    assert whole is not None and (len(whole.rows), whole.all_url) == (BESIDE, None)
    assert cut is not None and (len(cut.rows), cut.all_url) == (BESIDE, "/leads")
    assert beside("线索", [], lambda: "/leads") is None


def test_the_leads_beside_a_company_lead_to_all_of_them(session: Db, client: FlaskClient) -> None:
    county = a_county()
    for place in range(BESIDE + 1):
        a_lead(county, name=f"储能电芯第{place}期")
    me, page = sign_in(client, county.officer), f"/enterprises/{county.enterprise.public_id}"
    every = _all_of(_page(me, page), "线索与项目")
    assert f"{BESIDE + 1}" in _page(me, every)


def test_the_projects_beside_a_company_lead_to_all_of_them(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = a_county()
    project = a_project(county)
    me, page = sign_in(client, county.officer), f"/enterprises/{county.enterprise.public_id}"
    assert "看全部签约项目" not in _page(me, page)
    monkeypatch.setattr(projects, "projects_of", lambda *_asked: [project] * (BESIDE + 1))
    assert project.name in _page(me, _all_of(_page(me, page), "签约项目"))


def test_the_steps_beside_a_company_and_in_the_form_of_a_visit_lead_to_all_of_them(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    officer = person_of(county.officer)
    for place in range(EARLIER + 2):
        make_step(officer, county.enterprise, what=f"要办的第{place}件")
    me, company = sign_in(client, county.officer), county.enterprise.public_id
    every = _page(me, _all_of(_page(me, f"/enterprises/{company}"), "承诺和下一步"))
    assert all(f"要办的第{place}件" in every for place in range(EARLIER + 2))
    form = _page(me, f"/visits/new?enterprise={company}")
    assert f"只列出 {EARLIER} 件，另有 2 件没办完的" in form and 'href="/steps?view=all&q=' in form


def test_a_large_unit_says_how_many_who_may_have_come_along_are_not_among_the_boxes(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    me = sign_in(client, county.officer)
    assert "只列出前" not in _page(me, "/visits/new")
    for _ in range(MATES):
        make_person(unit=county.park)
    assert f"只列出前 {MATES} 位，另外 2 位写在「还有谁同行」里" in _page(me, "/visits/new")
