"""Small pages of steps: a new one, 办结 and 改期; what steps show on the page of a company."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.subjects import SUBJECTS, Subject, lines_of, subject_at
from app.core.values.errors import NotFound
from app.core.values.registries import CLOSES_STEP, TAKES_STEPS, Naming, Related, RelatedRow, Sought, beside
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.promotion.steps import queries, services
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.forms import CloseForm, MoveForm, NextStepForm, OutcomeForm
from app.promotion.steps.models import Step
from app.register.accounts.enums import Permission
from app.register.accounts.queries import get_person, people_to_choose
from app.register.enterprises.models import Enterprise

bp = Blueprint("steps", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
Form = CloseForm | MoveForm | OutcomeForm
_SHOWN = 8  # steps at the side of a company


def _back(step: Step) -> str:
    """Where the actor came from, if that is a page of ours; else where it stands."""
    asked = request.values.get("back", "")
    if asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable():
        return asked
    return stands_on(step).url


@bp.app_template_global()
def stands_on(step: Step) -> RelatedRow:
    """What the page of a step lies below: its company; where it is about none its record, as far as whoever
    is signed in sees that; else the list.
    """
    return where_they_stand([step])[step.id]


@bp.app_template_global()
def where_they_stand(steps: Sequence[Step]) -> dict[int, RelatedRow]:
    """The same for many, by inner id."""
    alone = [step.about for step in steps if step.enterprise is None]
    lines = lines_of(alone, require_actor()) if alone else {}
    return {
        step.id: _company_line(step.enterprise) or lines.get(step.about) or _list_line() for step in steps
    }


def _company_line(company: Enterprise | None) -> RelatedRow | None:
    if company is None:
        return None
    return RelatedRow(company.name, url_for("enterprises.detail", public_id=company.public_id))


def _list_line() -> RelatedRow:
    return RelatedRow("待办", url_for("steps.index"))


@bp.app_template_global()
def closed_on(step: Step) -> str | None:
    """The page whose decision closes this step; None of one that is closed with a press."""
    page_of = CLOSES_STEP.get(step.kind)
    return page_of(step.id) if page_of else None


def step_for_change(public_id: str) -> Step:
    step = queries.get_step(public_id, require_actor())
    pages.refusal_leads_to(url_for("steps.detail", public_id=public_id))
    return step


def _page(template: str, form: Form, step: Step) -> str:
    return render_template(template, form=form, step=step, back=_back(step))


def _why_not_page(step: Step, verb: str, why: str) -> str:
    """In the place of a form that could only be refused: why, and where the step is decided on."""
    decision = _own_decision(step, require_actor())
    return render_template(
        "steps/concluded.html", step=step, back=_back(step), verb=verb, why=why, decision=decision
    )


def _form_again(template: str, form: Form, step: Step, verb: str, why: str | None) -> str:
    """The form with what was wrong or, where it could only be refused again, why in its place."""
    return _why_not_page(step, verb, why) if why else _page(template, form, step)


def _own_decision(step: Step, actor: Actor) -> str | None:
    """The page of the decision that closes this open step, for whose it is."""
    is_own = step.state is StepState.OPEN and step.owner_id == actor.person_id
    return closed_on(step) if is_own else None


@bp.get("/steps/<public_id>")
@requires(P.VISITS_READ)
def detail(public_id: str) -> str:
    """One step: what, for whom, by when, what came of it."""
    actor = require_actor()
    step = queries.get_step(public_id, actor)
    is_open = step.state is StepState.OPEN
    may_write = actor.may(P.VISITS_WRITE) and services.why_not_here(step) is None
    return render_template(
        "steps/detail.html",
        step=step,
        is_open=is_open,
        may_change=is_open and may_write,
        may_reopen=not is_open and may_write,
        records=_records(step, actor),
        decision=_own_decision(step, actor),
    )


def _records(step: Step, actor: Actor) -> list[tuple[str, RelatedRow]]:
    """The record it is about and the visit it came from, as far as this person may see them."""
    asked = [] if step.is_of_company else [step.about]
    if step.visit_id is not None:
        asked.append(subject_at("visit", step.visit_id))
    lines = lines_of(asked, actor)
    return [(SUBJECTS[each.kind].label, lines[each]) for each in asked if each in lines]


def _ground(kind: str, public_id: str) -> Any:
    """The record on which a step is to be written, if who acts may work on it."""
    take = TAKES_STEPS.get(kind)
    if take is None:
        raise NotFound()
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
    owner = _ground(kind, public_id).owner.public_id
    return _new_page(Subject(kind, public_id), _new_form(formdata=None, owner=owner))


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


@bp.post("/steps/<public_id>/tick")
@requires(P.VISITS_WRITE)
def tick(public_id: str) -> Answer:
    """Closes a step with one press; one that cannot be closed so shows the form, with the reason."""
    return _closed(public_id)


def _closed(public_id: str) -> Answer:
    """Closes a step and opens the following one when it is written; when nothing was, it can be undone."""
    step, form = step_for_change(public_id), CloseForm()
    outcome, then = form.outcome.data or "", form.then.data or ""

    def act() -> None:
        services.close_and_go_on(
            step,
            outcome,
            dropped=form.is_dropped,
            then=then,
            then_due_on=form.then_due_on.data,
            version=form.seen,
        )

    if not pages.took(form, act):
        return _form_again("steps/done.html", form, step, "办结", services.why_not_here(step)), 422
    back = _back(step)
    if outcome or then:
        return pages.done(back, "不再办，已记下" if form.is_dropped else "已办结")
    return pages.done(
        back,
        f"已办结「{step.what}」",
        link=("写结果", url_for("steps.telling", public_id=public_id, back=back)),
        undo=(url_for("steps.reopen", public_id=public_id), {"version": step.version, "back": back}),
    )


@bp.post("/steps/<public_id>/reopen")
@requires(P.VISITS_WRITE)
def reopen(public_id: str) -> Answer:
    """A step closed by mistake is to be done again."""
    step = step_for_change(public_id)
    services.reopen_by_hand(step, version=seen_version())
    return pages.done(_back(step), "又列入待办")


@bp.get("/steps/<public_id>/outcome")
@requires(P.VISITS_WRITE)
def telling(public_id: str) -> str:
    """Asks what came of a step that was closed with one press."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_tell(step):
        return _why_not_page(step, "写结果", why)
    return _page("steps/outcome.html", _opened_outcome(step), step)


def _opened_outcome(step: Step) -> OutcomeForm:
    return OutcomeForm(formdata=None, obj=step)


@bp.post("/steps/<public_id>/outcome")
@requires(P.VISITS_WRITE)
def tell(public_id: str) -> Answer:
    """Keeps what came of it."""
    step, form = step_for_change(public_id), OutcomeForm()

    def act() -> None:
        services.note_outcome(step, form.outcome.data or "", version=form.seen)

    if not saved(form, act, lambda: _opened_outcome(step)):
        return _form_again("steps/outcome.html", form, step, "写结果", services.why_not_here(step)), 422
    return pages.done(_back(step), "已记下结果")


@bp.get("/steps/<public_id>/done")
@requires(P.VISITS_WRITE)
def closing(public_id: str) -> str:
    """Asks what came of it."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_close(step):
        return _why_not_page(step, "办结", why)
    return _page("steps/done.html", CloseForm(version=step.version), step)


@bp.post("/steps/<public_id>/done")
@requires(P.VISITS_WRITE)
def close(public_id: str) -> Answer:
    """Closes a step with what came of it."""
    return _closed(public_id)


@bp.get("/steps/<public_id>/move")
@requires(P.VISITS_WRITE)
def moving(public_id: str) -> str:
    """Asks for the new date."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_move(step):
        return _why_not_page(step, "改期", why)
    return _page("steps/move.html", MoveForm(version=step.version, due_on=step.due_on), step)


@bp.post("/steps/<public_id>/move")
@requires(P.VISITS_WRITE)
def move(public_id: str) -> Answer:
    """Gives a step another date."""
    step, form = step_for_change(public_id), MoveForm()
    if not pages.took(form, lambda: services.move_step(step, form.due_on.data, version=form.seen)):
        why = services.why_not_here(step, services.WITH_AGREEMENT)
        return _form_again("steps/move.html", form, step, "改期", why), 422
    return pages.done(_back(step), "已改期")


def next_of_enterprise(enterprise_id: int, actor: Actor) -> dict[str, Any] | None:
    """The next-step bar above the page of a company."""
    step = queries.next_step(queries.open_of_company(actor, enterprise_id))
    return None if step is None else bar(step, may_change=actor.may(P.VISITS_WRITE))


def bar(step: Step, *, may_change: bool) -> dict[str, Any]:
    """A step as the macro `next_step` of components/status.html takes it."""
    back = request.full_path if request.query_string else request.path
    links = {
        "tick": {
            "url": url_for("steps.tick", public_id=step.public_id),
            "version": step.version,
            "back": back,
        },
        "move_url": url_for("steps.moving", public_id=step.public_id, back=back),
    }
    return {
        "text": step.what,
        "due_on": step.due_on,
        "who": step.owner.name,
        "kind": step.light.kind,
        "words": step.light.words,
        **(links if may_change else {}),
    }


def related_of_enterprise(enterprise_id: int, actor: Actor) -> Related | None:
    """Promises and next steps at the side of a company."""
    steps = queries.open_of_company(actor, enterprise_id)
    rows = [_row(step) for step in steps[: _SHOWN + 1]]
    return beside(
        "承诺和下一步",
        rows,
        lambda: url_for("steps.index", view="all", q=stands_on(steps[0]).title),
        _SHOWN,
    )


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The steps whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.VISITS_READ):
        return []
    return [
        Naming(
            "step",
            step.public_id,
            RelatedRow(
                step.what,
                url_for("steps.detail", public_id=step.public_id),
                f"{step.kind.label}：{step.owner.name}，{step.state.label}",
            ),
        )
        for step in queries.naming(sought, actor)
    ]


def _row(step: Step) -> RelatedRow:
    words = step.kind.label
    return RelatedRow(
        title=step.what,
        url=url_for("steps.detail", public_id=step.public_id),
        words=f"{words}，期限 {step.due_on.month}月{step.due_on.day}日，{step.owner.name}",
        light=step.light.kind,
        light_words=step.light.words,
    )
