"""What came of a campaign: numbers beside goals, the result of each company, the end."""

from typing import Any

from flask import render_template, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import VersionedForm, seen_version
from app.core.web.idempotency import once
from app.promotion.campaigns import metrics, policy, queries, services
from app.promotion.campaigns.enums import CampaignFigure, CampaignResult
from app.promotion.campaigns.forms import SettleForm
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.queries.figures import CampaignsAsked
from app.promotion.campaigns.views.blueprint import Answer, bp, page_of
from app.promotion.campaigns.views.changing import for_change
from app.promotion.campaigns.views.companies import may_work
from app.register.accounts.enums import Permission as P


def results_of(campaign: Campaign) -> str:
    return url_for("campaigns.results", public_id=campaign.public_id)


def _asked(campaign: Campaign) -> CampaignsAsked:
    return CampaignsAsked((campaign.id,), pages.read_date("on", "截至日") or today())


def _page(
    campaign: Campaign,
    form: SettleForm | None = None,
    status: int = 200,
    closing: VersionedForm | None = None,
) -> Answer:
    actor, asked = require_actor(), _asked(campaign)
    ticked = set(request.form.getlist("ids"))
    lines = sorted(
        queries.lines_of(campaign, actor), key=lambda line: (line.row.result is not None, line.row.id)
    )
    page = render_template(
        "campaigns/results.html",
        campaign=campaign,
        until=asked.until,
        outcomes=metrics.outcomes(campaign, asked, actor),
        lines=lines,
        ticked=ticked,
        left=sum(line.row.result is None for line in lines),
        may_work=may_work(campaign),
        may_reopen=campaign.closed_at is not None and policy.may_change(actor, campaign),
        closing=closing,
        form=(form or SettleForm(formdata=None)).ready(),
    )
    return page, status


@bp.get("/campaigns/<public_id>/results")
@requires(P.CAMPAIGNS_READ)
def results(public_id: str) -> Answer:
    """定向招商的结果；?on= 截至哪天."""
    return _page(queries.get_campaign(public_id))


@bp.post("/campaigns/<public_id>/results")
@requires(P.CAMPAIGNS_WRITE)
@once
def settle(public_id: str) -> Answer:
    """给勾上的企业写结果."""
    campaign, form = for_change(public_id), SettleForm()
    pages.refusal_leads_to(results_of(campaign))
    rows = queries.rows_named(campaign, request.form.getlist("ids"))

    def act() -> None:
        services.settle(campaign, rows, CampaignResult(form.result.data), form.result_note.data or "")

    if not pages.took(form, act):
        return _page(campaign, form, 422)
    return pages.done(results_of(campaign), f"已写 {len(rows)} 家的结果")


@bp.post("/campaigns/<public_id>/close")
@requires(P.CAMPAIGNS_WRITE)
def close(public_id: str) -> Answer:
    """结束定向招商."""
    campaign, form = for_change(public_id), VersionedForm()
    pages.refusal_leads_to(results_of(campaign))
    if not pages.took(form, lambda: services.close(campaign, form.seen)):
        return _page(campaign, status=422, closing=form)
    return pages.done(results_of(campaign), "已结束")


@bp.post("/campaigns/<public_id>/reopen")
@requires(P.CAMPAIGNS_WRITE)
def reopen(public_id: str) -> Answer:
    """重新打开定向招商."""
    campaign = for_change(public_id)
    services.reopen(campaign, seen_version())
    return pages.done(page_of(campaign), "已重新打开")


def _metric() -> metrics.CampaignMetric:
    figure: Any = pages.read_member("figure", "数字", CampaignFigure)
    if figure is None:
        raise RuleBroken({"figure": "看明细要说明看哪个数字，请从页面上点那个数字"})
    if not require_actor().may(metrics.BY_FIGURE[figure].reads):
        raise NotAllowed
    return metrics.BY_FIGURE[figure]


@bp.get("/campaigns/<public_id>/figure")
@requires(P.CAMPAIGNS_READ)
def figure(public_id: str) -> str:
    """定向招商一个数字的明细."""
    campaign, metric = queries.get_campaign(public_id), _metric()
    asked = _asked(campaign)
    found = metrics.shown_rows(metric, asked, require_actor(), pages.read_page_number())
    return render_template("campaigns/figure.html", campaign=campaign, of=found, until=asked.until)
