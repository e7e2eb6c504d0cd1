"""Companies join a campaign: one, or a column of names."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.web import pages
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.core.web.tables import WantedColumns, take_list
from app.promotion.campaigns import queries, rules, services
from app.promotion.campaigns.forms import AddCompanyForm, PasteForm
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.campaigns.views.blueprint import Answer, bp, page_of
from app.promotion.campaigns.views.changing import for_change
from app.promotion.campaigns.views.companies import page_of_row
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import get_person, people_to_choose
from app.register.enterprises.picking import company_of, offer_for, take_choice


def _add_form(**given: Any) -> AddCompanyForm:
    form = AddCompanyForm(**given)
    form.owner.choices = [("", "我自己"), *people_to_choose(signing_in=P.CAMPAIGNS_WRITE)]
    return form


def _add_page(campaign: Campaign, form: AddCompanyForm, status: int = 200) -> Answer:
    page = render_template("campaigns/add.html", campaign=campaign, form=form.ready(), offer=offer_for(form))
    return page, status


@bp.get("/campaigns/<public_id>/companies/new")
@requires(P.CAMPAIGNS_WRITE)
def new_company(public_id: str) -> Answer:
    """定向招商加一家企业."""
    campaign = for_change(public_id)
    services.must_be_open(campaign)
    return _add_page(campaign, _add_form(formdata=None))


@bp.post("/campaigns/<public_id>/companies/new")
@requires(P.CAMPAIGNS_WRITE)
@once
def create_company(public_id: str) -> Answer:
    """定向招商加一家企业：保存."""
    campaign, form, made = for_change(public_id), _add_form(), list[CampaignTarget]()
    if take_choice(form):
        return _add_page(campaign, form, 422)

    def act() -> None:
        owner = get_person(form.owner.data) if form.owner.data else None
        made.append(services.add_company(campaign, company_of(form), owner))

    if not pages.took(form, act):
        return _add_page(campaign, form, 422)
    return pages.done(page_of_row(made[0]), _also(made[0]) or "已加入")


# A list of companies by their names: the line of headings is one that the form passes over.
_WANTED = WantedColumns(
    "企业", {"企业名称": ("公司名称", "单位名称", "企业全称", "企业", "公司", "单位")}, rules.MOST_PASTED
)


def _paste_form(**given: Any) -> PasteForm:
    form = PasteForm(**given)
    form.owner.choices = [("", "我自己"), *people_to_choose(signing_in=P.CAMPAIGNS_WRITE)]
    return form


def _paste_page(campaign: Campaign, form: PasteForm, status: int = 200) -> Answer:
    return render_template("campaigns/paste.html", campaign=campaign, form=form.ready()), status


@bp.get("/campaigns/<public_id>/companies/paste")
@requires(P.CAMPAIGNS_WRITE)
def paste(public_id: str) -> Answer:
    """定向招商一次加很多家."""
    campaign = for_change(public_id)
    services.must_be_open(campaign)
    return _paste_page(campaign, _paste_form(formdata=None))


@bp.post("/campaigns/<public_id>/companies/paste")
@takes_files
@requires(P.CAMPAIGNS_WRITE)
@once
def save_paste(public_id: str) -> Answer:
    """定向招商一次加很多家：保存."""
    form, done = _paste_form(), list[tuple[int, int]]()
    has_file = take_list(form, "file", "names", _WANTED)
    campaign = for_change(public_id)
    if has_file:
        return _paste_page(campaign, form, 422)

    def act() -> None:
        owner = get_person(form.owner.data) if form.owner.data else None
        done.append(services.add_by_names(campaign, form.names.data.splitlines(), owner))

    if not pages.took(form, act):
        return _paste_page(campaign, form, 422)
    new, there = done[0]
    said = f"加入 {new} 家" + (f"，{there} 家原来就在" if there else "")
    return pages.done(page_of(campaign, "companies"), said)


def _also(row: CampaignTarget) -> str:
    """That a company is in another campaign as well, which is allowed and said."""
    also = queries.also_in([row.enterprise_id], row.campaign, require_actor()).get(row.enterprise_id)
    return f"已加入。这家也在《{'》《'.join(also)}》里，先和那边通个气" if also else ""
