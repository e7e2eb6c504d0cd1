"""The blueprint of outcomes, and what its pages have in common: days, who is compared, what is noted."""

from typing import Any

from flask import Blueprint, url_for

from app.core.access.auth import require_actor
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing, today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.figures.outcomes import policy
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.rules import OutcomeDays, checked_days, instant_of, spells_of

bp = Blueprint("outcomes", __name__)
_KIND = "outcome"  # as the audit ledger calls what was taken along


def asked_days() -> OutcomeDays:
    """`?from=&to=&known_at=`: this year unless told."""
    first, last = pages.read_date("from", "开始日期"), pages.read_date("to", "结束日期")
    return checked_days(first, last, instant_of(pages.read_text("known_at", 30)), today())


def asked_by(*among: ComparedBy) -> ComparedBy:
    """`?by=person`; the first that this person may compare by unless told."""
    asked = pages.read_member("by", "比什么", ComparedBy)
    open_to = [one for one in policy.compared_for(require_actor()) if not among or one in among]
    if asked is not None and asked not in open_to:
        raise NotAllowed("您能看的是本组、本单位的成效，请从页面上选")
    return asked or open_to[0]


def address_of(days: OutcomeDays, **more: Any) -> dict[str, Any]:
    """The days as parts of an address."""
    known = {"known_at": in_beijing(days.known_at).strftime("%Y-%m-%dT%H:%M")} if days.known_at else {}
    return {"from": days.first.isoformat(), "to": days.last.isoformat(), **known, **more}


def segments_of(
    endpoint: str, by: ComparedBy, days: OutcomeDays, *among: ComparedBy
) -> dict[str, list[dict[str, Any]]]:
    """By what is compared and on which days: the choices above a page."""
    spells = [
        {
            "label": one.label,
            "url": url_for(endpoint, **address_of(OutcomeDays(one.first, one.last), by=by.value)),
            "active": (one.first, one.last) == (days.first, days.last),
        }
        for one in spells_of(today())
    ]
    sides = [
        {"label": one.label, "url": url_for(endpoint, **address_of(days, by=one.value)), "active": one is by}
        for one in policy.compared_for(require_actor())
        if not among or one in among
    ]
    return {"spells": spells, "sides": sides}


def note(how: str, words: str) -> None:
    """That somebody took it along stands in the ledger."""
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{_KIND}.{how}", Subject(_KIND, ""), words)
