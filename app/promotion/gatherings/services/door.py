"""What people without an account do: check in at the door, answer an invitation. Counted, so that nobody can
send a list through it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.promotion.gatherings import queries, rules
from app.promotion.gatherings.enums import GuestReply, GuestSource
from app.promotion.gatherings.models import DoorTry, Gathering, Guest
from app.promotion.gatherings.services.guests import must_have_room, place

_WINDOW, _MOST = timedelta(minutes=10), 300  # a hall has one line to the net for all its guests


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorData:
    """What a guest types at the door."""

    name: str
    company: str
    phone: str
    post: str = ""


def count_try(gathering: Gathering, address: str) -> None:
    """Counts a form sent from an address. Raises RuleBroken when there were too many."""
    moment = now()
    if queries.tries_since(gathering, address, moment - _WINDOW) >= _MOST:
        raise RuleBroken({"phone": "这里一下子来的太多了，请过十分钟再试，或请工作人员代签"})
    db.session.add(DoorTry(gathering_id=gathering.id, address=address, at=moment))
    db.session.flush()


def forget_tries() -> None:
    """By night: what nobody counts any more."""
    db.session.execute(delete(DoorTry).where(DoorTry.at < now() - _WINDOW))


def check_in(gathering: Gathering, data: DoorData) -> Guest:
    """A guest is there, once however often they send it; who is on no list joins it. Raises RuleBroken."""
    if refusal := rules.why_no_door(gathering.first_on, gathering.last_on, today()):
        raise RuleBroken({"phone": refusal})
    phone = rules.plain_phone(data.phone)
    if not phone:
        raise RuleBroken({"phone": "电话写数字，例如 13800000000"})
    wait_turn(Turn.GUESTS, of=gathering.id)
    guest = queries.guest_at_door(gathering, phone, data.name) or _walk_in(gathering, data)
    guest.phone = phone
    guest.came_at = guest.came_at or now()
    db.session.flush()
    return guest


def _walk_in(gathering: Gathering, data: DoorData) -> Guest:
    must_have_room(gathering, 1)
    guest = Guest(gathering_id=gathering.id, name=data.name, post=data.post, source=GuestSource.WALK_IN)
    place(guest, data.company)
    db.session.add(guest)
    return guest


def answer(guest: Guest, reply: GuestReply, note: str) -> None:
    """A guest answers their invitation, as often as they like until the event is over. Raises RuleBroken."""
    if refusal := rules.why_no_reply(guest.gathering.last_on, today()):
        raise RuleBroken({"reply": refusal})
    if reply is GuestReply.SENDS and not note:
        raise RuleBroken({"reply_note": "写谁来：姓名、职务和电话"})
    guest.reply, guest.reply_note = reply, note
    db.session.flush()
