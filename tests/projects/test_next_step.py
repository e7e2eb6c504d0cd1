"""What is to be done next for a project: written by who works on it, seen by who sees it, ended with it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.delivery.projects import queries, services
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project
from app.delivery.projects.services import ENDED
from app.promotion.leads import services as leads
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.queries import entries_of as lead_ledger
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import find_step, open_about, open_of_company
from app.promotion.steps.services import close_step, move_step
from tests.factories.leads import County, a_county, person_id, sign_in
from tests.factories.projects import (
    a_confidential_project,
    a_project,
    a_project_without_a_lead,
    a_terminated_project,
    advance,
)
from tests.factories.steps import make_step
from tests.factories.visits import person_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
MADE = {"a lead's": a_project, "nobody's": a_project_without_a_lead}


def a_step(county: County, project: Project, what: str = "催施工许可证", **told: object) -> Step:
    with acting_as(county.officer):
        step = make_step(person_of(county.officer), project, what=what, **told)
    db.session.commit()
    return step


def new(project: Project) -> str:
    return f"/steps/new/project/{project.public_id}"


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_who_works_on_a_project_writes_its_next_step_moves_it_and_does_it(
    session: Db, client: FlaskClient, made
) -> None:
    county = a_county()
    project = made(county)
    me, page = sign_in(client, county.officer), f"/projects/{project.public_id}"
    assert "没有下一步" in me.get("/projects").text and new(project) in me.get(page).text
    written = {
        "what": "催施工许可证",
        "due_on": (today() + timedelta(days=1)).isoformat(),
        "owner": person_of(county.officer).public_id,
    }
    answer = me.submit(new(project), written)
    assert answer.status_code == 303 and answer.location.endswith(page)
    (step,) = open_about(subject_of(project))
    assert (step.unit_id, step.enterprise_id) == (project.unit_id, project.enterprise_id)
    assert "催施工许可证" in me.get(page).text and new(project) not in me.get(page).text
    assert "催施工许可证" in me.get("/projects").text
    assert "催施工许可证" in me.get("/").text
    listed = me.get("/steps").text
    assert "催施工许可证" in listed and f'href="{page}"' in listed
    assert f'href="{page}"' in me.get(f"/steps/{step.public_id}").text
    other_day = (today() + timedelta(days=6)).isoformat()
    assert me.submit(f"/steps/{step.public_id}/move", {"due_on": other_day}).status_code == 303
    done = {"state": "done", "outcome": "许可证拿到了"}
    assert me.submit(f"/steps/{step.public_id}/done", done).status_code == 303
    assert "办结：催施工许可证" in me.get(page).text and new(project) in me.get(page).text


def test_what_follows_a_step_of_a_project_is_the_projects_too(session: Db, client: FlaskClient) -> None:
    county = a_county()
    project = a_project_without_a_lead(county)
    step = a_step(county, project)
    then = {"state": "done", "then": "约监理进场", "then_due_on": today().isoformat()}
    assert sign_in(client, county.officer).submit(f"/steps/{step.public_id}/done", then).status_code == 303
    assert [each.what for each in open_about(subject_of(project))] == ["约监理进场"]


def test_it_is_written_by_who_may_work_on_the_project_alone(session: Db, client: FlaskClient) -> None:
    county = a_county()
    project, secret = a_project(county), a_confidential_project(county)
    assert sign_in(client, county.colleague).get(new(project)).status_code == 200
    outsider = sign_in(client, county.outsider)
    assert [outsider.get(new(each)).status_code for each in (project, secret)] == [404, 404]
    leader = sign_in(client, county.leader)
    assert leader.get(new(project)).status_code == 403
    assert new(project) not in leader.get(f"/projects/{project.public_id}").text
    assert leader.get("/steps/new/moon/x").status_code == 403
    assert sign_in(client, county.head).get("/steps/new/moon/x").status_code == 404


def test_it_is_seen_by_who_sees_the_project(session: Db, client: FlaskClient) -> None:
    county = a_county()
    step = a_step(county, a_project(county))
    secret = a_step(county, a_confidential_project(county), what="保密的事")
    # The colleague was asked for the review of the contract, and is named on its lead since.
    for actor, seen in (
        (county.colleague, {step, secret}),
        (county.leader, {step}),
        (county.outsider, set()),
    ):
        assert {each for each in (step, secret) if find_step(each.public_id, actor)} == seen
        assert "保密的事" not in sign_in(client, actor).get("/steps?view=all").text


def test_it_follows_the_project_to_other_hands_and_into_confidence(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    step = a_step(county, project)
    with acting_as(county.head):
        held = {"unit_id": county.bureau.id, "team_id": None, "owner_id": person_id(county.head)}
        leads.assign_lead(project.lead, effective_on=today(), **held)
    session.commit()
    assert (step.unit_id, step.owner_id) == (county.bureau.id, person_id(county.head))
    with acting_as(county.head):
        leads.set_confidential(project.lead, True, [])
    session.commit()
    assert step.confidential and find_step(step.public_id, county.leader) is None


def test_an_ended_project_drops_what_was_next_and_keeps_what_was_promised(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    step = a_step(county, project)
    promise = a_step(county, project, what="协调用电", kind=StepKind.PROMISE)
    advance(project, ProjectStage.TERMINATED, county.officer, evidence="", reason="双方解约")
    assert (step.state, step.outcome, promise.state) == (StepState.DROPPED, ENDED, StepState.OPEN)
    with acting_as(county.head):
        services.correct_entry(project, queries.entries_of(project)[0].id, "点错了")
    assert (step.state, step.outcome) == (StepState.OPEN, "")


def test_what_somebody_dropped_before_the_end_stays_dropped(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    step = a_step(county, project)
    close_step(step, "不用了", dropped=True)
    advance(project, ProjectStage.TERMINATED, county.officer, evidence="", reason="双方解约")
    with acting_as(county.head):
        services.correct_entry(project, queries.entries_of(project)[0].id, "点错了")
    assert step.state is StepState.DROPPED


def test_an_ended_project_shows_no_bar_and_what_is_left(session: Db, client: FlaskClient) -> None:
    county = a_county()
    project = a_terminated_project(county)
    a_step(county, project, what="退还保证金", kind=StepKind.PROMISE)
    page = sign_in(client, county.officer).get(f"/projects/{project.public_id}").text
    assert new(project) not in page and "还有 1 件没办" in page and "退还保证金" in page


def test_when_the_signing_never_was_its_steps_go_on_with_the_lead(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    lead, step = project.lead, a_step(county, project)
    done = a_step(county, project, what="开过协调会")
    close_step(done, "开了")
    signing = next(entry for entry in lead_ledger(lead) if entry.stage is LeadStage.SIGNED)
    with acting_as(county.head):
        leads.correct_entry(lead, signing.id, "协议日期写错，重新签")
    session.commit()
    assert project.is_archived and step.about == subject_of(lead) and step.state is StepState.OPEN
    with acting_as(county.officer):
        move_step(step, today() + timedelta(days=9))
        assert done.about == subject_of(project)
        with pytest.raises(RuleBroken, match="这个项目已归档"):
            services.advance_project(project, ProjectStage.REGISTERED, today(), evidence="x")


def test_what_was_done_for_an_archived_project_is_only_read(session: Db, client: FlaskClient) -> None:
    county = a_county()
    project = a_project(county)
    step = a_step(county, project)
    project.archived_at = project.created_at
    session.commit()
    me = sign_in(client, county.officer)
    page = me.get(f"/steps/{step.public_id}")
    assert page.status_code == 200 and "/move" not in page.text
    assert services.ARCHIVED in me.get(f"/steps/{step.public_id}/done").text
    assert new(project) not in me.get(f"/projects/{project.public_id}").text


def test_what_is_left_from_the_lead_stands_beside_the_projects_own(session: Db, client: FlaskClient) -> None:
    county = a_county()
    project = a_project(county)
    with acting_as(county.officer):
        make_step(person_of(county.officer), project.lead, what="补一份承诺函", due_in=1)
    session.commit()
    me, path = sign_in(client, county.officer), f"/projects/{project.public_id}"
    page = me.get(path).text
    assert page.count("补一份承诺函") == 1 and new(project) in page and "还有 1 件没办" in page
    a_step(county, project, due_in=9)
    page = me.get(path).text
    assert page.index("催施工许可证") < page.index("还有 1 件没办") < page.index("补一份承诺函")


def test_a_step_of_a_project_is_one_of_its_company_for_who_may_see_it(session: Db) -> None:
    county = a_county()
    step = a_step(county, a_project_without_a_lead(county))
    assert open_of_company(county.colleague, county.enterprise.id) == [step]
    assert open_of_company(county.outsider, county.enterprise.id) == []
