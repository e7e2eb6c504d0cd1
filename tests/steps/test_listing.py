"""The list of steps: whose, which, when; the figures that lead to it, and the same on paper."""

import re
from datetime import timedelta

import pytest

from app.core.values.clock import today
from app.promotion.steps.enums import StepKind
from app.promotion.steps.services import close_step
from app.register.accounts.enums import Role
from tests.factories.accounts import make_person, make_unit, make_user, sign_in
from tests.factories.enterprises import make_enterprise
from tests.factories.steps import a_done_step, make_step

pytestmark = pytest.mark.both_databases


@pytest.fixture
def me(session):
    return make_user(Role.OFFICER, person=make_person("沈若岚"))


@pytest.fixture
def browser(session, client, me):
    session.commit()
    sign_in(client, me)
    return client


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(?:<input[^>]*>)?<a href="/steps/[^"]+">([^<]+)</a>', page)


def tab(page: str, label: str) -> str:
    found = re.search(rf'>{label} <span class="tab-count[^"]*">([^<]+)<', page)
    assert found, label
    return found[1]


def test_it_opens_on_what_i_have_to_do_the_most_overdue_first(session, browser, me):
    for what, due_in in (("约见", 3), ("送方案", -5), ("回访", 0)):
        make_step(owner=me.person, what=what, due_in=due_in)
    make_step(what="别人的", due_in=-9)
    a_done_step(owner=me.person, what="已办的")
    session.commit()
    assert rows(browser.get("/steps").text) == ["送方案", "回访", "约见"]


def test_each_tab_counts_what_it_shows_under_the_conditions_beside_it(session, browser, me):
    make_step(owner=me.person, what="我的逾期", due_in=-1)
    colleague = make_person("贺立群", me.person.unit)
    make_step(owner=colleague, what="同事的逾期", due_in=-2)
    make_step(owner=colleague, what="同事的以后", due_in=30)
    make_step(owner=make_person(unit=make_unit()), what="外单位的", due_in=-2)
    session.commit()
    page = browser.get("/steps?view=team&due=overdue").text
    assert rows(page) == ["同事的逾期", "我的逾期"]
    assert (tab(page, "我的"), tab(page, "本单位")) == ("1", "2")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("due=overdue", ["迟了"]),
        ("due=today", ["今天的"]),
        ("due=later", ["很久以后"]),
        ("kind=promise", ["很久以后"]),
        ("state=done", ["办完的"]),
        ("state=all", ["迟了", "今天的", "办完的", "很久以后"]),
        ("q=储能", ["今天的"]),
        ("q=很久", ["很久以后"]),
        ("sort=-due", ["很久以后", "今天的", "迟了"]),
    ],
)
def test_it_is_narrowed_by_date_kind_state_and_words(session, browser, me, asked, found):
    make_step(owner=me.person, what="迟了", due_in=-1)
    make_step(owner=me.person, what="今天的", due_in=0, on=make_enterprise("宁波储能有限公司"))
    make_step(owner=me.person, what="很久以后", due_in=40, kind=StepKind.PROMISE)
    close_step(make_step(owner=me.person, what="办完的", due_in=1), "方案已送")
    session.commit()
    assert rows(browser.get(f"/steps?{asked}").text) == found


def test_dates_narrow_it_and_both_days_belong_to_it(session, browser, me):
    for days in range(5):
        make_step(owner=me.person, what=f"第{days}天", due_in=days)
    session.commit()
    first, last = today() + timedelta(days=1), today() + timedelta(days=3)
    assert rows(browser.get(f"/steps?from={first}&to={last}").text) == ["第1天", "第2天", "第3天"]


def test_the_date_is_called_one_thing_on_the_list_its_filter_and_the_page_of_a_step(session, browser, me):
    step = make_step(owner=me.person, due_in=2)
    session.commit()
    listed = browser.get(f"/steps?from={today()}").text
    for words in ("<span>期限从</span>", '<span class="filter-label">期限从</span>', ">期限</"):
        assert words in listed, words
    pages = [listed, *(browser.get(path).text for path in (f"/steps/{step.public_id}", "/steps/print"))]
    assert all("期限" in page and "应于" not in page for page in pages)


def test_the_home_page_leads_to_exactly_the_steps_that_it_counts(session, browser, me):
    for days in (-3, -1):
        make_step(owner=me.person, due_in=days)
    for days in (5, 40):
        make_step(owner=make_person(unit=me.person.unit), due_in=days)
    session.commit()
    for view, groups in (("mine", {"逾期": 2}), ("team", {"逾期": 2})):
        home = browser.get(f"/?view={view}").text
        heading = r'<h3 class="todo-head[^>]*><a href="([^"]+)">(\S+) (\d+)</a>'
        links = {
            label: (url.replace("&amp;", "&"), int(count)) for url, label, count in re.findall(heading, home)
        }
        assert groups.items() <= {label: count for label, (_url, count) in links.items()}.items()
        for url, count in links.values():
            assert len(rows(browser.get(url).text)) == count


def test_a_step_of_a_confidential_lead_is_listed_for_its_people_alone(session, browser, me):
    make_step(owner=make_person(unit=me.person.unit), what="保密的事", confidential=True)
    make_step(owner=me.person, what="我的保密的事", confidential=True)
    session.commit()
    assert rows(browser.get("/steps?view=all").text) == ["我的保密的事"]


def test_who_only_reads_sees_all_at_once(session, client):
    make_step(what="送方案")
    leader = make_user(Role.LEADER)
    session.commit()
    sign_in(client, leader)
    assert rows(client.get("/steps").text) == ["送方案"]


def test_on_paper_every_row_stands_with_what_became_of_it(session, browser, me):
    for days in range(25):
        make_step(owner=me.person, what=f"第{days}件", due_in=days)
    a_done_step(owner=me.person, what="办完的", outcome="方案已送")
    session.commit()
    page = browser.get("/steps/print?state=all").text
    assert page.count("<tr>") == 27 and "方案已送" in page


def test_a_finished_step_says_when_and_how(session, browser, me):
    a_done_step(owner=me.person, outcome="方案已送，下周答复")
    session.commit()
    page = browser.get("/steps?state=done").text
    assert f"{today()} 已办结　方案已送，下周答复" in page


def test_what_was_closed_in_time_is_not_among_the_late_ones(session, browser, me):
    make_step(owner=me.person, what="迟了还没办", due_in=-2)
    close_step(
        make_step(owner=me.person, what="按时办的", due_in=-3), "", done_on=today() - timedelta(days=4)
    )
    close_step(make_step(owner=me.person, what="迟了才办的", due_in=-3), "")
    session.commit()
    assert rows(browser.get("/steps?state=all&due=overdue").text) == ["迟了才办的", "迟了还没办"]
