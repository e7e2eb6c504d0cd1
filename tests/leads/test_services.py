"""Writes of leads: registration, moves through gates, holding, corrections, papers, who is told what."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import EntryKind
from app.core.storage.audit import AuditEvent
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.core.values.money import read_amount
from app.core.values.registries import AFTER_ACCESS, AFTER_MOVE
from app.core.web import files
from app.promotion.leads import projection, queries, services
from app.promotion.leads.enums import AgreementKind, LeadStage, LossReason
from app.promotion.leads.models import LeadEntry
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import due_steps, open_about, open_of_company
from tests.factories.days import in_days, told
from tests.factories.leads import (
    ContactMade,
    a_confidential_lead,
    a_contract,
    a_county,
    a_file,
    a_lead,
    a_lead_at,
    a_lead_ready_to_sign,
    a_review,
    a_signed_lead,
    fill_for,
    move,
    new_lead,
    person_id,
)

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


def _problems(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return set(refused.value.problems)


# --- registration ---


def test_a_new_lead_has_its_number_holding_and_first_ledger_rows(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    assert lead.number == f"XS-{lead.registered_on.year}-0001"
    assert (lead.unit_id, lead.amount) == (county.park.id, 260_000_000)
    kinds = [entry.kind for entry in reversed(queries.entries_of(lead))]
    assert kinds == [EntryKind.MOVE, EntryKind.ASSIGN, EntryKind.AMOUNT]
    assert a_lead(county).number.endswith("-0002")


def test_a_resident_brings_the_team_of_the_day(session: Db) -> None:
    county = a_county()
    assert a_lead(county, county.resident).team_id == county.team.id


def test_the_next_step_is_opened_with_the_lead(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, next_what="约严总来看厂房", next_on=today())
    assert [step.what for step in open_about(subject_of(lead))] == ["约严总来看厂房"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"next_what": "打电话"}, "next_on"),
        ({"next_on": in_days(0)}, "next_what"),
        ({"next_what": "打电话", "next_on": in_days(-100)}, "next_on"),
        ({"registered_on": in_days(1)}, "registered_on"),
    ],
)
def test_registration_says_what_is_wrong(session: Db, changed: dict, field: str) -> None:
    county = a_county()
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.create_lead(new_lead(county, **told(changed)))
    assert _problems(refused) == {field}


# --- the disclosure table ---


def test_a_visible_lead_of_the_same_company_is_listed(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    met = queries.clashes(county.enterprise.id, county.colleague)
    assert met.visible == (lead,) and not met.hidden


def test_of_a_hidden_ordinary_one_only_its_existence_is_said(session: Db) -> None:
    county = a_county()
    a_lead(county)
    met = queries.clashes(county.enterprise.id, county.outsider)
    assert met.hidden and met.visible == ()


def test_of_a_confidential_one_nothing_is_said_and_the_bureau_is_told(session: Db) -> None:
    county = a_county()
    secret = a_confidential_lead(county)
    met = queries.clashes(county.enterprise.id, county.outsider)
    assert not met.to_be_said
    new = a_lead(county, county.outsider)
    told = [step for step in due_steps(county.head, today()) if new.number in step.what]
    assert len(told) == 1 and told[0].confidential
    # Neither the author nor anybody else learns of it, and the step does not name the confidential lead.
    assert secret.name not in told[0].what and secret.number not in told[0].what
    for actor in (county.outsider, county.officer, county.leader):
        assert told[0] not in due_steps(actor, today())
        assert told[0] not in open_of_company(actor, county.enterprise.id)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "lead.confidential_clash")).one()
    # Told of the new lead, so that nobody from outside stands among the editors of the confidential one.
    assert event.subject_id == new.public_id and secret.public_id in event.details


def test_lost_and_signed_leads_do_not_clash(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    move(lead, LeadStage.LOST, county.officer, reason_code=LossReason.COST)
    assert not queries.clashes(county.enterprise.id, county.officer).to_be_said


# --- moves ---


def test_a_lead_goes_the_whole_way_when_every_gate_is_met(session: Db) -> None:
    lead = a_signed_lead(a_county())
    assert lead.stage is LeadStage.SIGNED


@pytest.mark.parametrize(
    ("at", "to", "missing"),
    [
        (LeadStage.ASSESSED, LeadStage.FIRST_TALK, {"assessment", "first_negotiator"}),
        (LeadStage.INSPECTING, LeadStage.REVIEWING, {"summary"}),
        (LeadStage.REVIEWING, LeadStage.APPROVED, {"conclusion"}),
        (LeadStage.APPROVED, LeadStage.SIGNED, {"agreement", "fair_review"}),
    ],
)
def test_a_gate_refuses_with_what_is_missing(
    session: Db, at: LeadStage, to: LeadStage, missing: set[str]
) -> None:
    county = a_county()
    lead = a_lead_at(county, at)
    with pytest.raises(RuleBroken) as refused:
        move(lead, to, county.officer)
    assert _problems(refused) == missing
    session.rollback()
    assert lead.stage is at


def test_negotiating_needs_a_visit_as_visits_say(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.FIRST_TALK)
    with ContactMade(False), pytest.raises(RuleBroken) as refused:
        move(lead, LeadStage.NEGOTIATING, county.officer)
    assert _problems(refused) == {"contact_made"}
    session.rollback()
    move(lead, LeadStage.NEGOTIATING, county.officer)
    assert lead.stage is LeadStage.NEGOTIATING


def test_a_jump_needs_the_right_to_correct_a_reason_and_the_gate_of_its_stage(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with pytest.raises(NotAllowed):
        move(lead, LeadStage.INSPECTING, county.officer)
    session.rollback()
    with pytest.raises(RuleBroken) as refused:
        move(lead, LeadStage.INSPECTING, county.head)
    assert _problems(refused) == {"reason"}
    session.rollback()
    with pytest.raises(RuleBroken) as refused:
        move(lead, LeadStage.REVIEWING, county.head, reason="县长带队洽谈")
    assert _problems(refused) == {"summary"}
    session.rollback()
    move(lead, LeadStage.INSPECTING, county.head, reason="县长带队洽谈")
    assert lead.stage is LeadStage.INSPECTING


def test_a_step_back_needs_a_reason_but_no_gate(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.INSPECTING)
    with pytest.raises(NotAllowed):
        move(lead, LeadStage.ASSESSED, county.officer)
    session.rollback()
    move(lead, LeadStage.ASSESSED, county.head, reason="企业换了方向，重新研判")
    assert lead.stage is LeadStage.ASSESSED


def test_a_lead_on_hold_comes_back_to_where_it_was(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.NEGOTIATING)
    move(lead, LeadStage.ON_HOLD, county.officer, today(), reason="等企业年报")
    assert lead.hold_reason == "等企业年报"
    with pytest.raises(RuleBroken):
        move(lead, LeadStage.INSPECTING, county.officer, today())
    session.rollback()
    move(lead, LeadStage.NEGOTIATING, county.officer, today())
    assert (lead.stage, lead.hold_reason) == (LeadStage.NEGOTIATING, "")


def test_a_loss_drops_the_next_step_and_is_an_end(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, next_what="打电话", next_on=today())
    move(lead, LeadStage.LOST, county.officer, reason_code=LossReason.ELSEWHERE, reason="去了邻县")
    assert (lead.loss_reason, lead.loss_note) == (LossReason.ELSEWHERE, "去了邻县")
    assert [step.state for step in session.scalars(select(Step))] == [StepState.DROPPED]
    with pytest.raises(RuleBroken):
        move(lead, LeadStage.ASSESSED, county.head, reason="又回来了")


def test_effective_dates_lie_between_the_last_move_and_today(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    for day in (today() + timedelta(days=1), lead.registered_on - timedelta(days=1)):
        with pytest.raises(RuleBroken) as refused:
            move(lead, LeadStage.ASSESSED, county.officer, day)
        assert _problems(refused) == {"effective_on"}
        session.rollback()


def test_whoever_listens_hears_of_every_change_of_stage(session: Db) -> None:
    heard: list[tuple[str | None, str]] = []

    def listen(moved) -> None:
        heard.append((moved.before, moved.after))

    AFTER_MOVE.add(listen)
    try:
        county = a_county()
        lead = a_lead(county)
        move(lead, LeadStage.ASSESSED, county.officer)
        with acting_as(county.head):
            services.correct_entry(lead, queries.entries_of(lead)[0].id, "点错了")
    finally:
        AFTER_MOVE._callables.remove(listen)
    assert heard == [(None, "lead"), ("lead", "assessed"), ("assessed", "lead")]


def test_two_who_saw_the_same_version_cannot_both_move_it(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    seen = lead.version
    move(lead, LeadStage.ASSESSED, county.officer, version=seen)
    with pytest.raises(Stale):
        move(lead, LeadStage.ON_HOLD, county.colleague, reason="等", version=seen)


# --- holding and amount ---


def test_a_back_dated_assignment_changes_the_past_and_not_the_present(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.head):
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today())
        back = today() - timedelta(days=30)
        services.assign_lead(lead, owner_id=person_id(county.resident), effective_on=back)
    session.commit()
    assert lead.owner_id == person_id(county.colleague)
    assert lead.owner.name == county.colleague.name


def test_open_steps_go_to_the_new_owner_and_listeners_hear_of_it(session: Db) -> None:
    heard: list[str] = []

    def listen(reseen) -> None:
        heard.append(reseen.kind)

    county = a_county()
    lead = a_lead(county, next_what="打电话", next_on=today())
    AFTER_ACCESS.add(listen)
    try:
        with acting_as(county.head):
            services.assign_lead(lead, owner_id=person_id(county.outsider), effective_on=today())
    finally:
        AFTER_ACCESS._callables.remove(listen)
    step = session.scalars(select(Step)).one()
    assert (step.owner_id, step.unit_id) == (person_id(county.outsider), county.outsider.unit_id)
    assert heard == ["lead"]


def test_another_amount_in_an_edit_becomes_a_ledger_row(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, {"name": "二期"}, read_amount("约3亿"))
    session.commit()
    assert (lead.name, lead.amount, lead.amount_text, lead.amount_doubtful) == (
        "二期",
        300_000_000,
        "约3亿",
        True,
    )
    assert queries.entries_of(lead)[0].kind is EntryKind.AMOUNT


def test_a_part_larger_than_the_whole_is_refused(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, amount=read_amount("2亿"))
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.update_lead(lead, lead.version, {"fixed_amount": 300_000_000})
    assert "不能比它大" in refused.value.problems["fixed_amount"]


# --- the amount of a signed lead ---


def test_from_the_signing_on_the_contract_says_how_much(session: Db) -> None:
    county = a_county()
    lead = a_signed_lead(county, amount=read_amount("2亿"))
    assert (lead.amount, lead.amount_text) == (260_000_000, "2.6亿")
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.update_lead(lead, lead.version, {}, read_amount("100亿"))
    assert "以合同为准" in refused.value.problems["amount_text"]


def test_a_signing_that_never_was_leaves_the_planned_amount(session: Db) -> None:
    county = a_county()
    lead = a_signed_lead(county, amount=read_amount("2亿"))
    entry = queries.entries_of(lead)[0]
    assert entry.stage is LeadStage.SIGNED
    with acting_as(county.head):
        services.correct_entry(lead, entry.id, "企业还没有盖章")
    assert (lead.stage, lead.amount) == (LeadStage.APPROVED, 200_000_000)


def test_a_stale_edit_changes_nothing_and_names_who_saved_first(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    seen = lead.version
    with acting_as(county.colleague):
        services.update_lead(lead, seen, {"name": "二期"})
        session.commit()
    with acting_as(county.officer), pytest.raises(Stale) as refused:
        services.update_lead(lead, seen, {"name": "三期", "introducer": ""})
    assert lead.name == "二期"
    assert county.colleague.name in refused.value.by


# --- corrections ---


def test_voiding_a_loss_brings_the_lead_back_and_keeps_the_row(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.NEGOTIATING)
    move(lead, LeadStage.LOST, county.officer, reason_code=LossReason.SILENT)
    entry = queries.entries_of(lead)[0]
    with acting_as(county.head):
        services.correct_entry(lead, entry.id, "企业又联系上了，当时记错")
    session.commit()
    assert (lead.stage, lead.loss_reason) == (LeadStage.NEGOTIATING, None)
    assert session.get(LeadEntry, entry.id) is not None


@pytest.mark.parametrize("place", [0, 1])
def test_the_registration_itself_cannot_be_voided(session: Db, place: int) -> None:
    county = a_county()
    lead = a_lead(county)
    entry = list(reversed(queries.entries_of(lead)))[place]
    with acting_as(county.head), pytest.raises(RuleBroken):
        services.correct_entry(lead, entry.id, "点错了")


def test_a_row_is_voided_once_with_a_reason_by_who_may_and_only_on_its_own_lead(session: Db) -> None:
    county = a_county()
    lead, other = a_lead(county), a_lead(county)
    move(lead, LeadStage.ASSESSED, county.officer)
    entry_id = queries.entries_of(lead)[0].id
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.correct_entry(lead, entry_id, "点错了")
    with acting_as(county.head):
        with pytest.raises(RuleBroken):
            services.correct_entry(lead, entry_id, "")
        with pytest.raises(NotFound):
            services.correct_entry(other, entry_id, "点错了")
        services.correct_entry(lead, entry_id, "点错了")
        session.commit()
        with pytest.raises(RuleBroken):
            services.correct_entry(lead, entry_id, "点错了")


def test_the_ledger_cannot_be_rewritten_even_in_sql(session: Db) -> None:
    a_lead(a_county())
    for statement in (LeadEntry.__table__.delete(), LeadEntry.__table__.update().values(reason="x")):
        with pytest.raises(Exception, match="append-only"):
            session.execute(statement)
        session.rollback()


# --- who sees it ---


def test_naming_people_and_confidentiality_reach_steps_and_projections(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, next_what="打电话", next_on=today())
    with acting_as(county.officer):
        services.set_confidential(lead, True, [person_id(county.outsider)])
    session.commit()
    assert [person.id for person in queries.members_of(lead)] == [person_id(county.outsider)]
    assert session.scalars(select(Step)).one().confidential
    drift = projection.LedgerDrift()
    projection.compare(drift, [lead])
    assert drift.is_clean
    with acting_as(county.officer):
        services.set_confidential(lead, False, [])
    session.commit()
    assert queries.members_of(lead) == []


def test_only_owner_author_and_who_assigns_may_name_people(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.resident), pytest.raises(NotAllowed):
        services.set_confidential(lead, True, [])


def test_an_archived_lead_is_read_only_and_comes_back(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.officer):
        services.archive_lead(lead, "重复登记")
        session.commit()
        for act in (
            lambda: services.update_lead(lead, lead.version, {"name": "x"}),
            lambda: services.advance_stage(lead, LeadStage.ASSESSED, today()),
            lambda: services.set_confidential(lead, True, []),
            lambda: services.change_amount(lead, read_amount("1亿"), today()),
            lambda: a_contract(lead, county),
        ):
            with pytest.raises(RuleBroken, match="归档"):
                act()
        services.restore_lead(lead)
        session.commit()
    move(lead, LeadStage.ASSESSED, county.officer)


def test_a_visit_moves_the_last_contact_without_making_open_forms_stale(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    seen = lead.version
    services.note_contact(lead, today())
    services.note_contact(lead, today() - timedelta(days=9))
    session.commit()
    assert (lead.last_contact_on, lead.version) == (today(), seen)


# --- agreements ---


def test_framework_agreements_do_not_sign(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    agreement = a_contract(lead, county, kind=AgreementKind.FRAMEWORK)
    a_review(agreement, county)
    with pytest.raises(RuleBroken) as refused:
        move(lead, LeadStage.SIGNED, county.officer)
    assert "agreement" in _problems(refused)


@pytest.mark.parametrize(
    ("name", "content"), [("协议.exe", b"MZ"), ("协议.pdf", b""), ("协议.pdf", b"<html>not a pdf</html>")]
)
def test_a_file_that_is_no_paper_is_refused(session: Db, name: str, content: bytes) -> None:
    county = a_county()
    lead = a_lead(county)
    with pytest.raises(RuleBroken):
        a_contract(lead, county, a_file(name, content))


def test_an_agreements_file_is_open_to_who_sees_the_lead(session: Db) -> None:
    county = a_county()
    lead = a_lead_ready_to_sign(county)
    agreement = queries.agreements_of(lead)[0]
    may_read = files.OWNERS[queries.FILE_KIND]
    with acting_as(county.colleague):
        may_read(agreement.public_id)
    with acting_as(county.outsider), pytest.raises(NotFound):
        may_read(agreement.public_id)


def test_gate_facts_are_read_afresh(session: Db) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.ASSESSED)
    stages = queries.stages_on()
    assert len(queries.missing(queries.LeadNow(lead), LeadStage.FIRST_TALK, stages)) == 2
    fill_for(lead, LeadStage.FIRST_TALK, county)
    assert queries.missing(queries.LeadNow(lead), LeadStage.FIRST_TALK, stages) == []
