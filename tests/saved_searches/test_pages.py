"""Saving a search, the list of one's own, new ones marked and marked as seen, as people see it."""

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.index.searching import SearchUnavailable
from app.core.storage.db import db
from app.finding.finder import kept as finder
from app.finding.saved_searches import rules
from app.finding.saved_searches.models import SavedSearch
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.finder.indexes import indexed
from tests.saved_searches.searching import ADDRESS, counted, look, row_of, saved

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    county = a_county()
    a_lead(county, name="锂电一期")
    indexed(session)
    return county


@pytest.fixture
def officer(county: County, client: FlaskClient) -> FlaskClient:
    return sign_in(client, county.officer)


def test_a_result_page_offers_to_save_it_under_a_name_made_of_its_words(officer: FlaskClient) -> None:
    page = look(officer, "/search?q=锂电&stage=lead")
    assert "收藏这个查询" in page
    form = look(officer, f"/searches/new?q={quote('锂电')}&stage=lead")
    assert 'value="锂电 线索"' in form
    assert "阶段 线索" in form and "有新结果时提醒我" in form


def test_a_saved_search_is_listed_in_words_with_its_number_and_opens_its_results(
    officer: FlaskClient,
) -> None:
    row = saved(officer)
    assert (row.total, row.fresh_count, len(row.known or [])) == (1, 0, 1)
    page = look(officer, "/searches")
    assert "锂电线索" in page and "种类 线索" in page and 'data-label="现在">1<' in page
    assert f'href="/search?{ADDRESS}"' in page
    assert "锂电一期" in re.sub("<[^>]+>", "", look(officer, f"/search?{ADDRESS}"))
    assert officer.get(f"/searches/{row.public_id}").location == f"/search?{ADDRESS}"


def test_saved_twice_says_so(officer: FlaskClient) -> None:
    row = saved(officer)
    assert "已收藏：锂电线索" in look(officer, f"/search?{ADDRESS}&sort=amount")
    assert "已经收藏为「锂电线索」" in look(officer, f"/searches/new?{ADDRESS}")
    answer = officer.submit(f"/searches/new?{ADDRESS}", {"name": "又一次"})
    assert answer.status_code == 422 and "已经收藏为「锂电线索」" in answer.text and "又一次" in answer.text
    assert row_of("锂电线索").id == row.id


def test_a_form_sent_twice_saves_once(officer: FlaskClient) -> None:
    page = officer.get(f"/searches/new?{ADDRESS}").text
    fields = dict(re.findall(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"', page))
    answers = [officer.post(f"/searches/new?{ADDRESS}", data=fields | {"name": "一"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_nothing_asked_cannot_be_saved(officer: FlaskClient) -> None:
    answer = officer.get("/searches/new")
    assert answer.status_code == 400 and "还没有搜索什么" in answer.text


def test_a_name_is_needed(officer: FlaskClient) -> None:
    answer = officer.submit(f"/searches/new?{ADDRESS}", {"name": " "})
    assert answer.status_code == 422 and "写一个名称" in answer.text


def test_fifty_are_enough(officer: FlaskClient, county: County, session: Db) -> None:
    for number in range(rules.MOST_SAVED):
        session.add(
            SavedSearch(user_id=county.officer.user_id, digest=str(number), address="q=a", name=f"第{number}")
        )
    session.commit()
    answer = officer.submit(f"/searches/new?{ADDRESS}", {"name": "第五十一个"})
    assert answer.status_code == 422 and "最多收藏 50 个" in answer.text and "第五十一个" in answer.text


def test_too_wide_a_search_can_be_saved_but_not_watched(
    officer: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "WATCHABLE", 0)
    answer = officer.submit(f"/searches/new?{ADDRESS}", {"name": "太宽", "is_watched": "y"})
    assert answer.status_code == 422 and "收窄以后再收藏" in answer.text and 'value="太宽"' in answer.text
    row = saved(officer, is_watched="")
    answer = officer.submit(f"/searches/{row.public_id}/edit", {"is_watched": "y"})
    assert answer.status_code == 422 and "收窄" in answer.text


def test_while_the_engine_is_down_a_search_can_be_saved(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(finder, "reader", _no_engine)
        row = saved(officer)
    assert (row.total, row.known) == (None, None)
    assert "还没数" in look(officer, "/searches")
    counted()
    row = row_of("锂电线索")
    assert (row.total, row.fresh_count, len(row.known or [])) == (1, 0, 1)


def _no_engine() -> None:
    raise SearchUnavailable("away")


def test_what_is_new_is_told_on_the_home_page_listed_exactly_and_marked_in_the_results(
    officer: FlaskClient, county: County
) -> None:
    row = saved(officer)
    assert "关注的查询有新结果" not in look(officer, "/")
    a_lead(county, name="锂电二期")
    counted()
    home = look(officer, "/")
    assert "关注的查询有新结果" in home and "1 条新的" in home
    assert '<span class="nav-count">1<span class="visually-hidden"> 个有新结果' in home
    exactly = re.sub("<[^>]+>", "", look(officer, f"/searches/{row.public_id}/fresh"))
    assert "锂电二期" in exactly and "锂电一期" not in exactly
    results = look(officer, f"/search?{ADDRESS}")
    assert results.count('<span class="tag tag-brand">新</span>') == 1
    # Having been looked at there, it is new no more.
    assert '<span class="tag tag-brand">新</span>' not in look(officer, f"/search?{ADDRESS}")
    assert "关注的查询有新结果" not in look(officer, "/")
    counted()
    assert row_of("锂电线索").fresh_count == 0


def test_all_looked_at_means_what_stood_on_the_page(officer: FlaskClient, county: County) -> None:
    row = saved(officer)
    a_lead(county, name="锂电二期")
    counted()
    page = f"/searches/{row.public_id}/fresh"
    shown = officer.get(page).text
    a_lead(county, name="锂电三期")
    counted()
    fields = dict(re.findall(r'name="(csrf_token|key)" value="([^"]+)"', shown))
    assert officer.post(f"/searches/{row.public_id}/seen", data=fields).status_code == 303
    left = re.sub("<[^>]+>", "", look(officer, page))
    assert "锂电三期" in left and "锂电二期" not in left
    officer.submit(page, action=f"/searches/{row.public_id}/seen")
    assert "没有新结果，都看过了" in look(officer, page)


def test_without_reminders_nothing_is_told_but_the_list_says_what_is_new(
    officer: FlaskClient, county: County
) -> None:
    row = saved(officer, is_watched="")
    a_lead(county, name="锂电二期")
    counted()
    assert "关注的查询有新结果" not in look(officer, "/")
    assert "锂电线索：1 条新的" in look(officer, "/searches")
    officer.submit("/searches", action=f"/searches/{row.public_id}/watch")
    assert row_of("锂电线索").is_watched
    assert "关注的查询有新结果" in look(officer, "/")
    officer.submit("/searches", action=f"/searches/{row.public_id}/watch")
    assert not row_of("锂电线索").is_watched


def test_it_can_be_renamed_and_removed(officer: FlaskClient) -> None:
    page = f"/searches/{saved(officer).public_id}"
    officer.submit(f"{page}/edit", {"name": "本县的锂电"})
    assert row_of("本县的锂电").is_watched
    officer.submit("/searches", action=f"{page}/remove")
    assert "还没有收藏查询" in look(officer, "/searches")
    assert officer.get(f"{page}/edit").status_code == 404


def test_nobody_else_has_it(officer: FlaskClient, county: County, client: FlaskClient) -> None:
    row = saved(officer)
    sign_in(client, county.head)
    assert "锂电线索" not in look(client, "/searches")
    for page in ("", "/fresh", "/edit"):
        assert client.get(f"/searches/{row.public_id}{page}").status_code == 404
    assert "已收藏" not in look(client, f"/search?{ADDRESS}")
    own = saved(client, name="局长的")
    assert own.user_id == county.head.user_id
    shown = client.get(f"/searches/{own.public_id}/edit").text
    fields = dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', shown)) | {"name": "改掉"}
    for act in ("edit", "watch", "remove", "seen"):
        assert client.post(f"/searches/{row.public_id}/{act}", data=fields).status_code == 404
    db.session.rollback()
    assert row_of("锂电线索").user_id == county.officer.user_id
