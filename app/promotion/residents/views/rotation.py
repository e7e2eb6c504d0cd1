"""Rotation: looked at by an address that says what is asked, done by one press."""

from flask import render_template, request

from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.residents import queries, services
from app.promotion.residents.forms import RotationForm
from app.promotion.residents.services import Rotation, RotationLook
from app.promotion.residents.views.blueprint import Answer, bp, page_of, team_to_keep
from app.promotion.residents.views.duty import DAY
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Unit
from app.register.accounts.queries import get_person, people_to_choose


def _form(team: Unit, **values: object) -> RotationForm:
    form, day = RotationForm(**values), today()
    terms = queries.terms_between(team.id, day - 92 * DAY, day)
    form.offer(
        [(row.public_id, f"{row.person.name}（{row.term.words}）") for row in terms],
        people_to_choose(signing_in=P.VISITS_WRITE),
    )
    return form


def _asked(form: RotationForm) -> Rotation:
    term = queries.get_term(form.leaving.data)
    return Rotation(term, form.last_day.data, get_person(form.coming.data), form.takes_lead.data)


def _page(form: RotationForm, team: Unit, found: RotationLook | None = None, status: int = 200) -> Answer:
    asked = _asked(form) if found else None
    return render_template(
        "residents/rotation.html", form=form.ready(), team=team, found=found, asked=asked
    ), status


@bp.get("/teams/<public_id>/rotation")
@requires(P.TEAMS_WRITE)
def rotation(public_id: str) -> Answer:
    """轮换：谁离开、谁接手，先看要移交什么."""
    team = team_to_keep(public_id)
    if not request.args.get("leaving"):
        return _page(_form(team, formdata=None, last_day=today() - DAY), team)
    form = _form(team, formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return _page(form, team, status=422)
    try:
        return _page(form, team, services.look(_asked(form)))
    except RuleBroken as broken:
        form.refuse(broken)
        return _page(form, team, status=422)


@bp.post("/teams/<public_id>/rotation")
@requires(P.TEAMS_WRITE)
@once
def rotate(public_id: str) -> Answer:
    """轮换：办."""
    team = team_to_keep(public_id)
    form, done = _form(team), list[RotationLook]()
    if not pages.took(form, lambda: done.append(services.rotate(_asked(form), None))):
        return _page(form, team, status=422)
    words = "、".join(f"{number} {label}" for number, label in done[0].goes_over)
    return pages.done(page_of(team), f"已轮换，移交 {words}" if words else "已轮换，没有要移交的")
