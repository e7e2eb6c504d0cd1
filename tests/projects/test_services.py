"""A signing makes the project; the project keeps a ledger of its own and stays in step with its lead."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import EntryKind
from app.core.records.timeline import About, timeline
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.delivery.projects import queries, services
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.listing import PROJECTS
from app.delivery.projects.models import Project
from app.promotion.leads import queries as lead_queries
from app.promotion.leads import services as leads
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.models import Lead
from tests.factories.leads import (
    ContactMade,
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    a_lead_ready_to_sign,
    move,
    person_id,
    redate,
)
from tests.factories.projects import a_project, a_project_at, a_terminated_project, advance, project_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
S = ProjectStage


def _unsign(county: County, lead: Lead) -> None:
    signing = next(entry for entry in lead_queries.entries_of(lead) if entry.stage is LeadStage.SIGNED)
    with acting_as(county.head):
        leads.correct_entry(lead, signing.id, "协议日期写错，重新签")
    db.session.commit()


def _sign(county: County, lead: Lead) -> None:
    redate(lead, county, today())
    move(lead, LeadStage.SIGNED, county.officer, today())


def test_signing_a_lead_makes_its_project_with_the_amount_of_the_contract(session: Db) -> None:
    county = a_county()
    with ContactMade():
        lead = a_lead_ready_to_sign(county)
        assert queries.project_of_lead(lead.id) is None
        _sign(county, lead)
    project = project_of(lead)
    assert project.number == f"QY-{today().year}-0001"
    assert (project.name, project.enterprise_id) == (lead.name, lead.enterprise_id)
    assert (project.amount, project.signed_on) == (260_000_000, today())
    assert (project.unit_id, project.owner_id) == (lead.unit_id, lead.owner_id)
    assert (project.stage, project.stage_since) == (S.SIGNED, today())
    kinds = [entry.kind for entry in queries.entries_of(project)]
    assert sorted(kinds) == sorted([EntryKind.MOVE, EntryKind.ASSIGN, EntryKind.AMOUNT])


def test_each_project_gets_the_next_number(session: Db) -> None:
    county = a_county()
    numbers = [a_project(county).number for _ in range(2)]
    assert numbers == [f"QY-{today() - timedelta(days=60):%Y}-000{place}" for place in (1, 2)]


def test_a_voided_signing_archives_the_project_and_signing_again_brings_the_same_one_back(
    session: Db,
) -> None:
    county = a_county()
    project = a_project(county)
    lead = project.lead
    assert lead is not None
    _unsign(county, lead)
    assert project.is_archived and "签约已更正" in (project.archive_reason or "")
    assert queries.ledger_of(project).standing() is None
    with ContactMade():
        _sign(county, lead)
    assert not project.is_archived
    assert (project.stage, project.stage_since, project.owner_id) == (S.SIGNED, today(), lead.owner_id)
    assert session.scalar(select(func.count()).select_from(Project)) == 1


def test_a_project_that_comes_back_keeps_what_happened_since(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    lead = project.lead
    assert lead is not None
    advance(project, S.REGISTERED, county.officer, today())
    _unsign(county, lead)
    signed_on = project.stage_since - timedelta(days=1)
    redate(lead, county, signed_on)
    with ContactMade():
        move(lead, LeadStage.SIGNED, county.officer, signed_on)
    assert project.stage is S.REGISTERED
    assert project.stage_since == today()


def test_a_project_moves_forward_one_step_with_its_paper(session: Db) -> None:
    county = a_county()
    project = a_project_at(county, S.STARTED)
    assert project.stage is S.STARTED
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.advance_project(project, S.IN_LIBRARY, today())
    assert "入库单" in refused.value.problems["evidence"]
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.advance_project(project, S.FULL_CAPACITY, today(), evidence="x", reason="直接达产")


def test_the_head_may_jump_and_step_back_with_a_reason(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    advance(project, S.STARTED, county.head, today(), reason="老厂房改造，直接开工")
    assert project.stage is S.STARTED
    advance(project, S.LANDED, county.head, today(), reason="施工许可被撤回")
    assert project.stage is S.LANDED
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        services.advance_project(project, S.REGISTERED, today())
    assert "原因" in refused.value.problems["reason"]


@pytest.mark.parametrize("days", [1, -61])
def test_a_date_after_today_or_before_the_last_move_is_refused(session: Db, days: int) -> None:
    county = a_county()
    project = a_project(county)
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.advance_project(project, S.REGISTERED, today() + timedelta(days=days), evidence="执照")
    assert "生效日期" in refused.value.problems["effective_on"]


def test_a_termination_is_the_end_until_it_is_corrected(session: Db) -> None:
    county = a_county()
    project = a_terminated_project(county)
    assert project.stage is S.TERMINATED
    with acting_as(county.head), pytest.raises(RuleBroken, match="已经终止"):
        services.advance_project(project, S.REGISTERED, today(), evidence="执照")
    ended = queries.entries_of(project)[0]
    with acting_as(county.head):
        services.correct_entry(project, ended.id, "企业又接着做了")
    session.commit()
    assert project.stage is S.SIGNED


def test_what_the_signing_wrote_cannot_be_corrected_on_the_project(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    for entry in queries.entries_of(project):
        with acting_as(county.head), pytest.raises(RuleBroken, match="线索的阶段台账"):
            services.correct_entry(project, entry.id, "试一下")
    advance(project, S.REGISTERED, county.officer)
    moved = queries.entries_of(project)[0]
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.correct_entry(project, moved.id, "点错了")


def test_a_row_is_corrected_once(session: Db) -> None:
    county = a_county()
    project = a_project_at(county, S.REGISTERED)
    moved = queries.entries_of(project)[0]
    with acting_as(county.head):
        services.correct_entry(project, moved.id, "执照还没有办下来")
        with pytest.raises(RuleBroken, match="已经更正过"):
            services.correct_entry(project, moved.id, "再来一次")
    assert project.stage is S.SIGNED


def test_whoever_gets_the_lead_gets_the_project(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    lead = project.lead
    assert lead is not None
    with acting_as(county.head):
        leads.assign_lead(lead, owner_id=person_id(county.resident), effective_on=today())
    session.commit()
    assert (project.owner_id, project.team_id) == (person_id(county.resident), county.team.id)
    assigned = next(row for row in lead_queries.entries_of(lead) if row.kind is EntryKind.ASSIGN)
    with acting_as(county.head):
        leads.correct_entry(lead, assigned.id, "分派错了人")
    session.commit()
    assert (project.owner_id, project.team_id) == (lead.owner_id, lead.team_id)
    assert project.owner_id == person_id(county.officer)


def test_a_lead_made_confidential_hides_its_project_from_all_but_the_people_named(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    lead = project.lead
    assert lead is not None
    with acting_as(county.officer):
        leads.set_confidential(lead, True, [person_id(county.outsider)])
    session.commit()
    seen = [
        actor
        for actor in (county.head, county.leader, county.officer, county.outsider, county.colleague)
        if PROJECTS.page(PROJECTS.asked(), actor).rows
    ]
    assert seen == [county.officer, county.outsider]


def test_a_stale_move_changes_nothing(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    seen = project.version
    advance(project, S.REGISTERED, county.officer)
    with acting_as(county.officer), pytest.raises(Stale):
        services.advance_project(project, S.LANDED, today(), evidence="合同", version=seen)


def test_a_stale_edit_changes_nothing(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    seen = project.version
    with acting_as(county.officer):
        services.update_project(project, seen, {"name": "储能一期", "project_code": ""})
        session.commit()
        with pytest.raises(Stale):
            services.update_project(project, seen, {"name": "储能电芯一期", "project_code": ""})
    assert project.name == "储能一期"


def test_the_ledger_refuses_changes_even_from_a_shell(app: Flask) -> None:
    with app.app_context():
        a_project(a_county())
        with pytest.raises(DatabaseError):
            db.session.execute(text("UPDATE project_entry SET reason = 'x'"))
        db.session.rollback()


def test_the_whole_way_can_be_read_from_the_project(session: Db) -> None:
    county = a_county()
    project = a_project_at(county, S.REGISTERED)
    months = timeline(About((subject_of(project), subject_of(project.lead))), county.officer).months
    titles = [happening.title for month in months for happening in month.happenings]
    assert "从「已签约」到「注册」" in titles
    assert "签约，项目建档" in titles
    assert "登记线索" in titles
    assert timeline(About((subject_of(project), subject_of(project.lead))), county.outsider).total == 0


def test_only_a_signing_makes_a_project(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    move(lead, LeadStage.LOST, county.officer, reason_code=LossReason.ELSEWHERE, reason="去了外地")
    assert session.scalar(select(func.count()).select_from(Project)) == 0
    assert queries.project_of_lead(a_confidential_lead(county).id) is None
