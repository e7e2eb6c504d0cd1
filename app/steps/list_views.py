"""The list of steps, on the screen and on paper. A room beside `views`, whose blueprint it shares."""

from typing import Any

from flask import render_template

from app.accounts.enums import Permission
from app.accounts.queries import get_person, people_to_narrow_by
from app.core import sheets
from app.core.auth import require_actor
from app.core.budgets import asks, costs
from app.core.clock import today
from app.core.labels import label_of
from app.core.pages import (
    read_choice,
    read_date,
    read_member,
    read_page_number,
    read_sort,
    read_text,
    url_with,
)
from app.core.permissions import called_views, requires
from app.core.searching import SEARCHES
from app.core.subjects import lines_of
from app.steps import queries
from app.steps.enums import DueGroup, StepKind, StepRange, StepState
from app.steps.models import Step
from app.steps.views import bp

P = Permission
__all__ = ["bp"]


class _Asked:
    """The state of the list, read from the URL: the filters, and each as a chip that can be taken off."""

    def __init__(self) -> None:
        owner = read_text("owner", 16)
        self.owner = get_person(owner) if owner else None
        self.people = people_to_narrow_by(self.owner)
        self.filters = queries.StepFilters(
            view=read_choice("view", "视图", queries.VIEWS.items()) or _first_view(),
            range=read_member("state", "范围", StepRange) or StepRange.OPEN,
            due=read_member("due", label_of(Step.due_on), DueGroup),
            kind=read_member("kind", label_of(Step.kind), StepKind),
            start=read_date("from", "开始日期"),
            end=read_date("to", "结束日期"),
            owner_id=self.owner.id if self.owner else None,
            text=read_text("q"),
        )

    def chips(self) -> list[dict[str, str]]:
        asked = self.filters
        shown = (
            ("state", "范围", asked.range.label if asked.range is not StepRange.OPEN else ""),
            ("due", label_of(Step.due_on), asked.due.label if asked.due else ""),
            ("kind", label_of(Step.kind), asked.kind.label if asked.kind else ""),
            ("from", f"{label_of(Step.due_on)}从", str(asked.start or "")),
            ("to", "到", str(asked.end or "")),
            (
                "owner",
                label_of(Step.owner_id),
                dict(self.people)[self.owner.public_id] if self.owner else "",
            ),
            ("q", "文字", asked.text),
        )
        return [
            {"label": label, "value": value, "remove_url": url_with(**{name: None}, page=None)}
            for name, label, value in shown
            if value
        ]


def _first_view() -> str:
    """One's own, but for who reads and has none."""
    return "mine" if require_actor().may(P.VISITS_WRITE) else "all"


@bp.get("/steps")
@requires(P.VISITS_READ)
@costs(SEARCHES, when=asks("q"))
def index() -> str:
    """待办: next steps, promises and reviews."""
    actor, asked, day = require_actor(), _Asked(), today()
    sort = read_sort(queries.SORTS, "due")
    counts = queries.count_views(asked.filters, actor, day)
    page = queries.list_steps(
        asked.filters,
        actor,
        day,
        descending=sort.descending,
        number=read_page_number(),
        found=counts[asked.filters.view],
    )
    return render_template(
        "steps/index.html",
        page=page,
        lines=lines_of((step.about for step in page.rows if not step.is_of_company), actor),
        sort=sort,
        filters=asked.filters,
        chips=asked.chips(),
        tabs=[
            {
                "label": label,
                "count": counts[view],
                "active": asked.filters.view == view,
                "url": url_with(view=view, page=None),
            }
            for view, label in called_views(queries.VIEWS, actor).items()
        ],
        kinds=StepKind.choices(),
        ranges=StepRange.choices(),
        groups=DueGroup.choices(),
        people=asked.people,
    )


_HEADINGS = (
    sheets.Heading(label_of(Step.what)),
    sheets.Heading(label_of(Step.enterprise_id)),
    sheets.Heading(label_of(Step.kind), short=True),
    sheets.Heading(label_of(Step.due_on), short=True),
    sheets.Heading(label_of(Step.owner_id), short=True),
    sheets.Heading("怎样了"),
)


@bp.get("/steps/print")
@requires(P.VISITS_READ)
@costs(sheets.PRINTS)
def printed() -> str:
    """Every row of the list, on paper."""
    asked, actor = _Asked(), require_actor()
    sort = read_sort(queries.SORTS, "due")
    page = queries.list_steps(asked.filters, actor, today(), descending=sort.descending, size=sheets.MOST)
    view = called_views(queries.VIEWS, actor)[asked.filters.view]
    sheet = sheets.Sheet("待办", "step", "steps.index", _HEADINGS, view)
    return sheets.printed(sheet, page, _cells, asked.chips())


def _cells(step: Step) -> tuple[str, ...]:
    return (
        step.what,
        step.enterprise.name + ("（保密）" if step.confidential else ""),
        step.kind.label,
        step.due_on.isoformat(),
        step.owner.name,
        how_it_stands(step)["words"],
    )


@bp.app_template_global()
def how_it_stands(step: Step) -> dict[str, Any]:
    """A step's light while it is open, else what became of it, as the macro `light` takes it."""
    if step.state is StepState.OPEN:
        return {"kind": step.light.kind, "words": step.light.words}
    words = "　".join(filter(None, (f"{step.done_on} {step.state.label}", step.outcome)))
    return {"kind": None, "words": words}
