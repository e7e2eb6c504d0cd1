"""动态: all that happened, page by page, with exact numbers, from every source that tells of a record."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.timeline import SIZE, About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.register.enterprises import services as enterprises
from tests.factories.leads import a_county, a_lead, sign_in
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases

Db = scoped_session[Session]
VISITS = 130


def test_130_visits_are_all_told_page_by_page(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    for number in range(VISITS):
        held_on = today() - timedelta(days=number)
        a_visit(county, county.officer, lead=lead, summary=f"谈第{number}次。", held_on=held_on)
    about = About((subject_of(lead),))
    first = timeline(about, county.officer)
    pages = [timeline(about, county.officer, number) for number in range(1, 4)]
    told = [one for page in pages for month in page.months for one in month.happenings]
    assert first.total == len(told) == VISITS + 1  # and its registration
    assert {one.body for one in told if one.contact} == {f"谈第{number}次。" for number in range(VISITS)}
    assert [one.day for one in told] == sorted((one.day for one in told), reverse=True)
    assert timeline(about, county.officer, 99).number == 3

    me = sign_in(client, county.officer)
    shown = me.get(f"/leads/{lead.public_id}").text
    assert f"共 <strong>131</strong> 条，这里是第 1—{SIZE} 条" in shown
    assert f'href="/leads/{lead.public_id}?page=2#records">更早的 {SIZE} 条</a>' in shown
    last = me.get(f"/leads/{lead.public_id}?page=3").text
    assert "第 101—131 条" in last and f"较新的 {SIZE} 条" in last and "更早的" not in last
    company = me.get(f"/enterprises/{county.enterprise.public_id}?page=3").text
    assert "谈第129次。" in company and "更早的" not in company


def test_changes_without_words_are_not_counted(session: Db) -> None:
    county = a_county()
    before = timeline(About((subject_of(county.enterprise),)), county.officer)
    with acting_as(county.officer):
        data = enterprises.current_data(county.enterprise)
        enterprises.update_enterprise(county.enterprise, county.enterprise.version, data)
        session.flush()
    after = timeline(About((subject_of(county.enterprise),)), county.officer)
    told = [one for month in after.months for one in month.happenings]
    assert after.total == before.total == len(told) and all(one.title for one in told)
