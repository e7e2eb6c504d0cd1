"""The home page as people see it: figures with their basis, headings that count everything."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads import services as leads
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.steps import queries as steps
from app.promotion.steps.enums import StepKind
from app.register.accounts.models import Person
from tests.factories.leads import (
    ContactMade,
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    a_lead_at,
    a_signed_lead,
    an_enterprise,
    move,
    sign_in,
)
from tests.factories.steps import make_step

Db = scoped_session[Session]


def test_a_heading_says_how_many_there_are_and_how_many_it_lists(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps.due, "LONGEST", 3)
    county = a_county()
    me = db.session.get_one(Person, county.officer.person_id)
    for days in range(5):
        make_step(me, due_in=-1 - days)
    page = sign_in(client, county.officer).get("/").text
    assert "逾期 5</a></h3>" in page and "共 5 件，这里列前 3 件" in page
    assert ">5 件已逾期</a>" in page


def test_a_heading_that_lists_all_says_no_more(session: Db, client: FlaskClient) -> None:
    county = a_county()
    make_step(db.session.get_one(Person, county.officer.person_id), due_in=-1)
    page = sign_in(client, county.officer).get("/").text
    assert "逾期 1</a></h3>" in page and "这里列前" not in page


def test_the_ninth_row_says_as_much_as_the_first(session: Db, client: FlaskClient) -> None:
    county = a_county()
    colleague = sign_in(client, county.colleague)
    owner = db.session.get_one(Person, county.officer.person_id)
    for days in range(10):
        make_step(owner, due_in=-20 + days, what=f"第{days}件", kind=StepKind.PROMISE)
    page = colleague.get("/?view=team").text
    rows = re.findall(r'<li class="todo-row">.*?</li>', page, re.DOTALL)
    assert len(rows) == 10
    assert all("承诺" in row and owner.name in row for row in rows)


def test_where_a_review_is_concluded_is_asked_for_its_reviewer_alone(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    owner = db.session.get_one(Person, county.officer.person_id)
    make_step(owner, due_in=-1, what="审查", kind=StepKind.REVIEW)

    def asked_of_reviews(actor: Actor, view: str) -> int:
        me, seen = sign_in(client, actor), []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert "审查" in me.get(f"/?view={view}").text
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return sum("fair_review" in statement for statement in seen)

    assert (asked_of_reviews(county.officer, "mine"), asked_of_reviews(county.colleague, "team")) == (1, 0)


@pytest.mark.parametrize(
    ("query", "status"), [("", 200), ("?view=", 200), ("?view=team", 200), ("?view=all", 400)]
)
def test_whose_day_it_is_can_be_chosen_of_two(
    session: Db, client: FlaskClient, query: str, status: int
) -> None:
    answer = sign_in(client, a_county().officer).get(f"/{query}")
    assert answer.status_code == status
    assert (status == 200) == ("看谁的没有「all」这一项" not in answer.text)


def test_the_leader_reads_what_the_signings_count_and_the_sum_of_the_stock(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    with ContactMade():
        a_lead(county)
        a_lead_at(county, LeadStage.ASSESSED, enterprise_id=an_enterprise().id)
        a_signed_lead(county, enterprise_id=an_enterprise().id)
    page = sign_in(client, county.leader).get("/").text
    assert "今年签的，不论哪年登记；今年登记的里签了" in page
    total = re.search(
        r'<th scope="row" colspan="2">合计</th><td class="num"[^>]*><a [^>]*>(\d+)</a></td>'
        r'<td class="num"[^>]*>([\d.]+)</td>',
        page,
    )
    assert total and total.groups() == ("2", "5.20")
    assert "不含已签约、暂缓和流失的" in page


@pytest.mark.both_databases
def test_what_is_being_negotiated_opens_to_exactly_its_rows(session: Db, client: FlaskClient) -> None:
    county = a_county()
    with ContactMade():
        a_lead(county, name="只是线索")
        for name, stage in (("研判中的", LeadStage.ASSESSED), ("在评审的", LeadStage.REVIEWING)):
            a_lead_at(county, stage, name=name, enterprise_id=an_enterprise().id)
        a_signed_lead(county, name="签好的", enterprise_id=an_enterprise().id)
    me = sign_in(client, county.leader)
    found = re.search(r'<a[^>]*href="([^"]+)"[^>]*>\s*(?:<[^>]+>)?2<', me.get("/").text.split("正在谈的")[1])
    assert found
    rows = me.get(html.unescape(found[1])).text.split('id="rows"')[1]
    assert "研判中的" in rows and "在评审的" in rows and "合计 2 个" in rows
    assert "只是线索" not in rows and "签好的" not in rows


# --- every figure opens its rows ---


def _figure(page: str, label: str) -> tuple[int, str]:
    """A figure of the home page and the address that it opens."""
    found = re.search(
        rf'{label}</p>\s*<p class="metric-value"[^>]*><a class="figure" href="([^"]+)">([\d,]+)<', page
    )
    assert found, f"「{label}」 opens nothing"
    return int(found[2].replace(",", "")), html.unescape(found[1])


def _listed(me: FlaskClient, url: str) -> int:
    """How many rows a list says that it has; it shows as many."""
    page = me.get(url).text
    total = re.search(r"共 <strong>([\d,]+)</strong>", page)
    count = int(total[1].replace(",", "")) if total else 0
    assert len(re.findall(r'<th scope="row">(?:<input[^>]*>)?<a ', page)) == count
    return count


def _a_busy_county() -> tuple[County, dict[str, Actor]]:
    """Leads of this month, of the last one and long silent ones: of several people, open, confidential,
    archived, on hold and lost.
    """
    county = a_county()
    owners = {"officer": county.officer, "colleague": county.colleague, "resident": county.resident}
    days = (today(), today() - timedelta(days=31), today() - timedelta(days=80))
    for actor in owners.values():
        for day in days:
            a_lead(county, actor, registered_on=day, enterprise_id=an_enterprise().id)
            a_confidential_lead(county, actor, registered_on=day, enterprise_id=an_enterprise().id)
            gone = a_lead(county, actor, registered_on=day, enterprise_id=an_enterprise().id)
            with acting_as(county.head):
                leads.archive_lead(gone, "重复登记")
            db.session.commit()
        for stage in (LeadStage.ON_HOLD, LeadStage.LOST):
            ended = a_lead(county, actor, registered_on=days[2], enterprise_id=an_enterprise().id)
            move(ended, stage, actor, reason="停下", reason_code=LossReason.SITE)
    return county, owners | {"head": county.head, "outsider": county.outsider, "leader": county.leader}


@pytest.mark.both_databases
def test_new_and_cold_leads_open_to_exactly_their_rows(session: Db, client: FlaskClient) -> None:
    _county, people = _a_busy_county()
    read: dict[tuple[str, str, str], int] = {}
    for who, actor in people.items():
        me = sign_in(client, actor)
        for query in ("", "?view=team") if who != "leader" else ("",):
            page = me.get(f"/{query}").text
            for label in ("本月新增线索", "要凉的线索") if who != "leader" else ("要凉的线索",):
                number, url = _figure(page, label)
                assert _listed(me, url) == number, (who, query, label)
                read[who, query, label] = number
    # Own ones: the open and the confidential one of that day; none archived, on hold or lost.
    assert read["officer", "", "本月新增线索"] == 2
    assert read["officer", "", "要凉的线索"] == 4
    # The unit's: also the colleague's, but not the colleague's confidential ones.
    assert read["officer", "?view=team", "本月新增线索"] == 3
    assert read["officer", "?view=team", "要凉的线索"] == 6
    assert read["outsider", "?view=team", "要凉的线索"] == 0
    # A county leader reads on what they may see: no confidential lead of others.
    assert read["leader", "", "要凉的线索"] == 6


def test_the_panel_and_the_comparison_open_lists_too(session: Db, client: FlaskClient) -> None:
    _county, people = _a_busy_county()
    me = sign_in(client, people["officer"])
    page = me.get("/?view=team").text
    panel = re.search(r'<a href="([^"]+)">共 6 条</a>，只列最久的 5 条', page)
    assert panel and _listed(me, html.unescape(panel[1])) == 6
    before = re.search(r'<a href="([^"]+)">上月同期 (\d+) 条</a>', page)
    assert before and _listed(me, html.unescape(before[1])) == int(before[2])


def test_each_stage_under_way_opens_its_own_leads(session: Db, client: FlaskClient) -> None:
    county = a_county()
    with ContactMade():
        a_lead(county)
        a_lead_at(county, LeadStage.ASSESSED, enterprise_id=an_enterprise().id)
    me = sign_in(client, county.officer)
    rows = re.findall(r'<a class="figure-small" href="([^"]+)"><strong>(\d+)</strong>', me.get("/").text)
    assert [count for _url, count in rows] == ["1", "1"]
    assert [_listed(me, html.unescape(url)) for url, _count in rows] == [1, 1]
    leader = sign_in(client, county.leader)
    opened = re.findall(
        r'<a class="figure-small" href="([^"]+)"><strong>(\d+)</strong>', leader.get("/").text
    )
    assert "合计 1 个" in leader.get(html.unescape(opened[0][0])).text.split('id="rows"')[1]


def test_a_lead_is_cold_on_the_day_after_thirty_days_of_silence(session: Db, client: FlaskClient) -> None:
    county = a_county()
    a_lead(county, name="整三十天的", registered_on=today() - timedelta(days=30))
    a_lead(
        county,
        name="三十一天的",
        registered_on=today() - timedelta(days=31),
        enterprise_id=an_enterprise().id,
    )
    met = a_lead(
        county,
        name="刚联系过的",
        registered_on=today() - timedelta(days=90),
        enterprise_id=an_enterprise().id,
    )
    with acting_as(county.officer):
        leads.note_contact(met, today() - timedelta(days=3))
    db.session.commit()
    page = sign_in(client, county.officer).get("/leads?cold=1").text
    assert "三十一天的" in page and "31 天没有联系" in page
    assert "整三十天的" not in page and "刚联系过的" not in page
