"""The page of one campaign."""

from collections import Counter

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.labels import label_of
from app.core.web import pages
from app.promotion.campaigns import policy, queries, rules, services
from app.promotion.campaigns.enums import CompanyStage
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.views.blueprint import bp
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission as P
from app.register.reference.queries import division_names


@bp.get("/campaigns/<public_id>")
@requires(P.CAMPAIGNS_READ)
def detail(public_id: str) -> str:
    """一场定向招商."""
    return detail_page(public_id)


def detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    """Its page; `archiving` is the form that was refused."""
    actor, campaign = require_actor(), queries.get_campaign(public_id)
    steps = open_about(subject_of(campaign))
    first = next_step(steps)
    lines = queries.lines_of(campaign, actor)
    days = (campaign.first_on, campaign.last_on, campaign.closed_at, today())
    return render_template(
        "campaigns/detail.html",
        campaign=campaign,
        state=rules.state_of(*days),
        light=rules.light_of(*days),
        places=queries.places_written(campaign.regions),
        details=[
            (label_of(getattr(Campaign, name)), getattr(campaign, name))
            for name in rules.DETAILS.get(campaign.method, ())
        ],
        lines=lines,
        stages=_counted(lines),
        stops=queries.next_stops([line.row.id for line in lines], today()),
        regions=division_names({line.row.enterprise.region_code for line in lines}),
        may_change=policy.may_change(actor, campaign),
        may_restore=campaign.is_archived and policy.may_write(actor, campaign),
        archiving=archiving or ArchiveForm(formdata=None, version=campaign.version),
        next_step=first,
        steps=[step for step in steps if step is not first],
        past=timeline(About((subject_of(campaign),)), actor, pages.read_page_number()),
    )


serve_archiving(bp, services.ARCHIVING, detail_page)


def _counted(lines: list[queries.CompanyLine]) -> list[tuple[CompanyStage, int]]:
    """How many companies are at each stage."""
    found = Counter(line.reached.stage for line in lines)
    return [(stage, found[stage]) for stage in CompanyStage]
