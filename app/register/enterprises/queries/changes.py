"""How the record of a company itself was changed, as sentences of its timeline."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import in_beijing
from app.core.values.ids import LENGTH, looks_like_public_id
from app.core.values.labels import labels_of
from app.core.values.money import in_words
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Enterprise
from app.register.reference.queries import division_names, industry_names

OTHER_NAMES = {"aliases": NameKind.ALIAS.label, "former_names": NameKind.FORMER.label}
LABELS = (
    labels_of(
        Enterprise.name,
        Enterprise.credit_code,
        Enterprise.region_code,
        Enterprise.industry_code,
        Enterprise.status,
        Enterprise.capital,
        Enterprise.established_on,
        Enterprise.headcount,
        Enterprise.scope,
        Enterprise.notes,
        Enterprise.origin,
    )
    | OTHER_NAMES
)
_LONG = {"scope", "notes"}


def happenings(about: About, _actor: Actor) -> Known:
    """Timeline source: how the record itself was changed, as sentences."""
    company = about.of("enterprise")
    if company is None or about.page != "enterprise":
        return NOTHING
    query = select(AuditEvent).where(
        AuditEvent.subject_kind == "enterprise", AuditEvent.subject_id == company.id
    )
    told = {event.id: event for event in db.session.scalars(query) if _is_told(event.action, event.details)}
    marks = [(in_beijing(event.at).date(), event.at, key) for key, event in told.items()]
    return Known(marks, lambda keys: _tell([told[key] for key in keys]))


def _is_told(action: str, details: str) -> bool:
    """Whether a change has words: one of fields that nobody reads, such as search keys, has none."""
    is_change = action == "enterprise.names" or "update" in action
    return not is_change or not {"archived_at", *LABELS}.isdisjoint(json.loads(details))


def _tell(found: list[AuditEvent]) -> dict[int, Happening]:
    events = [(event, json.loads(event.details)) for event in found]
    words = _code_words([details for _event, details in events])
    return {event.id: _happening(event, details, words) for event, details in events}


def _code_words(all_details: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Names of every place and industry the changes speak of, in two queries."""

    def codes(field: str) -> set[str | None]:
        return {value for details in all_details for value in details.get(field) or ()}

    return {
        "region_code": division_names(codes("region_code")),
        "industry_code": industry_names(codes("industry_code")),
    }


def _happening(event: AuditEvent, details: dict[str, Any], words: dict[str, dict[str, str]]) -> Happening:
    title, icon = _title(event, details, words)
    return Happening(
        day=in_beijing(event.at).date(),
        at=event.at,
        icon=icon,
        title=title,
        who=event.actor_name,
        body=_for_everybody(event.summary),
    )


_RUNS = frozenset({"导入", "撤销导入"})


def _for_everybody(summary: str) -> str:
    """Which import it was, and of what file, is for the ledger: the name of a file may tell too much."""
    what, _space, which = summary.partition(" ")
    return what if what in _RUNS and looks_like_public_id(which[:LENGTH]) else summary


def _title(event: AuditEvent, details: dict[str, Any], words: dict[str, dict[str, str]]) -> tuple[str, str]:
    archived = details.get("archived_at")
    if event.action == "enterprise.update" and archived:
        return ("恢复企业", "refresh") if archived[1] is None else (_archive_words(details), "archive")
    if event.action == "enterprise.names" or "update" in event.action:
        return "；".join(_sentences(details, words)), "history"
    return "登记企业", "building"


def _archive_words(details: dict[str, Any]) -> str:
    reason = (details.get("archive_reason") or [None, None])[1]
    return f"归档：{reason}" if reason else "归档"


def _sentences(details: dict[str, Any], words: dict[str, dict[str, str]]) -> Iterable[str]:
    for field, label in LABELS.items():
        if field not in details:
            continue
        if field in _LONG:
            yield f"改了{label}"
            continue
        before, after = (_shown(field, value, words) for value in details[field])
        yield f"{label}由 {before} 改为 {after}"


def _shown(field: str, value: Any, words: dict[str, dict[str, str]]) -> str:
    if value in (None, "", []):
        return "未填"
    if field == "capital":
        return in_words(value)
    if field == "status":
        status = EnterpriseStatus.parse(value)
        return status.label if status else str(value)
    return words.get(field, {}).get(value) or str(value)
