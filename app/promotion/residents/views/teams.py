"""Teams side by side, one of them, what is kept of it."""

import re
from datetime import date, timedelta

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clean import clean_line
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.idempotency import new_key
from app.promotion.residents import policy, queries, services
from app.promotion.residents.forms import TeamProfileForm
from app.promotion.residents.models import TeamProfile
from app.promotion.residents.views.blueprint import Answer, bp, page_of, team_to_keep
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person, Unit


@bp.get("/teams")
@requires(P.TEAMS_READ)
def index() -> str:
    """驻点组并排看."""
    actor = require_actor()
    day = today()
    return render_template(
        "residents/index.html",
        rows=queries.teams_on(day),
        mine=actor.team_ids,
        day=day,
        counts=queries.days_on_duty(day.replace(day=1), day),
    )


@bp.get("/teams/<public_id>")
@requires(P.TEAMS_READ)
def detail(public_id: str) -> str:
    """一个驻点组：地点、片区、队员、商会."""
    team, actor, day = queries.get_team(public_id), require_actor(), today()
    profile, terms = queries.profile_of(team.id), queries.terms_of(team.id)
    associations = queries.associations_of(team.id)
    is_open = not team.is_archived
    return render_template(
        "residents/detail.html",
        team=team,
        profile=profile,
        city=_city(profile),
        zone=_zone(profile),
        now=[row for row in terms if row.term.covers(day)],
        coming=[row for row in terms if row.starts_on > day],
        gone=[row for row in terms if row.ends_on and row.ends_on < day],
        kept_up=[row for row in associations if row.until is None or row.until >= day],
        ended=[row for row in associations if row.until is not None and row.until < day],
        counts=queries.days_on_duty(day.replace(day=1), day),
        own=_own(team) if is_open and policy.is_of(actor, team.id) and policy.may_log(actor) else None,
        may_keep=is_open and policy.may_keep(actor),
        may_tell=is_open and policy.may_tell(actor, team.id),
    )


def _own(team: Unit) -> list[tuple[str, date, int, str]]:
    """The present week and the one before, each with how many days whoever asks has yet to tell of, and the
    key of their button.
    """
    person = db.session.get_one(Person, require_actor().person_id)
    day = today()
    weeks = (("本周", day), ("上周", day - timedelta(days=7)))
    return [(words, each, len(services.open_days(team, person, each)), new_key()) for words, each in weeks]


def _city(profile: TeamProfile | None) -> str:
    return queries.place_names([profile]).get(profile.city_code or "", "") if profile else ""


def _zone(profile: TeamProfile | None) -> list[str]:
    names = queries.place_names([profile]) if profile else {}
    return [names.get(row.region_code, row.region_code) for row in profile.zone] if profile else []


# --- what is kept of it ------------------------------------------------------------------------------


def _lines(text: str | None, between: str = r"\n") -> list[str]:
    """What stands on each line."""
    return [line for part in re.split(between, text or "") if (line := clean_line(part))]


def _data(form: TeamProfileForm) -> services.ProfileData:
    return services.ProfileData(
        city=form.city.data or "",
        zone=_lines(form.zone.data, r"[\n、，,；;]"),
        tasks=form.tasks.data or "",
        equipment=_lines(form.equipment.data),
        opened_on=form.opened_on.data,
        closed_on=form.closed_on.data,
    )


def _opened(team: Unit) -> TeamProfileForm:
    profile = queries.profile_of(team.id)
    if profile is None:
        return TeamProfileForm(formdata=None, version=0)
    return _filled(profile)


def _filled(profile: TeamProfile) -> TeamProfileForm:
    return TeamProfileForm(
        formdata=None,
        version=profile.version,
        city=_city(profile),
        zone="\n".join(_zone(profile)),
        tasks=profile.tasks,
        equipment=profile.equipment,
        opened_on=profile.opened_on,
        closed_on=profile.closed_on,
    )


def _form_page(form: TeamProfileForm, team: Unit, status: int = 200) -> Answer:
    return render_template("residents/profile.html", form=form, team=team), status


@bp.get("/teams/<public_id>/edit")
@requires(P.TEAMS_WRITE)
def edit(public_id: str) -> Answer:
    """写驻点组的地点、片区、任务和设备."""
    team = team_to_keep(public_id)
    return _form_page(_opened(team), team)


@bp.post("/teams/<public_id>/edit")
@requires(P.TEAMS_WRITE)
def update(public_id: str) -> Answer:
    """写驻点组的地点、片区、任务和设备：保存."""
    team, form = team_to_keep(public_id), TeamProfileForm()
    if not saved(form, lambda: services.save_profile(team, form.seen, _data(form)), lambda: _opened(team)):
        return _form_page(form, team, 422)
    return pages.done(page_of(team), "已保存")
