"""A company of a campaign: its page, its plan, who introduced it, what is noted, it leaves."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import today
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.core.web.forms import VersionedForm
from app.core.web.idempotency import once
from app.promotion.campaigns import policy, queries, rules, services
from app.promotion.campaigns.enums import MarkKind
from app.promotion.campaigns.forms import IntroducersForm, MarkForm, PlanForm
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.campaigns.views.blueprint import Answer, bp, page_of
from app.promotion.targets.policy import may_see as may_see_target
from app.promotion.visits.queries import last_contacts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import get_person, people_to_choose

_PLAN = ("why", "known", "offer", "never_offer", "next_action")


def page_of_row(row: CampaignTarget, anchor: str | None = None) -> str:
    return url_for("campaigns.company", public_id=row.public_id, _anchor=anchor)


def row_for_change(public_id: str) -> CampaignTarget:
    """A company of a campaign that goes on; a refusal leads back to its page."""
    row = queries.get_row(public_id, require_actor())
    pages.refusal_leads_to(page_of_row(row))
    services.must_be_open(row.campaign)
    return row


def may_work(campaign: Campaign) -> bool:
    """Whether who reads may change what the campaign has."""
    return campaign.closed_at is None and policy.may_change(require_actor(), campaign)


# --- its page ------------------------------------------------------------------------------------------


def _mark_form(**given: Any) -> MarkForm:
    return MarkForm(**given)


def _row_page(
    public_id: str, form: MarkForm | None = None, status: int = 200, removing: VersionedForm | None = None
) -> Answer:
    actor = require_actor()
    row = queries.get_row(public_id, actor)
    campaign = row.campaign
    logs = queries.logs_of(campaign, [row]).get(row.id, [])
    page = render_template(
        "campaigns/company.html",
        row=row,
        campaign=campaign,
        plan=[(name, getattr(row, name)) for name in _PLAN],
        reached=queries.reached_by(campaign, logs),
        logs=sorted((log for log in logs if not log.is_noted), key=lambda log: log.on, reverse=True),
        marks=queries.marks_of(row),
        also=queries.also_in([row.enterprise_id], campaign, actor).get(row.enterprise_id, ()),
        met_on=last_contacts([row.enterprise_id]).get(row.enterprise_id),
        may_change=may_work(campaign),
        may_see_target=actor.may(P.TARGETS_READ) and may_see_target(actor, row.target),
        removing=removing,
        form=(form or _mark_form(formdata=None, kind=MarkKind.INVITED.value, marked_on=today())).ready(),
    )
    return page, status


@bp.get("/campaigns/companies/<public_id>")
@requires(P.CAMPAIGNS_READ)
def company(public_id: str) -> Answer:
    """定向招商里的一家企业."""
    return _row_page(public_id)


@bp.get("/campaigns/companies/<public_id>/print")
@requires(P.CAMPAIGNS_READ)
@costs(sheets.PRINTS)
def printed_plan(public_id: str) -> str:
    """一企一策，印在 A4 上."""
    row = queries.get_row(public_id, require_actor())
    return _on_paper(row.campaign, [row], subject_of(row), f"打印「{row.name}」的一企一策", page_of_row(row))


@bp.get("/campaigns/<public_id>/plans/print")
@requires(P.CAMPAIGNS_READ)
@costs(sheets.PRINTS)
def printed_plans(public_id: str) -> str:
    """所有企业的一企一策，一家一页，印在 A4 上."""
    campaign = queries.get_campaign(public_id)
    rows = queries.rows_of(campaign)
    summary = f"打印「{campaign.name}」{len(rows)} 家的一企一策"
    return _on_paper(campaign, rows, subject_of(campaign), summary, page_of(campaign))


def _on_paper(
    campaign: Campaign, rows: Sequence[CampaignTarget], subject: Subject, summary: str, back: str
) -> str:
    """The plans of these companies, a page each. That somebody took them along stands in the ledger."""
    logs = queries.logs_of(campaign, rows)
    met_on = last_contacts([row.enterprise_id for row in rows])
    page = render_template(
        "campaigns/plan_paper.html",
        campaign=campaign,
        back=back,
        plans=[
            (
                row,
                [(name, getattr(row, name)) for name in _PLAN],
                queries.reached_by(campaign, logs.get(row.id, ())),
                met_on.get(row.enterprise_id),
            )
            for row in rows
        ],
        watermark=f"{require_actor().name} {today():%Y-%m-%d}",
    )
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.print", subject, summary)
    return page


# --- its plan ------------------------------------------------------------------------------------------


def _plan_form(row: CampaignTarget, **given: Any) -> PlanForm:
    form = PlanForm(**given)
    form.owner.choices = people_to_choose(row.owner, signing_in=P.CAMPAIGNS_WRITE)
    return form


def _plan_page(row: CampaignTarget, form: PlanForm, status: int = 200) -> Answer:
    return render_template("campaigns/plan.html", row=row, form=form.ready()), status


def _opened(row: CampaignTarget) -> PlanForm:
    return _plan_form(row, formdata=None, obj=row, owner=row.owner.public_id)


@bp.get("/campaigns/companies/<public_id>/edit")
@requires(P.CAMPAIGNS_WRITE)
def edit_plan(public_id: str) -> Answer:
    """写一企一策；?draft=1 空着的先按库里知道的起草."""
    row = row_for_change(public_id)
    form = _opened(row)
    if pages.read_text("draft", 1):
        for name, words in queries.drafted(row, require_actor()).items():
            form[name].data = form[name].data or words
    return _plan_page(row, form)


@bp.post("/campaigns/companies/<public_id>/edit")
@requires(P.CAMPAIGNS_WRITE)
def update_plan(public_id: str) -> Answer:
    """写一企一策：保存."""
    row = row_for_change(public_id)
    form = _plan_form(row)

    def act() -> None:
        words = {name: form[name].data or "" for name in _PLAN}
        services.change_plan(row, form.seen, services.PlanData(owner=get_person(form.owner.data), **words))

    if not saved(form, act, lambda: _opened(row)):
        return _plan_page(row, form, 422)
    return pages.done(page_of_row(row), "已保存")


# --- who introduced it ---------------------------------------------------------------------------------


def _introducers_form(row: CampaignTarget, **given: Any) -> IntroducersForm:
    form = IntroducersForm(**given)
    known = [one.person for one in row.introducers if one.person]
    for field in (form.first_person, form.second_person):
        field.choices = [("", "不是我方人员"), *people_to_choose(*known)]
    return form


def _introducers_opened(row: CampaignTarget) -> IntroducersForm:
    given: dict[str, Any] = {"version": row.version}
    for place, one in zip(("first", "second"), row.introducers, strict=False):
        given[f"{place}_person"] = one.person.public_id if one.person else ""
        given |= {f"{place}_name": one.name, f"{place}_share": one.share}
    return _introducers_form(row, formdata=None, **({"first_share": rules.FULL} | given))


def _introducers_page(row: CampaignTarget, form: IntroducersForm, status: int = 200) -> Answer:
    return render_template("campaigns/introducers.html", row=row, form=form.ready()), status


@bp.get("/campaigns/companies/<public_id>/introducers")
@requires(P.CAMPAIGNS_WRITE)
def introducers(public_id: str) -> Answer:
    """定引荐人和占比."""
    row = row_for_change(public_id)
    return _introducers_page(row, _introducers_opened(row))


def _share(form: IntroducersForm, place: str) -> rules.IntroducerShare:
    chosen = form[f"{place}_person"].data
    person: Person | None = get_person(chosen) if chosen else None
    name, share = form[f"{place}_name"].data or "", form[f"{place}_share"].data
    if place == "first" and person is None and not name:
        share = None  # the field stands at 100 before anybody is named
    return rules.IntroducerShare(person.id if person else None, name, share)


@bp.post("/campaigns/companies/<public_id>/introducers")
@requires(P.CAMPAIGNS_WRITE)
def save_introducers(public_id: str) -> Answer:
    """定引荐人和占比：保存."""
    row = row_for_change(public_id)
    form = _introducers_form(row)

    def act() -> None:
        services.set_introducers(row, form.seen, _share(form, "first"), _share(form, "second"))

    if not saved(form, act, lambda: _introducers_opened(row)):
        return _introducers_page(row, form, 422)
    return pages.done(page_of_row(row), "已保存")


# --- what is noted, and leaving ------------------------------------------------------------------------


@bp.post("/campaigns/companies/<public_id>/marks")
@requires(P.CAMPAIGNS_WRITE)
@once
def create_mark(public_id: str) -> Answer:
    """记一次联系或邀请."""
    row, form = row_for_change(public_id), _mark_form()

    def act() -> None:
        kind = MarkKind(form.kind.data)
        services.mark(row, kind, form.marked_on.data, form.words.data or "")

    if not pages.took(form, act):
        return _row_page(public_id, form, 422)
    return pages.done(page_of_row(row, "marks"), "已记上")


@bp.post("/campaigns/marks/<public_id>/take-back")
@requires(P.CAMPAIGNS_WRITE)
def take_back_mark(public_id: str) -> Answer:
    """撤销记错的联系."""
    noted = queries.get_mark(public_id, require_actor())
    row = row_for_change(noted.row.public_id)
    services.take_back_mark(noted)
    return pages.done(page_of_row(row, "marks"), "已撤销，不再算")


@bp.post("/campaigns/companies/<public_id>/remove")
@requires(P.CAMPAIGNS_WRITE)
def remove_company(public_id: str) -> Answer:
    """移出加错的企业."""
    row, form = row_for_change(public_id), VersionedForm()
    campaign = row.campaign
    if not pages.took(form, lambda: services.remove_company(row, form.seen)):
        return _row_page(public_id, status=422, removing=form)
    return pages.done(page_of(campaign), "已移出")
