"""招商成效: who stands beside whom, the rows of each number, on paper and as a workbook."""

import io
from typing import Any

from flask import Response, render_template, send_file

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.values.clock import in_beijing, now, today
from app.core.values.credit import WHOLE
from app.core.values.errors import NotFound
from app.core.values.money import WAN, YI
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.core.web.pages import PAGE_SIZE, Page
from app.core.web.workbooks import XLSX, workbook_of
from app.figures.outcomes import metrics, queries
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.enums import OutcomeFigure as F
from app.figures.outcomes.metrics import OutcomeLine, Outcomes, OutcomeValue
from app.figures.outcomes.queries import Compared
from app.figures.outcomes.rules import OutcomeDays, written
from app.figures.outcomes.views.blueprint import address_of, asked_by, asked_days, bp, note, segments_of
from app.promotion.assessments.showing import shown_inputs
from app.register.accounts.enums import Permission as P


def _shown() -> dict[str, Any]:
    days, by = asked_days(), asked_by()
    return {
        "of": metrics.outcomes(by, days, require_actor()),
        "asked": address_of(days, by=by.value),
        "written": written,
        "units": metrics.UNITS,
        "metric_of": metrics.metric_of,
    }


@bp.get("/outcomes")
@requires(P.OUTCOMES_READ)
def index() -> str:
    """招商成效：并排比."""
    above = segments_of("outcomes.index", asked_by(), asked_days())
    return render_template("outcomes/index.html", **above, **_shown())


def _figure(by: ComparedBy) -> F:
    """`?figure=valid`; the first that may be read unless told."""
    asked, open_to = pages.read_member("figure", "数字", F), metrics.figures_for(by, require_actor())
    if asked is not None and asked not in open_to:
        raise NotFound
    return asked or open_to[0]


@bp.get("/outcomes/rows")
@requires(P.OUTCOMES_READ)
def rows() -> str:
    """一个数字的明细，`?who=` 是谁的；不说就是合计."""
    days, by, me = asked_days(), asked_by(), require_actor()
    figure, number = _figure(by), pages.read_page_number()
    compared, who = _whose(by, days)
    of = queries.rows_of(metrics.measure_of(figure), by, days)
    contact = days if figure in metrics.FROM_CONTACT else None
    skipped = PAGE_SIZE * (number - 1)
    found = queries.opened(of, [one.id for one in compared], me, PAGE_SIZE, skipped, contact)
    return render_template(
        "outcomes/rows.html",
        who=who,
        figure=figure,
        by=by,
        days=days,
        asked=address_of(days, by=by.value),
        found=found,
        page=Page(found.rows, number, found.opened, capped=False),
        shown=shown_inputs(found.rows, me),
        metric=metrics.metric_of(figure),
        measure=of.measure,
        took=queries.took,
        is_amount=figure in metrics.OF_AMOUNT,
        written=written,
        units=metrics.UNITS,
        whole=WHOLE,
        F=F,
    )


def _whose(by: ComparedBy, days: OutcomeDays) -> tuple[list[Compared], Compared | None]:
    """Whose rows are asked for: one of those who are compared, or all of them together."""
    compared = [line.who for line in metrics.outcomes(by, days, require_actor()).lines if line.who]
    asked = pages.read_text("who", 20)
    if not asked:
        return compared, None
    one = next((each for each in compared if each.public_id == asked), None)
    if one is None:
        raise NotFound
    return [one], one


# --- taken along -------------------------------------------------------------------------------------


def _title(of: Outcomes) -> str:
    return f"招商成效（按{of.by.label}）{of.days.words}"


@bp.get("/outcomes/print")
@requires(P.OUTCOMES_READ)
@costs(sheets.PRINTS)
def printed() -> str:
    """招商成效，印在 A4 上."""
    shown = _shown()
    watermark = f"{require_actor().name} {today():%Y-%m-%d}"
    page = render_template("outcomes/paper.html", watermark=watermark, **shown)
    note("print", f"打印「{_title(shown['of'])}」")
    return page


@bp.post("/outcomes/export")
@requires(P.LISTS_EXPORT)
@costs(EXPORTS)
def exported() -> Response:
    """招商成效，Excel 工作簿."""
    of = metrics.outcomes(asked_by(), asked_days(), require_actor())
    body, name = _workbook(of), f"{_title(of)} {in_beijing(now()):%Y%m%d-%H%M} {require_actor().name}.xlsx"
    note("export", f"导出「{_title(of)}」（Excel 工作簿）")
    return send_file(
        io.BytesIO(body),
        mimetype=XLSX,
        as_attachment=True,
        download_name=name,
    )


def _workbook(of: Outcomes) -> bytes:
    """The numbers in full, and how each is defined."""
    headings = [of.by.label, *(f"{each.label}（{metrics.UNITS[each]}）" for each in of.figures)]
    lines = [_told(line) for line in (*of.lines, of.total)]
    defined = [[each.name, each.words, each.formula, each.cohort, each.cut_off] for each in of.metrics]
    how = [["数字", "含义", "公式", "批次", "截止"], *defined]
    return workbook_of({"招商成效": [headings, *lines], "怎么算的": how})


def _told(line: OutcomeLine) -> list[Any]:
    return [line.who.name if line.who else "合计", *(_number(one) for one in line.outcomes)]


def _number(one: OutcomeValue) -> Any:
    if one.value is None:
        return "—"
    if one.figure is F.AMOUNT:
        return one.value / YI
    return one.value / WAN if one.figure in (F.COST, F.PER_LEAD, F.PER_YI) else one.value
