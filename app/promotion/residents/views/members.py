"""The terms of a team: entered, put right, ended."""

from flask import render_template

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.residents import queries
from app.promotion.residents.forms import NewTermForm, TermForm
from app.promotion.residents.views.blueprint import Answer, bp, kept_by_us, page_of, team_to_keep
from app.register.accounts import services as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import TeamMembership, Unit
from app.register.accounts.queries import get_person, people_to_choose


def _new_form(**values: object) -> NewTermForm:
    form = NewTermForm(**values)
    form.offer(people_to_choose())
    return form


def _form_page(form: TermForm, team: Unit, term: TeamMembership | None = None, status: int = 200) -> Answer:
    return render_template("residents/term.html", form=form.ready(), team=team, term=term), status


@bp.get("/teams/<public_id>/members/new")
@requires(P.TEAMS_WRITE)
def new_term(public_id: str) -> Answer:
    """加队员."""
    return _form_page(_new_form(formdata=None, starts_on=today()), team_to_keep(public_id))


@bp.post("/teams/<public_id>/members/new")
@requires(P.TEAMS_WRITE)
@once
def create_term(public_id: str) -> Answer:
    """加队员：保存."""
    team, form = team_to_keep(public_id), _new_form()

    def act() -> None:
        person = get_person(form.person.data)
        days = form.starts_on.data, form.ends_on.data
        accounts.join_team(person, team, *days, is_head=form.is_head.data)

    if not pages.took(form, act):
        return _form_page(form, team, status=422)
    return pages.done(page_of(team), "已加入")


def _term_to_keep(public_id: str) -> TeamMembership:
    term = queries.get_term(public_id)
    kept_by_us(term.team)
    return term


@bp.get("/teams/members/<public_id>/edit")
@requires(P.TEAMS_WRITE)
def edit_term(public_id: str) -> Answer:
    """改一段驻点经历，写上最后一天."""
    term = _term_to_keep(public_id)
    return _form_page(TermForm(formdata=None, obj=term), term.team, term)


@bp.post("/teams/members/<public_id>/edit")
@requires(P.TEAMS_WRITE)
def update_term(public_id: str) -> Answer:
    """改一段驻点经历，写上最后一天：保存."""
    term, form = _term_to_keep(public_id), TermForm()

    def act() -> None:
        days = form.starts_on.data, form.ends_on.data
        accounts.correct_term(term, *days, is_head=form.is_head.data, version=form.seen)

    if not saved(form, act, lambda: TermForm(formdata=None, obj=term)):
        return _form_page(form, term.team, term, 422)
    return pages.done(page_of(term.team), "已保存")
