"""No page of figures tells a number that is no metric's; each carries its code and opens its rows. Features
count the county's records through metrics alone.
"""

import ast
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.records.metrics import METRICS
from tests.factories.leads import County, sign_in
from tests.home.test_figures import county, rows_behind
from tests.house.furnishing import lists
from tests.house.numbers import Numbers, opened_by, without_a_link

__all__ = ["county"]  # the fixture
Db = scoped_session[Session]
ROOT = Path(__file__).parents[2]
PAGES = {
    "leader": ("/", "/funnel", "/funnel?mode=snapshot", "/funnel?figure=cohort&stage=lead"),
    "head": ("/?view=mine", "/?view=team", "/funnel?mode=snapshot&figure=stock&stage=lead"),
    "officer": ("/?view=mine", "/?view=team", "/funnel"),
    "resident": ("/?view=mine", "/?view=team", "/funnel"),
}
LISTS = (
    *("/leads", "/leads/board", "/enterprises", "/visits", "/projects", "/steps?view=all"),
    *(each.at.rstrip("/") for each in lists()),
)
# Who counts rows by hand, and why that is no number beside a metric.
COUNTS_ITSELF = {
    "chains/queries.py": "how many links of a chain stand how: what its row says of it, and its page lists",
    "reports/queries.py": "how many took how many days: the median of a metric's own rows",
    "steps/queries/due.py": "the headings of a reading that was cut, by the condition of the reading",
}
RECORDS = (
    *("enterprises", "home", "leads", "projects", "reports", "steps", "visits"),
    *(each.feature for each in lists()),
)


@pytest.mark.both_databases
@pytest.mark.parametrize("who", PAGES)
def test_each_number_of_the_first_page_and_the_funnel_is_that_of_a_metric(
    county: County, client: FlaskClient, who: str
) -> None:
    me = sign_in(client, getattr(county, who))
    for path in PAGES[who]:
        page = Numbers(me.get(path).text)
        assert len(page.of_metrics) >= 4, path
        assert page.bare == [], path
        assert {one.code for one in page.of_metrics} <= set(METRICS), path
        assert without_a_link(page) == [], path
        for url, number in opened_by(page):
            assert rows_behind(me, url) == number, (path, url)


def test_what_a_list_counts_and_sums_up_is_its_metric(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    for path in LISTS:
        codes = {one.code for one in Numbers(me.get(path).text).of_metrics}
        assert codes and codes <= set(METRICS), path


@pytest.mark.parametrize(
    "planted",
    [
        "<p>今年签约 47 个</p>",
        "<p><span>47</span></p>",
        "<table><tbody><tr><td>47</td></tr></tbody></table>",
    ],
)
def test_a_number_without_a_metric_is_caught(planted: str) -> None:
    assert Numbers(f"<main>{planted}</main>").bare


def test_a_number_that_opens_nothing_is_caught() -> None:
    planted = Numbers('<main><p><span data-metric="lead.stock">47</span> 条</p></main>')
    assert without_a_link(planted) == ["lead.stock: 47"]
    assert without_a_link(Numbers('<main><p><a data-metric="lead.stock" href="/">47</a></p></main>')) == []
    assert without_a_link(Numbers('<main><p><span data-metric="lead.stock">0</span></p></main>')) == []


def counting(source: str) -> list[int]:
    """Lines that count or sum up rows in the database."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in {"count", "sum"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "func"
    ]


def test_a_feature_that_counts_by_hand_is_caught() -> None:
    assert counting("from sqlalchemy import func\nselect(func.count(), func.sum(Lead.amount))") == [2, 2]
    assert counting("rows.by(Lead.stage)") == []


def test_features_of_records_count_through_metrics_alone() -> None:
    found = {
        f"{feature}/{path.relative_to(folder).as_posix()}"
        for feature in RECORDS
        for folder in (ROOT / "app").glob(f"*/{feature}")
        for path in folder.rglob("*.py")
        if counting(path.read_text(encoding="utf-8"))
    }
    assert found == set(COUNTS_ITSELF)
