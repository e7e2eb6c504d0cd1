"""Companies are open to everybody with ENTERPRISES_READ; what stands here is who may see their people, and
who may do to a company what others feel: archive and restore it, change its people, erase one of them.

All of that follows one rule, `works_with`: own → team → unit → county, of who registered the company, and
of every live lead, visit, project or step about it that the actor may see, which the features above declare
in WORK. What was entered today counts from tomorrow on, or once somebody else stands behind it:
nobody opens a number by making up a call. The 招商局 keeps the register and works with every company. What is
public of a company (name, code, industry, ...) anybody with ENTERPRISES_WRITE puts right, and anybody adds a
card they were handed: nothing of others is lost by that, and the page of the company says who changed what.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.core.access.scopes import Access
from app.core.storage.db import db
from app.core.values.clock import as_if, now
from app.core.values.registries import Registry
from app.core.web.budgets import DAY, MINUTE, Budget, declare
from app.register.accounts.enums import Permission, Role
from app.register.accounts.queries import bureau_heads
from app.register.enterprises.models import Contact, ContactErasure, Enterprise
from app.register.enterprises.rules import MOST_NUMBERS

R = TypeVar("R")

# The author with their unit and team of that day.
COMPANY_ACCESS = Access(Enterprise)
REVEALS = declare(Budget("reveals", "查看号码", "个", DAY, MOST_NUMBERS, advice="急用的请找招商局转达"))
# Each click is a row of the ledger, also of a number that was open before.
REVEAL_CLICKS = declare(Budget("reveal_clicks", "点看号码", "次", MINUTE, 20))


def may_see_contacts(actor: Actor) -> bool:
    """Whether the people of a company are shown at all (their numbers stay masked)."""
    return actor.may(Permission.CONTACTS_READ)


@dataclass(frozen=True, slots=True, eq=False)
class Work(Generic[R]):
    """The records of one feature about companies. Whoever sees one that `counts` works with the company; who
    does not see an ordinary one that is `under_way` does not archive the company.

    `company` is the column that holds the company's id. Who works with it may change with a record (with the
    columns in `only`, if it names some) and with the rows that hold the record's id in one of `parts`.
    """

    access: Access[R]
    company: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    counts: Callable[[], ColumnElement[bool]]
    under_way: ColumnElement[bool] | None = None
    parts: tuple[InstrumentedAttribute[int], ...] = ()
    only: tuple[InstrumentedAttribute[Any], ...] = ()

    def is_done_by(self, actor: Actor, enterprise_id: int) -> bool:
        return self._is_any(enterprise_id, self.counts(), self.access.visible(actor))

    def is_done_by_others(self, actor: Actor, enterprise_id: int) -> bool:
        """Whether something ordinary is under way that this person does not see."""
        if self.under_way is None:
            return False
        return self._is_any(enterprise_id, self.under_way, self.access.hidden(actor))

    def _is_any(self, enterprise_id: int, *conditions: ColumnElement[bool]) -> bool:
        query = select(self.company).where(self.company == enterprise_id, *conditions)
        return db.session.scalar(query.limit(1)) is not None

    def tokens(self, enterprise_ids: list[int]) -> dict[int, set[str]]:
        """`is_done_by` for the index: the tokens of whoever works with each of these companies."""
        query = select(self.access.model).where(self.company.in_(enterprise_ids), self.counts())
        found: dict[int, set[str]] = {}
        for row in db.session.scalars(query.options(*self.access.loads())):
            found.setdefault(getattr(row, self.company.key), set()).update(self.access.tokens(row))
        return found


WORK: Registry[Work[Any]] = Registry("work with companies")


def works_with(actor: Actor, row: Enterprise) -> bool:
    """Whether somebody works with a company, or keeps the register of all of them."""
    return COMPANY_ACCESS.may_see(actor, row) or any(work.is_done_by(actor, row.id) for work in WORK.values())


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do to one company and its people, asked once for a whole page."""

    person_id: int | None
    writes: bool
    unmask: bool  # read the full numbers of its people; each look is recorded
    archive: bool  # archive the company, and bring it back
    may_call: bool  # reads numbers at all

    def change(self, contact: Contact) -> bool:
        """Change a contact, take it off the page, put it back: for who may read it."""
        return self.writes and (self.unmask or self._wrote(contact))

    def read(self, contact: Contact) -> bool:
        """Read the number in full: for who works with the company, and for who wrote the number that stands
        there and so knows it (a card entered today, before the visit is a day old).
        """
        return self.unmask or (self.may_call and self._wrote(contact))

    def _wrote(self, contact: Contact) -> bool:
        return contact.written_by_id is not None and contact.written_by_id == self.person_id

    def decide(self, asked: ContactErasure) -> bool:
        """Confirm or refuse that a contact is erased: somebody else than who asked, whatever the account."""
        return self.archive and asked.asked_by_id != self.person_id


def rights(actor: Actor, row: Enterprise) -> Rights:
    """The rights of somebody who works with a company, or who does not."""
    asked = (Permission.CONTACTS_UNMASK, Permission.ENTERPRISES_ARCHIVE)
    works = any(actor.may(right) for right in asked) and works_with(actor, row)
    unmask, archive = (works and actor.may(right) for right in asked)
    writes, may_call = actor.may(Permission.ENTERPRISES_WRITE), actor.may(Permission.CONTACTS_UNMASK)
    return Rights(actor.person_id, writes, unmask, archive, may_call)


def why_masked(actor: Actor, row: Enterprise, held: Rights) -> str:
    """Why the numbers of a company are not open to somebody who calls companies, and what to do: after work
    that was entered today it is a matter of a night. Empty for all others.
    """
    if held.unmask or not held.may_call:
        return ""
    with as_if(now() + timedelta(days=1)):
        opens_tomorrow = works_with(actor, row)
    return OPENS_TOMORROW if opens_tomorrow else whom_to_ask(row)


def may_change(actor: Actor, row: Enterprise) -> bool:
    """Whether somebody may put right what is public of a company, and add to it; an archived one is read."""
    return actor.may(Permission.ENTERPRISES_WRITE) and not row.is_archived


def may_unmask(actor: Actor, row: Enterprise) -> bool:
    """Whether somebody may read the full numbers of a company's people."""
    return rights(actor, row).unmask


def others_at_work(actor: Actor, row: Enterprise) -> bool:
    """Whether somebody out of the actor's sight has a lead, a project or a step under way with a company.

    Confidential ones do not count: a refusal because of them would tell that there are any. They go on under
    an archived company as the others do, see `services.archive_enterprise`.
    """
    return any(work.is_done_by_others(actor, row.id) for work in WORK.values())


def whom_to_ask(row: Enterprise) -> str:
    """Where somebody turns who may not read the numbers: names nobody whose work could be hidden."""
    return f"完整号码只给跟过这家企业的人看，也由他们改，需要时请找{_who_knows(row)}招商局转达"


def why_no_change(row: Enterprise) -> str:
    """What somebody reads who may not change a contact, and whom to ask."""
    return f"联系人由跟过这家企业的人改，需要时请找{_who_knows(row)}招商局"


def why_no_archiving(row: Enterprise) -> str:
    """The same of archiving a company and of bringing it back."""
    return f"归档和恢复由跟过这家企业的人或招商局办，需要时请找{_who_knows(row)}招商局"


def why_no_decision(asked: ContactErasure, actor: Actor) -> str:
    """What somebody reads who may not decide on an erasure, and whom to ask."""
    who = who_decides(asked.asked_by_id)
    if asked.asked_by_id == actor.person_id:
        return f"您提出的申请要由另一位同事确认：{who}"
    return f"删除由另一位同事确认：{who}"


def who_decides(asker_id: int | None) -> str:
    """Who may confirm what somebody asks for. The heads of the bureau by name, whose work is with every
    company; officers by their role, since their names would tell who works with this one.
    """
    heads = "、".join(f"{head.name}（{head.unit.name}）" for head in bureau_heads() if head.id != asker_id)
    officers = f"跟过这家企业的{Role.OFFICER.label}"
    return f"{Role.BUREAU_HEAD.label}{heads}，或{officers}" if heads else officers


OPENS_TOMORROW = (
    "今天新记的走访、线索，明天起才开放完整号码。急用的，请同事打开那次走访点「确认」，或找招商局转达"
)
OTHERS_WORK = "还有别的单位在跟这家企业，归档请找招商局办"


def _who_knows(row: Enterprise) -> str:
    author = row.author
    return f"登记这家企业的{author.name}（{author.unit.name}）或" if author else ""
