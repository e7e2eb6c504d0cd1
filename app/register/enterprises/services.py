"""Writes of enterprises and their contacts. An archived enterprise refuses every change. Never commits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.core.access.auth import Actor, current_actor, require_actor
from app.core.records.versions import archived, claim, claim_whole
from app.core.storage import audit, outbox
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import now, today
from app.core.values.errors import Clash, NotAllowed, RuleBroken
from app.core.values.money import read_amount
from app.core.values.registries import AFTER_ARCHIVE, Shelved
from app.core.web.budgets import spend_within
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on
from app.register.enterprises import policy, queries
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName
from app.register.enterprises.queries import Asked
from app.register.enterprises.rules import (
    CodeCheck,
    check_credit_code,
    core_key,
    name_key,
    name_problem,
    read_phone,
)
from app.register.reference.queries import division_names, industry_names, read_division, read_industry

ERASED = "已删除"
DUPLICATE_FIELD = "not_duplicate"
NAMED_DUPLICATES = 3  # in the sentence; the page shows them all


@dataclass(frozen=True, slots=True)
class EnterpriseData:
    """What a person writes about a company. `region` and `industry` are a code or a name;
    `capital_text` is read by core.values.money (a bare number is 万元).
    """

    name: str
    credit_code: str | None = None
    code_overridden: bool = False
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    status: EnterpriseStatus = EnterpriseStatus.ACTIVE
    capital_text: str = ""
    established_on: date | None = None
    headcount: int | None = None
    scope: str = ""
    notes: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ContactData:
    """A contact. On an update `phone` and `email` None leave what is there; "" clears it."""

    name: str
    post: str = ""
    phone: str | None = None
    email: str | None = None
    is_decider: bool = False
    purpose: str = "招商联络"


def must_be_live(row: Enterprise) -> None:
    """Refuses every change of an archived company and of what hangs on it."""
    if row.is_archived:
        raise RuleBroken("这家企业已归档，只能查看。需要改动请先恢复")


def create_enterprise(data: EnterpriseData, *, check_duplicates: bool = False) -> Enterprise:
    """Registers a company. A live company with the same credit code always refuses it; with
    `check_duplicates` likely duplicates do too, under the field `not_duplicate`.
    """
    values = _checked(data, exclude_id=None)
    if check_duplicates:
        _refuse_duplicates(as_new(data), "登记")
    actor = current_actor()
    row = Enterprise(**values, **registered_by(actor.person_id if actor else None))
    db.session.add(row)
    row.other_names = _named_rows(row, data)
    _flush()
    return row


def registered_by(person_id: int | None) -> dict[str, int | None]:
    """Who registers a company today, with their unit and resident team of today: kept for good, so that
    rotation never rewrites who works with it.
    """
    if person_id is None:
        return {"author_id": None, "unit_id": None, "team_id": None}
    author = db.session.get_one(Person, person_id)
    return {"author_id": author.id, "unit_id": author.unit_id, "team_id": team_on(author.id, today())}


def _refuse_duplicates(asked: Asked, act: str) -> None:
    suspects = queries.find_suspects(asked)
    if suspects.total:
        names = "、".join(
            f"{suspect.enterprise.name}（{suspect.words}）" for suspect in suspects.nearest[:NAMED_DUPLICATES]
        )
        others = f"等 {suspects.total} 家" if suspects.total > NAMED_DUPLICATES else ""
        raise RuleBroken({DUPLICATE_FIELD: f"可能是同一家：{names}{others}。不是同一家的，请勾选后再{act}"})


def as_new(data: EnterpriseData) -> Asked:
    """By what duplicates of a company are looked for that is being registered."""
    return Asked(data.name, data.credit_code, _place(data.region, {}), (*data.aliases, *data.former_names))


def as_changed(row: Enterprise, data: EnterpriseData) -> Asked:
    """By what duplicates are looked for when a company is edited: only by what is new of it."""
    known = {name_key(name) for name in row.all_names}
    is_renamed = name_key(data.name) not in known
    code = check_credit_code(data.credit_code).code
    return Asked(
        data.name if is_renamed else "",
        code if code != row.credit_code else None,
        _place(data.region, {}),
        tuple(name for name in (*data.aliases, *data.former_names) if name_key(name) not in known),
        exclude_id=row.id,
    )


def as_restored(row: Enterprise) -> Asked:
    """By what duplicates of an archived company are looked for before it comes back."""
    others = tuple(other.name for other in row.other_names)
    return Asked(row.name, row.credit_code, row.region_code, others, exclude_id=row.id)


def update_enterprise(
    row: Enterprise, version: int | None, data: EnterpriseData, *, check_duplicates: bool = False
) -> None:
    """Changes a company; a former legal name is kept by itself. With `check_duplicates` a new name, code or
    alias that another company may have is refused under the field `not_duplicate`. Raises Stale when somebody
    else saved since `version`.
    """
    claim(row, version or 0, fixed=lambda: archived(row))
    must_be_live(row)
    values = _checked(data, exclude_id=row.id)
    if check_duplicates:
        _refuse_duplicates(as_changed(row, data), "保存")
    former_name, former_keys = row.name, row.name_key
    if values["capital_text"] == row.capital_text and row.capital is not None:
        # An import may have read these words beside a heading that named their unit.
        del values["capital"]
    for column, value in values.items():
        setattr(row, column, value)
    if row.name_key != former_keys:
        data = _with_former_name(data, former_name)
    _sync_names(row, data)
    _flush()


def _with_former_name(data: EnterpriseData, former_name: str) -> EnterpriseData:
    return EnterpriseData(
        name=data.name, aliases=data.aliases, former_names=(*data.former_names, former_name)
    )


def must_be_archivable(row: Enterprise) -> Actor:
    """Refuses archiving and restoring to who does not work with a company; returns who acts."""
    actor = require_actor()
    if not policy.rights(actor, row).archive:
        raise NotAllowed(policy.why_no_archiving(row))
    return actor


def archive_enterprise(row: Enterprise, version: int | None, reason: str) -> None:
    """Takes a company out of lists and duplicates; it can be looked at and restored, nothing else.

    For who works with it. While ordinary work of others is under way that they do not see, the 招商局 alone
    archives it: it sees all of that and can speak with them. What is under way goes on: leads, their visits
    and steps, projects. So it does of confidential leads, because of which nothing is refused: nobody may
    find out by trying that there are any. Raises NotAllowed, RuleBroken, and Stale when it was changed since
    `version`.
    """
    actor = must_be_archivable(row)
    _must_have_seen(row, version, f"归档：{reason}", lambda: not row.is_archived)
    must_be_live(row)
    if policy.others_at_work(actor, row):
        raise RuleBroken(policy.OTHERS_WORK)
    if not reason:
        raise RuleBroken({"reason": "写一句为什么归档，例如：已注销，不再跟进"})
    for column, value in archived_fields(reason).items():
        setattr(row, column, value)
    _flush()
    AFTER_ARCHIVE.run(Shelved((row.id,), reason))


def archived_fields(reason: str) -> dict[str, Any]:
    """What the columns of a company hold from the moment it is archived: its credit code is free again."""
    return {"archived_at": now(), "archive_reason": reason, "live_code": None}


def restore_enterprise(
    row: Enterprise, version: int | None, *, check_duplicates: bool = False, without_code: bool = False
) -> None:
    """Brings an archived company back. Another one that holds its credit code by now refuses that, unless it
    comes back `without_code`, which then stands in the notes; with `check_duplicates` likely duplicates do,
    under the field `not_duplicate`. Raises NotAllowed for who does not work with it, and Stale when it was
    changed since `version`.
    """
    must_be_archivable(row)
    if not row.is_archived:
        return
    _must_have_seen(row, version, "恢复", lambda: row.is_archived)
    if row.credit_code and not without_code:
        _refuse_taken_code(row.credit_code, row.id)
    if check_duplicates:
        _refuse_duplicates(as_restored(row), "恢复")
    if row.credit_code and without_code:
        row.notes = f"{row.notes}\n原信用代码：{row.credit_code}".strip()
        row.credit_code, row.code_overridden = None, False
    row.archived_at, row.archive_reason, row.live_code = None, None, row.credit_code
    _flush()


def _must_have_seen(
    row: Enterprise, version: int | None, decision: str, may_go_on: Callable[[], bool]
) -> None:
    claim_whole(row, version or 0, decision, may_go_on=may_go_on, more=queries.OTHER_NAMES)


# --- what stands there now ---


def current_data(row: Enterprise) -> EnterpriseData:
    """What a form is filled with."""
    industry = row.industry_code or ""
    return EnterpriseData(
        name=row.name,
        credit_code=row.credit_code,
        code_overridden=row.code_overridden,
        aliases=_of_kind(row, NameKind.ALIAS),
        former_names=_of_kind(row, NameKind.FORMER),
        region=division_names([row.region_code]).get(row.region_code or "", row.region_code or ""),
        industry=f"{industry_names([industry]).get(industry, '')} {industry}".strip(),
        status=row.status,
        capital_text=row.capital_text or "",
        established_on=row.established_on,
        headcount=row.headcount,
        scope=row.scope,
        notes=row.notes,
        origin=row.origin,
    )


def _of_kind(row: Enterprise, kind: NameKind) -> tuple[str, ...]:
    return tuple(other.name for other in row.other_names if other.kind is kind)


# --- what was written, checked ---


def _checked(data: EnterpriseData, exclude_id: int | None) -> dict[str, object]:
    problems: dict[str, str] = {}
    code = _checked_code(data, exclude_id, problems)
    values: dict[str, object] = {
        "name": data.name,
        "name_key": name_key(data.name),
        "core_key": core_key(data.name),
        "credit_code": code.code,
        "live_code": code.code,
        "code_overridden": code.problem is not None,
        "region_code": _place(data.region, problems),
        "industry_code": _industry(data.industry, problems),
        "status": data.status,
        "capital_text": data.capital_text or None,
        "capital": read_amount(data.capital_text).yuan or None,
        "established_on": data.established_on,
        "headcount": data.headcount,
        "scope": data.scope,
        "notes": data.notes,
        "origin": data.origin,
    }
    problem = name_problem(data.name)
    if problem:
        problems["name"] = problem
    if data.established_on and data.established_on > today():
        problems["established_on"] = "成立日期不能晚于今天"
    if problems:
        raise RuleBroken(problems)
    return values


def _checked_code(data: EnterpriseData, exclude_id: int | None, problems: dict[str, str]) -> CodeCheck:
    code = check_credit_code(data.credit_code)
    if code.problem and not (code.may_override and data.code_overridden):
        problems["credit_code"] = code.problem
    elif code.code:
        holder = queries.live_row_with_code(code.code, exclude_id)
        if holder:
            problems["credit_code"] = _taken(holder)
    return code


def _taken(holder: Enterprise) -> str:
    return f"「{holder.name}」已经用这个信用代码登记，请打开它补充，不要再登记一次"


def _refuse_taken_code(code: str, exclude_id: int) -> None:
    holder = queries.live_row_with_code(code, exclude_id)
    if holder:
        ways = "是同一家的，打开它补充，或先归档它再恢复这一家；不是同一家的，选「不带信用代码恢复」"
        raise RuleBroken({"credit_code": f"「{holder.name}」现在用着这个信用代码，两家不能同时用。{ways}"})


def _place(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    found = read_division(text)
    if found is None:
        problems["region"] = "没有认出这个地方，请从提示里选，或写全称、6 位代码，例如：江苏省苏州市吴中区"
        return None
    return found.code


def _industry(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    found = read_industry(text)
    if found is None:
        problems["industry"] = "没有认出这个行业，请从提示里选，或写国标代码，例如：C3841"
        return None
    return found.code


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as broken:
        if "live_code" not in str(broken.orig):
            raise
        # Somebody registered the same code between our look and our write.
        raise RuleBroken({"credit_code": "刚刚有人用这个信用代码登记了，请到企业库里打开它"}) from broken


# --- other names ---


def _wanted_names(row: Enterprise, data: EnterpriseData) -> dict[str, tuple[NameKind, str]]:
    """Other names by key, each once; what equals the legal name is none."""
    wanted: dict[str, tuple[NameKind, str]] = {}
    for kind, names in ((NameKind.FORMER, data.former_names), (NameKind.ALIAS, data.aliases)):
        for name in names:
            key = name_key(name)
            if key and key != row.name_key:
                wanted.setdefault(key, (kind, name))
    return wanted


def _named_rows(row: Enterprise, data: EnterpriseData) -> list[EnterpriseName]:
    return [
        EnterpriseName(kind=kind, name=name, name_key=key)
        for key, (kind, name) in _wanted_names(row, data).items()
    ]


def _sync_names(row: Enterprise, data: EnterpriseData) -> None:
    before = {other.name_key: (other.kind, other.name) for other in row.other_names}
    wanted = _wanted_names(row, data)
    if before == wanted:
        return
    kept = [other for other in row.other_names if wanted.get(other.name_key) == (other.kind, other.name)]
    kept_keys = {other.name_key for other in kept}
    row.other_names = [*kept, *(new for new in _named_rows(row, data) if new.name_key not in kept_keys)]
    # The names stand in a table of their own: the record is changed all the same.
    row.updated_at = now()
    changes: dict[str, Any] = {
        field: [_listed(before.values(), kind), _listed(wanted.values(), kind)]
        for field, kind in (("aliases", NameKind.ALIAS), ("former_names", NameKind.FORMER))
        if _listed(before.values(), kind) != _listed(wanted.values(), kind)
    }
    audit.record("enterprise.names", subject_of(row), **changes)
    outbox.touch("enterprise", row.public_id)


def _listed(names: Iterable[tuple[NameKind, str]], kind: NameKind) -> str:
    return "、".join(sorted(name for its_kind, name in names if its_kind is kind))


# --- contacts ---


def add_contact(row: Enterprise, data: ContactData, *, check_duplicates: bool = False) -> Contact:
    """Adds a person to a company, as anybody may who was handed a card; with `check_duplicates` one who may
    stand there already is refused under the field `not_duplicate`.
    """
    must_be_live(row)
    phone, email = _checked_reach(data)
    if check_duplicates:
        _refuse_same_contacts(row, data.name, phone, None)
    contact = Contact(post=data.post, is_decider=data.is_decider, purpose=data.purpose, enterprise=row)
    actor = current_actor()
    contact.written_by_id = actor.person_id if actor else None
    contact.personal = ContactPersonal(name=data.name, phone=phone, email=email)
    db.session.add(contact)
    db.session.flush()
    return contact


def _refuse_same_contacts(row: Enterprise, name: str, phone: str | None, exclude_id: int | None) -> None:
    """Whether a written number is a stored one is told only to those who may read it."""
    may_compare = bool(phone) and policy.may_unmask(require_actor(), row)
    same = queries.find_same_contacts(row.id, name, phone if may_compare else None, exclude_id)
    if same:
        told = "；".join(_contact_words(one, name) for one in same[:NAMED_DUPLICATES])
        raise RuleBroken({DUPLICATE_FIELD: f"可能是同一位：{told}。不是同一位的，请勾选后再保存"})


def _contact_words(contact: Contact, name: str) -> str:
    likeness = "姓名相同" if name_key(contact.personal.name) == name_key(name) else "电话相同"
    post = f"（{contact.post}）" if contact.post else ""
    return f"{contact.personal.name}{post}，{likeness}"


def update_contact(
    contact: Contact, version: int | None, data: ContactData, *, check_duplicates: bool = False
) -> None:
    """Changes a contact; numbers that are not written stay. With `check_duplicates` a new name or number that
    another contact of the company has is refused under the field `not_duplicate`. Raises NotAllowed, and
    Stale when somebody else saved since `version`.
    """
    actor = must_be_changeable(contact)
    phone, email = _checked_reach(data)
    claim(contact, version or 0, *subjects_of(contact), fixed=lambda: _archived_contact(contact))
    must_be_changeable(contact)  # once more: who wrote the card last may be somebody else by now
    _must_be_editable(contact)
    is_renamed = name_key(contact.personal.name) != name_key(data.name)
    if check_duplicates and (is_renamed or phone):
        _refuse_same_contacts(
            contact.enterprise, data.name if is_renamed else "", phone, exclude_id=contact.id
        )
    contact.post, contact.is_decider, contact.purpose = data.post, data.is_decider, data.purpose
    contact.personal.name = data.name
    if data.phone is not None:
        contact.personal.phone = phone
    if data.email is not None:
        contact.personal.email = email
    if phone or (email and not contact.personal.phone):
        # Not for another post or name: whoever put those right has not read the number by that.
        contact.written_by_id = actor.person_id
    contact.updated_at = now()
    db.session.flush()


def must_be_changeable(contact: Contact) -> Actor:
    """Refuses a contact to who may not read it and has not written it; returns who acts."""
    actor = require_actor()
    if not policy.rights(actor, contact.enterprise).change(contact):
        raise NotAllowed(policy.why_no_change(contact.enterprise))
    return actor


def must_not_be_erased(contact: Contact) -> None:
    """Refuses a contact of whom nothing is left to change or to erase."""
    if contact.personal.name == ERASED:
        raise RuleBroken("这位联系人的个人信息已经删除")


def archive_contact(contact: Contact, version: int | None) -> None:
    """Takes a person off the company's page; what was logged with them stays. Raises NotAllowed, and Stale
    when the contact was changed since `version`.
    """
    must_be_changeable(contact)
    contact_must_be_seen(contact, version, "归档联系人")
    _must_be_editable(contact)
    contact.archived_at = now()
    db.session.flush()


def restore_contact(contact: Contact, version: int | None) -> None:
    """Puts an archived contact back on the company's page, unless somebody there bears the name by now, or
    nobody knows any more who it was. Raises NotAllowed, and Stale when the contact was changed since
    `version`.
    """
    must_be_changeable(contact)
    if not contact.is_archived:
        return
    contact_must_be_seen(contact, version, "恢复联系人")
    must_be_live(contact.enterprise)
    name = contact.personal.name
    if name == ERASED:
        raise RuleBroken("这位联系人的个人信息已经删除，不能恢复；还要联系的重新登记一位")
    same = queries.find_same_contacts(contact.enterprise_id, name, None, contact.id)
    if same:
        told = "；".join(_contact_words(one, name) for one in same[:NAMED_DUPLICATES])
        raise RuleBroken(f"这家企业现在已经有 {told}，不再恢复；要补的写在那一位上")
    contact.archived_at = None
    db.session.flush()


def subjects_of(contact: Contact) -> tuple[Subject, Subject]:
    """What the audit knows a contact by: the post, and the person in a table apart."""
    return subject_of(contact), Subject(ContactPersonal.__tablename__, str(contact.personal.id))


def contact_must_be_seen(contact: Contact, version: int | None, decision: str) -> None:
    """Raises Stale when a contact was changed since `version`; nobody changes it until our commit."""
    claim_whole(contact, version or 0, decision, *subjects_of(contact))


def _archived_contact(contact: Contact) -> Clash | None:
    """What keeps a contact from being edited."""
    if not contact.is_archived and not contact.enterprise.is_archived:
        return None
    return Clash("归档", f"{'企业' if contact.enterprise.is_archived else '联系人'}已归档", "没有归档")


def _must_be_editable(contact: Contact) -> None:
    must_be_live(contact.enterprise)
    if contact.is_archived:
        raise RuleBroken("这位联系人已归档，不能再改")


def _checked_reach(data: ContactData) -> tuple[str | None, str | None]:
    problems = {}
    phone, problem = read_phone(data.phone or "")
    if problem:
        problems["phone"] = problem
    email = (data.email or "").strip() or None
    if email and (email.count("@") != 1 or email.startswith("@") or "." not in email.partition("@")[2]):
        problems["email"] = "邮箱写成 name@example.com 这样"
    if not data.name:
        problems["name"] = "写联系人的姓名，例如：贺晓冬"
    if problems:
        raise RuleBroken(problems)
    return phone, email


def reveal_contact(contact: Contact) -> tuple[str | None, str | None]:
    """(phone, email) in full; the look is recorded, without the number. Raises NotAllowed for who neither
    works with the company nor wrote the number, OverBudget for who has opened as many today as they may.
    """
    actor = require_actor()
    rights = policy.rights(actor, contact.enterprise)
    if not rights.read(contact):
        raise NotAllowed(policy.why_masked(actor, contact.enterprise, rights) or NotAllowed().message)
    if not queries.was_opened_today(contact, actor):
        spend_within(policy.REVEALS)
    audit.record("contact.reveal", subject_of(contact), f"查看联系人号码：{contact.enterprise.name}")
    return contact.personal.phone, contact.personal.email
