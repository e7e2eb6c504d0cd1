"""Spot checks: written down, taken off."""

from flask import render_template
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.values.clock import in_beijing, now, today
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.promotion.residents import queries, services
from app.promotion.residents.forms import CheckForm
from app.promotion.residents.views.blueprint import Answer, bp, kept_by_us, team_to_keep
from app.promotion.residents.views.duty import DAY, duty_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Unit
from app.register.accounts.queries import get_person


def _form(team: Unit, **values: object) -> CheckForm:
    form, day = CheckForm(**values), today()
    terms = queries.terms_between(team.id, day - 92 * DAY, day)
    people = {term.person.public_id: term.person.name for term in terms}
    form.offer(list(people.items()))
    return form


def _form_page(form: CheckForm, team: Unit, status: int = 200) -> Answer:
    return render_template("residents/check.html", form=form.ready(), team=team), status


@bp.get("/teams/<public_id>/checks/new")
@requires(P.TEAMS_WRITE)
def new_check(public_id: str) -> Answer:
    """记查岗."""
    team = team_to_keep(public_id)
    return _form_page(_form(team, formdata=None, day=today(), at=f"{in_beijing(now()):%H:%M}"), team)


@bp.post("/teams/<public_id>/checks/new")
@requires(P.TEAMS_WRITE)
@once
def create_check(public_id: str) -> Answer:
    """记查岗：保存."""
    team = team_to_keep(public_id)
    form = _form(team)

    def act() -> None:
        data = services.CheckData(form.day.data, form.at.data, form.found.data == "yes", form.note.data or "")
        services.write_check(team, get_person(form.person.data), data)

    if not pages.took(form, act):
        return _form_page(form, team, 422)
    return pages.done(duty_of(team, form.day.data), "已记下")


@bp.post("/teams/checks/<public_id>/remove")
@requires(P.TEAMS_WRITE)
def remove_check(public_id: str) -> Response:
    """删掉记错的查岗."""
    row = queries.get_check(public_id)
    team, day = kept_by_us(row.team), row.day
    services.remove_check(row, seen_version())
    return pages.done(duty_of(team, day), "已删掉")
