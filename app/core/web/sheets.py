"""A list on paper: every row that its conditions find, on A4 across; who printed it, what it counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing, now
from app.core.web import pages
from app.core.web.budgets import HOUR, Budget, declare, spend

MOST = 2000  # rows on one print; who needs more narrows the list, or it would take a ream
# Making one reads every row of it.
PRINTS = declare(Budget("prints", "打印", "次", HOUR, 30, is_open_when_busy=True))


@dataclass(frozen=True, slots=True)
class Heading:
    """One column; `unit` stands below its label, what is `short` never breaks."""

    label: str
    unit: str = ""
    num: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed. `endpoint` is the list itself; `conditions` says which rows, `total` their sum."""

    title: str
    kind: str  # as the audit ledger calls the records
    endpoint: str
    headings: Sequence[Heading]
    conditions: str
    total: str = ""


def printed(
    sheet: Sheet,
    page: pages.Page[Any],
    cells: Callable[[Any], Iterable[str]],
) -> str:
    """The sheet as a page; that somebody took the rows along stands in the ledger."""
    rows = [tuple(cells(row)) for row in page.rows]
    db.session.rollback()  # what was read is in words by now, and a budget is no part of it
    spend(pages.ROWS_TAKEN, len(rows))
    summary = f"打印「{sheet.title}」{len(rows)} 条，条件：{sheet.conditions}"
    audit.record_look(f"{sheet.kind}.print", Subject(sheet.kind, ""), summary)
    me, at = require_actor(), in_beijing(now())
    return render_template(
        "layouts/listed.html",
        sheet=sheet,
        page=page,
        rows=rows,
        at=at,
        back_url=url_for(sheet.endpoint, **pages.asked_again("page")),
        watermark=f"{me.name} {at:%Y-%m-%d}",
    )
