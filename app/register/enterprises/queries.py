"""Reads of enterprises: one, lists, likely duplicates, contacts, what was changed."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.core.access.auth import Actor
from app.core.index.searching import EVERYONE, Query, SearchUnavailable, county_words, reader
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.records.typed import contains_any
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import in_beijing, start_of, today
from app.core.values.errors import NotFound
from app.core.values.ids import LENGTH, looks_like_public_id
from app.core.values.labels import labels_of
from app.core.values.money import in_words
from app.core.values.registries import BESIDE, LAST_CONTACTS, VOUCHED, Sought
from app.core.web.budgets import amount_of, spent_by_day
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person, User
from app.register.enterprises import policy
from app.register.enterprises.enums import EnterpriseStatus, ErasureState, NameKind
from app.register.enterprises.models import Contact, ContactErasure, Enterprise, EnterpriseName
from app.register.enterprises.naming import about_company
from app.register.enterprises.rules import (
    HEAD_LENGTH,
    MANY_NUMBERS,
    Likeness,
    check_credit_code,
    codes_differ,
    core_key,
    likeness_of_cores,
    name_key,
    places_agree,
    places_of,
)
from app.register.reference.queries import division_names, industry_names

SHOWN_DUPLICATES = 3
NAMED_NAMESAKES = 5  # companies of one name that a sentence tells apart
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


@dataclass(frozen=True, slots=True)
class Opened:
    """How many people's numbers somebody has opened: today, of how many, and in the week that today ends."""

    person: Person
    today: int
    most: int
    week: int

    @property
    def is_many(self) -> bool:
        return self.today >= self.most * MANY_NUMBERS


_BEFORE_TODAY = timedelta(days=6)


def numbers_opened() -> list[Opened]:
    """Who has opened numbers in the week that today ends, who opened most today first. How many, and not of
    whom: that would tell who works with which company, also where that is confidential.
    """
    day = today()
    spent = spent_by_day(policy.REVEALS, day - _BEFORE_TODAY)
    query = select(User).where(User.id.in_(spent)).options(joinedload(User.person).joinedload(Person.unit))
    users = db.session.scalars(query.options(selectinload(User.grants)))
    found = [
        Opened(
            user.person,
            spent[user.id].get(day, 0),
            amount_of(policy.REVEALS, [grant.role for grant in user.grants]),
            sum(spent[user.id].values()),
        )
        for user in users
    ]
    return sorted(found, key=lambda one: (-one.today, -one.week, one.person.name))


@dataclass(frozen=True, slots=True)
class Vouched:
    """How often one person wrote work down in the week that today ends and another confirmed it that day."""

    wrote: Person
    confirmed: Person
    number: int


def vouched_for() -> list[Vouched]:
    """Who opened numbers at once for whom, the pair that did so most often first: two who agree could do so
    without ever having called anybody.
    """
    pairs: Counter[tuple[int, int]] = Counter()
    for ask in VOUCHED.values():
        pairs.update(ask(today() - _BEFORE_TODAY))
    ids = {person for pair in pairs for person in pair}
    query = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.unit))
    people = {person.id: person for person in db.session.scalars(query)}
    found = [Vouched(people[wrote], people[by], number) for (wrote, by), number in pairs.items()]
    return sorted(found, key=lambda one: (-one.number, one.wrote.name, one.confirmed.name))


def was_opened_today(contact: Contact, actor: Actor) -> bool:
    """Whether this person has read the number of a contact on this day before."""
    query = select(AuditEvent.id).where(
        AuditEvent.subject_kind == "contact",
        AuditEvent.subject_id == contact.public_id,
        AuditEvent.action == "contact.reveal",
        AuditEvent.actor_user_id == actor.user_id,
        AuditEvent.at >= start_of(today()),
    )
    return db.session.scalar(query.limit(1)) is not None


def list_contacts(enterprise_id: int) -> list[Contact]:
    """The people of a company, those who decide first; archived ones are left out."""
    return list(db.session.scalars(_kept_contacts(enterprise_id)))


def list_contacts_to_show(enterprise_id: int) -> list[tuple[Contact, bool]]:
    """The same, each with whether it was asked that it be erased and nobody has decided yet."""
    asked = exists().where(ContactErasure.open_contact_id == Contact.id)
    return [
        (contact, waits)
        for contact, waits in db.session.execute(_kept_contacts(enterprise_id).add_columns(asked))
    ]


def _kept_contacts(enterprise_id: int) -> Select[Contact]:
    return (
        select(Contact)
        .where(Contact.enterprise_id == enterprise_id, Contact.archived_at.is_(None))
        .options(joinedload(Contact.personal))
        .order_by(Contact.is_decider.desc(), Contact.id)
    )


# --- contacts whose erasure was asked for ---

MOST_ERASURES = 50  # read at once; in a county there are a few


def open_erasure(contact: Contact) -> ContactErasure | None:
    """The request to erase a contact that nobody has decided yet."""
    return db.session.scalar(_open_erasures().where(ContactErasure.open_contact_id == contact.id))


def erasure_done(contact: Contact) -> ContactErasure | None:
    """The request by which a contact was erased."""
    query = select(ContactErasure).where(
        ContactErasure.contact_id == contact.id, ContactErasure.state == ErasureState.ERASED
    )
    return db.session.scalar(query.options(joinedload(ContactErasure.decided_by)).limit(1))


def erasures_of(contact: Contact) -> list[ContactErasure]:
    """Every request to erase a contact, the last one first."""
    query = select(ContactErasure).where(ContactErasure.contact_id == contact.id)
    return list(db.session.scalars(query.order_by(ContactErasure.id.desc())))


def latest_erasure(contact: Contact) -> ContactErasure | None:
    """The last request to erase a contact, decided or not."""
    return next(iter(erasures_of(contact)), None)


def list_erasures(actor: Actor) -> list[ContactErasure]:
    """The requests that wait for this person, the oldest first. Whether they work with a company is asked of
    each one: it stands in records of many kinds, and the requests are few.
    """
    if not actor.may(Permission.ENTERPRISES_ARCHIVE):
        return []
    query = _open_erasures().where(ContactErasure.asked_by_id != actor.person_id)
    found = db.session.scalars(query.order_by(ContactErasure.id).limit(MOST_ERASURES))
    return [asked for asked in found if policy.rights(actor, asked.contact.enterprise).decide(asked)]


def _open_erasures() -> Select[ContactErasure]:
    contact = joinedload(ContactErasure.contact)
    return (
        select(ContactErasure)
        .where(ContactErasure.open_contact_id.is_not(None))
        .options(
            joinedload(ContactErasure.asked_by).joinedload(Person.unit),
            contact.joinedload(Contact.personal),
            contact.joinedload(Contact.enterprise),
        )
    )


def company_naming(sought: Sought) -> Enterprise | None:
    """The company of somebody, when its own words name them."""
    other = exists().where(
        EnterpriseName.enterprise_id == Enterprise.id, contains_any(sought.words, EnterpriseName.name)
    )
    texts = (
        Enterprise.name,
        Enterprise.notes,
        Enterprise.scope,
        Enterprise.origin,
        Enterprise.archive_reason,
    )
    query = select(Enterprise).where(
        Enterprise.id == sought.enterprise_id,
        or_(
            contains_any(sought.words, *texts),
            other,
            Enterprise.public_id.in_(sought.known_of("enterprise")),
        ),
    )
    return db.session.scalar(query)


def contacts_naming(sought: Sought) -> list[Contact]:
    """The people on the page of a company, oneself among them, whose post or purpose name somebody."""
    query = _kept_contacts(sought.enterprise_id).where(
        or_(
            contains_any(sought.words, Contact.post, Contact.purpose),
            Contact.public_id.in_(sought.known_of("contact")),
        )
    )
    return list(db.session.scalars(query.limit(BESIDE)))


def find_same_contacts(
    enterprise_id: int, name: str, phone: str | None, exclude_id: int | None
) -> list[Contact]:
    """Live contacts of a company that may be the one in hand: the same name, or the same `phone`, which only
    somebody may ask about who may read the numbers of the company.
    """
    key = name_key(name)
    return [
        contact
        for contact in list_contacts(enterprise_id)
        if contact.id != exclude_id
        and (name_key(contact.personal.name) == key or (phone and contact.personal.phone == phone))
    ]


def find_enterprises(q: str, limit: int = 8) -> list[Enterprise]:
    """Live companies for a picker: the latest when nothing is asked, else by name, other name or credit code,
    filled up from the index, which also knows pinyin, initials and slips."""
    query = select(Enterprise).where(Enterprise.archived_at.is_(None)).limit(limit)
    if not name_key(q):
        return list(db.session.scalars(query.order_by(Enterprise.updated_at.desc(), Enterprise.id.desc())))
    found = list(db.session.scalars(query.where(is_meant(q)).order_by(Enterprise.name, Enterprise.id)))
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
    found = _meant_by(text, 2)
    return found[0] if len(found) == 1 else None


def _meant_by(text: str, limit: int, *, archived: bool = False) -> list[Enterprise]:
    key = name_key(text)
    if not key:
        return []
    code = check_credit_code(text).code
    query = (
        select(Enterprise)
        .where(
            Enterprise.archived_at.is_not(None) if archived else Enterprise.archived_at.is_(None),
            or_(
                Enterprise.public_id == text.strip()[:16],
                Enterprise.credit_code == code if archived else Enterprise.live_code == code,
                Enterprise.name_key == key,
                Enterprise.id.in_(_ids_with_other_name(EnterpriseName.name_key == key)),
            ),
        )
        .order_by(Enterprise.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


NOBODY = "库里没有这家企业，请从提示里选，或先登记企业"


def why_not_one(text: str) -> str:
    """Why a written company is not one of the library: several are called so, it is archived, or nobody is.
    Every page on which a company is picked by writing its name says it in these words.
    """
    same = _meant_by(text, NAMED_NAMESAKES + 1)
    if len(same) > 1:
        places = division_names([row.region_code for row in same])
        told = "；".join(told_apart(row, places) for row in same[:NAMED_NAMESAKES])
        number = f"{NAMED_NAMESAKES} 家以上" if len(same) > NAMED_NAMESAKES else f"{len(same)} 家"
        return f"库里有 {number}同名：{told}。请从提示里选，或写要的那一家的信用代码"
    archived = _meant_by(text, 1, archived=True)
    if archived:
        row = archived[0]
        return f"「{row.name}」已归档（{row.archive_reason}）。确实要用的，请先打开企业页恢复"
    return NOBODY


def told_apart(row: Enterprise, places: Mapping[str, str]) -> str:
    """By what companies of one name are told apart: the credit code and the place."""
    code = f"信用代码 {row.credit_code}" if row.credit_code else "没有信用代码"
    return f"{code}，{places.get(row.region_code or '', '地区未填')}"


# --- duplicates ---


@dataclass(frozen=True, slots=True)
class Suspect:
    """A company that may be the one in hand; an archived one is brought back rather than doubled."""

    enterprise: Enterprise
    likeness: Likeness
    last_contact: date | None

    @property
    def words(self) -> str:
        row = self.enterprise
        return (
            f"{self.likeness.words}，已归档（{row.archive_reason}）"
            if row.is_archived
            else self.likeness.words
        )


@dataclass(frozen=True, slots=True)
class Suspects:
    """The nearest of `total` companies that may be the one in hand, the surest first."""

    nearest: tuple[Suspect, ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.nearest)


@dataclass(frozen=True, slots=True)
class Asked:
    """What duplicates are looked for by. `others` are aliases and former names, compared as they are."""

    name: str = ""
    code: str | None = None
    region_code: str | None = None
    others: tuple[str, ...] = ()
    exclude_id: int | None = None


def find_duplicates(
    name: str, code: str | None, exclude_id: int | None = None, region_code: str | None = None
) -> Suspects:
    """The companies that may be the one with this name and code."""
    return find_suspects(Asked(name, code, region_code, exclude_id=exclude_id))


def find_suspects(asked: Asked) -> Suspects:
    """The one search for duplicates: live companies by code, any name, or a near name in the same place;
    archived ones by code or name. Indexed keys only. Companies with another credit code are near to nothing.
    """
    found: dict[int, Likeness] = {}
    for likeness, ids in _exact_matches(asked):
        for row_id in ids:
            found.setdefault(row_id, likeness)
    for row_id, likeness in _near_matches(asked):
        found[row_id] = min(likeness, found.get(row_id, likeness))
    found.pop(asked.exclude_id or 0, None)
    nearest = sorted(found.items(), key=lambda entry: (entry[1], entry[0]))[:SHOWN_DUPLICATES]
    return Suspects(tuple(_suspects(dict(nearest))), len(found))


def _ids(condition: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Enterprise.id).where(condition).limit(_CANDIDATES)))


def _ids_with_other_name(condition: ColumnElement[bool]) -> Select[int]:
    return select(EnterpriseName.enterprise_id).where(condition)


def _holding_code(code: str | None) -> str | None:
    """A credit code that says who a company is."""
    checked = check_credit_code(code)
    return checked.code if checked.problem is None or checked.may_override else None


def _exact_matches(asked: Asked) -> Iterator[tuple[Likeness, list[int]]]:
    keys = sorted({key for name in (asked.name, *asked.others) if (key := name_key(name))})
    code = _holding_code(asked.code)
    if code:
        yield Likeness.SAME_CODE, _ids(Enterprise.credit_code == code)
    if keys:
        yield Likeness.SAME_NAME, _ids(Enterprise.name_key.in_(keys))
        other = _ids_with_other_name(EnterpriseName.name_key.in_(keys))
        yield Likeness.SAME_OTHER_NAME, _ids(Enterprise.id.in_(other))


def _near_matches(asked: Asked) -> Iterator[tuple[int, Likeness]]:
    core = core_key(asked.name)
    if len(core) < HEAD_LENGTH:
        return
    columns = select(
        Enterprise.id,
        Enterprise.core_key,
        Enterprise.name,
        Enterprise.region_code,
        Enterprise.credit_code,
        # Asked afterwards: in the condition SQLite walks all live rows by the index over it instead of
        # looking the key up (42 ms against 1 at 100k rows).
        Enterprise.archived_at,
    ).limit(_CANDIDATES)
    same = db.session.execute(columns.where(Enterprise.core_key == core))
    near = db.session.execute(columns.where(_begins(Enterprise.core_key, core[:HEAD_LENGTH])))
    code, places = _holding_code(asked.code), places_of(asked.region_code, asked.name)
    for row in (*same, *near):
        likeness = likeness_of_cores(core, row.core_key)
        if likeness is None or row.archived_at is not None or codes_differ(code, row.credit_code):
            continue
        if places_agree(places, places_of(row.region_code, row.name)):
            yield row.id, likeness


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


def is_meant(q: str) -> ColumnElement[bool]:
    """Each term is in one of the names or in the credit code, or sounds like a name."""
    return about_company(q, Enterprise.id, lambda _term: false())


def load(ids: list[int]) -> Sequence[Enterprise]:
    """The rows of one page of a list."""
    return db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids))).all()


# --- history ---

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


def list_of(public_ids: Collection[str]) -> list[Enterprise]:
    """These companies, archived or not."""
    return list(db.session.scalars(select(Enterprise).where(Enterprise.public_id.in_(public_ids))))


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
