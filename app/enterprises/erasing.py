"""Erasing who a contact is, for good: one person asks, another one confirms. A room beside `services`.

It cannot be undone, so nobody does it alone. Whoever may change a contact passes on what the person asked
for; whoever may archive the company confirms or refuses, with the contact before their eyes as it is by then.
Never commits. Each write claims the contact first and the request second.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core import audit, outbox
from app.core.audit import AuditEvent, AuditPersonal
from app.core.auth import Actor, require_actor
from app.core.changes import BULK_ALLOWED
from app.core.clock import now
from app.core.db import db
from app.core.errors import Clash, NotAllowed, RuleBroken
from app.core.subjects import subject_of
from app.core.versions import claim, what_changed
from app.enterprises import policy, queries
from app.enterprises.enums import ErasureState
from app.enterprises.models import Contact, ContactErasure, ContactPersonal
from app.enterprises.services import (
    CONTACT_FIELDS,
    ERASED,
    contact_must_be_seen,
    must_be_changeable,
    subjects_of,
)

ASKED_ALREADY = "已经有人申请删除这位的个人信息，正等确认"


def changed_since(asked: ContactErasure) -> str:
    """What was changed of the contact after it was asked for, in words; empty when nothing was."""
    contact = asked.contact
    if contact.updated_at <= asked.created_at:
        return ""
    return what_changed(CONTACT_FIELDS, *subjects_of(contact))


def must_concern(contact: Contact, asked: ContactErasure | None) -> None:
    """Refuses the page to who may neither ask for it nor decide on what was asked, and has not asked."""
    actor = require_actor()
    rights = policy.rights(actor, contact.enterprise)
    is_own = asked is not None and asked.asked_by_id == actor.person_id
    if not (is_own or rights.change(contact) or (asked and rights.decide(asked))):
        raise NotAllowed(policy.why_no_change(contact.enterprise))


def must_not_be_erased(contact: Contact) -> None:
    """Refuses a contact of whom nothing is left to erase."""
    if contact.personal.name == ERASED:
        raise RuleBroken("这位联系人的个人信息已经删除")


def ask_erasure(contact: Contact, version: int | None, reason: str) -> ContactErasure:
    """Asks that a contact be erased, also of an archived company: whose data these are does not depend on our
    filing. One request at a time. Raises NotAllowed, RuleBroken, and Stale when the contact was changed since
    `version`.
    """
    actor = must_be_changeable(contact)
    contact_must_be_seen(contact, version, "申请删除个人信息")
    must_not_be_erased(contact)
    if not reason:
        raise RuleBroken({"reason": "写一句依据，例如：本人要求删除"})
    if queries.open_erasure(contact) is not None:
        raise RuleBroken(ASKED_ALREADY)
    assert actor.person_id is not None
    asked = ContactErasure(
        contact_id=contact.id, open_contact_id=contact.id, reason=reason, asked_by_id=actor.person_id
    )
    db.session.add(asked)
    try:
        db.session.flush()
    except IntegrityError as broken:
        raise RuleBroken(ASKED_ALREADY) from broken
    _note("contact.erase_asked", contact, "申请删除联系人的个人信息", reason)
    return asked


def withdraw_erasure(asked: ContactErasure, version: int | None) -> None:
    """Takes one's own request back. Raises NotAllowed for everybody else, and Stale when it was decided."""
    actor = require_actor()
    if asked.asked_by_id != actor.person_id:
        raise NotAllowed("只有提出申请的人可以撤销")
    _must_be_open(asked, version, "撤销申请")
    _close(asked, actor, ErasureState.WITHDRAWN)
    _note("contact.erase_withdrawn", asked.contact, "撤销删除个人信息的申请", asked.reason)


def refuse_erasure(asked: ContactErasure, version: int | None, answer: str) -> None:
    """Says no to a request, and why. Raises NotAllowed, RuleBroken, and Stale when it was decided."""
    actor = _must_decide(asked)
    if not answer:
        raise RuleBroken({"reason": "写一句为什么不同意，例如：核实过，不是本人提出的"})
    _must_be_open(asked, version, f"不同意：{answer}")
    asked.answer = answer
    _close(asked, actor, ErasureState.REFUSED)
    _note("contact.erase_refused", asked.contact, "不同意删除联系人的个人信息", answer)


def confirm_erasure(asked: ContactErasure, version: int | None, contact_version: int | None) -> None:
    """Erases who a contact is: the personal fields and their clear values beside the audit chain.

    Raises NotAllowed for who asked and for who does not work with the company, and Stale when the request was
    decided since `version` or the contact changed since `contact_version`: it might be somebody else by now.
    """
    actor = _must_decide(asked)
    contact = asked.contact
    contact_must_be_seen(contact, contact_version, "删除个人信息")
    _must_be_open(asked, version, "确认删除")
    must_not_be_erased(contact)
    _close(asked, actor, ErasureState.ERASED)
    _erase(contact, asked.reason)


def _must_decide(asked: ContactErasure) -> Actor:
    actor, row = require_actor(), asked.contact.enterprise
    if not policy.rights(actor, row).decide(asked):
        raise NotAllowed(policy.why_no_decision(row, asked, actor))
    return actor


def _must_be_open(asked: ContactErasure, version: int | None, decision: str) -> None:
    def what_was_decided() -> list[Clash]:
        told = f"{asked.state.label}：{asked.answer}" if asked.answer else asked.state.label
        return [Clash("删除个人信息的申请", told, decision)]

    claim(asked, version or 0, what_was_decided, lambda: asked.is_open)
    if not asked.is_open:
        raise RuleBroken(f"这件申请已经有了结果：{asked.state.label}")


def _close(asked: ContactErasure, actor: Actor, state: ErasureState) -> None:
    asked.state, asked.open_contact_id = state, None
    asked.decided_by_id, asked.decided_at = actor.person_id, now()
    db.session.flush()


def _note(action: str, contact: Contact, words: str, reason: str) -> None:
    """Said of the request in the ledger's words; the fields of the contact stay as they are."""
    audit.record(action, subject_of(contact), f"{words}：{reason}")


def _erase(contact: Contact, reason: str) -> None:
    personal_id = contact.personal.id
    contact.archived_at = contact.archived_at or now()
    contact.archive_reason = reason
    contact.written_by_id = None
    db.session.flush()
    # Past the session hooks on purpose: they would write the old values down once more.
    db.session.execute(
        update(ContactPersonal)
        .where(ContactPersonal.id == personal_id)
        .values(name=ERASED, phone=None, email=None)
        .execution_options(**{BULK_ALLOWED: "erasing personal data"})
    )
    events = select(AuditEvent.id).where(
        AuditEvent.subject_kind == ContactPersonal.__tablename__, AuditEvent.subject_id == str(personal_id)
    )
    db.session.execute(delete(AuditPersonal).where(AuditPersonal.event_id.in_(events)))
    db.session.expire(contact.personal)
    audit.record("contact.erase", subject_of(contact), "删除联系人的个人信息", reason=reason)
    outbox.touch("enterprise", contact.enterprise.public_id)
