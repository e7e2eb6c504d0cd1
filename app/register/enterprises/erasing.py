"""Erasing who a contact is, for good: one person asks, another one confirms. A room beside `services`.

It cannot be undone, so nobody does it alone. Whoever may change a contact passes on what the person asked
for; whoever may archive the company confirms or refuses, with the contact before their eyes as it is by then.
Never commits. Each write claims the contact first and the request second.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core.access.auth import Actor, require_actor
from app.core.records.versions import claim_whole, what_changed
from app.core.storage import audit, outbox
from app.core.storage.audit import AuditEvent, AuditPersonal
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import Sought
from app.register.enterprises import policy, queries
from app.register.enterprises.enums import ErasureState
from app.register.enterprises.models import Contact, ContactErasure, ContactPersonal
from app.register.enterprises.rules import tells_who
from app.register.enterprises.services import (
    ERASED,
    contact_must_be_seen,
    must_be_changeable,
    must_not_be_erased,
    subjects_of,
)

ASKED_ALREADY = "已经有人申请删除这位的个人信息，正等确认"
TOLD_WHO = "（写了姓名或号码，已一并删除）"
ERASED_BECAUSE = (
    "个人信息已删除"  # why a contact is archived: the reason of the request stays with the request
)


def changed_since(asked: ContactErasure) -> str:
    """What was changed of the contact after it was asked for, in words; empty when nothing was."""
    contact = asked.contact
    if contact.updated_at <= asked.created_at:
        return ""
    return what_changed(*subjects_of(contact))


def must_concern(contact: Contact, asked: ContactErasure | None) -> None:
    """Refuses the page to who may neither ask for it nor decide on what was asked, and has not asked."""
    actor = require_actor()
    rights = policy.rights(actor, contact.enterprise)
    is_own = asked is not None and asked.asked_by_id == actor.person_id
    if not (is_own or rights.change(contact) or (asked and rights.decide(asked))):
        raise NotAllowed(policy.why_no_change(contact.enterprise))


def is_erased(contact: Contact) -> bool:
    """Whether nobody knows any more who a contact was."""
    return contact.personal.name == ERASED


def sought(contact: Contact) -> Sought:
    """A contact as they are looked for in the texts about their company: by name, and by phone and e-mail
    where whoever looks may read these; an erased one by nothing.
    """
    personal, words = contact.personal, tuple[str, ...]()
    if not is_erased(contact):
        may_read = policy.rights(require_actor(), contact.enterprise).read(contact)
        reach = (personal.phone, personal.email) if may_read else ()
        words = (personal.name, *filter(None, reach))
    return Sought(contact.public_id, contact.enterprise_id, words)


def _must_not_tell_who(contact: Contact, text: str, instead: str) -> None:
    """Refuses words that outlive the person: a request and its answer are kept, also in the ledger."""
    personal = contact.personal
    if tells_who(text, personal.name, personal.phone, personal.email):
        advice = f"不要写姓名、电话、证件号：个人信息删除以后，这句话还会留着。写成这样：{instead}"
        raise RuleBroken({"reason": advice})


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
    _must_not_tell_who(contact, reason, "本人来电要求删除")
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
    _note("contact.erase_asked", contact, "申请删除联系人的个人信息")
    return asked


def withdraw_erasure(asked: ContactErasure, version: int | None) -> None:
    """Takes one's own request back. Raises NotAllowed for everybody else, and Stale when it was decided."""
    actor = require_actor()
    if asked.asked_by_id != actor.person_id:
        raise NotAllowed("只有提出申请的人可以撤销")
    _must_be_open(asked, version, "撤销申请")
    _close(asked, actor, ErasureState.WITHDRAWN)
    _note("contact.erase_withdrawn", asked.contact, "撤销删除个人信息的申请")


def refuse_erasure(asked: ContactErasure, version: int | None, answer: str) -> None:
    """Says no to a request, and why. Raises NotAllowed, RuleBroken, and Stale when it was decided."""
    actor = must_decide(asked)
    if not answer:
        raise RuleBroken({"reason": "写一句为什么不同意，例如：核实过，不是本人提出的"})
    _must_not_tell_who(asked.contact, answer, "核实过，不是本人提出的")
    _must_be_open(asked, version, f"不同意：{answer}")
    asked.answer = answer
    _close(asked, actor, ErasureState.REFUSED)
    _note("contact.erase_refused", asked.contact, "不同意删除联系人的个人信息")


def confirm_erasure(asked: ContactErasure, version: int | None, contact_version: int | None) -> None:
    """Erases who a contact is: the personal fields and their clear values beside the audit chain.

    Raises NotAllowed for who asked and for who does not work with the company, and Stale when the request was
    decided since `version` or the contact changed since `contact_version`: it might be somebody else by now.
    """
    actor = must_decide(asked)
    contact = asked.contact
    contact_must_be_seen(contact, contact_version, "删除个人信息")
    _must_be_open(asked, version, "确认删除")
    must_not_be_erased(contact)
    _close(asked, actor, ErasureState.ERASED)
    _erase(contact)


def _clear_requests(contact: Contact) -> None:
    """Requests of before their words were looked at may say who it is, in the reason or in the answer."""
    personal = contact.personal
    for asked in queries.erasures_of(contact):
        told = {
            field: TOLD_WHO
            for field in ("reason", "answer")
            if tells_who(getattr(asked, field), personal.name, personal.phone, personal.email)
        }
        if told:
            # Past the session hooks on purpose, as in `_erase`.
            db.session.execute(
                update(ContactErasure)
                .where(ContactErasure.id == asked.id)
                .values(told)
                .execution_options(**{BULK_ALLOWED: "erasing personal data"})
            )
            db.session.expire(asked)


def must_decide(asked: ContactErasure) -> Actor:
    """Refuses a request to who may not decide on it; returns who acts."""
    actor, row = require_actor(), asked.contact.enterprise
    if not policy.rights(actor, row).decide(asked):
        raise NotAllowed(policy.why_no_decision(asked, actor))
    return actor


def _must_be_open(asked: ContactErasure, version: int | None, decision: str) -> None:
    claim_whole(
        asked,
        version or 0,
        decision,
        label="删除个人信息的申请",
        stands=lambda _changed: f"{asked.state.label}：{asked.answer}" if asked.answer else asked.state.label,
        may_go_on=lambda: asked.is_open,
    )
    if not asked.is_open:
        raise RuleBroken(f"这件申请已经有了结果：{asked.state.label}")


def _close(asked: ContactErasure, actor: Actor, state: ErasureState) -> None:
    asked.state, asked.open_contact_id = state, None
    asked.decided_by_id, asked.decided_at = actor.person_id, now()
    db.session.flush()


def _note(action: str, contact: Contact, words: str) -> None:
    """Said of the contact in the ledger's words; why stands in the request, whose event says it."""
    audit.record(action, subject_of(contact), words)


def _erase(contact: Contact) -> None:
    personal_id = contact.personal.id
    contact.archived_at = contact.archived_at or now()
    contact.archive_reason = ERASED_BECAUSE
    contact.written_by_id = None
    db.session.flush()
    _clear_requests(contact)
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
    _note("contact.erase", contact, "删除联系人的个人信息")
    outbox.touch("enterprise", contact.enterprise.public_id)
