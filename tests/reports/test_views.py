"""The funnel page and the command: one set of figures, clear refusals, constant number of queries."""

import json
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user
from tests.factories.counties import a_county, signed_in
from tests.factories.ledgers import DAY, History, move, registration, write

pytestmark = pytest.mark.both_databases

YEAR = "from=2025-01-01&to=2025-12-31&as_of=2025-12-31"


@pytest.fixture
def county(session):
    return a_county()


@pytest.fixture
def leader(session, county):
    return make_user(Role.LEADER, unit=county.bureau)


def some_leads(session, county):
    write(session, county, History((*registration(0, yuan=50_000_000), move(LeadStage.ASSESSED, 3))))
    write(session, county, History((*registration(5, yuan=30_000_000), move(LeadStage.LOST, 9))))
    write(session, county, History(registration(8, yuan=10_000_000, owner=2), confidential=True, author=2))
    session.commit()


def snapshot(page):
    """stage label -> (stock, entered, lost) as the page prints them."""
    found = {}
    for label, cells in re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', page, re.DOTALL):
        counts = re.findall(r'<td class="num"[^>]*>(?:<a[^>]*>)?(\d+)(?:</a>)?</td><td', cells)
        found[label] = tuple(int(count) for count in counts)
    return found


def test_the_page_and_the_command_print_the_same_figures(app, session, client, county, leader):
    some_leads(session, county)
    page = signed_in(client, leader).get(f"/funnel?{YEAR}&mode=snapshot").text
    words = ["--from", "2025-01-01", "--to", "2025-12-31", "--as-of", "2025-12-31", "--json"]
    told = json.loads(app.test_cli_runner().invoke(args=["funnel", *words, "--as", leader.login]).output)
    assert told["basis"] == "全县"
    assert "全县" in page
    printed = {
        row["label"]: (row["stock"]["count"], row["entered"]["count"], row["lost"]["count"])
        for row in told["stages"]
    }
    shown = snapshot(page)
    assert shown.pop("保密，不分阶段") == ()
    assert shown == printed
    assert printed["线索"] == (0, 2, 1)
    assert told["confidential"]["stock"] == {"count": 0, "amount_yuan": 0}
    assert "不足 3" in page


def test_the_command_speaks_for_the_whole_county_unless_told_for_whom(app, session, county):
    some_leads(session, county)
    officer = make_user(Role.OFFICER, person=county.officer)
    session.commit()
    runner = app.test_cli_runner()
    whole = json.loads(runner.invoke(args=["funnel", "--as-of", "2025-12-31", "--json"]).output)
    mine = runner.invoke(args=["funnel", "--as-of", "2025-12-31", "--json", "--as", officer.login]).output
    assert whole["stages"][0]["cohort"] == {"count": 2, "amount_yuan": 80_000_000}
    assert json.loads(mine)["stages"][0]["cohort"]["count"] == 0
    assert json.loads(mine)["basis"] == "本人可见"


def test_the_page_says_why_the_batch_signs_less_than_the_year(session, client, county, leader):
    before = History((*registration(-400), move(LeadStage.SIGNED, 20)))
    write(session, county, before)
    write(session, county, History((*registration(0), move(LeadStage.SIGNED, 30))))
    session.commit()
    page = signed_in(client, leader).get(f"/funnel?{YEAR}").text
    said = re.sub(r"<[^>]*>", "", page)
    assert "2 条线索" not in said and "1 个正式签约" in said
    told = re.search(r"发生的签约，连同以前登记的，共 <a href=\"([^\"]+)\">2 个</a>", page)
    assert told
    assert "合计 2 个" in client.get(told[1].replace("&amp;", "&").partition("#")[0]).text


def test_the_stock_and_the_losses_are_summed_up(session, client, county, leader):
    some_leads(session, county)
    page = signed_in(client, leader).get(f"/funnel?{YEAR}&mode=snapshot").text
    total = re.search(r'<tr class="totals"><th scope="row">合计</th>(.*?)</tr>', page, re.DOTALL)
    assert total
    assert re.findall(r">([^<]+)<", total[1]) == ["2", "0.80", "—", "—", "1", "0.30"]


def test_a_number_opens_its_rows_and_a_confidential_one_is_not_among_them(session, client, county, leader):
    some_leads(session, county)
    page = signed_in(client, leader).get(f"/funnel?{YEAR}&figure=cohort&stage=lead").text
    assert page.count("/leads/") >= 2
    assert "合计 2 个" in page and "保密线索不足 3 条，不计" in page


def test_three_confidential_leads_are_told_together_and_summed_up(session, client, county, leader):
    for number in range(3):
        rows = registration(number, yuan=110_000_000 * (number + 1), owner=2)
        write(session, county, History(rows, confidential=True, author=2))
    some_leads(session, county)
    page = signed_in(client, leader).get(f"/funnel?{YEAR}&mode=snapshot").text
    [row] = re.findall(r'<th scope="row">保密，不分阶段</th>(.*?)</tr>', page)
    assert re.findall(r">([^<]+)<", row) == ["3", "约 7", "—", "—", "不足 3", "—"]
    total = re.search(r'<tr class="totals"><th scope="row">合计</th>(.*?)</tr>', page, re.DOTALL)
    assert total and re.findall(r">([^<]+)<", total[1])[:2] == ["5", "7.80"]
    assert "另有保密线索 3 条，约 7 亿元" in client.get(f"/funnel?{YEAR}").text


@pytest.mark.parametrize("narrowed", ["source=fund", "from=2025-01-02", "as_of=2025-06-10", "owner"])
def test_a_page_that_is_narrowed_says_that_confidential_leads_are_not_in_it(
    session, client, county, leader, narrowed
):
    some_leads(session, county)
    narrowed = f"owner={county.officer.public_id}" if narrowed == "owner" else narrowed
    page = signed_in(client, leader).get(f"/funnel?{narrowed}&mode=snapshot").text
    assert "不含保密线索" in page and "保密，不分阶段" not in page


def test_figures_as_known_last_month_can_be_read_on_the_page(session, client, county, leader):
    write(session, county, History((*registration(0), move(LeadStage.ASSESSED, 3, entered=60))))
    session.commit()
    then = (DAY + timedelta(days=30)).isoformat()
    page = signed_in(client, leader).get(f"/funnel?{YEAR}&mode=snapshot&known_at={then}T18:00").text
    assert snapshot(page)["线索"][0] == 1
    assert snapshot(page)["研判"][0] == 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("as_of=2026-02-30", "截至日要写成"),
        ("as_of=2099-01-01", "截至日最晚是今天"),
        ("from=2025-05-01&to=2025-04-01", "开始日期在结束日期之后"),
        ("from=NaN", "开始日期要写成"),
        ("known_at=yesterday", "要写成 2026-10-31T18:00"),
        ("known_at=9999-12-31T23:59:59", "年份要在 1900 到 2100 之间"),
        ("mode=nothing", "看法没有「nothing」这一项"),
        ("figure=nothing&stage=lead", "数字没有「nothing」这一项"),
        ("figure=stock&stage=nothing", "阶段没有「nothing」这一项"),
        ("figure=stock", "要同时说明看哪个数字、哪个阶段"),
        ("stage=lead", "要同时说明看哪个数字、哪个阶段"),
        ("source=nothing", "来源没有「nothing」这一项"),
        ("from=0001-01-01&to=0001-01-02&as_of=0001-01-02", "年份要在 1900 到 2100 之间"),
    ],
)
def test_a_bad_parameter_is_answered_with_a_sentence(client, county, leader, query, sentence):
    answer = signed_in(client, leader).get(f"/funnel?{query}")
    assert answer.status_code == (400 if sentence else 200)
    assert sentence in answer.text


@pytest.mark.parametrize("instant", ["0001-01-01T00:00", "9999-12-31T23:59", "2025-06-01T10:00%2B08:00"])
def test_no_instant_however_far_breaks_the_page(client, county, leader, instant):
    assert signed_in(client, leader).get(f"/funnel?known_at={instant}").status_code in (200, 400)


@pytest.mark.parametrize("name", ["unit", "team", "owner"])
def test_an_unknown_unit_or_person_is_not_found(client, county, leader, name):
    assert signed_in(client, leader).get(f"/funnel?{name}=nobody").status_code == 404


def test_who_may_not_read_funnels_is_refused(client, county):
    keeper = make_user(Role.AUDITOR, unit=county.bureau)
    assert signed_in(client, keeper).get("/funnel").status_code == 403


@contextmanager
def counted_queries():
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_page_asks_the_same_number_of_questions_however_many_leads_there_are(
    session, client, county, leader
):
    signed_in(client, leader)
    some_leads(session, county)
    numbers = []
    for more in (0, 5):
        for _ in range(more):
            some_leads(session, county)
        with counted_queries() as asked:
            client.get(f"/funnel?{YEAR}&figure=cohort&stage=lead")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_page_of_today_is_open_without_any_lead(client, county, leader):
    page = signed_in(client, leader).get("/funnel").text
    assert today().isoformat() in page
    assert "这段时间没有登记线索" in page


def test_stages_of_a_stock_open_together_and_those_of_other_figures_do_not(session, client, county, leader):
    some_leads(session, county)
    me = signed_in(client, leader)
    opened = me.get(f"/funnel?{YEAR}&mode=snapshot&figure=stock&stage=assessed&stage=lead").text
    assert "线索、研判，期末存量" in opened and "合计 1 个" in opened
    refused = me.get(f"/funnel?{YEAR}&figure=entered&stage=assessed&stage=lead")
    assert refused.status_code == 400 and "几个阶段合起来只能看期末存量" in refused.text
