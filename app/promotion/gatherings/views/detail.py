"""The page of one event, and the rows of its numbers."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.pages import PAGE_SIZE, Page
from app.promotion.gatherings import metrics, policy, queries, services, showing
from app.promotion.gatherings.enums import GatheringFigure
from app.promotion.gatherings.queries import GatheringAsked
from app.promotion.gatherings.rules import why_no_door
from app.promotion.gatherings.views.blueprint import bp
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission as P
from app.register.enterprises.rules import masked_phone

_SHOWN = 20  # guests on the page of an event


@bp.get("/gatherings/<public_id>")
@requires(P.GATHERINGS_READ)
def detail(public_id: str) -> str:
    """一场招商活动."""
    return detail_page(public_id)


def detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    """Its page; `archiving` is the form that was refused."""
    actor, gathering = require_actor(), queries.get_gathering(public_id)
    steps = open_about(subject_of(gathering))
    first = next_step(steps)
    signings = queries.signings_of(gathering)
    return render_template(
        "gatherings/detail.html",
        gathering=gathering,
        light=showing.light_cell(gathering),
        numbers=metrics.numbers_of(gathering, actor, today()),
        guests=queries.guests_of(gathering, _SHOWN),
        signed=showing.signed_parts(signings),
        leads_seen=queries.leads_seen(signings, actor),
        no_door=why_no_door(gathering.first_on, gathering.last_on, today()),
        masked=masked_phone,
        may_change=policy.may_change(actor, gathering),
        may_restore=gathering.is_archived and policy.may_write(actor, gathering),
        archiving=archiving or ArchiveForm(formdata=None, version=gathering.version),
        next_step=first,
        steps=[step for step in steps if step is not first],
        past=timeline(About((subject_of(gathering),)), actor, pages.read_page_number()),
    )


serve_archiving(bp, services.ARCHIVING, detail_page)


def _metric() -> metrics.GatheringMetric:
    figure: Any = pages.read_member("figure", "数字", GatheringFigure)
    if figure is None:
        raise RuleBroken({"figure": "看明细要说明看哪个数字，请从页面上点那个数字"})
    if not require_actor().may(metrics.BY_FIGURE[figure].reads):
        raise NotAllowed
    return metrics.BY_FIGURE[figure]


@bp.get("/gatherings/<public_id>/figure")
@requires(P.GATHERINGS_READ)
def figure(public_id: str) -> str:
    """招商活动一个数字的明细."""
    gathering, metric = queries.get_gathering(public_id), _metric()
    rows = metric.rows(require_actor(), GatheringAsked(gathering))
    number = pages.read_page_number()
    found = queries.shown_guests(rows.source, PAGE_SIZE, PAGE_SIZE * (number - 1))
    page = Page(found, number, rows.total().count, capped=False)
    return render_template("gatherings/figure.html", gathering=gathering, metric=metric, page=page)
