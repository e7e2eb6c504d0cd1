"""Steps in the states that matter."""

from datetime import timedelta

from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import today
from app.promotion.steps import services
from app.promotion.steps.enums import StepKind
from app.register.accounts.queries import user_of
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_enterprise


def make_step(
    owner=None, on=None, due_in=3, what="送 2 号厂房改造方案", kind=StepKind.NEXT, visit_id=None, **ground
):
    """An open step on a record, or on a company alone, due so many days from today (below 0: overdue), of
    somebody who can sign in.
    """
    owner = owner or make_user().person
    if user_of(owner.id) is None:
        make_user(person=owner)
    on = on or make_enterprise()
    return services.open_step(
        subject_of(on),
        services.CompanyAlone(on.id, **ground) if isinstance(on, Enterprise) else on,
        kind=kind,
        what=what,
        due_on=today() + timedelta(days=due_in),
        owner_id=owner.id,
        visit_id=visit_id,
    )


def a_done_step(outcome="方案已送", **fields):
    step = make_step(**fields)
    services.close_step(step, outcome)
    return step


class NoCompany:
    """The ground of a step on a record that is about no company, of the unit of its owner."""

    unit_id = team_id = None


def a_step_about_no_company(owner, what="发活动通知"):
    return services.open_step(
        Subject("planted", "0" * 16),
        NoCompany(),
        kind=StepKind.NEXT,
        what=what,
        due_on=today() + timedelta(days=3),
        owner_id=owner.id,
    )
