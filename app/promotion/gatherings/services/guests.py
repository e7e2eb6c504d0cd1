"""Guests join the list of an event, are changed, leave, and come."""

from dataclasses import dataclass

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.promotion.gatherings import queries, rules
from app.promotion.gatherings.enums import GuestReply
from app.promotion.gatherings.models import Gathering, Guest
from app.promotion.gatherings.rules import TypedGuest
from app.promotion.gatherings.services.gatherings import must_be_theirs
from app.register.enterprises.queries import read_enterprise

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestData:
    """What is typed about a guest; the phone as typed, None where it stays as it is."""

    name: str
    company: str = ""
    post: str = ""
    phone: str | None = ""
    reply: GuestReply = GuestReply.NONE
    reply_note: str = ""


def add_guest(gathering: Gathering, data: GuestData) -> Guest:
    """A guest joins the list. Raises NotAllowed, RuleBroken."""
    must_be_theirs(gathering)
    wait_turn(Turn.GUESTS, of=gathering.id)
    must_have_room(gathering, 1)
    guest = Guest(gathering_id=gathering.id, inviter_id=require_actor().person_id)
    _write(guest, gathering, data)
    db.session.add(guest)
    db.session.flush()
    return guest


def change_guest(guest: Guest, version: int | None, data: GuestData) -> None:
    """Changes a guest. Raises NotAllowed, RuleBroken, Stale."""
    must_be_theirs(guest.gathering)
    wait_turn(Turn.GUESTS, of=guest.gathering_id)
    claim(guest, version or 0)
    _write(guest, guest.gathering, data)
    db.session.flush()


def _write(guest: Guest, gathering: Gathering, data: GuestData) -> None:
    phone = (guest.phone or "") if data.phone is None else rules.plain_phone(data.phone)
    if phone is None:
        raise RuleBroken({"phone": "电话写数字，例如 13800000000；没有就空着"})
    there = queries.phones_of(gathering) if phone and phone != guest.phone else {}
    if phone in there:
        raise RuleBroken({"phone": f"名单上 {there[phone]} 已经是这个电话"})
    guest.name, guest.post, guest.phone = data.name, data.post, phone
    guest.reply, guest.reply_note = data.reply, data.reply_note
    place(guest, data.company)


def place(guest: Guest, company: str) -> None:
    """The company as written, and the one of the library that it names, if it names one."""
    found = read_enterprise(company) if company else None
    guest.company = found.name[:120] if found else company
    guest.enterprise = found


def must_have_room(gathering: Gathering, more: int) -> None:
    if queries.count_guests(gathering) + more > rules.MOST_GUESTS:
        raise RuleBroken({"name": f"一场最多 {rules.MOST_GUESTS} 位客商"})


def add_pasted(gathering: Gathering, text: str) -> tuple[int, int]:
    """Many join at once, a line each: how many did, how many stood there already by their phone. Raises
    RuleBroken, which names the lines that cannot be read; then nobody joins.
    """
    must_be_theirs(gathering)
    guests, problems = rules.read_guests(text)
    if problems:
        more = f"；还有 {len(problems) - _SHOWN} 处" if len(problems) > _SHOWN else ""
        raise RuleBroken({"lines": "；".join(problems[:_SHOWN]) + more})
    if not guests:
        raise RuleBroken({"lines": "没有认出一位客商，一行写一位：姓名、单位、职务、电话"})
    wait_turn(Turn.GUESTS, of=gathering.id)
    must_have_room(gathering, len(guests))
    there = queries.phones_of(gathering)
    new = [guest for guest in guests if not guest.phone or guest.phone not in there]
    for guest in new:
        db.session.add(_of_line(gathering, guest))
    db.session.flush()
    return len(new), len(guests) - len(new)


def _of_line(gathering: Gathering, told: TypedGuest) -> Guest:
    guest = Guest(gathering_id=gathering.id, inviter_id=require_actor().person_id)
    guest.name, guest.post, guest.phone = told.name, told.post, told.phone
    place(guest, told.company)
    return guest


def mark_came(guest: Guest, seen: int | None) -> None:
    """Somebody of ours checks a guest in, or takes that back. Raises NotAllowed, RuleBroken, Stale."""
    must_be_theirs(guest.gathering)
    claim(guest, seen or 0)
    refusal = rules.why_no_door(guest.gathering.first_on, guest.gathering.last_on, today())
    if guest.came_at is None and refusal:
        raise RuleBroken(refusal)
    guest.came_at = now() if guest.came_at is None else None
    db.session.flush()


def remove_guest(guest: Guest, seen: int | None) -> None:
    """A guest who was put there by mistake leaves the list. Raises RuleBroken once they came."""
    must_be_theirs(guest.gathering)
    claim_whole(guest, seen, "移出")
    if guest.came_at is not None:
        raise RuleBroken("这位客商已经签到，不能移出；签错了先撤销签到")
    db.session.delete(guest)
    db.session.flush()
