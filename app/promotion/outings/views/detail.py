"""The page of one outing."""

from collections import Counter

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.web import pages
from app.promotion.outings import policy, queries, services, showing
from app.promotion.outings.enums import StopState
from app.promotion.outings.views.blueprint import bp
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission as P


@bp.get("/outings/<public_id>")
@requires(P.OUTINGS_READ)
def detail(public_id: str) -> str:
    """一次外出和来访."""
    return detail_page(public_id)


def detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    """Its page; `archiving` is the form that was refused."""
    actor, outing = require_actor(), queries.get_outing(public_id)
    steps = open_about(subject_of(outing))
    first = next_step(steps)
    lines = queries.lines_of(outing, actor)
    states = Counter(line.state for line in lines)
    return render_template(
        "outings/detail.html",
        outing=outing,
        light=showing.light_cell(outing),
        lines=lines,
        states=[(state, states[state]) for state in StopState if states[state]],
        S=StopState,
        may_change=policy.may_change(actor, outing),
        may_restore=outing.is_archived and policy.may_write(actor, outing),
        archiving=archiving or ArchiveForm(formdata=None, version=outing.version),
        next_step=first,
        steps=[step for step in steps if step is not first],
        past=timeline(About((subject_of(outing),)), actor, pages.read_page_number()),
    )


serve_archiving(bp, services.ARCHIVING, detail_page)
