"""周报月报: drafted from the logs, put into words, sent once, frozen, returned or accepted by one."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.promotion.leads.models import Lead
from app.promotion.team_reports import policy, queries, services, showing
from app.promotion.team_reports.enums import ReportColumn, ReportKind, ReportState
from app.promotion.team_reports.enums import ReportFigure as F
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.rules import ReportPeriod
from app.promotion.visits.enums import VisitKind
from app.register.accounts.models import TeamMembership
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_county, a_lead, an_actor, an_enterprise, sign_in
from tests.factories.team_reports import (
    a_draft,
    a_returned_report,
    a_sent_report,
    a_silent_report,
    sent,
)
from tests.factories.visits import a_visit

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(report: TeamReport) -> str:
    return f"/team_reports/{report.public_id}"


def a_week_ago() -> date:
    return today() - timedelta(days=7)


def a_team_lead(county: County, **changed: object) -> Lead:
    return a_lead(county, county.resident, registered_on=today(), team_id=county.team.id, **changed)


def read_again(report: TeamReport) -> TeamReport:
    return db.session.get_one(TeamReport, report.id, populate_existing=True)


def frozen(report: TeamReport) -> object:
    report = read_again(report)
    rows = [(row.key, row.cells, row.note, row.left_out, row.position) for row in report.rows]
    return report.figures, report.drawn, report.late, report.drawn_at, report.sent_at, sorted(rows, key=str)


# --- drafted -----------------------------------------------------------------------------------------


def test_a_draft_has_a_row_for_each_company_and_lead_the_team_worked_on(county: County) -> None:
    lead = a_team_lead(county)
    a_visit(county, lead=lead, summary="谈用电容量")
    a_visit(county, enterprise=an_enterprise("宁波启泓样例有限公司"), kind=VisitKind.RECEPTION)
    a_visit(county, county.officer, summary="别的单位去的")
    report = a_draft(county)
    assert [row.lead_id for row in report.rows] == [lead.id, None]
    assert "谈用电容量" in report.rows[0].progress and "登记线索" in report.rows[0].progress
    told = {figure: report.figure(figure) for figure in F if report.figure(figure)}
    assert told == {F.OUTBOUND: 1, F.RECEPTIONS: 1, F.FIRST_MET: 2, F.LEADS: 1}


def test_credit_stays_with_the_team_of_that_day(county: County) -> None:
    a_visit(county)
    membership = county.resident.person_id
    term = db.session.scalars(select(TeamMembership).where(TeamMembership.person_id == membership)).one()
    term.ends_on = today() - timedelta(days=1)
    db.session.commit()
    newcomer = an_actor(county.bureau, team=county.team)
    with acting_as(newcomer):
        report = services.begin(county.team, ReportKind.WEEK, today())
    assert report.figure(F.OUTBOUND) == 1


def test_nothing_confidential_stands_in_a_report_or_is_counted(county: County) -> None:
    a_visit(county, lead=a_team_lead(county, confidential=True), summary="保密的事")
    report = a_draft(county)
    assert report.rows == [] and not any(report.figures.values())


def test_a_row_whose_lead_became_confidential_is_hidden_from_who_may_not_see_it(
    client: FlaskClient, county: County
) -> None:
    lead = a_team_lead(county, name="会变保密的项目")
    report = a_sent_report(county)
    lead.confidential = True
    db.session.commit()
    page = sign_in(client, county.head).get(opened(report)).text
    assert "会变保密的项目" not in page and "有的行现在是保密线索" in page
    assert "会变保密的项目" in sign_in(client, county.resident).get(opened(report)).text
    with acting_as(county.head), pytest.raises(NotFound):
        queries.get_row(read_again(report).rows[0].public_id)


def test_numbers_of_contacts_stay_masked_and_names_are_those_of_by_now(county: County) -> None:
    contact = make_contact(county.enterprise, "贺晓冬", "13812346021")
    a_visit(county, contacts=[contact])
    report = a_sent_report(county)
    words = next(line.words for line in showing.lines_of(report, set()))
    assert any(cell.startswith("贺晓冬") for cell in words) and "138****6021" in words
    assert "贺晓冬" not in str([row.cells for row in report.rows])


def test_drawing_anew_keeps_what_was_typed(county: County) -> None:
    a_visit(county, summary="第一次谈")
    report = a_draft(county)
    with acting_as(county.resident):
        services.change_row(report.rows[0], report.rows[0].version, "领导已批示", left_out=False)
        services.add_row(report, an_enterprise("手工样例有限公司"), "电话里约了下周")
    a_visit(county, enterprise=an_enterprise("新见的有限公司"))
    with acting_as(county.resident):
        services.refresh(report, read_again(report).version)
    db.session.commit()
    report = read_again(report)
    assert sorted(row.note for row in report.rows) == ["", "电话里约了下周", "领导已批示"]
    assert [row.is_added for row in sorted(report.rows, key=lambda row: row.position)] == [False, False, True]
    assert report.figure(F.OUTBOUND) == 2


def test_a_note_that_says_what_the_logs_say_is_none(county: County) -> None:
    a_visit(county)
    row = a_draft(county).rows[0]
    with acting_as(county.resident):
        services.change_row(row, row.version, row.progress, left_out=False)
    assert row.note == ""


def test_a_period_has_one_report_whoever_begins_it(client: FlaskClient, county: County) -> None:
    report, me = a_draft(county), sign_in(client, county.resident)
    form = {"team": county.team.public_id, "kind": "week", "day": today().isoformat()}
    assert me.submit("/team_reports/new", form).location == opened(report)


def test_a_period_to_come_is_refused(client: FlaskClient, county: County) -> None:
    day = (today() + timedelta(days=14)).isoformat()
    form = {"team": county.team.public_id, "kind": "week", "day": day}
    refused = sign_in(client, county.resident).submit("/team_reports/new", form)
    assert refused.status_code == 422 and "还没有开始" in refused.text


def test_only_the_team_writes(county: County) -> None:
    report = a_draft(county)
    for actor in (county.head, county.officer):
        with acting_as(actor), pytest.raises(NotAllowed):
            services.refresh(report, report.version)
        with acting_as(actor), pytest.raises(NotAllowed):
            services.begin(county.team, ReportKind.MONTH, today())
    assert policy.may_see(county.head, report) and not policy.may_see(county.outsider, report)


# --- sent --------------------------------------------------------------------------------------------


def test_a_sent_report_never_changes_whatever_is_logged_later(client: FlaskClient, county: County) -> None:
    lead = a_team_lead(county, name="储能一期")
    report = a_sent_report(county)
    before = frozen(report)
    a_visit(county, lead=lead, summary="补记的走访")
    lead.name = "改过的名字"
    county.enterprise.name = "改过的企业"
    db.session.commit()
    assert frozen(report) == before
    page = sign_in(client, county.head).get(opened(report)).text
    assert "报送以后补记的 1 条" in page and "补记的走访" in page and "储能一期" in page
    assert "改过的企业　" in page  # a late log stands in no row of its company, and names it


def test_what_came_late_is_told_by_the_next_report_once(county: County) -> None:
    report = a_sent_report(county, day=a_week_ago())
    a_visit(county, held_on=ReportPeriod.of(ReportKind.WEEK, a_week_ago()).first, summary="上周补记")
    following = a_sent_report(county)
    (line,) = following.late
    assert "上周补记" in line[2] and county.enterprise.name in line[2]
    assert following.figure(F.OUTBOUND) == 0
    with acting_as(county.resident):
        assert len(services.late_logs(read_again(report))) == 1
        later = ReportPeriod.of(ReportKind.WEEK, today()).after
        assert queries.sent_before(county.team.id, later)[0].late == following.late


def test_whom_a_late_line_names_is_found_before_they_are_erased(county: County, app: Flask) -> None:
    a_sent_report(county, day=a_week_ago())
    first = ReportPeriod.of(ReportKind.WEEK, a_week_ago()).first
    a_visit(county, held_on=first, summary="严文舟陪同看了厂房")
    following = a_sent_report(county)
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        found = [one.public_id for one in NAMED_IN["team_reports"](sought, county.head)]
    assert following.public_id in found


def test_sent_twice_is_said_plainly_and_stays_one(county: County) -> None:
    a_visit(county)
    report = a_draft(county)
    seen = report.version
    sent(county, report)
    for version in (seen, report.version):
        with acting_as(county.resident), pytest.raises(RuleBroken, match="不用再报"):
            services.send(report, version)
    assert len(read_again(report).entries) == 1


def test_the_button_sends_it(client: FlaskClient, county: County) -> None:
    a_visit(county)
    report, me = a_draft(county), sign_in(client, county.resident)
    assert me.submit(opened(report), {}, f"{opened(report)}/send").location == opened(report)
    assert read_again(report).state is ReportState.SUBMITTED


def test_nothing_new_is_one_press(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.resident)
    form = {"team": county.team.public_id, "kind": "week", "day": today().isoformat(), "silent": "1"}
    me.submit("/team_reports/new", form)
    report = db.session.scalars(select(TeamReport)).one()
    assert (report.state, report.is_silent) == (ReportState.SUBMITTED, True)


def test_nothing_new_is_refused_where_something_was_logged(county: County) -> None:
    a_visit(county)
    with acting_as(county.resident):
        report = services.begin(county.team, ReportKind.WEEK, today())
        with pytest.raises(RuleBroken, match="有 1 条记录"):
            services.send_silent(report)


def test_after_four_silent_weeks_the_next_one_says_why(client: FlaskClient, county: County) -> None:
    for weeks in (4, 3, 2, 1):
        a_silent_report(county, today() - timedelta(days=7 * weeks))
    a_visit(county)
    report, me = a_draft(county), sign_in(client, county.resident)
    with acting_as(county.resident), pytest.raises(RuleBroken, match="连着四周"):
        services.send(report, report.version)
    db.session.rollback()
    asked = me.submit(opened(report), {"version": str(report.version)}, f"{opened(report)}/send")
    assert asked.location.startswith(f"{opened(report)}/edit")
    me.submit(f"{opened(report)}/edit", {"silent_reason": "企业都在等总部批复"})
    sent(county, read_again(report))
    assert read_again(report).state is ReportState.SUBMITTED


def test_a_silent_month_says_why(county: County) -> None:
    report = a_draft(county, ReportKind.MONTH)
    with acting_as(county.resident), pytest.raises(RuleBroken, match="没有新情况"):
        services.send(report, report.version)


def test_a_sent_one_is_changed_no_more(county: County) -> None:
    a_visit(county)
    report = a_sent_report(county)
    with acting_as(county.resident):
        for change in (
            lambda: services.refresh(report, report.version),
            lambda: services.put_into_words(report, report.version, "改", ""),
            lambda: services.change_row(report.rows[0], report.rows[0].version, "改", left_out=True),
            lambda: services.add_row(report, an_enterprise(), "加"),
        ):
            with pytest.raises(RuleBroken, match="不能再改"):
                change()


# --- decided -----------------------------------------------------------------------------------------


def test_a_returned_one_is_mended_and_sent_again_and_its_first_sending_counts(county: County) -> None:
    report = a_returned_report(county)
    first = report.sent_at
    with acting_as(county.resident):
        services.put_into_words(report, report.version, "已核实", "")
        services.send(report, report.version)
    assert (report.state, report.sent_at) == (ReportState.SUBMITTED, first)
    assert [entry.act.label for entry in report.entries] == ["报送", "退回", "报送"]


def test_of_two_who_decide_at_once_one_wins(county: County) -> None:
    report = a_sent_report(county)
    seen = report.version
    with acting_as(county.head):
        services.accept(report, seen)
        db.session.commit()
    with acting_as(an_actor(county.bureau)), pytest.raises(Stale) as stale:
        services.give_back(report, seen, "再核实")
    assert stale.value.clashes[0].theirs == "已收下"
    assert read_again(report).state is ReportState.ACCEPTED


def test_returning_says_what_to_mend(client: FlaskClient, county: County) -> None:
    report, me = a_sent_report(county), sign_in(client, county.head)
    form = {"act": "returned", "words": ""}
    refused = me.submit(opened(report), form, f"{opened(report)}/decide")
    assert refused.status_code == 422 and "写清退回要改什么" in refused.text
    me.submit(opened(report), form | {"words": "第 2 行核实"}, f"{opened(report)}/decide")
    assert "第 2 行核实" in sign_in(client, county.resident).get(opened(report)).text


def test_many_are_taken_at_once(client: FlaskClient, county: County) -> None:
    reports = [a_sent_report(county, day=today() - timedelta(days=7 * weeks)) for weeks in (1, 2)]
    me = sign_in(client, county.head)
    chosen = "&".join(f"ids={report.public_id}" for report in reports)
    assert "收下" in me.get(f"/team_reports/many/accept?{chosen}").text
    with acting_as(county.head):
        for report in reports:
            services.accept(report, report.version)
    assert {report.state for report in reports} == {ReportState.ACCEPTED}


def test_nobody_decides_on_the_report_of_their_own_team(county: County) -> None:
    report = a_sent_report(county)
    own = an_actor(county.bureau, team=county.team)
    with acting_as(own), pytest.raises(NotAllowed):
        services.accept(report, report.version)


# --- around it ---------------------------------------------------------------------------------------


def test_the_first_page_tells_members_what_to_send_and_the_bureau_what_to_decide(
    client: FlaskClient, county: County
) -> None:
    last = ReportPeriod.of(ReportKind.WEEK, a_week_ago())
    page = sign_in(client, county.resident).get("/").text
    assert last.title in page and "逾期未报" in page
    a_sent_report(county, day=a_week_ago())
    assert last.title not in sign_in(client, county.resident).get("/").text
    assert "等收下的周报月报" in sign_in(client, county.head).get("/").text


def test_all_teams_stand_side_by_side(client: FlaskClient, county: County) -> None:
    a_visit(county)
    monday = ReportPeriod.of(ReportKind.WEEK, today()).first
    address = f"/team_reports/weeks/{monday}"
    page = sign_in(client, county.head).get(address).text
    assert county.team.name in page
    assert county.team.name not in sign_in(client, county.outsider).get(address).text
    moved = sign_in(client, county.head).get(f"/team_reports/weeks/{monday + timedelta(days=2)}")
    assert moved.location == address
    row = queries.side_by_side(ReportPeriod.of(ReportKind.WEEK, today()), county.head)[0]
    assert (row.figures[F.OUTBOUND], row.report) == (1, None)


def test_the_columns_of_a_report_are_those_that_held_in_its_period(
    client: FlaskClient, county: County
) -> None:
    a_visit(county)
    report = a_sent_report(county)
    headings = [one.label for one in showing.headings_of(report)]
    assert headings[:3] == ["项目名称", "投资方", "固定资产投资"]
    me = sign_in(client, county.head)
    form = {"valid_from": (today() + timedelta(days=1)).isoformat(), "note": "县里定的"}
    form |= {f"{column.value}_place": "0" for column in ReportColumn}
    form |= {f"{column.value}_heading": column.label for column in ReportColumn}
    form |= {"progress_place": "1", "progress_heading": "最新进展"}
    assert me.submit("/report_columns/new", form).status_code == 303
    assert "最新进展" not in me.get(opened(report)).text
    assert queries.columns_on(today() + timedelta(days=3)).columns == [(ReportColumn.PROGRESS, "最新进展")]


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    a_visit(county, summary="见了严文舟")
    report = a_sent_report(county)
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["team_reports"](sought, county.head)] == [report.public_id]
        assert NAMED_IN["team_reports"](sought, county.outsider) == []
