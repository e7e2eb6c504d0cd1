"""Contacts are added, changed, archived, and their numbers opened."""

from dataclasses import dataclass

from app.core.access.auth import Actor, current_actor, require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import now
from app.core.values.errors import Clash, NotAllowed, RuleBroken
from app.core.web.budgets import spend_within
from app.register.enterprises import policy, queries
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise
from app.register.enterprises.rules import (
    name_key,
    read_phone,
)
from app.register.enterprises.services.data import DUPLICATE_FIELD, NAMED_DUPLICATES, must_be_live

ERASED = "已删除"


@dataclass(frozen=True, slots=True)
class ContactData:
    """A contact. On an update `phone` and `email` None leave what is there; "" clears it."""

    name: str
    post: str = ""
    phone: str | None = None
    email: str | None = None
    is_decider: bool = False
    purpose: str = "招商联络"


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
