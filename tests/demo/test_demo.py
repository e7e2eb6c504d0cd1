"""The demo county as somebody finds it who has just typed `flask demo load`."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.core.index import reindexing, searching
from app.core.records.history import EntryKind
from app.core.storage import audit
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.values import clock
from app.core.values.credit import By
from app.core.web import files
from app.county.demo import acts, plan, services
from app.delivery.projects.models import Project
from app.factory import create_app
from app.office.home import demo_mark
from app.promotion.assessments import queries as assessments
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.services import verify_all
from app.promotion.campaigns.models import Campaign, CampaignTarget, RouteStop
from app.promotion.gatherings import metrics
from app.promotion.gatherings.enums import GatheringFigure as F
from app.promotion.gatherings.enums import SigningKind
from app.promotion.gatherings.models import Gathering, Guest, Signing
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember, LeadReach
from app.promotion.leads.projection import LedgerDrift, batches, compare
from app.promotion.outings import queries as outings
from app.promotion.outings.enums import OutingDirection, StopState
from app.promotion.outings.models import Outing
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetEntry
from app.promotion.targets.queries import is_silent, open_targets, scores_of_targets
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import Role
from app.register.accounts.models import TeamMembership, User, UserRole
from app.register.accounts.queries import actor_by_login
from app.register.anchors.models import ChainAnchor
from app.register.chain_papers.models import PaperKind
from app.register.chain_papers.queries import newest_of
from app.register.chain_papers.rules import EXAMPLES
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain
from app.register.chains.showing import standings
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign
from tests.factories.accounts import sign_in
from tests.factories.files import files_of
from tests.services.client import SeparateClient
from tests.services.databases import sqlite_copy
from tests.services.databases import testing_config as config_for

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def history():
    return plan.make(services.read_companies(), NOW)


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    """(the app over the county, what the command printed), loaded once for this file."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(config_for(folder, sqlite_copy(sqlite_template, folder)))
    app.test_client_class = SeparateClient
    outcome = app.test_cli_runner().invoke(args=["demo", "load"])
    assert outcome.exit_code == 0, outcome.output
    yield app, outcome.stdout
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def county(loaded):
    with loaded[0].app_context():
        yield loaded[0]


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


# --- the plan, without a database ---


def test_the_same_day_gives_the_same_history_again(history):
    assert plan.make(services.read_companies(), NOW) == history


def test_nothing_is_written_down_after_now_and_all_of_it_in_order(history):
    instants = [act.at for act in history]
    assert instants == sorted(instants)
    assert instants[-1] < NOW


@pytest.mark.parametrize("hours", [0, 8, 24 * 2, 24 * 5 + 3, 24 * 45])
def test_a_history_can_end_at_any_hour_of_any_day(hours):
    now = NOW + timedelta(hours=hours)
    history = plan.make(services.read_companies(), now)
    kinds = Counter(type(act) for act in history)
    assert (kinds[acts.RegisterLead], kinds[acts.LogVisit]) == (300, 1500)
    assert max(act.at for act in history) < now


def test_a_step_is_closed_only_after_the_visit_that_opened_it(history):
    opened = {("visit", act.visit, 0): act.at for act in history if isinstance(act, acts.LogVisit)}
    closed = {act.step: act.at for act in history if isinstance(act, acts.CloseStep)}
    assert all(opened[step] < at for step, at in closed.items() if step in opened)


def test_a_telephone_number_of_the_demo_belongs_to_nobody(history):
    numbers = {act.phone for act in history if isinstance(act, acts.AddContact)}
    assert all(number.startswith("1700000") for number in numbers)


# --- the county, loaded ---

ASSOCIATIONS = 5  # that resident teams keep up with


def test_the_county_holds_what_was_promised(county):
    assert count(Enterprise) == 500 + ASSOCIATIONS
    assert count(Lead) == 300
    assert count(Visit) == 1500
    assert count(Project) == 60


def test_two_example_chains_stand_as_the_bureau_has_judged_them(county):
    chains = list(db.session.scalars(select(Chain).order_by(Chain.code)))
    assert [(chain.code, chain.is_example) for chain in chains] == [("FOOD", True), ("NEV", True)]
    for chain, found in standings(chains, clock.today()).items():
        assert all(found.counts[state] >= 2 for state in NodeState), chain
    assert sum(found.counts[None] for found in standings(chains, clock.today()).values()) == 1
    before = standings(chains, clock.today() - timedelta(days=200))
    assert {row.counts[NodeState.MISSING] for row in before.values()} == {6, 3}


def test_targets_stand_in_every_state_and_some_are_silent(county):
    states = Counter(db.session.scalars(select(TargetEnterprise.stage)))
    assert set(states) == set(TargetStage) and 22 <= sum(states.values()) <= 30
    assert states[TargetStage.IN_TALKS] >= 3 and states[TargetStage.CONTACTED] >= 4
    assert count(TargetEnterprise, is_silent()) >= 3
    assert count(TargetEnterprise, TargetEnterprise.owner_id.is_(None)) >= 1
    assert count(TargetEntry, TargetEntry.visit_id.is_not(None)) >= 4
    assert count(TargetEntry, TargetEntry.lead_id.is_not(None)) >= 4


def test_targets_have_scores_of_which_some_are_ranges_and_some_are_vetoed(county):
    scores = scores_of_targets(open_targets())
    vetoed = {score.words for score in scores.values() if score.is_vetoed}
    assert vetoed == {"一票否决：失信", "一票否决：被他县首谈", "一票否决：环保处罚"}
    assert sum(score.least > 20 for score in scores.values()) >= 10
    assert any(score.least < score.most for score in scores.values())


def test_each_chain_has_a_leader_a_deputy_and_a_task_force_and_one_had_another_leader_before(county):
    rows = list(db.session.scalars(select(ChainPost)))
    today = {
        code: [row for row in rows if row.chain.code == code and row.term.covers(clock.today())]
        for code in ("FOOD", "NEV")
    }
    for held in today.values():
        assert {row.post for row in held} == set(PostKind)
        assert sum(row.post is PostKind.LEADER for row in held) == 1
    assert [row.person.name for row in rows if not row.term.covers(clock.today())] == ["梁思源"]


def test_each_chain_has_an_anchor_of_its_own_with_what_it_cannot_get_here(county):
    anchors = list(db.session.scalars(select(ChainAnchor)))
    assert sorted(anchor.chain.code for anchor in anchors) == ["FOOD", "NEV"]
    for anchor in anchors:
        assert len(anchor.needs) >= 2 and all(need.node.chain is anchor.chain for need in anchor.needs)


def test_companies_that_are_wanted_or_stand_on_a_link_show_signs_of_every_kind_new_and_old(county):
    rows = list(db.session.scalars(select(ExpansionSign)))
    assert {row.kind for row in rows} == set(SignKind)
    year_ago = clock.today() - timedelta(days=365)
    old = [row for row in rows if row.happened_on < year_ago]
    assert len(old) >= 3 and len(rows) - len(old) >= 10
    assert any(row.amount is None for row in rows) and all(row.source for row in rows)
    wanted = set(db.session.scalars(select(TargetEnterprise.open_enterprise_id)))
    assert {row.enterprise_id for row in rows} & wanted


def test_the_chains_have_the_example_set_of_maps_and_lists_and_some_of_it_was_uploaded(county):
    kinds = list(db.session.scalars(select(PaperKind)))
    assert len(kinds) == len(EXAMPLES) and all(kind.is_example for kind in kinds)
    for code, there in (("NEV", 2), ("FOOD", 1)):
        chain = db.session.scalars(select(Chain).where(Chain.code == code)).one()
        newest = newest_of(chain.id)
        assert len(newest) == there and all(each.files for each in newest.values())


def test_three_campaigns_stand_one_ended_with_results_one_with_doors_this_week_one_planned(county):
    campaigns = list(db.session.scalars(select(Campaign).order_by(Campaign.first_on)))
    ended, running, planned = campaigns
    assert ended.closed_at is not None and running.first_on < clock.today() < planned.first_on
    rows = list(db.session.scalars(select(CampaignTarget)))
    of_ended = [row for row in rows if row.campaign_id == ended.id]
    assert len(of_ended) >= 6 and all(row.result for row in of_ended)
    assert {row.campaign_id for row in rows} == {one.id for one in campaigns}
    days = set(db.session.scalars(select(RouteStop.stop_on).where(RouteStop.campaign_id == running.id)))
    assert len(days) == 3 and min(days) >= clock.today()


def test_a_leader_went_out_and_met_companies_a_delegation_came_and_one_goes_out_next_week(county):
    me = actor_by_login("heliqun")
    received, coming, gone = sorted(
        db.session.scalars(select(Outing)), key=lambda one: (one.direction.value, -one.first_on.toordinal())
    )
    assert (received.direction, received.heads) == (OutingDirection.IN, 9) and received.letter
    assert gone.last_on < clock.today() < coming.first_on and gone.minutes
    states = {each: {line.state for line in outings.lines_of(each, me)} for each in (received, gone, coming)}
    assert states[received] == {StopState.MET} and states[coming] == {StopState.AHEAD}
    assert states[gone] == {StopState.MET, None}
    assert len(outings.stops_of(gone)) >= 4


def test_an_event_is_over_and_was_followed_up_and_one_to_come_has_answers(county):
    me = actor_by_login("heliqun")
    past, coming = db.session.scalars(select(Gathering).order_by(Gathering.first_on))
    told = {one.told.metric.figure: one for one in metrics.numbers_of(past, me, clock.today())}
    counts = {figure: one.told.count for figure, one in told.items()}
    assert counts[F.GUESTS] > counts[F.CAME] >= counts[F.COMPANIES] >= 8
    assert counts[F.COMPANIES] >= counts[F.FOLLOWED_90] >= counts[F.FOLLOWED_30] > 0
    assert all(one.due_on is None for one in told.values())
    kinds = Counter(row.kind for row in db.session.scalars(select(Signing)))
    assert kinds == {SigningKind.CONTRACT: 1, SigningKind.INTENT: 2}
    replies = db.session.scalars(select(Guest.reply).where(Guest.gathering_id == coming.id))
    assert coming.first_on > clock.today() and len(set(replies)) == 4


def test_months_of_the_teams_are_closed_one_was_issued_again_and_the_last_one_waits(county):
    scheme = db.session.scalars(select(AssessmentScheme).where(AssessmentScheme.by == By.TEAM)).one()
    closings = assessments.closings_of(scheme)
    assert len(closings) == 5 and sorted(row.revision for row in closings.values()) == [1, 1, 1, 1, 2]
    assert verify_all() == []
    waits = assessments.ranking_of(scheme, assessments.first_open(scheme, list(closings)))
    assert waits.span.last < clock.today() and len(waits.lines) == 4
    assert all(line.of.total > 0 for line in waits.lines)


def test_every_role_can_sign_in_and_need_not_change_the_password(county):
    held = set(db.session.scalars(select(UserRole.role)))
    assert held == set(Role)
    assert count(User, User.must_change_password) == 0


def test_every_stage_holds_leads_and_a_fifth_is_lost(county):
    stages = dict(db.session.execute(select(Lead.stage, func.count()).group_by(Lead.stage)).all())
    assert set(stages) == set(LeadStage)
    assert stages[LeadStage.SIGNED] == 60
    assert 55 <= stages[LeadStage.LOST] <= 75


def test_a_lost_lead_says_why_and_a_held_one_too(county):
    lost = db.session.scalars(select(Lead).where(Lead.stage == LeadStage.LOST)).all()
    held = db.session.scalars(select(Lead).where(Lead.stage == LeadStage.ON_HOLD)).all()
    assert all(lead.loss_reason and lead.loss_note for lead in lost)
    assert all(lead.hold_reason for lead in held)


def test_every_signed_lead_has_a_reviewed_contract_with_its_file(county):
    rows = db.session.scalars(select(Agreement).join(Lead).where(Lead.stage == LeadStage.SIGNED)).all()
    assert len(rows) == 60
    for agreement in rows:
        review = db.session.scalars(select(FairReview).filter_by(agreement_id=agreement.id)).one()
        (file,) = files_of("agreement", agreement.public_id)
        assert agreement.signed_on and agreement.amount
        assert review.reviewer_id != agreement.drafter_id
        assert files.path_of(file.sha256).read_bytes().startswith(b"%PDF-")


def test_ledger_projections_and_leads_agree(county):
    drift = LedgerDrift()
    for batch in batches():
        compare(drift, batch)
    assert drift.checked == 300
    assert drift.is_clean


def test_the_ledger_has_reassignments_other_amounts_corrections_and_late_entries(county):
    kinds = dict(db.session.execute(select(LeadEntry.kind, func.count()).group_by(LeadEntry.kind)).all())
    assert kinds[EntryKind.ASSIGN] > 300
    assert kinds[EntryKind.AMOUNT] > 300
    assert kinds[EntryKind.CORRECT] >= 2
    entries = db.session.scalars(select(LeadEntry)).all()
    assert any(clock.in_beijing(entry.recorded_at).date() > entry.effective_on for entry in entries)


def test_confidential_leads_name_who_may_see_them(county):
    secret = db.session.scalars(select(Lead).where(Lead.confidential)).all()
    assert secret
    assert all(count(LeadMember, LeadMember.lead_id == lead.id) for lead in secret)
    assert count(Visit, Visit.confidential) > 0


def test_the_funnel_of_the_last_two_years_is_not_empty(county):
    reached = dict(db.session.execute(select(LeadReach.stage, func.count()).group_by(LeadReach.stage)).all())
    assert reached[LeadStage.LEAD] == 300
    assert reached[LeadStage.NEGOTIATING] > reached[LeadStage.REVIEWING] > reached[LeadStage.SIGNED] == 60


def test_a_visit_stands_with_the_team_of_its_day(county):
    row = db.session.scalars(
        select(VisitParticipant).join(Visit).where(VisitParticipant.team_id.is_not(None)).limit(1)
    ).one()
    terms = db.session.scalars(
        select(TeamMembership).filter_by(person_id=row.person_id, team_id=row.team_id)
    ).all()
    assert any(
        term.starts_on <= row.visit.held_on and (term.ends_on is None or row.visit.held_on <= term.ends_on)
        for term in terms
    )


def test_some_steps_are_late_some_due_today_and_some_to_come(county):
    day = clock.today()
    is_open = Step.state == StepState.OPEN
    assert count(Step, is_open, Step.due_on < day) > 0
    assert count(Step, is_open, Step.due_on > day) > 0


def test_the_audit_chain_verifies_and_names_who_did_what_when(county):
    assert audit.verify().broken_at is None
    assert db.session.scalar(select(func.count(AuditEvent.actor_name.distinct()))) > 20
    first, last = db.session.execute(select(func.min(AuditEvent.at), func.max(AuditEvent.at))).one()
    assert last - first > timedelta(days=700)


def test_the_index_holds_everything_and_nothing_waits(county):
    searching.init_searching(county)
    assert reindexing.check().is_none
    assert count(OutboxEntry) == 0


def test_contacts_are_known_only_of_companies_somebody_met(county):
    assert count(Contact) == count(ContactPersonal) > 500


def test_the_command_prints_whom_to_sign_in_as(loaded):
    _app, printed = loaded
    assert all(role.label in printed for role in Role)
    assert "shenruolan" in printed and services.PASSWORD in printed


def test_a_second_load_is_refused_with_a_clear_sentence(loaded):
    app, _printed = loaded
    outcome = app.test_cli_runner().invoke(args=["demo", "load"])
    assert outcome.exit_code == 1
    assert "演示县只能装入空的数据库" in outcome.output
    assert "Traceback" not in outcome.output


def test_every_page_says_that_the_figures_are_invented(loaded):
    app, _printed = loaded
    client = app.test_client()
    with app.app_context():
        sign_in(
            client, db.session.scalars(select(User).filter_by(login="shenruolan")).one(), services.PASSWORD
        )
    page = client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert demo_mark.WORDS in page.text


def test_a_mark_left_by_another_database_says_nothing(loaded):
    app, _printed = loaded
    with app.app_context():
        assert demo_mark.read() == demo_mark.COMPLETE
        app.config["SQLALCHEMY_DATABASE_URI"] += "-other"
        try:
            assert demo_mark.read() == demo_mark.NONE
        finally:
            app.config["SQLALCHEMY_DATABASE_URI"] = app.config["SQLALCHEMY_DATABASE_URI"][: -len("-other")]


def test_production_refuses_the_demo(app):
    app.config["IS_PRODUCTION"] = True
    outcome = app.test_cli_runner().invoke(args=["demo", "load"])
    assert outcome.exit_code == 1
    assert "生产环境不能装入演示县" in outcome.output


def test_the_first_officer_has_two_saved_searches_one_with_something_new(loaded):
    client = loaded[0].test_client()
    sign_in(client, SimpleNamespace(login="shenruolan"), services.PASSWORD)
    assert "关注的查询有新结果" in client.get("/").text
    page = client.get("/searches").text
    assert "光伏线索：3 条新的" in page
    assert "我手上在谈的" in page
