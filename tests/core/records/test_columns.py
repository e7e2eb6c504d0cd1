"""The columns and tabs that lists have in common: what each says of a record, and by what it sorts."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import ColumnElement

from app.core.access.auth import Actor
from app.core.records.columns import Cell, ListedRecord, day, holder, leading, lit, money, of
from app.core.records.filters import Amount, amounts, flag
from app.core.records.tabs import View, each_of, this_week, whose
from app.core.values.clock import as_if
from app.core.values.lights import Light
from app.core.values.money import in_wan
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.listing import LEADS
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit
from app.register.enterprises.models import Enterprise

ME = Actor(1, 7, "何立群", unit_name="招商局", unit_ids=frozenset({3}))


@dataclass(frozen=True, slots=True)
class _More(ListedRecord[Any]):
    """A record with something beside it."""

    more: str = ""


def sql_of(condition: ColumnElement[bool]) -> str:
    return str(condition.compile(compile_kwargs={"literal_binds": True}))


def a_record(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"public_id": "abc", "confidential": False, **values})


def both_ways(record: SimpleNamespace) -> list[Any]:
    """As a row by itself, and as one with something read beside it."""
    return [record, _More(record, "more")]


@pytest.mark.parametrize(
    ("column", "record", "says"),
    [
        (of(Lead.number), a_record(number="XS-2026-0001"), "XS-2026-0001"),
        (of(Lead.stage), a_record(stage=LeadStage.FIRST_TALK), "首谈"),
        (of(Lead.owner_id), a_record(owner=a_record(name="何立群")), "何立群"),
        (of(Step.enterprise_id), a_record(enterprise=None), None),
        (day(Lead.registered_on), a_record(registered_on=date(2026, 5, 2)), date(2026, 5, 2)),
        # late in the evening it is the next day in Beijing
        (day(Lead.updated_at), a_record(updated_at=datetime(2026, 5, 2, 17, tzinfo=UTC)), date(2026, 5, 3)),
        (holder(Lead.unit_id), a_record(team=None, unit=a_record(name="招商局")), "招商局"),
        (
            holder(Lead.unit_id),
            a_record(team=a_record(name="驻沪组"), unit=a_record(name="招商局")),
            "驻沪组",
        ),
    ],
    ids=lambda one: getattr(one, "key", None),
)
def test_a_column_says_what_its_attribute_holds(column, record, says):
    assert [column.cell(row) for row in both_ways(record)] == [says, says]


@pytest.mark.parametrize(("confidential", "tags"), [(False, ()), (True, ("保密",))])
def test_the_first_column_leads_to_the_record_and_says_where_that_is_confidential(confidential, tags):
    record = a_record(enterprise=a_record(name="澜川"), confidential=confidential)
    for row in both_ways(record):
        cell = leading(Visit.enterprise_id).cell(row)
        assert cell == Cell("澜川", page=("visits.detail", "abc"), tags=tags)


def test_the_first_column_of_what_is_never_confidential_says_nothing_of_it():
    record = SimpleNamespace(public_id="abc", name="澜川")
    assert leading(Enterprise.name).cell(record) == Cell("澜川", page=("enterprises.detail", "abc"))


@pytest.mark.parametrize(
    ("amount", "doubtful", "says"),
    [
        (26_000_000, False, Cell("2,600.00")),
        (26_000_000, True, Cell("2,600.00", tags=("待核",))),
        (0, False, Cell("面议", is_bare=True)),
        (None, True, Cell("面议", is_bare=True)),
    ],
)
def test_a_sum_that_was_not_read_says_what_was_written(amount, doubtful, says):
    column = money(Lead.amount, in_wan, "万元", written=Lead.amount_text, doubtful=Lead.amount_doubtful)
    record = a_record(amount=amount, amount_text="面议", amount_doubtful=doubtful)
    assert [column.cell(row) for row in both_ways(record)] == [says, says]


def test_a_sum_of_which_no_text_is_kept_is_always_a_figure():
    assert money(Lead.amount, in_wan, "万元").cell(a_record(amount=0)) == Cell("0.00")


def test_a_light_stands_with_its_words_and_only_they_are_printed():
    cell = lit("since", "在本阶段", lambda row: row.on).cell(a_record(on=Light("red", "超 3 天")))
    assert cell == Cell(light=Light("red", "超 3 天"))
    assert str(cell) == "超 3 天"


def test_what_sorts_a_list_are_its_columns():
    assert list(LEADS.sorts) == ["number", "since", "amount", "updated"]
    assert LEADS.sorts["since"] is Lead.stage_since
    assert day(Lead.updated_at, sorts=True).key == "updated"
    assert not of(Lead.number).sorts


def test_a_list_is_sorted_by_one_of_its_columns():
    with pytest.raises(TypeError, match="no column of lead sorts by -amount"):
        replace(LEADS, columns=(leading(Lead.name, sorts=True),), sorted_by="-amount")


def test_a_list_that_stands_elsewhere_says_where_its_records_do():
    first = leading(Lead.name, page="sources.detail", sorts=True, key="updated")
    elsewhere = replace(LEADS, endpoint="sources.index", columns=(first,))
    page, _public_id = elsewhere.columns[0].cell(a_record(name="澜川")).page
    assert page == elsewhere.record


def test_what_a_list_leaves_out_follows_from_its_model():
    assert (LEADS.kind, LEADS.noun, LEADS.endpoint) == ("lead", "线索", "leads.index")
    assert LEADS.record == "leads.detail"


def test_a_pair_of_sums_asks_from_both_sides():
    least, most = amounts(Lead.amount, "不低于", "不高于")
    assert [sql_of(one.condition(5)) for one in (least, most)] == ["lead.amount >= 5", "lead.amount <= 5"]
    assert isinstance(least, Amount)
    assert (least.name, most.name) == ("least", "most")


def test_a_flag_is_called_like_its_column():
    only = flag(Lead.confidential, "只看保密")
    assert (only.name, only.label, only.words(value=True)) == ("confidential", "保密", "只看保密")
    assert sql_of(only.condition(value=True)) == "lead.confidential IS true"


def test_the_views_of_what_somebody_holds_are_all_own_and_ours():
    views = whose(Lead.owner_id, Lead.unit_id, Lead.team_id)
    assert {name: [sql_of(one) for one in view.where(ME)] for name, view in views.items()} == {
        "all": [],
        "mine": ["lead.owner_id = 7"],
        "team": ["lead.unit_id IN (3)"],
    }


@pytest.mark.parametrize(
    "now", [datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 29, 15, tzinfo=UTC)]
)
def test_this_week_begins_on_monday(now):
    view: View = this_week(Visit.held_on, "本周")
    with as_if(now):
        assert [sql_of(one) for one in view.where(ME)] == ["visit.held_on >= '2026-11-23'"]


def test_each_member_is_a_state_and_all_of_them_the_whole():
    states = each_of(Step.state, StepState, "所有状态")
    assert [state.label for state in states.values()] == ["待办", "已办结", "不再办", "所有状态"]
    assert [sql_of(one) for one in states["done"].where] == ["step.state = 'done'"]
    assert states["all"].where == ()
