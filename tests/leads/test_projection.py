"""The projections and the current columns equal the ledger, whatever happened to a lead."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.records import history
from app.core.records.history import EntryKind
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.money import read_amount
from app.promotion.leads import projection, services
from app.promotion.leads.enums import PATH, LeadStage, LossReason
from app.promotion.leads.models import Lead, LeadEntry, LeadReach, LeadSpan
from tests.factories.leads import ContactMade, County, a_county, a_lead, person_id

pytestmark = pytest.mark.both_databases

DAYS = 40
_days = st.integers(0, DAYS)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(LeadStage), _days),
        st.tuples(st.just("assign"), st.integers(0, 3), _days),
        st.tuples(st.just("amount"), st.integers(0, 50_000), _days),
        st.tuples(st.just("correct"), st.integers(0, 12), _days),
        st.tuples(st.just("redate"), st.none(), _days),
    ),
    max_size=14,
)


def _act(lead: Lead, county: County, action: tuple[str, Any, int]) -> None:
    """One thing that somebody does to a lead on a day; refused ones change nothing."""
    verb, what, back = action
    day = today() - timedelta(days=back)
    if verb == "move":
        services.advance_stage(lead, what, day, "历史", reason_code=LossReason.SITE)
    elif verb == "assign":
        people = (county.officer, county.colleague, county.resident, county.head)
        services.assign_lead(lead, owner_id=person_id(people[what]), effective_on=day)
    elif verb == "amount":
        services.change_amount(lead, read_amount(f"{what}万"), day)
    elif verb == "redate":
        services.correct_registration(lead, day, "早就在谈")
    else:
        entries = list(db.session.scalars(select(LeadEntry).where(LeadEntry.lead_id == lead.id)))
        services.correct_entry(lead, entries[what % len(entries)].id, "点错了")


def _play(county: County, actions: list[tuple[str, Any, int]]) -> Lead:
    lead = a_lead(county, registered_on=today() - timedelta(days=DAYS - 10))
    with acting_as(county.head):
        for action in actions:
            try:
                _act(lead, county, action)
                db.session.commit()
            except RuleBroken:
                db.session.rollback()
    return lead


def _brute_force(entries: list[LeadEntry]) -> dict[date, tuple[Any, ...]]:
    """Stage and holding on each day since the registration, by going through the ledger day by day: the slow,
    obvious way.
    """
    void = {entry.voids for entry in entries if entry.kind is EntryKind.CORRECT}
    counted = sorted(
        (entry for entry in entries if entry.id not in void), key=lambda entry: (entry.effective_on, entry.id)
    )
    found: dict[date, tuple[Any, ...]] = {}
    for back in range(DAYS, -1, -1):
        day = today() - timedelta(days=back)
        state: dict[str, Any] = {"stage": None, "held": (None, None, None), "amount": 0}
        for entry in counted:
            if entry.effective_on > day:
                break
            if entry.kind is EntryKind.MOVE:
                state["stage"] = entry.stage
            elif entry.kind is EntryKind.ASSIGN:
                state["held"] = (entry.unit_id, entry.team_id, entry.owner_id)
            elif entry.kind is EntryKind.AMOUNT:
                state["amount"] = entry.amount
        if state["stage"] is not None:
            found[day] = (state["stage"], *state["held"], state["amount"])
    return found


_SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_SLOW
@given(actions=ACTIONS)
def test_spans_tell_for_every_day_what_the_ledger_tells(app: Flask, actions: list[Any]) -> None:
    with app.app_context(), ContactMade():
        lead = _play(a_county(), actions)
        entries = list(db.session.scalars(select(LeadEntry).where(LeadEntry.lead_id == lead.id)))
        spans = list(db.session.scalars(select(LeadSpan).where(LeadSpan.lead_id == lead.id)))
        told = _brute_force(entries)
        assert min(told) == min(span.d1 for span in spans) == lead.registered_on
        for day, expected in told.items():
            there = [span for span in spans if span.d1 <= day < span.d2]
            assert [(s.stage, s.unit_id, s.team_id, s.owner_id, s.amount) for s in there] == [expected]


@_SLOW
@given(actions=ACTIONS)
def test_current_columns_and_first_arrivals_equal_the_fold(app: Flask, actions: list[Any]) -> None:
    with app.app_context(), ContactMade():
        lead = _play(a_county(), actions)
        counted = history.effective(projection.entries_of([lead.id])[lead.id])
        now = history.standing(counted)
        assert now is not None
        db.session.refresh(lead)
        held = (lead.unit_id, lead.team_id, lead.owner_id, lead.amount)
        assert (lead.stage, lead.stage_since) == (now.stage, now.since)
        assert held == (now.holding.unit_id, now.holding.team_id, now.holding.owner_id, now.holding.amount)
        reached: dict[LeadStage, date] = {}
        for entry in counted:
            if entry.kind is EntryKind.MOVE and entry.stage in PATH:
                for stage in PATH[: PATH.index(LeadStage.parse(entry.stage) or LeadStage.LEAD) + 1]:
                    reached.setdefault(stage, entry.effective_on)
        rows = list(db.session.scalars(select(LeadReach).where(LeadReach.lead_id == lead.id)))
        assert {row.stage: row.first_date for row in rows} == reached
        assert {row.cohort_date for row in rows} == {lead.registered_on}


@_SLOW
@given(actions=ACTIONS)
def test_a_rebuild_changes_nothing_and_the_check_finds_nothing(app: Flask, actions: list[Any]) -> None:
    with app.app_context(), ContactMade():
        _play(a_county(), actions)
        before = _contents()
        for batch in projection.batches(size=2):
            projection.settle_all(batch)
        db.session.commit()
        drift = projection.LedgerDrift()
        for batch in projection.batches():
            projection.compare(drift, batch)
        assert drift.is_clean
        assert _contents() == before


def _contents() -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for model in (LeadSpan, LeadReach):
        columns = [column for column in model.__table__.c if column.name != "id"]
        found[model.__name__] = sorted((tuple(row) for row in db.session.execute(select(*columns))), key=repr)
    return found


def test_a_drifted_projection_is_found_and_mended_by_the_commands(app: Flask) -> None:
    with app.app_context():
        lead = a_lead(a_county())
        number = lead.number
        db.session.execute(LeadSpan.__table__.delete())
        db.session.commit()
        lead = db.session.scalars(select(Lead)).one()
        lead.amount = 1
        db.session.commit()
    runner = app.test_cli_runner()
    found = runner.invoke(args=["leads", "check"])
    assert found.exit_code == 1
    assert f"阶段区间有出入 1 条：{number}" in found.output
    assert f"当前阶段、负责人或金额有出入 1 条：{number}" in found.output
    assert runner.invoke(args=["leads", "rebuild"]).exit_code == 0
    assert runner.invoke(args=["leads", "check"]).exit_code == 0
