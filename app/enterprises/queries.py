"""Reads of enterprises: one, lists, likely duplicates, contacts, what was changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.accounts.models import Person
from app.core.audit import AuditEvent
from app.core.auth import Actor
from app.core.clock import in_beijing
from app.core.db import db
from app.core.enums import LabelledEnum
from app.core.errors import NotFound
from app.core.ids import LENGTH, looks_like_public_id
from app.core.money import in_words
from app.core.pages import Count, Page, Sort, count_together, paginate
from app.core.registries import LAST_CONTACTS
from app.core.searching import EVERYONE, Query, SearchUnavailable, county_words, reader
from app.core.timeline import About, Happening
from app.enterprises.enums import EnterpriseStatus
from app.enterprises.models import Contact, Enterprise, EnterpriseName
from app.enterprises.rules import (
    HEAD_LENGTH,
    Likeness,
    check_credit_code,
    core_key,
    likeness_of_cores,
    name_key,
)
from app.reference.queries import division_names, industry_names

SHOWN_DUPLICATES = 5
_CANDIDATES = 500  # near names compared one by one; a head shared by more says little
_LAST = "\U0010ffff"  # sorts after every text with the same beginning, in byte order


def get_enterprise(public_id: str) -> Enterprise:
    """One company, archived or not; NotFound when there is none."""
    query = (
        select(Enterprise)
        .where(Enterprise.public_id == public_id)
        .options(joinedload(Enterprise.author).joinedload(Person.unit), selectinload(Enterprise.other_names))
    )
    row = db.session.scalar(query)
    if row is None:
        raise NotFound()
    return row


def get_contact(public_id: str) -> Contact:
    """One contact with its company and personal fields; NotFound when there is none."""
    query = (
        select(Contact)
        .where(Contact.public_id == public_id)
        .options(
            joinedload(Contact.enterprise).joinedload(Enterprise.author).joinedload(Person.unit),
            joinedload(Contact.personal),
        )
    )
    row = db.session.scalar(query)
    if row is None:
        raise NotFound()
    return row


def list_contacts(enterprise_id: int) -> list[Contact]:
    """The people of a company, those who decide first; archived ones are left out."""
    query = (
        select(Contact)
        .where(Contact.enterprise_id == enterprise_id, Contact.archived_at.is_(None))
        .options(joinedload(Contact.personal))
        .order_by(Contact.is_decider.desc(), Contact.id)
    )
    return list(db.session.scalars(query))


def find_enterprises(q: str, limit: int = 8) -> list[Enterprise]:
    """Live companies for a picker: the latest when nothing is asked, else by name, other name or credit code,
    filled up from the index, which also knows pinyin, initials and slips."""
    query = select(Enterprise).where(Enterprise.archived_at.is_(None)).limit(limit)
    if not name_key(q):
        return list(db.session.scalars(query.order_by(Enterprise.updated_at.desc(), Enterprise.id.desc())))
    found = list(db.session.scalars(query.where(_named(q)).order_by(Enterprise.name, Enterprise.id)))
    if len(found) < limit:
        hits = _from_index(q, limit)
        also = db.session.scalars(query.where(Enterprise.public_id.in_(hits)))
        place = {public_id: number for number, public_id in enumerate(hits)}
        known = {row.id for row in found}
        found += sorted((row for row in also if row.id not in known), key=lambda row: place[row.public_id])
    return found[:limit]


def _from_index(q: str, limit: int) -> list[str]:
    """Public ids of companies the search index finds; none while it is away."""
    try:
        query = Query(q, (EVERYONE,), kinds=("enterprise",), words=county_words(), limit=limit)
        page = reader().search(query)
    except SearchUnavailable:
        return []
    return [hit.id for hit in page.hits]


def read_enterprise(text: str) -> Enterprise | None:
    """The one live company whose public id, credit code, full name or other name was written."""
    key = name_key(text)
    if not key:
        return None
    query = (
        select(Enterprise)
        .where(
            Enterprise.archived_at.is_(None),
            or_(
                Enterprise.public_id == text.strip()[:16],
                Enterprise.live_code == check_credit_code(text).code,
                Enterprise.name_key == key,
                Enterprise.id.in_(_ids_with_other_name(EnterpriseName.name_key == key)),
            ),
        )
        .limit(2)
    )
    found = list(db.session.scalars(query))
    return found[0] if len(found) == 1 else None


# --- duplicates ---


@dataclass(frozen=True, slots=True)
class Suspect:
    """A live company that may be the one being registered."""

    enterprise: Enterprise
    likeness: Likeness
    last_contact: date | None

    @property
    def words(self) -> str:
        return self.likeness.words


@dataclass(frozen=True, slots=True)
class Suspects:
    """The nearest of `total` companies that may be the one being registered, the surest first."""

    nearest: tuple[Suspect, ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.nearest)


def find_duplicates(name: str, code: str | None, exclude_id: int | None = None) -> Suspects:
    """The live companies that may be the same. Indexed keys only."""
    found: dict[int, Likeness] = {}
    for likeness, ids in _exact_matches(name, code):
        for row_id in ids:
            found.setdefault(row_id, likeness)
    for row_id, likeness in _near_matches(name):
        found.setdefault(row_id, likeness)
    found.pop(exclude_id or 0, None)
    nearest = sorted(found.items(), key=lambda entry: (entry[1], entry[0]))[:SHOWN_DUPLICATES]
    return Suspects(tuple(_suspects(dict(nearest))), len(found))


def _live_ids(condition: ColumnElement[bool]) -> list[int]:
    # Archived rows are dropped here: with them in the condition SQLite walks all live rows by that index
    # instead of looking the key up (42 ms against 1 at 100k rows).
    query = select(Enterprise.id, Enterprise.archived_at).where(condition).limit(_CANDIDATES)
    return [row_id for row_id, archived_at in db.session.execute(query) if archived_at is None]


def _ids_with_other_name(condition: ColumnElement[bool]) -> Select[int]:
    return select(EnterpriseName.enterprise_id).where(condition)


def _exact_matches(name: str, code: str | None) -> Iterable[tuple[Likeness, list[int]]]:
    key = name_key(name)
    checked = check_credit_code(code)
    if checked.code and (checked.problem is None or checked.may_override):
        yield Likeness.SAME_CODE, _live_ids(Enterprise.live_code == checked.code)
    if key:
        yield Likeness.SAME_NAME, _live_ids(Enterprise.name_key == key)
        other = _ids_with_other_name(EnterpriseName.name_key == key)
        yield Likeness.SAME_OTHER_NAME, _live_ids(Enterprise.id.in_(other))


def _near_matches(name: str) -> list[tuple[int, Likeness]]:
    core = core_key(name)
    if len(core) < HEAD_LENGTH:
        return []
    columns = select(Enterprise.id, Enterprise.core_key, Enterprise.archived_at).limit(_CANDIDATES)
    same = db.session.execute(columns.where(Enterprise.core_key == core))
    near = db.session.execute(columns.where(_begins(Enterprise.core_key, core[:HEAD_LENGTH])))
    judged = (
        (row_id, likeness_of_cores(core, theirs))
        for row_id, theirs, archived_at in [*same, *near]
        if archived_at is None
    )
    return [(row_id, likeness) for row_id, likeness in judged if likeness is not None]


def _begins(column: InstrumentedAttribute[str], head: str) -> ColumnElement[bool]:
    return column.between(head, head + _LAST)


def _suspects(found: dict[int, Likeness]) -> list[Suspect]:
    if not found:
        return []
    query = select(Enterprise).where(Enterprise.id.in_(found)).options(joinedload(Enterprise.author))
    contacts = last_contacts(list(found))
    rows = {row.id: row for row in db.session.scalars(query)}
    return [Suspect(rows[row_id], likeness, contacts.get(row_id)) for row_id, likeness in found.items()]


def live_row_with_code(code: str, exclude_id: int | None = None) -> Enterprise | None:
    """The live company that already holds a credit code."""
    row = db.session.scalar(select(Enterprise).where(Enterprise.live_code == code))
    return None if row is None or row.id == exclude_id else row


def last_contacts(ids: Sequence[int]) -> dict[int, date]:
    """When somebody of ours last met each company, as far as any feature knows."""
    latest: dict[int, date] = {}
    for source in LAST_CONTACTS.values():
        for row_id, day in source(list(ids)).items():
            latest[row_id] = max(day, latest.get(row_id, day))
    return latest


# --- lists ---

SORT_COLUMNS = {
    "name": Enterprise.name,
    "updated": Enterprise.updated_at,
    "capital": Enterprise.capital,
    "established": Enterprise.established_on,
}


class View(LabelledEnum):
    """Tabs of the list."""

    ALL = "all", "全部"
    MINE = "mine", "我登记的"
    ARCHIVED = "archived", "已归档"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed by; `regions` (any of them) and `industry` are beginnings of codes."""

    view: View = View.ALL
    q: str = ""
    regions: tuple[str, ...] = ()
    industry: str = ""
    status: EnterpriseStatus | None = None


def _named(q: str) -> ColumnElement[bool]:
    """Names holding the text, other names beginning with it, or the credit code."""
    key = name_key(q)
    ways: list[ColumnElement[bool]] = [
        Enterprise.name_key.contains(key, autoescape=True),
        Enterprise.id.in_(_ids_with_other_name(_begins(EnterpriseName.name_key, key))),
    ]
    if key.isascii() and key.isalnum():
        ways.append(Enterprise.credit_code == key.upper())
    return or_(*ways)


def _conditions(filters: Filters, actor: Actor) -> list[ColumnElement[bool]]:
    is_archived = filters.view is View.ARCHIVED
    conditions: list[ColumnElement[bool]] = [
        Enterprise.archived_at.is_not(None) if is_archived else Enterprise.archived_at.is_(None)
    ]
    if filters.view is View.MINE:
        conditions.append(Enterprise.author_id == actor.person_id)
    if name_key(filters.q):
        conditions.append(_named(filters.q))
    # Codes of one length: a range is the beginning in any collation.
    if filters.regions:
        lies = (
            Enterprise.region_code.between(one.ljust(6, "0"), one.ljust(6, "9")) for one in filters.regions
        )
        conditions.append(or_(*lies))
    if filters.industry:
        conditions.append(Enterprise.industry_code.between(filters.industry, filters.industry + "zzzz"))
    if filters.status:
        conditions.append(Enterprise.status == filters.status)
    return conditions


def _load(ids: list[int]) -> Sequence[Enterprise]:
    return db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids))).all()


def list_enterprises(filters: Filters, sort: Sort, number: int, actor: Actor) -> Page[Enterprise]:
    """One page of the list."""
    return paginate(
        select(Enterprise.id).where(*_conditions(filters, actor)),
        _load,
        order=SORT_COLUMNS[sort.key],
        tie=Enterprise.id,
        descending=sort.descending,
        number=number,
    )


def count_views(actor: Actor) -> dict[View, Count]:
    """How many rows each tab holds, without other filters."""
    return count_together(
        {view: select(Enterprise.id).where(*_conditions(Filters(view), actor)) for view in View}
    )


# --- history ---

LABELS = {
    "name": "企业名称",
    "credit_code": "信用代码",
    "region_code": "注册地",
    "industry_code": "行业",
    "status": "存续状态",
    "capital": "注册资本",
    "established_on": "成立日期",
    "headcount": "从业人数",
    "scope": "经营范围",
    "notes": "备注",
    "origin": "来源",
    "aliases": "别名",
    "former_names": "曾用名",
}
_LONG = {"scope", "notes"}


def happenings(about: About, _actor: Actor) -> list[Happening]:
    """Timeline source: how the record itself was changed, as sentences."""
    if about.enterprise_id is None or about.lead_id is not None or about.project_id is not None:
        return []
    row = db.session.get(Enterprise, about.enterprise_id)
    if row is None:
        return []
    query = (
        select(AuditEvent)
        .where(AuditEvent.subject_kind == "enterprise", AuditEvent.subject_id == row.public_id)
        .order_by(AuditEvent.id.desc())
        .limit(100)
    )
    events = [(event, json.loads(event.details)) for event in db.session.scalars(query)]
    words = _code_words([details for _event, details in events])
    told = (_happening(event, details, words) for event, details in events)
    return [happening for happening in told if happening is not None]


def _code_words(all_details: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Names of every place and industry the changes speak of, in two queries."""

    def codes(field: str) -> set[str | None]:
        return {value for details in all_details for value in details.get(field) or ()}

    return {
        "region_code": division_names(codes("region_code")),
        "industry_code": industry_names(codes("industry_code")),
    }


def _happening(
    event: AuditEvent, details: dict[str, Any], words: dict[str, dict[str, str]]
) -> Happening | None:
    title, icon = _title(event, details, words)
    if not title:
        return None
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
