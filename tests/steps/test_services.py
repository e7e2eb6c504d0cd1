from datetime import timedelta

import pytest

from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import today
from app.core.values.errors import NotFound, RuleBroken, Stale
from app.promotion.steps import queries, services
from app.promotion.steps.enums import DueGroup, StepKind, StepState
from tests.factories.accounts import acting, actor_of, make_person, make_unit, make_user
from tests.factories.enterprises import file_away, make_enterprise
from tests.factories.steps import a_done_step, make_step

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


def refusal(function, *arguments, **named):
    with pytest.raises(RuleBroken) as refused:
        function(*arguments, **named)
    return refused.value.problems


def in_days(days):
    return today() + timedelta(days=days)


def test_a_step_belongs_to_its_owners_unit_unless_told_otherwise():
    owner, unit = make_person(unit=make_unit()), make_unit()
    assert make_step(owner).unit_id == owner.unit_id
    assert make_step(owner, unit_id=unit.id).unit_id == unit.id


def test_a_step_says_something():
    assert "例如" in refusal(make_step, what=" ")["what"]


def test_a_step_for_nobody_or_no_company_is_not_opened():
    with pytest.raises(NotFound):
        services.open_step(
            Subject("enterprise", "0" * 16),
            services.CompanyAlone(0),
            kind=StepKind.NEXT,
            what="送方案",
            due_on=today(),
            owner_id=make_user().person.id,
        )
    company = make_enterprise()
    with pytest.raises(NotFound):
        services.open_step(
            subject_of(company),
            services.CompanyAlone(company.id),
            kind=StepKind.NEXT,
            what="送方案",
            due_on=today(),
            owner_id=0,
        )


def test_closing_keeps_the_day_and_the_outcome():
    step = a_done_step(outcome="方案已送")
    assert (step.state, step.done_on, step.outcome) == (StepState.DONE, today(), "方案已送")


def test_dropping_needs_a_reason():
    step = make_step()
    assert "outcome" in refusal(services.close_step, step, "", dropped=True)
    services.close_step(step, "对方已选别处", dropped=True)
    assert step.state is StepState.DROPPED


def test_a_closed_step_neither_closes_nor_moves_again():
    step = a_done_step()
    assert "已经办结" in refusal(services.close_step, step, "再办")[""]
    assert "已经办结" in refusal(services.move_step, step, in_days(3))[""]


def test_a_step_that_a_decision_closes_is_neither_put_off_nor_closed_nor_opened_by_hand():
    step = make_step(kind=StepKind.REVIEW)
    for act in (
        lambda: services.done_or_later(step, "看过了", today(), None),
        lambda: services.done_or_later(step, "", today(), in_days(3)),
        lambda: services.note_outcome(step, "看过了"),
    ):
        assert services.BY_CONCLUSION in refusal(act)[""]
    assert services.WITH_AGREEMENT in refusal(services.move_step, step, in_days(3))[""]
    services.close_step(step, "通过，公审 9 号")
    assert services.BY_CONCLUSION in refusal(services.reopen_by_hand, step)[""]
    assert step.state is StepState.DONE
    services.reopen_step(step)  # a lead that is taken up again
    assert step.state is StepState.OPEN


def test_moving_goes_forward_only_and_notices_a_faster_colleague():
    step = make_step(due_in=2)
    db.session.commit()
    seen = step.version
    services.move_step(step, in_days(5), version=seen)
    assert step.due_on == in_days(5)
    assert "due_on" in refusal(services.move_step, step, in_days(-1), version=step.version)
    with pytest.raises(Stale) as stale:
        services.move_step(step, in_days(9), version=seen)
    assert stale.value.clashes[0].mine == in_days(9).isoformat()
    assert in_days(5).isoformat() in stale.value.clashes[0].theirs


def test_closing_may_open_the_step_that_follows():
    step = make_step(confidential=True, team_id=make_unit().id)
    following = services.close_and_go_on(
        step, "已送", dropped=False, then="约来看厂房", then_due_on=in_days(4)
    )
    assert (following.owner_id, following.enterprise_id) == (step.owner_id, step.enterprise_id)
    assert (following.unit_id, following.team_id, following.confidential) == (
        step.unit_id,
        step.team_id,
        True,
    )


@pytest.mark.parametrize(
    ("then", "days", "field"),
    [("约来看厂房", None, "then_due_on"), ("", 3, "then"), ("约来看", -1, "then_due_on")],
)
def test_the_following_step_is_written_whole_or_not_at_all(then, days, field):
    due_on = None if days is None else in_days(days)
    problems = refusal(
        services.close_and_go_on, make_step(), "已送", dropped=False, then=then, then_due_on=due_on
    )
    assert field in problems


def test_an_archived_company_takes_no_new_step_and_those_it_has_can_be_closed():
    enterprise = make_enterprise()
    step = make_step(on=enterprise)
    file_away(enterprise, "已注销")
    assert "已归档" in refusal(make_step, on=enterprise)[""]
    services.close_step(step, "已送")
    assert step.state is StepState.DONE


def test_due_steps_put_ones_own_first_and_end_at_the_date():
    user = make_user()
    with acting(user) as actor:
        others = make_step(due_in=-3, what="别人的")
        own = make_step(user.person, due_in=1, what="自己的")
        make_step(user.person, due_in=9, what="以后的")
        a_done_step(owner=user.person, due_in=0)
        assert queries.due_steps(actor, in_days(2)) == [own, others]
        assert queries.my_steps(actor)[0] == own


def test_steps_stand_under_their_headings():
    late, now, later = make_step(due_in=-1), make_step(due_in=0), make_step(due_in=30)
    groups = queries.grouped([late, now, later], today())
    assert [(found.group, found.steps) for found in groups] == [
        (DueGroup.OVERDUE, (late,)),
        (DueGroup.TODAY, (now,)),
        (DueGroup.LATER, (later,)),
    ]


def test_a_heading_counts_what_a_full_reading_leaves_out(session, monkeypatch):
    monkeypatch.setattr(queries.due, "LONGEST", 3)
    user = make_user()
    for due_in in (-5, -4, -3, -2, 0, 40, 41):
        make_step(user.person, due_in=due_in)
    actor = actor_of(user)
    mine = {found.group: found for found in queries.my_groups(actor, today())}
    assert {group: found.count for group, found in mine.items()} == {
        DueGroup.OVERDUE: 4,
        DueGroup.TODAY: 1,
        DueGroup.LATER: 2,
    }
    assert [len(found.steps) for found in mine.values()] == [3, 0, 0]
    [late] = queries.due_groups(actor, in_days(-1), today())
    assert (late.group, late.count, len(late.steps)) == (DueGroup.OVERDUE, 4, 3)
    monkeypatch.setattr(queries.due, "LONGEST", 50)
    assert [found.count for found in queries.my_groups(actor, today())] == [4, 1, 2]


def test_the_bar_shows_the_next_step_before_a_promise():
    promise = make_step(due_in=1, kind=StepKind.PROMISE)
    following = make_step(due_in=5)
    assert queries.next_step([promise, following]) == following
    assert queries.next_step([promise]) == promise
    assert queries.next_step([]) is None


def test_a_company_shows_only_the_steps_the_actor_may_see():
    enterprise = make_enterprise()
    seen = make_step(on=enterprise)
    make_step(on=enterprise, confidential=True)
    actor = actor_of(make_user())
    assert queries.open_of_company(actor, enterprise.id) == [seen]


def test_what_was_to_be_done_for_a_company_stays_in_its_owners_list_after_it_was_archived():
    user = make_user()
    company = make_enterprise()
    make_step(user.person, company, due_in=-1)
    file_away(company, "已注销")
    actor = actor_of(user)
    assert len(queries.my_steps(actor)) == 1
    assert len(queries.due_steps(actor, in_days(14))) == 1
    assert len(queries.open_of_company(actor, company.id)) == 1
