"""The schedule of an outing: a line is added, changed, taken off."""

from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.core.web.idempotency import once
from app.promotion.outings import queries, services
from app.promotion.outings.forms import StopForm
from app.promotion.outings.models import Outing, OutingStop
from app.promotion.outings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P
from app.register.enterprises.models import Enterprise
from app.register.enterprises.picking import company_of, offer_for, take_choice
from app.register.enterprises.queries import read_enterprise


def page_of_stop(stop: OutingStop) -> str:
    """Its sheet; what is at no company has none and stands in the schedule."""
    if stop.enterprise is None:
        return page_of(stop.outing, "schedule")
    return url_for("outings.sheet", public_id=stop.public_id)


def stop_for_change(public_id: str) -> OutingStop:
    """A line of an outing that may be changed; a refusal leads back to its page."""
    stop = queries.get_stop(public_id)
    pages.refusal_leads_to(page_of_stop(stop))
    services.must_be_theirs(stop.outing)
    return stop


def _data(form: StopForm, stop: OutingStop | None = None) -> services.StopData:
    return services.StopData(
        stop_on=form.stop_on.data,
        starts_at=form.starts_at.data or "",
        enterprise=_company(form, stop),
        what=form.what.data or "",
        place=form.place.data or "",
        receiver=form.receiver.data or "",
        ask=form.ask.data or "",
        missed=form.missed.data or "",
    )


def _company(form: StopForm, stop: OutingStop | None) -> Enterprise | None:
    """The company that was picked; the one that stands there may have been archived meanwhile."""
    if not (form.enterprise.data or form.enterprise_id.data):
        return None
    there = stop.enterprise if stop else None
    if there and (form.enterprise.data, form.enterprise_id.data) == (there.name, there.public_id):
        return there
    return company_of(form)


def _page(form: StopForm, outing: Outing, stop: OutingStop | None = None, status: int = 200) -> Answer:
    page = render_template(
        "outings/stop.html", form=form.ready(), outing=outing, stop=stop, offer=offer_for(form)
    )
    return page, status


@bp.get("/outings/<public_id>/stops/new")
@requires(P.OUTINGS_WRITE)
def new_stop(public_id: str) -> Answer:
    """排一项日程；?enterprise= 带入企业."""
    outing = for_change(public_id)
    day = min(max(outing.first_on, today()), outing.last_on)
    given: dict[str, Any] = {"stop_on": day}
    asked = pages.read_text("enterprise", 16)
    if company := read_enterprise(asked) if asked else None:
        given |= {"enterprise": company.name, "enterprise_id": company.public_id}
    return _page(StopForm(formdata=None, **given), outing)


@bp.post("/outings/<public_id>/stops/new")
@requires(P.OUTINGS_WRITE)
@once
def create_stop(public_id: str) -> Answer:
    """排一项日程：保存."""
    outing, form, made = for_change(public_id), StopForm(), list[OutingStop]()
    if take_choice(form):
        return _page(form, outing, status=422)
    if not pages.took(form, lambda: made.append(services.add_stop(outing, _data(form)))):
        return _page(form, outing, status=422)
    return pages.done(page_of(outing, "schedule"), "已排上")


def _opened(stop: OutingStop) -> StopForm:
    company, form = stop.enterprise, StopForm(formdata=None, obj=stop)
    form.enterprise.data = company.name if company else ""
    form.enterprise_id.data = company.public_id if company else ""
    return form


@bp.get("/outings/stops/<public_id>/edit")
@requires(P.OUTINGS_WRITE)
def edit_stop(public_id: str) -> Answer:
    """改一项日程；?draft=1 要谈什么先按库里知道的起草."""
    stop = stop_for_change(public_id)
    form = _opened(stop)
    if pages.read_text("draft", 1) and stop.enterprise is not None and not stop.ask:
        form.ask.data = queries.drafted(queries.briefings_of([stop], require_actor())[0])
    return _page(form, stop.outing, stop)


@bp.post("/outings/stops/<public_id>/edit")
@requires(P.OUTINGS_WRITE)
def update_stop(public_id: str) -> Answer:
    """改一项日程：保存."""
    stop = stop_for_change(public_id)
    form = StopForm()
    if take_choice(form):
        return _page(form, stop.outing, stop, 422)

    def act() -> None:
        services.change_stop(stop, form.seen, _data(form, stop))

    if not saved(form, act, lambda: _opened(stop)):
        return _page(form, stop.outing, stop, 422)
    return pages.done(page_of_stop(stop), "已保存")


@bp.post("/outings/stops/<public_id>/remove")
@requires(P.OUTINGS_WRITE)
def remove_stop(public_id: str) -> Answer:
    """去掉排错的一项日程."""
    stop, form = stop_for_change(public_id), VersionedForm()
    outing = stop.outing
    if not pages.took(form, lambda: services.remove_stop(stop, form.seen)):
        return _page(_opened(stop), outing, stop, 422)
    return pages.done(page_of(outing, "schedule"), "已去掉")
