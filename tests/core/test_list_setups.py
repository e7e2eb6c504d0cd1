"""Somebody sets up a list for themselves: its columns and their order, its rows, the views they keep."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.records.setups import MOST_VIEWS, ListView
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from tests.factories.leads import ContactMade, County, a_county, a_lead, a_lead_at, an_enterprise, sign_in

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    """Two leads of the officer: 新的, just registered, and 谈的, in talks."""
    found = a_county()
    a_lead(found, name="新的", enterprise_id=an_enterprise().id)
    with ContactMade():
        a_lead_at(found, LeadStage.FIRST_TALK, name="谈的", enterprise_id=an_enterprise().id)
    return found


def _headings(page: str) -> list[str]:
    head = re.search(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert head
    return [
        re.sub(r"<[^>]+>", " ", cell).split()[0]
        for cell in re.findall(r"<th[^>]*>(.*?)</th>", head[1], re.DOTALL)
    ]


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<input[^>]*>)?<a href="[^"]+">([^<]+)</a>', page)


def _views(page: str) -> list[str]:
    shown = re.search(r'<nav class="saved-views".*?</nav>', page, re.DOTALL)
    return re.findall(r'<a class="chip"[^>]*>([^<]+)', shown[0]) if shown else []


COLUMNS, NEW_VIEW = "/lists/lead/columns", "/lists/lead/views/new"


# --- columns ---


def test_a_list_shows_the_chosen_columns_in_the_chosen_order(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    chosen = {"order": ["owner_id", "stage", "number"], "shown": ["owner_id", "stage"]}
    answer = me.submit(COLUMNS, chosen)
    assert answer.status_code == 303
    assert _headings(me.get("/leads").text) == ["线索名称", "负责人", "阶段"]
    assert _headings(me.get("/leads/print").text) == ["序号", "线索名称", "负责人", "阶段"]


def test_what_is_chosen_is_one_s_own(county: County, client: FlaskClient) -> None:
    before = _headings(sign_in(client, county.colleague).get("/leads").text)
    sign_in(client, county.officer).submit(COLUMNS, {"shown": ["stage"]})
    assert _headings(sign_in(client, county.colleague).get("/leads").text) == before


def test_the_default_comes_back(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    before = _headings(me.get("/leads").text)
    me.submit(COLUMNS, {"shown": [], "is_compact": "1"})
    assert _headings(me.get("/leads").text) == ["线索名称"]
    assert "list-compact" in me.get("/leads").text
    me.submit(COLUMNS, {"reset": "1"})
    assert _headings(me.get("/leads").text) == before
    assert "list-compact" not in me.get("/leads").text


def test_an_arrow_moves_a_column_and_keeps_nothing_yet(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    before = _headings(me.get("/leads").text)
    order = re.findall(r'name="order" value="(\w+)"', me.get(COLUMNS).text)
    first, second, *_rest = order
    shown = me.submit(COLUMNS, {"order": order, "down": first})
    assert shown.status_code == 200
    assert re.findall(r'name="order" value="(\w+)"', shown.text)[:2] == [second, first]
    assert _headings(me.get("/leads").text) == before


def test_keys_that_nobody_offered_are_left_away(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    odd = {"order": ["secret", "stage", "stage"], "shown": ["secret", "name", "stage"], "up": "stage"}
    assert me.submit(COLUMNS, odd).status_code == 200
    del odd["up"]
    me.submit(COLUMNS, odd)
    assert _headings(me.get("/leads").text) == ["线索名称", "阶段"]


def test_the_sum_is_told_also_where_its_column_is_not_shown(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    me.submit(COLUMNS, {"order": ["amount", "stage"], "shown": ["stage"]})
    page = me.get("/leads").text
    assert "合计：在跟 2 条" in page
    assert "52,000.00 万元，招商口径，本人可见" in page
    me.submit(COLUMNS, {"order": ["amount", "stage"], "shown": ["amount", "stage"]})
    assert re.search(r'合计：在跟 2 条</th>\s*<td class="num">52,000.00</td>', me.get("/leads").text)


def test_a_column_beside_a_filter_comes_with_it_also_to_chosen_ones(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    me.submit(COLUMNS, {"shown": ["stage"]})
    assert _headings(me.get("/leads").text) == ["线索名称", "阶段"]
    assert "最近联系" not in me.get(COLUMNS).text
    for lead in db.session.query(Lead):
        lead.registered_on, lead.last_contact_on = today() - timedelta(days=90), None
    db.session.commit()
    assert _headings(me.get("/leads?cold=1").text) == ["线索名称", "阶段", "最近联系"]


def test_rows_are_as_tall_as_chosen(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    assert "list-normal" in me.get("/leads").text
    me.submit(COLUMNS, {"is_compact": "1"})
    assert "list-compact" in me.get("/leads").text


# --- views ---


def test_conditions_are_kept_as_a_view_and_chosen_above_the_list(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    assert "存为视图" not in me.get("/leads").text
    assert 'href="/lists/lead/views/new?stage=first_talk"' in me.get("/leads?stage=first_talk&page=1").text
    answer = me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的"})
    assert answer.location == "/leads?stage=first_talk"
    page = me.get("/leads?stage=first_talk").text
    assert _views(page) == ["在初谈的"]
    assert "views/new" not in page
    assert 'class="chip" href="/leads?stage=first_talk" aria-current="page"' in page


def test_a_view_of_one_s_own_is_nobody_else_s(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的"})
    view = db.session.query(ListView).one().public_id
    other = sign_in(client, county.colleague)
    assert _views(other.get("/leads").text) == []
    assert other.get(f"/views/{view}/edit").status_code == 404
    assert other.post(f"/views/{view}/remove").status_code in (400, 404)
    assert db.session.query(ListView).count() == 1


def test_a_shared_view_shows_to_each_what_they_may_see(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的", "is_shared": "y"})
    other = sign_in(client, county.head)
    page = other.get("/leads").text
    assert _views(page) == ["在初谈的"]
    assert f"<small>{county.officer.name}</small>" in page
    assert "共用" in other.get("/lists/lead/views").text
    view = db.session.query(ListView).one().public_id
    assert other.get(f"/views/{view}/edit").status_code == 404


def test_a_list_opens_with_the_view_that_was_chosen_for_it(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的", "opens": "y"})
    assert me.get("/leads").location == "/leads?stage=first_talk"
    page = me.get("/leads", follow_redirects=True).text
    assert _names(page) == ["谈的"]
    whole = re.search(r'<a class="link" href="([^"]+)">清除条件', page)
    assert whole
    assert sorted(_names(me.get(whole[1]).text)) == ["新的", "谈的"]
    chip = re.search(r'<a href="([^"]+)" aria-label="去掉条件：阶段', page)
    assert chip
    assert sorted(_names(me.get(chip[1].replace("&amp;", "&")).text)) == ["新的", "谈的"]


def test_what_a_list_opens_with_may_be_chosen_and_given_up(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的"})
    view = db.session.query(ListView).one().public_id
    me.submit("/lists/lead/views", action=f"/views/{view}/open-first")
    assert me.get("/leads").status_code == 302
    me.submit("/lists/lead/views", action=f"/views/{view}/open-first")
    assert me.get("/leads").status_code == 200


def test_a_view_that_is_removed_is_no_longer_what_a_list_opens_with(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的", "opens": "y"})
    view = db.session.query(ListView).one().public_id
    assert me.submit("/lists/lead/views", action=f"/views/{view}/remove").status_code == 303
    assert me.get("/leads").status_code == 200
    assert db.session.query(ListView).count() == 0


def test_a_shared_view_taken_back_is_no_longer_what_others_begin_with(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的", "is_shared": "y"})
    view = db.session.query(ListView).one().public_id
    sign_in(client, county.head).submit("/lists/lead/views", action=f"/views/{view}/open-first")
    assert client.get("/leads").status_code == 302
    sign_in(client, county.officer).submit(f"/views/{view}/edit", {"is_shared": ""})
    assert sign_in(client, county.head).get("/leads").status_code == 200


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("stage=first_talk", "", "请写一个名称"),
        ("stage=signed", "在初谈的", "已经有一个视图叫「在初谈的」"),
        ("stage=first_talk", "又一个", "这些条件已经存为视图「在初谈的」"),
        ("q=" + "长" * 100 + "&least=1&" + "stage=first_talk&" * 90, "太长的", "条件写得太长"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_with_why(
    county: County, client: FlaskClient, query: str, name: str, said: str
) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的"})
    answer = me.submit(f"{NEW_VIEW}?{query}", {"name": name})
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(ListView).count() == 1


def test_too_many_views_are_refused(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.records.setups.MOST_VIEWS", 1)
    assert MOST_VIEWS > 1
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk", {"name": "在初谈的"})
    answer = me.submit(f"{NEW_VIEW}?stage=signed", {"name": "签了的"})
    assert "最多存 1 个视图" in answer.text


def test_the_page_of_views_says_what_each_shows_also_where_that_is_gone(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    me.submit(f"{NEW_VIEW}?stage=first_talk&q=电池", {"name": "在初谈的"})
    view = db.session.query(ListView).one()
    assert unquote(view.query) == "q=电池&stage=first_talk"
    assert re.search(r"符合条件，名称 电池；阶段 \w*首\w*谈", me.get("/lists/lead/views").text)
    view.query = "owner=0123456789abcdef"
    db.session.commit()
    assert "有的条件已经不存在" in me.get("/lists/lead/views").text


@pytest.mark.parametrize("path", ["/lists/lead/columns", "/lists/lead/views", "/lists/lead/views/new"])
def test_the_setup_of_a_list_is_for_those_who_read_it(county: County, client: FlaskClient, path: str) -> None:
    assert sign_in(client, county.officer).get(path.replace("lead", "secret")).status_code == 404
    assert client.get(path).status_code == 200
