"""公平竞争审查: who drafted an agreement never judges it; who judges it signs in; the page tells."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import read_amount
from app.core.values.registries import HELD
from app.core.web import files
from app.promotion.leads import policy, queries, services
from app.promotion.leads.enums import AgreementKind, LeadStage, LossReason, ReviewVerdict, StepsThen
from app.promotion.leads.models import Agreement, FairReview
from app.promotion.leads.services import (
    advance_stage,
    archive_lead,
    assign_lead,
    correct_entry,
    restore_lead,
    set_confidential,
    void_lead,
)
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import my_steps
from app.promotion.steps.services import BY_CONCLUSION, close_and_go_on
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from tests.factories.accounts import make_person
from tests.factories.leads import (
    ContactMade,
    County,
    a_conclusion,
    a_confidential_lead,
    a_contract,
    a_county,
    a_file,
    a_lead,
    a_lead_at,
    a_lead_ready_to_sign,
    a_review,
    a_signed_lead,
    an_actor,
    an_asked_review,
    move,
    person_id,
    sign_in,
)
from tests.services.client import forms_of

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DUE = timedelta(days=7)


@pytest.fixture
def county(session: Db) -> Iterator[County]:
    with ContactMade():
        yield a_county()


@pytest.fixture
def agreement(county: County) -> Agreement:
    """The officer's draft of a contract, on a lead that is ready for everything but the review."""
    lead = a_lead_at(county, LeadStage.APPROVED)
    return a_contract(lead, county, signed_on=lead.stage_since)


def somebody_outside(county: County) -> int:
    """Inner id of somebody of the market regulator who does not sign in here."""
    return make_person("傅以宁", county.bureau).id


def ask(agreement: Agreement, of: Actor, by: Actor) -> FairReview:
    with acting_as(by):
        return services.ask_review(agreement, person_id(of), today() + DUE)


def conclusion_of(agreement: Agreement) -> services.Conclusion:
    """On the day of the signing, the last on which a review may be."""
    return a_conclusion(reviewed_on=agreement.signed_on)


def steps_of(actor: Actor) -> list[Step]:
    return [step for step in my_steps(actor) if step.kind is StepKind.REVIEW]


def problems(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return set(refused.value.problems)


# --- asked ---


def test_who_is_asked_has_it_among_their_steps_and_the_gate_waits_for_them(
    county: County, agreement: Agreement
) -> None:
    an_asked_review(agreement, county)
    (step,) = steps_of(county.colleague)
    assert step.what == f"公平竞争审查：{agreement.title}" and step.due_on == today() + DUE
    with pytest.raises(RuleBroken) as refused, acting_as(county.officer):
        advance_stage(agreement.lead, LeadStage.SIGNED, agreement.lead.stage_since)
    assert f"等{county.colleague.name}登录后下结论" in refused.value.problems["fair_review"]


def test_the_drafter_cannot_be_asked_and_who_was_asked_cannot_become_the_drafter(
    session: Db, county: County, agreement: Agreement
) -> None:
    session.commit()
    with pytest.raises(RuleBroken) as refused:
        ask(agreement, of=county.officer, by=county.head)
    assert problems(refused) == {"reviewer"}
    session.rollback()
    an_asked_review(agreement, county)
    session.commit()
    data = services.AgreementData(
        kind=AgreementKind.CONTRACT, title="协议", drafter_id=person_id(county.colleague)
    )
    with acting_as(county.officer), pytest.raises(RuleBroken, match="起草人不能再改"):
        services.update_agreement(agreement, agreement.version, data)


def test_who_entered_a_conclusion_cannot_become_the_drafter(county: County, agreement: Agreement) -> None:
    with acting_as(county.head):
        services.record_paper(
            agreement,
            somebody_outside(county),
            conclusion_of(agreement),
            files.store(a_file()),
        )
    data = services.AgreementData(
        kind=AgreementKind.CONTRACT, title="协议", drafter_id=person_id(county.head)
    )
    with acting_as(county.officer), pytest.raises(RuleBroken, match="起草人不能再改"):
        services.update_agreement(agreement, agreement.version, data)


def test_who_would_not_see_the_lead_is_named_on_it_with_the_request(
    county: County, agreement: Agreement
) -> None:
    assert not policy.may_see(county.outsider, agreement.lead)
    ask(agreement, of=county.outsider, by=county.officer)
    assert policy.may_see(county.outsider, agreement.lead)
    (step,) = steps_of(county.outsider)
    assert step.about == subject_of(agreement.lead)


def test_who_was_named_for_the_review_alone_is_named_no_more_once_another_is_asked(
    county: County, agreement: Agreement
) -> None:
    ask(agreement, of=county.outsider, by=county.officer)
    ask(agreement, of=county.colleague, by=county.officer)
    assert not policy.may_see(county.outsider, agreement.lead)
    assert agreement.lead.members == []


def test_who_was_named_by_hand_stays_named_when_another_is_asked(
    county: County, agreement: Agreement
) -> None:
    lead, outsider = agreement.lead, person_id(county.outsider)
    for by_hand_first in (True, False):
        if not by_hand_first:
            ask(agreement, of=county.outsider, by=county.officer)
        with acting_as(county.officer):
            set_confidential(lead, False, [outsider])
        if by_hand_first:
            ask(agreement, of=county.outsider, by=county.officer)
        ask(agreement, of=county.colleague, by=county.officer)
        assert policy.may_see(county.outsider, lead)
        with acting_as(county.officer):
            set_confidential(lead, False, [])


def test_who_has_another_review_of_the_lead_to_do_stays_named(county: County, agreement: Agreement) -> None:
    other = a_contract(agreement.lead, county, title="补充协议")
    for each in (agreement, other):
        ask(each, of=county.outsider, by=county.officer)
    ask(agreement, of=county.colleague, by=county.officer)
    assert policy.may_see(county.outsider, agreement.lead)
    ask(other, of=county.colleague, by=county.officer)
    assert not policy.may_see(county.outsider, agreement.lead)


def test_who_has_concluded_another_review_of_the_lead_stays_named(
    county: County, agreement: Agreement
) -> None:
    other = a_contract(agreement.lead, county, title="补充协议")
    for each in (agreement, other):
        ask(each, of=county.outsider, by=county.officer)
    with acting_as(county.outsider):
        services.conclude_review(agreement, conclusion_of(agreement))
    ask(other, of=county.colleague, by=county.officer)
    assert policy.may_see(county.outsider, agreement.lead)


def test_a_paper_from_somebody_else_ends_what_the_one_asked_may_see(
    county: County, agreement: Agreement
) -> None:
    ask(agreement, of=county.outsider, by=county.officer)
    outside = somebody_outside(county)
    with acting_as(county.head):
        services.record_paper(agreement, outside, conclusion_of(agreement), files.store(a_file()))
    assert not policy.may_see(county.outsider, agreement.lead)


def test_the_message_says_what_became_of_the_access_of_who_was_asked_before(
    session: Db, county: County, agreement: Agreement, client: FlaskClient
) -> None:
    ask(agreement, of=county.outsider, by=county.officer)
    session.commit()
    me, page = sign_in(client, county.officer), f"/agreements/{agreement.public_id}/ask"
    reviewer = session.get_one(Person, county.colleague.person_id).public_id
    asked = me.submit(page, {"reviewer": reviewer, "due_on": (today() + DUE).isoformat()})
    assert asked.status_code == 303
    assert f"{county.outsider.name}只为审查点过名，已取消" in me.get(asked.location).text


def test_who_sees_the_lead_anyway_is_not_named_on_it(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    assert agreement.lead.members == []


def test_on_a_confidential_lead_only_who_may_name_people_asks_somebody_new(county: County) -> None:
    lead = a_confidential_lead(county, member_ids=(person_id(county.resident),))
    agreement = a_contract(lead, county, signed_on=today())
    with pytest.raises(RuleBroken, match="谁能看到"):
        ask(agreement, of=county.outsider, by=county.resident)
    ask(agreement, of=county.outsider, by=county.officer)
    assert policy.may_see(county.outsider, lead)


def test_somebody_without_an_account_cannot_be_asked(county: County, agreement: Agreement) -> None:
    person = make_person("傅以宁", county.bureau)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="没有账号") as refused:
        services.ask_review(agreement, person.id, today() + DUE)
    assert problems(refused) == {"reviewer"}


def test_somebody_else_is_asked_and_the_first_one_has_nothing_to_do_any_more(
    county: County, agreement: Agreement
) -> None:
    an_asked_review(agreement, county)
    (first,) = steps_of(county.colleague)
    ask(agreement, of=county.head, by=county.officer)
    assert steps_of(county.colleague) == [] and len(steps_of(county.head)) == 1
    assert first.state is StepState.DROPPED and county.head.name in first.outcome


def test_asked_twice_the_same_person_has_one_step(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    with acting_as(county.officer):
        services.ask_review(agreement, person_id(county.colleague), today() + 2 * DUE)
    (step,) = steps_of(county.colleague)
    assert step.due_on == today() + 2 * DUE


def test_a_step_that_asks_for_a_review_is_not_closed_with_a_press(
    county: County, agreement: Agreement, client: FlaskClient, session: Db
) -> None:
    an_asked_review(agreement, county)
    (step,) = steps_of(county.colleague)
    with acting_as(county.colleague), pytest.raises(RuleBroken, match="审查人下了结论"):
        close_and_go_on(step, "看过了", dropped=False, then="", then_due_on=None)
    session.commit()
    me = sign_in(client, county.colleague)
    page = me.get(f"/steps/{step.public_id}").text
    assert f'href="/agreements/{agreement.public_id}/conclude"' in page and "/tick" not in page
    for path in (f"/steps/{step.public_id}/done", f"/steps/{step.public_id}/tick"):
        fields = forms_of(page)[0].fields | {"version": step.version, "state": "done", "outcome": "看过了"}
        refused = me.post(path, data=fields)
        assert refused.status_code == 422 and BY_CONCLUSION in refused.text
        assert f'href="/agreements/{agreement.public_id}/conclude"' in refused.text
    page = me.get(f"/steps/{step.public_id}/done").text
    assert BY_CONCLUSION in page and f'href="/agreements/{agreement.public_id}/conclude"' in page
    assert f'action="/steps/{step.public_id}' not in page
    assert "/tick" not in me.get("/").text


# --- concluded ---


def test_the_reviewer_concludes_signs_and_their_step_is_done(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    (step,) = steps_of(county.colleague)
    with acting_as(county.colleague):
        services.conclude_review(agreement, conclusion_of(agreement))
    assert step.state is StepState.DONE and step.outcome == "通过，公审〔2026〕7 号"
    assert agreement.review is not None
    assert agreement.review.recorder_id == agreement.review.reviewer_id == county.colleague.person_id
    move(agreement.lead, LeadStage.SIGNED, county.officer)
    assert agreement.lead.stage is LeadStage.SIGNED


@pytest.mark.parametrize("who", ["officer", "head", "outsider"])
def test_nobody_concludes_for_the_reviewer(county: County, agreement: Agreement, who: str) -> None:
    an_asked_review(agreement, county)
    with acting_as(getattr(county, who)), pytest.raises(NotAllowed, match="没有请您审查"):
        services.conclude_review(agreement, a_conclusion())


def test_nobody_concludes_what_nobody_asked_for(county: County, agreement: Agreement) -> None:
    with acting_as(county.colleague), pytest.raises(NotAllowed):
        services.conclude_review(agreement, a_conclusion())


def test_asked_again_the_conclusion_of_before_no_longer_counts(county: County, agreement: Agreement) -> None:
    a_review(agreement, county, reviewed_on=agreement.signed_on)
    an_asked_review(agreement, county)
    assert agreement.review is not None and agreement.review.waits
    assert len(steps_of(county.colleague)) == 1
    with acting_as(county.officer), pytest.raises(RuleBroken, match="公平竞争审查"):
        advance_stage(agreement.lead, LeadStage.SIGNED, agreement.lead.stage_since)


def test_the_contract_of_a_signed_lead_and_its_review_stay_as_they_are(county: County) -> None:
    agreement = queries.agreements_of(a_signed_lead(county))[0]
    with pytest.raises(RuleBroken, match="依据"):
        an_asked_review(agreement, county)
    with acting_as(county.colleague), pytest.raises(RuleBroken, match="依据"):
        services.conclude_review(agreement, a_conclusion())


# --- on paper ---


def test_a_paper_is_entered_by_somebody_who_did_not_draft_with_its_scan(
    county: County, agreement: Agreement
) -> None:
    found, reviewer = conclusion_of(agreement), somebody_outside(county)
    with acting_as(county.officer), pytest.raises(NotAllowed, match="由别人登记"):
        services.record_paper(agreement, reviewer, found, files.store(a_file()))
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        services.record_paper(agreement, reviewer, found, None)
    assert problems(refused) == {"file"}
    with acting_as(county.head):
        services.record_paper(agreement, reviewer, found, files.store(a_file("结论书.pdf")))
    move(agreement.lead, LeadStage.SIGNED, county.officer)
    assert agreement.lead.stage is LeadStage.SIGNED


def test_the_scan_of_a_review_is_no_scan_of_the_contract(county: County) -> None:
    lead = a_lead_at(county, LeadStage.APPROVED)
    bare = a_contract(lead, county, scanned=False, signed_on=lead.stage_since)
    with acting_as(county.head):
        services.record_paper(
            bare, somebody_outside(county), a_conclusion(reviewed_on=bare.signed_on), files.store(a_file())
        )
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        advance_stage(lead, LeadStage.SIGNED, lead.stage_since)
    assert problems(refused) == {"agreement"}


def test_the_paper_of_one_conclusion_proves_no_other(county: County, agreement: Agreement) -> None:
    reviewer = somebody_outside(county)
    with acting_as(county.head):
        services.record_paper(agreement, reviewer, conclusion_of(agreement), files.store(a_file()))
        services.record_paper(agreement, reviewer, conclusion_of(agreement), None)
        with pytest.raises(RuleBroken) as refused:
            services.record_paper(agreement, somebody_outside(county), conclusion_of(agreement), None)
    assert problems(refused) == {"file"}


def test_who_was_asked_has_not_done_what_came_on_paper(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    (step,) = steps_of(county.colleague)
    with acting_as(county.head):
        services.record_paper(
            agreement, somebody_outside(county), conclusion_of(agreement), files.store(a_file())
        )
    assert step.state is StepState.DROPPED and step.outcome.startswith("已登记纸面结论")


def test_a_review_of_before_recorders_were_kept_still_counts(session: Db, county: County) -> None:
    lead = a_lead_ready_to_sign(county)
    (review,) = session.scalars(select(FairReview)).all()
    review.recorder_id = review.asker_id = review.asked_on = None
    session.commit()
    move(lead, LeadStage.SIGNED, county.officer)
    assert lead.stage is LeadStage.SIGNED


def test_a_paper_is_not_entered_for_who_can_sign_in(county: County, agreement: Agreement) -> None:
    with acting_as(county.head), pytest.raises(RuleBroken, match="请他登录后自己下结论") as refused:
        services.record_paper(
            agreement, person_id(county.colleague), conclusion_of(agreement), files.store(a_file())
        )
    assert problems(refused) == {"reviewer"}


def test_no_paper_takes_the_place_of_what_the_reviewer_said(county: County, agreement: Agreement) -> None:
    a_review(agreement, county, reviewed_on=agreement.signed_on, verdict=ReviewVerdict.REFUSED)
    with acting_as(county.head), pytest.raises(RuleBroken, match="纸面的不能顶替"):
        services.record_paper(
            agreement, somebody_outside(county), conclusion_of(agreement), files.store(a_file())
        )


def changed(agreement: Agreement, **fields: Any) -> services.AgreementData:
    same = {
        "kind": agreement.kind,
        "title": agreement.title,
        "drafter_id": agreement.drafter_id,
        "signed_on": agreement.signed_on,
        "amount": read_amount(agreement.amount_text),
    }
    return services.AgreementData(**(same | fields))


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"title": "另一份"}, "title"), ({"amount": read_amount("9亿")}, "amount")],
)
def test_what_was_found_in_order_stays_as_it_was_found(
    county: County, agreement: Agreement, fields: dict[str, Any], field: str
) -> None:
    a_review(agreement, county, reviewed_on=agreement.signed_on)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="重新请人审查") as refused:
        services.update_agreement(agreement, agreement.version, changed(agreement, **fields))
    assert problems(refused) == {field}


def test_what_was_not_found_in_order_may_be_mended_and_asked_again(
    county: County, agreement: Agreement
) -> None:
    a_review(agreement, county, reviewed_on=agreement.signed_on, verdict=ReviewVerdict.REFUSED)
    with acting_as(county.officer):
        services.update_agreement(agreement, agreement.version, changed(agreement, title="改好的"))
    an_asked_review(agreement, county)
    assert agreement.title == "改好的"


# --- what hangs on it ---


def test_a_lost_lead_asks_nobody_for_a_review_any_more(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    lost = {"reason_code": LossReason.POLICY, "reason": "政策没有谈拢"}
    move(agreement.lead, LeadStage.LOST, county.officer, today(), **lost)
    assert steps_of(county.colleague) == []


def test_a_lead_that_changes_hands_leaves_the_review_with_the_reviewer(
    county: County, agreement: Agreement
) -> None:
    ask(agreement, of=county.head, by=county.officer)
    with acting_as(county.head):
        assign_lead(agreement.lead, owner_id=person_id(county.head), effective_on=today())
        assign_lead(agreement.lead, owner_id=person_id(county.colleague), effective_on=today())
    assert len(steps_of(county.head)) == 1


def test_what_waits_for_somebody_who_leaves_is_asked_of_who_takes_over(
    county: County, agreement: Agreement
) -> None:
    ask(agreement, of=county.colleague, by=county.officer)
    held = HELD["reviews"]
    assert held.of_person(person_id(county.colleague)) == 1
    with acting_as(county.head):
        for feature in ("reviews", "steps"):
            HELD[feature].from_person(
                person_id(county.colleague), person_id(county.outsider), today(), "调离"
            )
    assert held.of_person(person_id(county.colleague)) == 0
    assert policy.may_see(county.outsider, agreement.lead)
    assert len(steps_of(county.outsider)) == 1
    with acting_as(county.outsider):
        services.conclude_review(agreement, conclusion_of(agreement))


def test_the_drafter_does_not_inherit_the_review_of_their_own_draft(
    county: County, agreement: Agreement
) -> None:
    ask(agreement, of=county.colleague, by=county.officer)
    with acting_as(county.head), pytest.raises(RuleBroken, match="起草的，不能接手"):
        HELD["reviews"].from_person(person_id(county.colleague), person_id(county.officer), today(), "调离")


def test_an_archived_lead_leaves_nobody_a_review_that_cannot_be_closed(
    county: County, agreement: Agreement
) -> None:
    an_asked_review(agreement, county)
    with acting_as(county.head):
        archive_lead(agreement.lead, "不谈了", steps=StepsThen.KEEP)
    assert steps_of(county.colleague) == []


def test_a_restored_lead_asks_its_reviewer_again(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    with acting_as(county.head):
        archive_lead(agreement.lead, "不谈了")
        restore_lead(agreement.lead)
    assert len(steps_of(county.colleague)) == 1


def test_a_lead_that_counts_instead_takes_no_review_of_another_agreement_over(
    county: County, agreement: Agreement
) -> None:
    an_asked_review(agreement, county)
    counts = a_lead(county)
    with acting_as(county.head):
        void_lead(agreement.lead, counts)
    assert steps_of(county.colleague) == []


def test_a_loss_that_never_was_asks_again_only_for_what_was_not_concluded(
    session: Db, county: County, agreement: Agreement
) -> None:
    an_asked_review(agreement, county)
    lost = {"reason_code": LossReason.POLICY, "reason": "政策没有谈拢"}
    move(agreement.lead, LeadStage.LOST, county.officer, today(), **lost)
    with acting_as(county.colleague):
        services.conclude_review(agreement, conclusion_of(agreement))
    session.commit()
    with acting_as(county.head):
        entry = queries.entries_of(agreement.lead)[0]
        correct_entry(agreement.lead, entry.id, "点错了")
    assert agreement.lead.stage is LeadStage.APPROVED
    assert steps_of(county.colleague) == []


def test_nobody_without_an_account_takes_a_review_over(county: County, agreement: Agreement) -> None:
    an_asked_review(agreement, county)
    person = make_person("傅以宁", county.bureau)
    with acting_as(county.head), pytest.raises(RuleBroken, match="没有账号") as refused:
        HELD["reviews"].from_person(person_id(county.colleague), person.id, today(), "调离")
    assert problems(refused) == {"successor"}


def test_the_administrator_hands_over_a_review_of_a_confidential_lead(county: County) -> None:
    lead = a_confidential_lead(county)
    agreement = a_contract(lead, county, signed_on=today())
    ask(agreement, of=county.colleague, by=county.officer)
    administrator = an_actor(county.bureau, Role.ADMINISTRATOR)
    with acting_as(administrator):
        HELD["reviews"].from_person(person_id(county.colleague), person_id(county.outsider), today(), "调离")
    assert policy.may_see(county.outsider, lead)


def test_who_leaves_with_a_review_is_told_of_it_once(county: County, agreement: Agreement) -> None:
    ask(agreement, of=county.outsider, by=county.officer)
    held = {name: HELD[name].of_person(person_id(county.outsider)) for name in ("reviews", "steps")}
    assert held == {"reviews": 1, "steps": 0}


# --- on the page ---


def test_the_pages_lead_from_the_request_to_the_conclusion(
    session: Db, county: County, agreement: Agreement, client: FlaskClient
) -> None:
    session.commit()
    ask_url = f"/agreements/{agreement.public_id}/ask"
    tab = f"/leads/{agreement.lead.public_id}?tab=agreements"
    officer = sign_in(client, county.officer)
    assert "登记纸面结论" not in officer.get(tab).text
    reviewer = session.get_one(type(agreement.drafter), person_id(county.outsider))
    assert officer.submit(ask_url, {"reviewer": reviewer.public_id}).status_code == 303
    waiting = officer.get(tab).text
    assert f"等 {reviewer.name} 登录后下结论" in waiting
    assert f"{county.officer.name} {today()} 请 {reviewer.name} 审查" in waiting
    assert officer.get(f"/agreements/{agreement.public_id}/conclude").status_code == 403

    mine = sign_in(client, county.outsider)
    gate = mine.get(f"/leads/{agreement.lead.public_id}").text.partition('id="gate"')[2]
    assert f'href="/agreements/{agreement.public_id}/conclude">下结论</a>' in gate
    assert f'href="/agreements/{agreement.public_id}/conclude">去审查</a>' in mine.get("/").text
    fields = {"number": "公审 7 号", "reviewed_on": agreement.signed_on.isoformat(), "verdict": "passed"}
    assert mine.submit(f"/agreements/{agreement.public_id}/conclude", fields).status_code == 303
    told = mine.get(tab).text
    assert f"{reviewer.name} 本人登录登记" in told and "公审 7 号" in told


def test_the_drafter_gets_no_form_for_the_conclusion_and_is_refused_when_sending_it(
    session: Db, county: County, agreement: Agreement, client: FlaskClient
) -> None:
    session.commit()
    me, url = sign_in(client, county.officer), f"/agreements/{agreement.public_id}/review"
    refused = me.get(url)
    assert refused.status_code == 403 and "由别人登记" in refused.text


def test_the_form_of_a_paper_names_nobody_who_is_asked_to_sign_in(
    session: Db, county: County, agreement: Agreement, client: FlaskClient
) -> None:
    an_asked_review(agreement, county)
    session.commit()
    page = sign_in(client, county.head).get(f"/agreements/{agreement.public_id}/review").text
    assert county.colleague.name not in page.partition("审查人")[2].partition("</form>")[0]


def test_the_page_says_who_entered_a_paper_and_offers_it(
    session: Db, county: County, agreement: Agreement, client: FlaskClient
) -> None:
    session.commit()
    me, url = sign_in(client, county.head), f"/agreements/{agreement.public_id}/review"
    outside = session.get_one(type(agreement.drafter), somebody_outside(county))
    session.commit()
    fields = {
        "number": "公审 8 号",
        "reviewed_on": agreement.signed_on.isoformat(),
        "verdict": ReviewVerdict.AMENDED.value,
        "opinion": "第三条删去",
        "reviewer": outside.public_id,
    }
    without = me.submit(url, fields)
    assert without.status_code == 422 and "附上审查文书的扫描件" in without.text
    sent = me.submit(url, fields | {"file": (a_file().stream, "结论书.pdf")})
    assert sent.status_code == 303
    told = me.get(f"/leads/{agreement.lead.public_id}?tab=agreements").text
    assert f"{county.head.name} 照纸面文书登记" in told and "结论书.pdf" in told


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (ReviewVerdict.AMENDED, "修改后通过的，写明改了哪几条"),
        (ReviewVerdict.REFUSED, "不通过的，写明哪几条不行"),
    ],
)
def test_who_does_not_pass_it_says_why(
    session: Db, county: County, agreement: Agreement, client: FlaskClient, verdict: ReviewVerdict, said: str
) -> None:
    an_asked_review(agreement, county)
    session.commit()
    me, url = sign_in(client, county.colleague), f"/agreements/{agreement.public_id}/conclude"
    fields = {"number": "公审 8 号", "reviewed_on": agreement.signed_on.isoformat(), "verdict": verdict.value}
    without = me.submit(url, fields)
    assert without.status_code == 422
    assert said in without.text
    assert me.submit(url, fields | {"opinion": "第三条只奖一家企业"}).status_code == 303


def test_the_reviewer_has_the_agreement_and_its_scan_before_them(
    session: Db, county: County, client: FlaskClient
) -> None:
    lead = a_lead(county)
    agreement = a_contract(lead, county, a_file("投资协议终稿.pdf"))
    an_asked_review(agreement, county)
    session.commit()
    page = sign_in(client, county.colleague).get(f"/agreements/{agreement.public_id}/conclude").text
    assert agreement.title in page
    assert "投资协议终稿.pdf" in page
    assert label_of(Agreement.signed_on) in page
