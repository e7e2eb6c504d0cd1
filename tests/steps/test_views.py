from datetime import timedelta

import pytest

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.services import archive_lead
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.queries import open_of_company
from app.promotion.steps.services import BY_CONCLUSION, WITH_AGREEMENT
from app.register.accounts.enums import Role
from tests.factories import leads
from tests.factories.accounts import actor_of, make_user, sign_in
from tests.factories.enterprises import file_away, make_enterprise
from tests.factories.leads import a_county, a_lead
from tests.factories.steps import a_done_step, a_step_about_no_company, make_step
from tests.services.client import forms_of


@pytest.fixture
def officer(session, client):
    user = make_user(Role.OFFICER)
    sign_in(client, user)
    return user


def refreshed(step):
    db.session.expire_all()
    return step


def opened(client, page):
    """The form of a page as it was opened, to be sent later."""
    return next(form.fields for form in forms_of(client.get(page).text) if form.action == page)


def test_a_step_is_closed_from_its_page_and_the_following_one_opened(client, officer):
    step = make_step(officer.person, due_in=-1)
    page = f"/steps/{step.public_id}/done"
    fields = {
        "outcome": "方案已送",
        "then": "约来看厂房",
        "then_due_on": (today() + timedelta(days=3)).isoformat(),
    }
    answer = client.submit(page, fields)
    assert answer.location == f"/enterprises/{step.enterprise.public_id}"
    assert (refreshed(step).state, step.outcome) == (StepState.DONE, "方案已送")
    following = open_of_company(actor_of(officer), step.enterprise_id)
    assert [found.what for found in following] == ["约来看厂房"]


def test_the_form_leads_back_where_it_was_opened_but_never_off_the_site(client, officer):
    for back, target in (
        ("/leads/abc?tab=1", "/leads/abc?tab=1"),
        ("//evil.example", None),
        ("https://evil", None),
    ):
        step = make_step(officer.person)
        answer = client.submit(
            f"/steps/{step.public_id}/done?back={back}", action=f"/steps/{step.public_id}/done"
        )
        assert answer.location == (target or f"/enterprises/{step.enterprise.public_id}")


def test_a_step_is_moved_and_a_stale_move_shows_both_dates(client, officer):
    step = make_step(officer.person, due_in=1)
    page, seen = f"/steps/{step.public_id}/move", step.version
    later = (today() + timedelta(days=8)).isoformat()
    assert client.submit(page, {"due_on": later}).status_code == 303
    assert refreshed(step).due_on.isoformat() == later
    stale = client.submit(page, {"due_on": (today() + timedelta(days=9)).isoformat(), "version": seen})
    assert stale.status_code == 409 and later in stale.text and officer.person.name in stale.text
    [form] = [form for form in forms_of(stale.text) if form.action == page]
    assert client.post(page, data={**form.fields, "due_on": later}).status_code == 303


def test_a_step_that_somebody_else_closed_is_not_closed_again(client, officer):
    step = make_step(officer.person)
    page, moving = f"/steps/{step.public_id}/done", f"/steps/{step.public_id}/move"
    mine, moved = opened(client, page), opened(client, moving)
    assert client.submit(page, {"outcome": "方案已送"}).status_code == 303
    clash = client.post(page, data=mine | {"state": "dropped", "outcome": "对方已选别处"})
    assert clash.status_code == 409
    for words in (officer.person.name, "已办结：方案已送", "不再办：对方已选别处", "不能再照原来的办"):
        assert words in clash.text
    moved = client.post(moving, data=moved)
    assert moved.status_code == 409 and "已办结：方案已送" in moved.text


def test_a_step_moved_by_somebody_else_can_still_be_closed(client, officer):
    step = make_step(officer.person, due_in=1)
    page, seen = f"/steps/{step.public_id}/done", step.version
    later = (today() + timedelta(days=8)).isoformat()
    client.submit(f"/steps/{step.public_id}/move", {"due_on": later})
    clash = client.submit(page, {"outcome": "方案已送", "version": seen})
    assert clash.status_code == 409 and f"待办，期限 {later}" in clash.text
    [form] = [form for form in forms_of(clash.text) if form.action == page]
    assert client.post(page, data=form.fields).status_code == 303
    assert refreshed(step).outcome == "方案已送"


@pytest.mark.parametrize("page", ["done", "move"])
def test_a_form_without_its_version_is_refused(client, officer, page):
    step = make_step(officer.person, due_in=2)
    answer = client.submit(f"/steps/{step.public_id}/{page}", {"version": "", "outcome": "已送"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("page", "fields", "sentence"),
    [
        ("move", {"due_on": "2026-02-30"}, "真有的一天"),
        ("move", {"due_on": ""}, "写新的日期"),
        ("move", {"due_on": "2001-01-01"}, "不能早于今天"),
        ("done", {"state": "dropped"}, "为什么不再办"),
        ("done", {"state": "nothing"}, "不是有效的选择"),
        ("done", {"then": "约来看厂房"}, "写下一步的期限"),
        ("done", {"outcome": "长" * 201}, "最多 200 个字"),
    ],
)
def test_what_cannot_be_saved_is_said_with_what_to_write(client, officer, page, fields, sentence):
    step = make_step(officer.person)
    answer = client.submit(f"/steps/{step.public_id}/{page}", fields)
    assert answer.status_code == 422 and sentence in answer.text


def test_a_hidden_step_is_missing(client, officer):
    step = make_step(confidential=True)
    for page in ("", "/done", "/move"):
        assert client.get(f"/steps/{step.public_id}{page}").status_code == 404
    assert client.get("/steps/nothing").status_code == 404


def test_a_closed_step_shows_its_outcome_and_no_buttons(client, officer):
    step = a_done_step(owner=officer.person, outcome="方案已送")
    shown = client.get(f"/steps/{step.public_id}").text
    assert "方案已送" in shown and "/move" not in shown


def test_a_leader_sees_a_step_and_closes_none(session, client):
    sign_in(client, make_user(Role.LEADER))
    step = make_step()
    assert "/done" not in client.get(f"/steps/{step.public_id}").text
    assert client.get(f"/steps/{step.public_id}/done").status_code == 403


def test_the_page_of_a_company_shows_its_next_step_promises_and_what_was_done(client, officer):
    enterprise = make_enterprise()
    make_step(officer.person, enterprise, due_in=-30, what="答复层高改造")
    a_done_step(on=enterprise, what="现场踏勘", outcome="已踏勘")
    make_step(on=enterprise, what="别人的秘密", confidential=True)
    shown = client.get(f"/enterprises/{enterprise.public_id}").text
    assert "答复层高改造" in shown and "逾期" in shown and "办结：现场踏勘" in shown
    assert "别人的秘密" not in shown


# --- one press ---


def _row_of(page, step):
    """The form of the row that closes a step."""
    [form] = [form for form in forms_of(page) if form.action == f"/steps/{step.public_id}/tick"]
    return form


@pytest.mark.both_databases
def test_one_press_in_the_list_closes_a_step_and_one_undoes_it(client, officer):
    step = make_step(officer.person, due_in=-1)
    db.session.commit()
    answer = client.post(f"/steps/{step.public_id}/tick", data=_row_of(client.get("/").text, step).fields)
    assert (answer.status_code, answer.location) == (303, "/")
    assert refreshed(step).state is StepState.DONE
    page = client.get("/").text
    assert f"已办结「{step.what}」" in page and "撤销" in page
    [undo] = [form for form in forms_of(page) if form.action == f"/steps/{step.public_id}/reopen"]
    assert client.post(undo.action, data=undo.fields).location == "/"
    assert (refreshed(step).state, step.done_on) == (StepState.OPEN, None)


def test_pressed_twice_it_stays_closed_and_says_by_whom(client, officer):
    step = make_step(officer.person)
    db.session.commit()
    form = _row_of(client.get("/").text, step)
    assert client.post(form.action, data=form.fields).status_code == 303
    again = client.post(form.action, data=form.fields)
    assert again.status_code == 409 and "已办结" in again.text


def test_an_undo_that_comes_late_opens_nothing_that_was_closed_anew(client, officer):
    step = make_step(officer.person)
    db.session.commit()
    form = _row_of(client.get("/").text, step)
    client.post(form.action, data=form.fields)
    [undo] = [found for found in forms_of(client.get("/").text) if found.action.endswith("/reopen")]
    client.submit(f"/steps/{step.public_id}/outcome", {"outcome": "方案已送"})
    late = client.post(undo.action, data=undo.fields)
    assert late.status_code == 409 and "已办结：方案已送" in late.text
    assert refreshed(step).state is StepState.DONE


def test_an_undo_without_its_version_is_refused(client, officer):
    step = a_done_step(owner=officer.person)
    db.session.commit()
    page, action = f"/steps/{step.public_id}", f"/steps/{step.public_id}/reopen"
    assert client.submit(page, {"version": ""}, action=action).status_code == 409
    assert client.submit(page, action=action).status_code == 303
    assert refreshed(step).state is StepState.OPEN


def test_a_press_that_is_not_taken_says_why(client, officer):
    step = make_step(officer.person)
    db.session.commit()
    form = _row_of(client.get("/").text, step)
    refused = client.post(form.action, data=form.fields | {"outcome": "长" * 201})
    assert refused.status_code == 422 and "最多 200 个字" in refused.text
    [again] = [found for found in forms_of(refused.text) if found.action == form.action]
    assert client.post(again.action, data=again.fields | {"outcome": "已送"}).status_code == 303


def test_a_step_of_an_archived_company_is_closed_on_its_page_as_on_the_home_page(client, officer):
    step = make_step(officer.person, due_in=-1)
    file_away(step.enterprise, "已注销")
    db.session.commit()
    page = client.get(f"/steps/{step.public_id}").text
    assert "逾期" in page and f"/steps/{step.public_id}/move" in page
    form = _row_of(page, step)
    assert client.post(form.action, data=form.fields).status_code == 303
    assert f"/steps/{step.public_id}/reopen" in client.get(f"/steps/{step.public_id}").text


def test_what_came_of_it_is_told_afterwards(client, officer):
    step = a_done_step(outcome="", owner=officer.person)
    db.session.commit()
    page = f"/steps/{step.public_id}/outcome"
    assert f'href="{page}' in client.get(f"/steps/{step.public_id}").text
    assert client.submit(page, {"outcome": "方案已送"}).status_code == 303
    assert refreshed(step).outcome == "方案已送"


def test_an_open_step_has_no_result_yet(client, officer):
    step = make_step(officer.person)
    db.session.commit()
    page = f"/steps/{step.public_id}/outcome"
    sent = opened(client, f"/steps/{step.public_id}/done") | {"outcome": "方案已送"}
    answer = client.post(page, data=sent)
    assert answer.status_code == 422 and "还没有办结" in answer.text
    assert "还没有办结" in client.get(page).text and f'action="{page}"' not in client.get(page).text


@pytest.mark.parametrize(
    ("page", "why"), [("move", WITH_AGREEMENT), ("done", BY_CONCLUSION), ("outcome", BY_CONCLUSION)]
)
def test_a_review_says_in_place_of_each_form_why_it_has_none(client, officer, page, why):
    step = make_step(officer.person, kind=StepKind.REVIEW)
    db.session.commit()
    address = f"/steps/{step.public_id}/{page}"
    shown = client.get(address)
    assert shown.status_code == 200 and why in shown.text
    assert f'action="{address}"' not in shown.text
    assert address not in client.get(f"/steps/{step.public_id}").text


@pytest.mark.parametrize("page", ["move", "done"])
def test_a_closed_step_says_in_place_of_the_form_that_it_is_closed(client, officer, page):
    step = a_done_step(owner=officer.person)
    db.session.commit()
    address = f"/steps/{step.public_id}/{page}"
    assert "已经办结" in client.get(address).text
    assert f'action="{address}"' not in client.get(address).text


def test_somebody_elses_step_in_the_list_is_looked_at_not_closed(client, session):
    head = make_user(Role.BUREAU_HEAD)
    sign_in(client, head)
    step = make_step(due_in=0, unit_id=head.person.unit_id)
    db.session.commit()
    page = client.get("/?view=team").text
    assert f'href="/steps/{step.public_id}">看</a>' in page
    assert f"/steps/{step.public_id}/tick" not in page


def test_what_was_done_for_an_archived_lead_is_only_read(session, client):
    county = a_county()
    lead = a_lead(county)
    step = a_done_step(on=lead)
    with acting_as(county.officer):
        archive_lead(lead, "对方已选别处")
    session.commit()
    me = leads.sign_in(client, county.officer)
    token = opened(me, "/visits/new")["csrf_token"]
    page = me.get(f"/steps/{step.public_id}")
    assert page.status_code == 200 and "重新列入待办" not in page.text and "/reopen" not in page.text
    for path in ("outcome", "done", "move"):
        assert "这条线索已归档，只能查看；要改请先恢复" in me.get(f"/steps/{step.public_id}/{path}").text
    for path in ("tick", "reopen", "outcome", "done", "move"):
        fields = {"csrf_token": token, "version": step.version, "outcome": "后来补写", "due_on": str(today())}
        answer = me.post(f"/steps/{step.public_id}/{path}", data=fields)
        assert answer.status_code == 422 and "这条线索已归档" in answer.text, path
    session.refresh(step)
    assert (step.state, step.outcome) == (StepState.DONE, "方案已送")


def test_a_step_about_no_company_is_listed_read_and_closed_like_any_other(client, officer):
    step = a_step_about_no_company(officer.person)
    db.session.commit()
    page = f"/steps/{step.public_id}"
    for path in ("/", "/steps", page, f"{page}/move", f"{page}/done"):
        assert "发活动通知" in client.get(path).text, path
    assert "企业" not in client.get(page).text.split("<main")[1].split("</main")[0]
    answer = client.submit(f"{page}/done", {"outcome": "已发", "then": "", "then_due_on": ""})
    assert answer.location == "/steps"
    assert refreshed(step).state is StepState.DONE
