"""A campaign is entered and changed."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.money import in_words
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.campaigns import queries, rules, services
from app.promotion.campaigns.forms import CampaignForm
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.views.blueprint import Answer, bp, page_of
from app.promotion.campaigns.views.changing import for_change
from app.promotion.leads.enums import LeadSource
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import get_person, people_to_choose


def _form(campaign: Campaign | None = None, **values: Any) -> CampaignForm:
    """With what may be chosen, and what stands there already."""
    form = CampaignForm(**values)
    owner = (campaign.owner,) if campaign else ()
    form.owner.choices = [("", "请选择"), *people_to_choose(*owner, signing_in=P.CAMPAIGNS_WRITE)]
    form.chain.choices = [("", "不限"), *queries.chains_to_choose(campaign.chain if campaign else None)]
    form.parts.choices = queries.units_to_choose(_units(campaign) if campaign else ())
    return form


def _units(campaign: Campaign) -> list[Unit]:
    return [unit for row in campaign.parts if (unit := row.unit or row.team) is not None]


def _details(method: str | None, form: CampaignForm) -> list[Any]:
    """The fields of this method alone, and what is filled in those of others."""
    return [
        form[name]
        for of, names in rules.DETAILS.items()
        for name in names
        if of.value == method or form[name].data
    ]


def _data(form: CampaignForm) -> services.CampaignData:
    names = [name for names in rules.DETAILS.values() for name in names]
    return services.CampaignData(
        name=form.name.data,
        method=LeadSource(form.method.data),
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        owner=get_person(form.owner.data),
        chain=queries.chain_named(form.chain.data or ""),
        theme=form.theme.data or "",
        region=form.region.data or "",
        parts=queries.units_named(form.parts.data or ()),
        goals=services.Goals(
            visits=form.goal_visits.data,
            leads=form.goal_leads.data,
            talks=form.goal_talks.data,
            signed=form.goal_signed.data,
            amount=form.goal_amount.reading.yuan if form.goal_amount.data else None,
        ),
        details={name: form[name].data or (None if name == "agency_until" else "") for name in names},
        notes=form.notes.data or "",
    )


def _form_page(form: CampaignForm, campaign: Campaign | None = None, status: int = 200) -> Answer:
    details = _details(form.method.data, form)
    page = render_template("campaigns/form.html", form=form.ready(), campaign=campaign, details=details)
    return page, status


@bp.get("/campaigns/new")
@requires(P.CAMPAIGNS_WRITE)
def new() -> Answer:
    """登记定向招商；?method= 带入招商方式."""
    me = db.session.get_one(Person, require_actor().person_id)
    method = LeadSource.parse(pages.read_text("method", 30)) or LeadSource.DIRECTED
    return _form_page(_form(formdata=None, first_on=today(), owner=me.public_id, method=method.value))


@bp.post("/campaigns/new")
@requires(P.CAMPAIGNS_WRITE)
@once
def create() -> Answer:
    """登记定向招商：保存."""
    form, made = _form(), list[Campaign]()
    if not pages.took(form, lambda: made.append(services.create_campaign(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(page_of(made[0]), "已登记")


def _opened(campaign: Campaign) -> CampaignForm:
    amount = campaign.goal_amount
    return _form(
        campaign,
        formdata=None,
        obj=campaign,
        chain=campaign.chain.public_id if campaign.chain else "",
        region=queries.places_written(campaign.regions),
        parts=[unit.public_id for unit in _units(campaign)],
        goal_amount=in_words(amount) if amount is not None else "",
    )


@bp.get("/campaigns/<public_id>/edit")
@requires(P.CAMPAIGNS_WRITE)
def edit(public_id: str) -> Answer:
    """改定向招商."""
    campaign = for_change(public_id)
    return _form_page(_opened(campaign), campaign)


@bp.post("/campaigns/<public_id>/edit")
@requires(P.CAMPAIGNS_WRITE)
def update(public_id: str) -> Answer:
    """改定向招商：保存."""
    campaign = for_change(public_id)
    form = _form(campaign)

    def act() -> None:
        services.change_campaign(campaign, form.seen, _data(form))

    if not saved(form, act, lambda: _opened(campaign)):
        return _form_page(form, campaign, 422)
    return pages.done(page_of(campaign), "已保存")
