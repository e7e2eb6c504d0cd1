"""The list of projects, as it is declared: what its URL may say, what it says back, the same on paper."""

import re

import pytest

from app.core.values.clock import today
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.listing import PROJECTS
from tests.factories.leads import a_county, sign_in
from tests.factories.projects import a_project, a_terminated_project

pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session):
    made = a_county()
    a_project(made, name="澜川储能项目")
    session.commit()
    return made


def test_each_condition_is_a_chip_that_can_be_taken_off_and_stands_in_its_field(county, client):
    me = sign_in(client, county.officer)
    page = me.get(f"/projects?q=澜川&stage=signed&from=2020-01-01&to={today()}")
    assert re.findall(r'aria-label="去掉条件：([^"]+)"', page.text) == [
        "名称 澜川",
        f"阶段 {ProjectStage.SIGNED.label}",
        "签约不早于 2020-01-01",
        f"签约不晚于 {today()}",
    ]
    assert '<input class="input" type="date" name="from" value="2020-01-01">' in page.text
    assert '<details class="query-more" open>' in page.text
    assert "澜川储能项目" in page.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "from=2026-05-02&to=2026-05-01",
            "签约不晚于 2026-05-01 早于签约不早于 2026-05-02，请把两个日期对调",
        ),
        ("from=五月", "签约不早于要写成 2026-11-23 这样"),
        ("stage=planted", "阶段没有「planted」这一项"),
        ("view=planted", "视图没有「planted」这一项"),
        ("sort=planted", "不能按「planted」排序"),
    ],
)
def test_what_an_address_cannot_mean_is_said(county, client, query, sentence):
    for path in ("/projects", "/projects/print"):
        page = sign_in(client, county.officer).get(f"{path}?{query}")
        assert page.status_code == 400, path
        assert sentence in page.text


def test_paper_has_the_columns_and_the_sum_of_the_page(session, county, client):
    a_terminated_project(county, name="解约的")
    session.commit()
    me = sign_in(client, county.officer)
    shown, paper = me.get("/projects"), me.get("/projects/print")
    headings = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', paper.text, re.DOTALL)
    assert [re.split("<", one)[0] for one in headings[1:]] == [column.label for column in PROJECTS.columns]
    amount = re.search(
        r'<td class="num">([\d.]+)</td><td colspan="4">亿元，招商口径，本人可见</td>', shown.text
    )
    assert f"合计 {amount[1]} 亿元，招商口径" in paper.text
    assert "解约的" not in paper.text


def test_a_filter_that_the_list_has_not_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="planted"):
        PROJECTS.asked({"planted": 1})
