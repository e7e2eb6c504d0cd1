"""A new step on a record of any kind that takes steps."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage.subjects import Subject, lines_of
from app.core.values.errors import NotFound
from app.core.values.registries import TAKES_STEPS
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.steps import services
from app.promotion.steps.enums import StepKind
from app.promotion.steps.forms import NextStepForm
from app.promotion.steps.views.blueprint import Answer, bp
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import get_person, people_to_choose


def _ground(kind: str, public_id: str) -> Any:
    """The record on which a step is to be written, if who acts may work on it."""
    take = TAKES_STEPS.get(kind)
    if take is None:
        raise NotFound
    return take(public_id)


def _new_form(**values: Any) -> NextStepForm:
    form = NextStepForm(**values)
    form.offer(people_to_choose(signing_in=P.VISITS_WRITE))
    return form


def _new_page(about: Subject, form: NextStepForm, status: int = 200) -> Answer:
    record = lines_of([about], require_actor())[about]
    return render_template("steps/new.html", form=form.ready(), record=record), status


@bp.get("/steps/new/<kind>/<public_id>")
@requires(P.VISITS_WRITE)
def new(kind: str, public_id: str) -> Answer:
    """Asks for the next step of a record of any kind that takes steps."""
    owner = _ground(kind, public_id).owner  # a target may be a unit's alone
    form = _new_form(formdata=None, owner=owner.public_id if owner else "")
    return _new_page(Subject(kind, public_id), form)


@bp.post("/steps/new/<kind>/<public_id>")
@requires(P.VISITS_WRITE)
@once
def create(kind: str, public_id: str) -> Answer:
    """Opens it."""
    ground, about, form = _ground(kind, public_id), Subject(kind, public_id), _new_form()

    def act() -> None:
        services.open_step(
            about,
            ground,
            kind=StepKind.NEXT,
            what=form.what.data,
            due_on=form.due_on.data,
            owner_id=get_person(form.owner.data).id,
        )

    if not pages.took(form, act):
        return _new_page(about, form, 422)
    return pages.done(lines_of([about], require_actor())[about].url, "已保存")
