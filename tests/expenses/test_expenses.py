"""经费: entered with its receipt, counted for the team of its day, held against what was given."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.measures import MEASURES, WHOLE, By, MeasureAsked, Tally
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.core.values.registries import HELD, NAMED_IN, Sought
from app.promotion.expenses import indexing, metrics, queries, services
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.listing import EXPENSES
from app.promotion.expenses.models import Expense
from app.register.accounts.models import TeamMembership, Unit
from tests.factories.expenses import an_archived_expense, an_expense, expense_data
from tests.factories.leads import County, a_county, sign_in
from tests.factories.visits import person_of
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(expense: Expense) -> str:
    return f"/expenses/{expense.public_id}"


def the_form(county: County, **changed: str) -> dict[str, str]:
    told = {"name": "高铁票", "kind": "travel", "spent_on": today().isoformat(), "amount": "856.50"}
    return told | {"receipt_no": "", "owner": person_of(county.officer).public_id, "notes": ""} | changed


def test_an_officer_enters_an_expense_in_yuan_and_stands_on_its_page(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    answer = me.submit("/expenses/new", the_form(county))
    expense = db.session.scalars(select(Expense)).one()
    assert answer.location == opened(expense)
    assert (expense.amount, expense.unit_id, expense.team_id) == (857, county.park.id, None)
    assert "857 元" in me.get(opened(expense)).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "写一句花在什么上"),
        ({"amount": "200万"}, "这里按元写"),
        ({"amount": "0"}, "金额要大于 0"),
        ({"amount": "若干"}, "要写成数字，例如 856.50"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County, typed: dict[str, str], words: str
) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/expenses/new", the_form(county, notes="已谈过", **typed))
    assert refused.status_code == 422
    assert words in refused.text and "已谈过" in refused.text
    assert db.session.scalars(select(Expense)).all() == []


def test_one_receipt_is_one_expense_however_it_is_written(county: County) -> None:
    first = an_expense(county.officer, receipt_no="no 24 3301")
    with acting_as(county.outsider), pytest.raises(RuleBroken, match="NO243301 已经登记过一笔"):
        services.create_expense(expense_data(county.outsider, receipt_no="NO24 3301"))
    with acting_as(county.officer):
        services.ARCHIVING.archive(first, first.version, "记重了")
        second = services.create_expense(expense_data(county.officer, receipt_no="NO243301"))
        with pytest.raises(RuleBroken, match="已经登记过一笔"):
            services.ARCHIVING.restore(first, first.version)
    assert not second.is_archived


def test_it_belongs_to_the_team_of_its_day_and_stays_there(county: County) -> None:
    member = person_of(county.resident)
    terms = db.session.scalars(select(TeamMembership).where(TeamMembership.person_id == member.id)).all()
    day = today() - timedelta(days=3)
    expense = an_expense(county.resident, spent_on=day)
    assert expense.team_id == terms[0].team_id
    for term in terms:
        term.ends_on = day
    with acting_as(county.head):
        services.change_expense(
            expense, expense.version, expense_data(county.resident, spent_on=day, notes="补充")
        )
    assert expense.team_id == terms[0].team_id
    assert "expenses" not in HELD  # whoever leaves hands over no money that is spent


def test_the_list_finds_it_by_its_words_and_only_for_those_who_see_it(
    client: FlaskClient, county: County
) -> None:
    expense = an_expense(county.officer, notes="储能产业链")
    asked = EXPENSES.asked({"q": "储能 高铁"})
    assert EXPENSES.page(asked, county.leader).rows == [expense]
    assert EXPENSES.page(asked, county.outsider).rows == []
    assert expense.name in sign_in(client, county.colleague).get("/expenses?q=储能").text


def test_it_is_found_by_search(client: FlaskClient, county: County) -> None:
    expense = an_expense(county.officer, name="储能对接会场地")
    drained()
    assert opened(expense) in sign_in(client, county.officer).get("/search?q=储能对接会").text
    assert indexing.SOURCE.find("储能", county.officer, 5) == [expense.public_id]
    assert indexing.SOURCE.find("储能", county.outsider, 5) == []


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County
) -> None:
    expense = an_expense(county.officer)
    me = sign_in(client, county.officer)
    chosen = next(form for form in forms_of(me.get(f"{opened(expense)}/edit").text) if "owner" in form.fields)
    assert chosen.fields["owner"] == person_of(county.officer).public_id
    assert chosen.fields["amount"] == "856"
    saved = me.submit(f"{opened(expense)}/edit", the_form(county, name="改了的用途", amount="856"))
    assert saved.location == opened(expense)
    assert (db.session.get_one(Expense, expense.id).name, expense.amount) == ("改了的用途", 856)
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_expense(expense, 1, expense_data(county.officer, name="又改"))


def test_an_archived_one_is_read_and_counts_no_more(client: FlaskClient, county: County) -> None:
    expense = an_expense(county.officer)
    me = sign_in(client, county.officer)
    me.submit(opened(expense), {"reason": "记重了"}, f"{opened(expense)}/archive")
    page = me.get(opened(expense)).text
    assert "已归档，只能查看：记重了" in page and "/edit" not in page
    assert me.get(f"{opened(expense)}/edit").status_code == 403
    assert expense.name not in me.get("/expenses").text
    assert metrics.account_of(county.park, today().year, county.officer).total_spent == 0
    me.submit(opened(expense), {}, f"{opened(expense)}/restore")
    assert metrics.account_of(county.park, today().year, county.officer).total_spent == 856


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    expense = an_expense(county.officer, notes="联系人严文舟")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["expenses"](sought, county.officer)] == [expense.public_id]
        assert NAMED_IN["expenses"](sought, county.outsider) == []


def test_what_is_not_spent_yet_is_entered_later(client: FlaskClient, county: County) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    refused = sign_in(client, county.officer).submit("/expenses/new", the_form(county, spent_on=tomorrow))
    assert refused.status_code == 422 and "花了再记" in refused.text


# --- what was given ----------------------------------------------------------------------------------


def give(county: County, unit: Unit, amount: int, kind: ExpenseKind = ExpenseKind.TRAVEL) -> None:
    with acting_as(county.head):
        services.set_budget(unit, today().year, kind, amount, "年度批复")
        db.session.commit()


def test_of_a_kind_what_was_set_last_counts_and_the_earlier_rows_stay(county: County) -> None:
    give(county, county.park, 80_000)
    give(county, county.park, 60_000)
    give(county, county.park, 10_000, ExpenseKind.RENT)
    account = metrics.account_of(county.park, today().year, county.head)
    assert account.given == {ExpenseKind.TRAVEL: 60_000, ExpenseKind.RENT: 10_000}
    amounts = [row.amount for row in queries.budget_rows(county.park, today().year)]
    assert amounts == [10_000, 60_000, 80_000]


def test_what_is_spent_opens_to_exactly_its_rows(client: FlaskClient, county: County) -> None:
    give(county, county.park, 1_000)
    rows = [
        an_expense(county.officer),
        an_expense(county.officer, kind=ExpenseKind.RENT, amount=500),
        an_expense(county.officer, spent_on=date(today().year - 1, 12, 31), amount=7),
        an_archived_expense(county.officer, amount=9),
        an_expense(county.resident, amount=11),
    ]
    account = metrics.account_of(county.park, today().year, county.head)
    assert account.spent == {ExpenseKind.TRAVEL: 856, ExpenseKind.RENT: 500}
    me = sign_in(client, county.head)
    page = me.get("/expenses/budgets").text
    assert "超 356" in page
    link = next(part for part in page.split('href="') if f"holder={county.park.public_id}" in part)
    listed = me.get(link.split('"')[0].replace("&amp;", "&")).text
    assert [opened(row) in listed for row in rows] == [True, True, False, False, False]


def test_a_team_is_an_account_of_its_own(county: County) -> None:
    an_expense(county.resident, amount=11)
    by_unit = {one.unit.id: one.total_spent for one in metrics.accounts_of(today().year, county.head)}
    assert by_unit[county.team.id] == 11
    assert by_unit.get(county.park.id, 0) == 0


def test_nobody_reads_an_account_of_which_they_see_only_a_part(county: County) -> None:
    for somebody in (county.officer, county.resident, county.outsider):
        an_expense(somebody)
    year, whole = today().year, metrics.accounts_of(today().year, county.head)
    told = {one.unit.id: one.spent for one in whole}
    for reader in (county.officer, county.colleague, county.resident, county.outsider, county.leader):
        for account in metrics.accounts_of(year, reader):
            assert account.spent == told[account.unit.id]
    of_resident = [one.unit for one in metrics.accounts_of(year, county.resident)]
    assert of_resident == [county.team]


@pytest.mark.parametrize(
    ("amount", "words"), [("8", "是不是「万元」"), ("8亿", "是不是把「元」写成了「万元」"), ("-1", "")]
)
def test_a_budget_in_the_wrong_unit_is_asked_about(
    client: FlaskClient, county: County, amount: str, words: str
) -> None:
    me = sign_in(client, county.head)
    page = f"/expenses/budgets/{county.park.public_id}"
    told = {"year": str(today().year), "kind": "travel", "amount": amount, "reason": "年度批复"}
    refused = me.submit(page, told)
    assert refused.status_code == 422 and words in refused.text
    assert not queries.budget_rows(county.park, today().year)
    assert me.submit(page, told | {"amount": "8万"}).status_code == 303
    assert metrics.account_of(county.park, today().year, county.head).total_given == 80_000


def test_only_the_head_of_the_bureau_sets_it_and_others_read_their_own(county: County) -> None:
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.set_budget(county.park, today().year, ExpenseKind.TRAVEL, 80_000, "自己定")
    give(county, county.park, 80_000)
    assert queries.get_holder(county.park.public_id, county.officer) == county.park
    with pytest.raises(NotFound):
        queries.get_holder(county.park.public_id, county.outsider)
    assert county.park not in [one.unit for one in metrics.accounts_of(today().year, county.outsider)]


def test_what_a_team_spent_is_a_measure_by_which_teams_are_compared(county: County) -> None:
    an_expense(county.resident, amount=11)
    an_expense(county.resident, amount=12)
    an_archived_expense(county.resident, amount=13)
    asked = MeasureAsked(By.TEAM, today(), today())
    assert MEASURES["expense.amount"].tallies(asked) == {county.team.id: Tally(2 * WHOLE, 23)}
