"""The page of one company."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values import registries
from app.core.values.labels import label_of, short_of
from app.core.values.money import in_words, read_amount
from app.core.web import pages
from app.register.accounts.enums import Permission as P
from app.register.enterprises import policy, queries, services
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Enterprise
from app.register.enterprises.views.blueprint import bp
from app.register.enterprises.views.contacts import contact_row
from app.register.enterprises.views.lines import what_hangs_on, who_knows
from app.register.reference.queries import industry_names


@bp.get("/enterprises/<public_id>")
@requires(P.ENTERPRISES_READ)
def detail(public_id: str) -> str:
    """All that the actor may know of one company."""
    actor = require_actor()
    row = queries.get_enterprise(public_id)
    contacts = queries.list_contacts_to_show(row.id) if policy.may_see_contacts(actor) else None
    rights = policy.rights(actor, row)
    found = [source(row.id, actor) for source in registries.NEXT_STEPS.values()]
    return render_template(
        "enterprises/detail.html",
        row=row,
        facts=_facts(row),
        contacts=None
        if contacts is None
        else [contact_row(contact, rights) | {"to_erase": waits} for contact, waits in contacts],
        may_unmask=bool(contacts) and rights.unmask,
        may_archive=rights.archive,
        why_no_archiving=policy.why_no_archiving(row),
        why_masked=policy.why_masked(actor, row, rights) if contacts else "",
        past=timeline(About((subject_of(row),)), actor, pages.read_page_number()),
        related=[*what_hangs_on(row), *who_knows(row)],
        next_step=next((step for step in found if step), None),
        industry=industry_names([row.industry_code]).get(row.industry_code or ""),
    )


def _facts(row: Enterprise) -> list[dict[str, Any]]:
    data = services.current_data(row)
    rows: list[tuple[str, Any, str]] = [
        (
            short_of(Enterprise.credit_code),
            row.credit_code,
            "校验不符，已确认" if row.code_overridden else "",
        ),
        (NameKind.FORMER.label, "、".join(data.former_names), ""),
        (NameKind.ALIAS.label, "、".join(data.aliases), ""),
        (label_of(Enterprise.status), row.status.label, ""),
        (label_of(Enterprise.established_on), row.established_on, ""),
        (label_of(Enterprise.capital), *_capital(row)),
        (label_of(Enterprise.industry_code), data.industry, ""),
        (label_of(Enterprise.region_code), data.region, ""),
        (
            label_of(Enterprise.headcount),
            f"{row.headcount:,} 人" if row.headcount is not None else None,
            "",
        ),
        (label_of(Enterprise.origin), row.origin, ""),
    ]
    optional = {NameKind.FORMER.label, NameKind.ALIAS.label}
    return [
        {"label": label, "value": value, "note": note}
        for label, value, note in rows
        if value or label not in optional
    ]


def _capital(row: Enterprise) -> tuple[str | None, str]:
    """The capital in words, with the original beside it when it says more or is open to doubt."""
    if row.capital is None:
        return row.capital_text, "待核" if row.capital_text else ""
    text = row.capital_text or ""
    original = f"原文 {text}" if text and not text.replace(",", "").isdigit() else ""
    doubtful = "待核" if read_amount(text).needs_review else ""
    return in_words(row.capital), "　".join(filter(None, (original, doubtful)))
