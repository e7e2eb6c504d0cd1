"""Chains side by side and one in a month: each number is the rows it opens, on any day, for any reader."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.records.metrics import METRICS
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import today
from app.figures.chain_figures import metrics
from app.figures.chain_figures.enums import Figure
from app.figures.chain_figures.rules import ChainDays, ChainsAsked
from app.promotion.targets import services as targets
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.listing import TARGETS
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.queries import entries_of
from app.register.accounts.enums import Role
from app.register.accounts.queries import actor_for_user
from app.register.anchors import services as anchors
from app.register.chains import services
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain, ChainNode
from app.register.posts.enums import PostKind
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.leads import (
    ContactMade,
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    a_signed_lead,
    an_actor,
    an_enterprise,
    sign_in,
)
from tests.factories.placements import confirmed
from tests.factories.posts import a_post
from tests.factories.targets import a_dropped_target, a_target, move_target, target_data
from tests.factories.visits import a_todo, a_visit, person_of
from tests.house.numbers import Numbers, opened_by, without_a_link

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
YEAR_AGO = timedelta(days=365)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    """隔膜 was missing last year and is weak, 电解液 is missing, 正极 strong, 回收 not judged."""
    made = a_chain(county.head)
    for code, name in (("A", "隔膜"), ("B", "电解液"), ("C", "正极"), ("D", "回收")):
        a_node(county.head, made, code, name)
    judged(county.head, node("隔膜"), NodeState.MISSING, today() - YEAR_AGO)
    judged(county.head, node("隔膜"), NodeState.WEAK, today() - 10 * DAY)
    judged(county.head, node("电解液"), NodeState.MISSING, today() - 20 * DAY)
    judged(county.head, node("正极"), NodeState.STRONG, today() - 20 * DAY)
    return made


def node(name: str) -> ChainNode:
    return db.session.scalars(select(ChainNode).where(ChainNode.name == name)).one()


def by_now(actor: Actor) -> Actor:
    """The same person at their next request."""
    found = actor_for_user(actor.user_id or 0)
    assert found is not None
    return found


def counted(figure: Figure, chain: Chain, actor: Actor, end: date | None = None, days: int = 30) -> int:
    """What somebody is told of a figure for the days before one."""
    end = end or today()
    asked = ChainsAsked([chain.id], ChainDays(end - days * DAY, end))
    return metrics.BY_FIGURE[figure].rows(actor, asked).total().count


def wanted(county: County, name: str, actor: Actor | None = None, **more: Any) -> TargetEnterprise:
    """A target of a company of its own, wanted for a link."""
    values = {"enterprise": an_enterprise(), "data": target_data(nodes=(node(name),))} | more
    return a_target(county, actor, **values)


@pytest.fixture
def busy(county: County, chain: Chain) -> Chain:
    """Work of all kinds, also of somebody whom the park's officer does not see."""
    firm = an_enterprise("本地膜业有限公司")
    confirmed(county.head, node("正极"), firm)
    own = wanted(county, "隔膜")
    wanted(county, "隔膜", county.outsider)
    wanted(county, "电解液", county.outsider)
    met = wanted(county, "隔膜", registered_on=today() - 200 * DAY)
    step = a_todo(county.officer, due_on=today())
    a_visit(county, county.officer, enterprise=met.enterprise, held_on=today() - 5 * DAY, next_step=step)
    wanted(county, "隔膜", registered_on=today() - 150 * DAY)
    a_dropped_target(county, enterprise=an_enterprise(), data=target_data(nodes=(node("隔膜"),)))
    a_lead(county, enterprise_id=own.enterprise_id, registered_on=today() - 3 * DAY)
    a_confidential_lead(county, county.outsider, enterprise_id=firm.id, registered_on=today() - 3 * DAY)
    with ContactMade():
        a_signed_lead(county, enterprise_id=firm.id)
    a_visit(county, county.outsider, enterprise=firm)
    with acting_as(county.head):
        anchor = anchors.name_anchor(chain, firm, anchors.AnchorData(today() - 40 * DAY))
        anchors.add_need(anchor, anchors.NeedData(node("隔膜"), "湿法隔膜", "采购经理", today() - 9 * DAY))
        db.session.commit()
    return chain


def shown(me: FlaskClient, path: str) -> str:
    answer = me.get(path)
    assert answer.status_code == 200, path
    return answer.text


def rows_behind(me: FlaskClient, url: str) -> int:
    """How many rows a page has that a number opens: a map its links, any other what it says in its foot, of
    which it shows the lines.
    """
    page = shown(me, html.unescape(url))
    if "/map?" in url:
        return len(re.findall("data-row=", page))
    told = re.search(r"共 <strong>(\d+)</strong>", page)
    lines = page.count("data-line")
    assert (int(told[1]) if told else 0) == lines
    return lines


def check(me: FlaskClient, path: str) -> dict[str, int]:
    """That each number of a page is a metric's and what it opens; all of them by the codes of the metrics, of
    the last chain or the first period.
    """
    page = Numbers(shown(me, path))
    assert without_a_link(page) == [], path
    assert {one.code for one in page.of_metrics} <= set(METRICS)
    for url, number in opened_by(page):
        assert rows_behind(me, url) == number, (path, url)
    found: dict[str, int] = {}
    for one in page.of_metrics:
        found.setdefault(one.code, int("".join(one.texts)))
    return found


READERS = ("head", "leader", "officer", "outsider", "resident")


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("past", [0, 7, 100])
def test_each_number_of_the_comparison_is_the_rows_it_opens_on_any_day(
    client: FlaskClient, county: County, busy: Chain, who: str, past: int
) -> None:
    me = sign_in(client, getattr(county, who))
    start, end = today() - (past + 60) * DAY, today() - past * DAY
    assert len(check(me, f"/chains/compare?from={start}&on={end}")) == 9
    assert Numbers(shown(me, "/chains/compare")).bare == []


@pytest.mark.parametrize("who", READERS)
def test_each_number_of_a_month_is_the_rows_it_opens(
    client: FlaskClient, county: County, busy: Chain, who: str
) -> None:
    me, before = sign_in(client, getattr(county, who)), today().replace(day=1) - DAY
    for query in ("", f"?month={before:%Y-%m}"):
        assert len(check(me, f"/chains/{busy.public_id}/month{query}")) == 17


def test_whoever_sees_the_county_is_told_of_all_its_work_but_of_what_is_confidential(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    start = today() - 60 * DAY
    found = check(sign_in(client, county.leader), f"/chains/compare?from={start}")
    assert found == {
        "chain.missing": 1,
        "chain.weak": 1,
        "chain.strong": 1,
        "chain.unjudged": 1,
        "chain.filled": 1,
        "chain.targets": 5,
        "chain.contacted": 1,
        "chain.in_talks": 1,
        "chain.signed": 1,
    }
    assert counted(Figure.LEADS, busy, county.leader, days=90) == 2
    assert counted(Figure.LEADS, busy, county.outsider) == 1  # named on the confidential one


def test_somebody_of_a_unit_is_told_of_its_work_alone(county: County, busy: Chain) -> None:
    assert counted(Figure.TARGETS, busy, county.officer) == 3
    assert counted(Figure.TARGETS, busy, county.outsider) == 2
    assert counted(Figure.TARGETS, busy, county.resident) == 0
    assert counted(Figure.UNTARGETED, busy, county.officer) == 1  # 电解液 is wanted by the others
    assert counted(Figure.UNTARGETED, busy, county.outsider) == 0
    assert counted(Figure.VISITS, busy, county.officer) == 1


def test_whoever_is_charged_with_a_chain_is_told_of_the_work_with_its_companies(
    county: County, busy: Chain
) -> None:
    assert counted(Figure.SIGNED, busy, county.outsider, days=60) == 0
    a_post(county.head, busy, person_of(county.outsider), PostKind.DEPUTY)
    charged = by_now(county.outsider)
    assert counted(Figure.SIGNED, busy, charged, days=60) == 1


@pytest.mark.parametrize(
    ("days_ago", "states"),
    [
        (0, {Figure.MISSING: 1, Figure.WEAK: 1, Figure.STRONG: 1, Figure.UNJUDGED: 1}),
        (15, {Figure.MISSING: 2, Figure.WEAK: 0, Figure.STRONG: 1, Figure.UNJUDGED: 1}),
        (30, {Figure.MISSING: 1, Figure.WEAK: 0, Figure.STRONG: 0, Figure.UNJUDGED: 3}),
        (400, {Figure.MISSING: 0, Figure.WEAK: 0, Figure.STRONG: 0, Figure.UNJUDGED: 4}),
    ],
)
def test_links_are_counted_as_they_stood_on_the_day(
    county: County, chain: Chain, days_ago: int, states: dict[Figure, int]
) -> None:
    day = today() - days_ago * DAY
    assert {figure: counted(figure, chain, county.head, day) for figure in states} == states


def test_a_gap_is_filled_when_it_was_missing_at_the_beginning_and_is_no_longer(
    county: County, chain: Chain
) -> None:
    def told(days: int, end: date | None = None) -> int:
        return counted(Figure.FILLED, chain, county.head, end, days)

    assert (
        told(10) == 1
    )  # 隔膜 was judged weak on the first of these days, missing at the end of the one before
    assert told(9) == 0
    assert told(5, today() - 11 * DAY) == 0
    judged(county.head, node("隔膜"), NodeState.MISSING)
    assert told(10) == 0


def test_targets_are_counted_as_their_ledger_says_of_the_day(county: County, chain: Chain) -> None:
    target = wanted(county, "隔膜", registered_on=today() - 30 * DAY)
    move_target(target, TargetStage.PLANNED, county.officer, today() - 20 * DAY)
    move_target(target, TargetStage.CONTACTED, county.officer, today() - 10 * DAY, "展会上见过")
    move_target(target, TargetStage.DROPPED, county.officer, today() - 5 * DAY, "不扩产")
    days = {31: (0, 0), 30: (1, 0), 11: (1, 0), 10: (1, 1), 6: (1, 1), 5: (0, 0), 0: (0, 0)}
    found = {
        ago: tuple(
            counted(figure, chain, county.head, today() - ago * DAY)
            for figure in (Figure.TARGETS, Figure.CONTACTED)
        )
        for ago in days
    }
    assert found == days


def test_a_move_that_never_counted_is_not_counted(county: County, chain: Chain) -> None:
    target = wanted(county, "隔膜")
    move_target(target, TargetStage.CONTACTED, county.head, today(), "展会上见过")
    assert counted(Figure.CONTACTED, chain, county.head) == 1
    with acting_as(county.head):
        targets.take_back(target, entries_of(target)[0].id)
        db.session.commit()
    assert counted(Figure.CONTACTED, chain, county.head) == 0


def test_an_archived_target_counts_up_to_the_day_before(county: County, chain: Chain) -> None:
    target = wanted(county, "隔膜")
    with acting_as(county.head):
        targets.ARCHIVING.archive(target, target.version, "重复")
        db.session.commit()
    assert counted(Figure.TARGETS, chain, county.head) == 0
    assert counted(Figure.TARGETS, chain, county.head, today() - DAY) == 1


def test_today_the_figures_of_targets_are_those_of_their_list(county: County, busy: Chain) -> None:
    for actor in (county.head, county.officer, county.outsider):
        for figure, view, state in (
            (Figure.CONTACTED, "all", "contacted"),
            (Figure.IN_TALKS, "all", "in_talks"),
            (Figure.SILENT, "silent", "all"),
        ):
            asked = TARGETS.asked({"chain": busy}, view=view, state=state)
            assert counted(figure, busy, actor) == TARGETS.count(asked, actor).number, (actor, figure)
    assert counted(Figure.SILENT, busy, county.head) == 1


def test_rows_that_the_list_of_targets_has_as_well_lead_there_as_long_as_they_are_of_today(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    me = sign_in(client, county.head)
    for figure, count in (("contacted", 1), ("in_talks", 1), ("silent", 1)):
        page = shown(me, f"/chains/{busy.public_id}/figure?figure={figure}")
        link = re.search(
            r'href="(/targets\?[^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*在目标企业列表里看', page, re.DOTALL
        )
        assert link and f"共 <strong>{count}</strong>" in shown(me, html.unescape(link[1])), figure
        past = shown(me, f"/chains/{busy.public_id}/figure?figure={figure}&on={today() - DAY}")
        assert "在目标企业列表里看" not in past


def test_a_target_of_two_links_is_one_and_follows_a_link_that_is_merged(county: County, chain: Chain) -> None:
    wanted(county, "隔膜", data=target_data(nodes=(node("隔膜"), node("回收"))))
    judged(county.head, node("正极"), NodeState.MISSING)
    assert counted(Figure.TARGETS, chain, county.head) == 1
    assert counted(Figure.UNTARGETED, chain, county.head) == 2
    with acting_as(county.head):
        old = node("回收")
        services.merge(old, old.version, node("正极"))
        db.session.commit()
    assert counted(Figure.TARGETS, chain, county.head) == 1
    assert counted(Figure.UNTARGETED, chain, county.head) == 1


def test_a_comparison_takes_the_same_number_of_statements_for_many_chains(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    me, asked = sign_in(client, county.head), list[str]()
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    shown(me, "/chains/compare")
    few = len(asked)
    for number in range(8):
        other = a_chain(county.head, f"MORE-{number}", name=f"别的链{number}")
        a_node(county.head, other, f"M{number}", f"别的环节{number}")
    asked.clear()
    page = shown(me, "/chains/compare")
    assert len(asked) == few <= 12 and page.count("data-chain=") == 9
    asked.clear()
    shown(me, f"/chains/{busy.public_id}/month")
    assert len(asked) <= 40


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?on=1999-12-31", "看看年份"),
        ("?on=2026-02-30", "截至日"),
        ("?from=2026-03-02&on=2026-03-01", "请对调"),
    ],
)
def test_a_comparison_of_impossible_days_is_refused(
    client: FlaskClient, county: County, query: str, words: str
) -> None:
    answer = sign_in(client, county.head).get(f"/chains/compare{query}")
    assert answer.status_code == 400 and words in answer.text


def test_a_day_that_has_not_come_is_refused_with_a_sentence(client: FlaskClient, county: County) -> None:
    answer = sign_in(client, county.head).get(f"/chains/compare?on={today() + DAY}")
    assert answer.status_code == 400 and f"截至日最晚是今天 {today()}" in answer.text


@pytest.mark.parametrize(
    "path", ["figure", "figure?figure=good", "month?month=2026-13", "month?month=2099-01"]
)
def test_what_a_chain_cannot_be_asked_is_refused_with_a_sentence(
    client: FlaskClient, county: County, chain: Chain, path: str
) -> None:
    assert sign_in(client, county.head).get(f"/chains/{chain.public_id}/{path}").status_code == 400


def test_who_reads_chains_alone_is_told_of_links_alone(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    me = sign_in(client, an_actor(county.bureau, Role.AUDITOR))
    found = check(me, "/chains/compare")
    assert set(found) == {f"chain.{one}" for one in ("missing", "weak", "strong", "unjudged", "filled")}
    assert "chain.targets" not in shown(me, f"/chains/{busy.public_id}/month")
    assert me.get(f"/chains/{busy.public_id}/figure?figure=targets").status_code == 403
    assert me.get(f"/chains/{busy.public_id}/figure?figure=filled").status_code == 200


def test_without_chains_the_comparison_says_so(client: FlaskClient, county: County) -> None:
    assert "还没有产业链" in shown(sign_in(client, county.head), "/chains/compare")


def test_a_month_says_who_was_charged_and_what_waits(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    a_post(county.head, busy, person_of(county.leader), on=today() - 400 * DAY, until=today() - 100 * DAY)
    a_post(county.head, busy, person_of(county.officer), on=today() - 99 * DAY)
    me = sign_in(client, county.leader)
    page = shown(me, f"/chains/{busy.public_id}/month")
    assert f"链长：{person_of(county.officer).name}" in page
    for words in ("湿法隔膜", "没有目标的缺口", "沉默的目标企业", "到期的下一步", "约严总来看厂房"):
        assert words in page, words
    past = today() - 140 * DAY
    assert f"链长：{person_of(county.leader).name}" in shown(
        me, f"/chains/{busy.public_id}/month?month={past:%Y-%m}"
    )


def test_a_month_is_printed_on_a4_and_the_ledger_says_who_printed_it(
    client: FlaskClient, county: County, busy: Chain
) -> None:
    page = shown(sign_in(client, county.leader), f"/chains/{busy.public_id}/month/print")
    assert "sheet-a4" in page and "data-print" in page and "湿法隔膜" in page
    seen = db.session.scalars(select(AuditEvent.summary).order_by(AuditEvent.id.desc())).first()
    assert seen == f"打印「动力电池」{today():%Y-%m} 链长要看的"


def test_whoever_is_charged_finds_the_month_on_their_first_page(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    link = f"/chains/{chain.public_id}/month"
    for actor in (county.leader, county.officer, county.resident):
        assert link not in shown(sign_in(client, actor), "/")
        post = a_post(county.head, chain, person_of(actor), PostKind.TASK_FORCE)
        assert link in shown(sign_in(client, actor), "/")
        post.ends_on, post.starts_on = today() - DAY, today() - 2 * DAY
        db.session.commit()
        assert link not in shown(sign_in(client, actor), "/")


def test_chains_their_pages_and_maps_lead_there(client: FlaskClient, county: County, chain: Chain) -> None:
    me = sign_in(client, county.head)
    assert "/chains/compare" in shown(me, "/chains")
    for path in ("", "/map"):
        assert f"/chains/{chain.public_id}/month" in shown(me, f"/chains/{chain.public_id}{path}")
