"""Scores of open and closed periods: computed from logs, kept with their rows, never changed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.credit import WHOLE, By
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.assessments import queries, rules, services
from app.promotion.assessments.models import AssessmentInput, AssessmentPoint
from app.promotion.leads.enums import LeadStage
from app.promotion.residents.enums import DutyKind
from app.promotion.residents.models import DutyEntry
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from tests.factories.accounts import actor_of, join_team, make_person, make_team, make_user
from tests.factories.assessments import (
    DAYS,
    OUTBOUND,
    a_closed,
    a_draft,
    a_scheme,
    an_entry,
    months_ago,
    visit_in,
)
from tests.factories.leads import a_county, a_lead_at, an_actor

pytestmark = pytest.mark.both_databases


def _ranking(scheme, months, **more):
    ranking = queries.ranking_of(scheme, scheme.span(months_ago(months)), **more)
    assert ranking is not None
    return ranking


def _totals(ranking) -> dict[str, str]:
    return {line.group.name: rules.shown_points(line.of.total) for line in ranking.lines}


def test_a_month_is_ranked_with_movement_and_what_was_done_apart_from_what_came_of_it(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        other = an_actor(county.bureau, Role.RESIDENT, make_team("第二组", county.bureau))
        scheme = a_scheme(county.head)
        visit_in(county, 2, actor=other)
        for day in (3, 4):
            visit_in(county, 1, day)
        visit_in(county, 1, actor=other)
        first, second = _ranking(scheme, 1).lines
        assert (first.group.id, first.place, first.moved) == (county.team.id, 1, 1)
        assert (second.place, second.moved) == (2, -1)
        assert (first.activity, second.activity, first.outcome) == (6000, 3000, 0)


def test_a_closed_month_keeps_its_rows_and_never_changes(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        visit = visit_in(county, 3)
        a_closed(scheme, county.head)
        before = _ranking(scheme, 3)
        visit_in(county, 3, 11)
        visit.archived_at = visit.created_at
        db.session.commit()
        after = _ranking(scheme, 3)
        assert after.lines == before.lines
        kept = db.session.scalars(select(AssessmentInput)).all()
        assert [(row.public_id, row.day, row.credit) for row in kept] == [
            (visit.public_id, visit.held_on, WHOLE)
        ]
        assert services.verify(scheme) == []


def test_a_log_that_comes_after_the_closing_counts_in_the_next_month_that_is_closed(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        visit_in(county, 3)
        a_closed(scheme, county.head)
        late = visit_in(county, 3, 12)
        visit_in(county, 2)
        ranking = _ranking(scheme, 2)
        line = ranking.line_of(county.team.id)
        assert line and line.of.lines[0].quantity == 2 * WHOLE
        rows = queries.inputs_of(ranking.items[0], county.team.id, scheme, ranking.span, ranking.rows)
        assert next((row.public_id, row.is_late) for row in rows) == (late.public_id, True)
        assert _ranking(scheme, 1).line_of(county.team.id).of.lines[0].quantity == 0  # type: ignore[union-attr]
        a_closed(scheme, county.head, 2)
        assert len(db.session.scalars(select(AssessmentInput)).all()) == 3
        assert services.verify_all() == []


def test_months_are_closed_one_after_another_and_only_when_they_are_over(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head, months=1)
        with acting_as(county.head):
            with pytest.raises(RuleBroken, match="先结"):
                services.close(scheme, months_ago(0))
            services.close(scheme, months_ago(1))
            with pytest.raises(RuleBroken, match="已经结账"):
                services.close(scheme, months_ago(1))
            with pytest.raises(RuleBroken, match="还没有过完"):
                services.close(scheme, months_ago(0))
        with acting_as(county.officer), pytest.raises(NotAllowed):
            services.close(scheme, months_ago(0))


def test_a_number_counts_once_somebody_else_has_confirmed_it(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        visit_in(county, 3)
        entry = an_entry(scheme, county, 3)
        assert _totals(_ranking(scheme, 3)) == {county.team.name: "60"}
        with acting_as(county.head):
            with pytest.raises(NotAllowed, match="自己"):
                services.confirm(entry, entry.version)
            with pytest.raises(RuleBroken, match="等复核"):
                services.close(scheme, months_ago(3))
        with acting_as(county.officer):
            services.confirm(entry, entry.version)
        db.session.commit()
        assert _totals(_ranking(scheme, 3)) == {county.team.name: "50"}
        a_closed(scheme, county.head)
        assert _totals(_ranking(scheme, 3)) == {county.team.name: "50"}
        with pytest.raises(RuleBroken, match="已经结账"):
            an_entry(scheme, county, 3)


def test_an_objection_that_is_upheld_issues_the_month_again_beside_the_old_one(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        team = county.team
        head = make_person("组长", county.bureau)
        join_team(head, team).is_head = True
        theirs = actor_of(make_user(Role.RESIDENT, person=head))
        for day in (3, 4):
            visit_in(county, 3, day)
        other = an_actor(county.bureau, Role.RESIDENT, make_team("第二组", county.bureau))
        for day in (3, 4, 5, 6):
            visit_in(county, 3, day, actor=other)
        a_closed(scheme, county.head)
        code = scheme.versions[0].items[0].code
        with acting_as(county.outsider), pytest.raises(NotAllowed):
            services.object_to(scheme, months_ago(3), team.id, code, "漏了一次")
        with acting_as(theirs):
            row = services.object_to(scheme, months_ago(3), team.id, code, "漏了两次，见行程单")
        with acting_as(county.head):
            with pytest.raises(RuleBroken, match="没有改动"):
                services.uphold(row, row.version, "核实", 2 * WHOLE)
            services.uphold(row, row.version, "核实", 4 * WHOLE)
        db.session.commit()
        assert _totals(_ranking(scheme, 3, revision=1)) == {team.name: "30", "第二组": "60"}
        assert _totals(_ranking(scheme, 3)) == {team.name: "60", "第二组": "60"}
        assert services.verify(scheme) == []


def test_a_version_holds_from_its_day_on_and_old_months_keep_theirs(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        visit_in(county, 0, 1)
        with acting_as(county.head):
            draft = services.begin_draft(scheme)
            assert services.begin_draft(scheme) is draft
            for row in draft.items:
                row.weight = {"外出拜访": 2000, "有效线索": 8000}.get(row.name, 0)
            with pytest.raises(RuleBroken, match="最早从今天"):
                services.put_in_force(draft, draft.version, today() - timedelta(days=1), "")
            services.put_in_force(draft, draft.version, today(), "常务会定的")
            with pytest.raises(NotAllowed, match="已经启用"):
                services.add_item(draft, OUTBOUND, 9)
        db.session.commit()
        assert _totals(_ranking(scheme, 0))[county.team.name] == "20"
        assert _ranking(scheme, 1).of_version is not draft


def test_weights_and_measures_are_judged_when_a_version_is_put_in_force(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_draft(county.head, items=(OUTBOUND,))
        draft = queries.draft_of(scheme)
        assert draft is not None
        with acting_as(county.head):
            with pytest.raises(RuleBroken, match="加起来是 60 分"):
                services.put_in_force(draft, draft.version, scheme.starts_on, "")
            draft.items[0].measure = "no.such"
            with pytest.raises(RuleBroken, match=r"没有「no\.such」这个数"):
                services.put_in_force(draft, draft.version, scheme.starts_on, "")


def test_a_stored_score_that_was_tampered_with_is_told(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        visit_in(county, 3)
        a_closed(scheme, county.head)
        db.session.scalars(select(AssessmentPoint)).first().points += 1  # type: ignore[union-attr]
        db.session.flush()
        assert "对不上" in services.verify(scheme)[0]


def test_outcomes_count_from_the_ledger_of_leads(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        scheme = a_scheme(county.head)
        lead = a_lead_at(county, LeadStage.ASSESSED, actor=county.officer, registered_on=months_ago(2))
        lead_team = {line.group.id for line in _ranking(scheme, 2).lines}
        assert lead_team == {county.team.id} and lead.team_id is None


def test_a_day_on_duty_put_right_after_the_closing_is_no_day_of_the_next_month(app: Flask) -> None:
    with app.app_context():
        county, day = a_county(), months_ago(2).replace(day=10)
        scheme = a_scheme(county.head, items=(DAYS,))
        person = db.session.get_one(Person, county.resident.person_id)

        def tell(kind: DutyKind) -> None:
            db.session.add(DutyEntry(team_id=county.team.id, person_id=person.id, day=day, kind=kind))
            db.session.commit()

        tell(DutyKind.ON_DUTY)
        a_closed(scheme, county.head, 2)
        tell(DutyKind.TRAVEL)
        a_closed(scheme, county.head)
        kept = db.session.scalars(select(AssessmentInput)).all()
        assert [(row.day, row.credit) for row in kept] == [(day, WHOLE)]
        assert services.verify(scheme) == []


def test_what_is_counted_for_teams_alone_is_no_item_of_a_scheme_of_units(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        with pytest.raises(RuleBroken) as refused:
            a_scheme(county.head, by=By.UNIT, items=(DAYS,))
        assert set(refused.value.problems) == {"measure"}
