"""The days of a team: a month as a grid and on paper, days told of, the week filled with one press."""

from datetime import date, timedelta

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import must_be_live
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.workdays import calendar_gap
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.core.web.idempotency import once
from app.promotion.residents import policy, queries, services
from app.promotion.residents.enums import DutyKind
from app.promotion.residents.forms import DutyForm
from app.promotion.residents.views.blueprint import Answer, bp, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import get_person

DAY = timedelta(days=1)
EARLIEST = date(2000, 1, 1)


def duty_of(team: Unit, day: date | None = None) -> str:
    """The address of the month of a day."""
    month = f"{day:%Y-%m}" if day else None
    return url_for("residents.duty", public_id=team.public_id, month=month)


def _month() -> tuple[date, date]:
    """The first and the last day of the month that the address asks for, this one without."""
    asked = pages.read_text("month", 7)
    try:
        first = date.fromisoformat(f"{asked}-01") if asked else today().replace(day=1)
    except ValueError:
        raise RuleBroken({"month": f"没有「{asked}」这个月，写成 2026-11"}) from None
    if first < EARLIEST or first > today() + 370 * DAY:
        raise RuleBroken({"month": f"{asked} 太远了，从月历上一个月一个月地翻"})
    return first, (first + 32 * DAY).replace(day=1) - DAY


def _grid(team: Unit) -> dict[str, object]:
    first, last = _month()
    actor = require_actor()
    return {
        "team": team,
        "month": queries.month_of(team.id, first, last, today()),
        "before": f"{first - DAY:%Y-%m}",
        "after": f"{last + DAY:%Y-%m}",
        "gap": calendar_gap(first.year),
        "may_see_city": policy.may_see_city(actor, team.id),
    }


@bp.get("/teams/<public_id>/duty")
@requires(P.TEAMS_READ)
def duty(public_id: str) -> str:
    """值勤月历."""
    team, actor = queries.get_team(public_id), require_actor()
    is_open = not team.is_archived
    return render_template(
        "residents/duty.html",
        **_grid(team),
        day=today(),
        kinds=DutyKind,
        may_keep=is_open and policy.may_keep(actor),
        may_log=is_open
        and (policy.may_keep(actor) or (policy.may_log(actor) and policy.is_of(actor, team.id))),
    )


@bp.get("/teams/<public_id>/duty/print")
@requires(P.TEAMS_READ)
@costs(sheets.PRINTS)
def printed_duty(public_id: str) -> str:
    """值勤月历，印在 A4 上."""
    team, me = queries.get_team(public_id), require_actor()
    shown = _grid(team)
    page = render_template("residents/duty_paper.html", **shown, watermark=f"{me.name} {today()}")
    db.session.rollback()  # what was read is in words by now
    audit.record_look("unit.print", Subject("unit", public_id), f"打印「{team.name}」的值勤")
    return page


# --- told of -----------------------------------------------------------------------------------------


def _people(team: Unit) -> list[Person]:
    """Whose days somebody may tell of: of the 招商局 and as head all members of late, else oneself."""
    actor, day = require_actor(), today()
    terms = queries.terms_between(team.id, day - 92 * DAY, day + 31 * DAY)
    people = list({term.person_id: term.person for term in terms}.values())
    if policy.may_keep(actor) or queries.is_head_on(team.id, actor.person_id, day):
        return people
    return [person for person in people if person.id == actor.person_id]


def _team_to_tell_of(public_id: str) -> Unit:
    team = queries.get_team(public_id)
    pages.refusal_leads_to(page_of(team))
    must_be_live(team)
    return team


def _form(team: Unit, **values: object) -> DutyForm:
    people = _people(team)
    if not people:
        raise NotAllowed("值勤由本组队员来记，招商局可以更正")
    form = DutyForm(**values)
    form.offer([(person.public_id, person.name) for person in people])
    return form


def _form_page(form: DutyForm, team: Unit, status: int = 200) -> Answer:
    actor = require_actor()
    chosen = form.person.data or (form.person.choices[0].value if form.person.choices else "")
    person = get_person(chosen) if chosen else None
    return render_template(
        "residents/duty_form.html",
        form=form.ready(),
        team=team,
        is_own=person is not None and person.id == actor.person_id,
        asks_why=policy.may_keep(actor),
    ), status


@bp.get("/teams/<public_id>/duty/new")
@requires(P.VISITS_WRITE)
def new_duty(public_id: str) -> Answer:
    """记值勤；?person= 和 ?day= 带入队员和日期."""
    team = _team_to_tell_of(public_id)
    day = pages.read_date("day", "日期") or today()
    form = _form(team, formdata=None, first=day)
    asked, offered = pages.read_text("person", 16), [choice.value for choice in form.person.choices]
    form.person.data = asked if asked in offered else _myself(offered)
    return _form_page(form, team)


def _myself(offered: list[str]) -> str:
    person_id = require_actor().person_id
    me = db.session.get(Person, person_id) if person_id else None
    return me.public_id if me and me.public_id in offered else offered[0]


@bp.post("/teams/<public_id>/duty/new")
@requires(P.VISITS_WRITE)
@once
def create_duty(public_id: str) -> Answer:
    """记值勤：保存."""
    team = _team_to_tell_of(public_id)
    form, made = _form(team), list[date]()

    def act() -> None:
        first = form.first.data
        data = services.DutyData(
            DutyKind(form.kind.data),
            first,
            form.last.data or first,
            city=form.city.data or "",
            note=form.note.data or "",
            reason=form.reason.data or "",
        )
        made.extend(services.mark(team, get_person(form.person.data), data))

    if not pages.took(form, act):
        return _form_page(form, team, 422)
    return pages.done(duty_of(team, made[0]), f"已记 {len(made)} 天")


@bp.post("/teams/<public_id>/duty/week")
@requires(P.VISITS_WRITE)
@once
def fill_week(public_id: str) -> Response:
    """这一周没记的工作日，都记在岗."""
    team = _team_to_tell_of(public_id)
    try:
        day = date.fromisoformat(request.form.get("week", ""))
    except ValueError:
        raise RuleBroken("没有说是哪一周，回到驻点组的页面再点一次") from None
    days = services.fill_week(team, day)
    return pages.done(page_of(team), f"已记 {len(days)} 天在岗")
