"""What gatherings give the guards over the whole app."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.gatherings.enums import GatheringKind, SigningKind
from app.promotion.gatherings.models import Gathering, Guest, Signing
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from tests.factories.leads import person_id
from tests.house.acting import (
    ARCHIVE,
    EVERYBODY,
    HELD,
    HELD_READ,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    colleague,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

FORM = typed(
    name="另一场招商活动",
    kind="fair",
    first_on=lambda _tried: in_days(0),
    last_on=lambda _tried: in_days(1),
    owner=colleague,
)
GUEST = typed(name="严文舟", phone="13900000009", reply="comes")
OF_GATHERING = {"kind": "gathering"}


def _gathering(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Gathering:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    row = Gathering(
        name=name,
        kind=GatheringKind.PROMOTION,
        first_on=today(),
        last_on=today(),
        place="苏州会议中心",
        agenda="下午两点开始",
        notes="储能",
        team_id=team.id if team else None,
        **held,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _guest(gathering: Gathering, *, came: bool = False) -> Guest:
    """Of a company of its own."""
    number = db.session.scalar(select(func.count()).select_from(Guest)) or 0
    name = f"活动请的企业{number}有限公司"
    company = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(company)
    db.session.flush()
    row = Guest(
        gathering_id=gathering.id,
        enterprise_id=company.id,
        company=name,
        name=f"客商{number}",
        post="副总",
        phone=f"138{number:08}",
        reply_note="下午到",
        came_at=now() if came else None,
        inviter_id=gathering.owner_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _signing(gathering: Gathering) -> Signing:
    what = {"company": "澜川新材料", "project": "隔膜二期", "amount": 100_000_000}
    row = Signing(gathering_id=gathering.id, kind=SigningKind.INTENT, **what)
    db.session.add(row)
    db.session.flush()
    return row


def _guest_of(gathering: Gathering) -> str:
    query = select(Guest).where(Guest.gathering_id == gathering.id)
    return db.session.scalars(query).first().public_id  # type: ignore[union-attr]


def _signing_of(gathering: Gathering) -> str:
    query = select(Signing).where(Signing.gathering_id == gathering.id)
    return db.session.scalars(query).first().public_id  # type: ignore[union-attr]


def _filled(at: Seeding, number: int) -> Record:
    row = _gathering(f"招商活动{number}", at.person.id, at.bureau, at.team)
    first = db.session.scalars(select(Gathering).order_by(Gathering.id)).first()
    for each in {row.id: row, first.id: first}.values() if first else (row,):
        _guest(each, came=True)
        _guest(each)
        _signing(each)
    return row


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_gathering(name, maker, ties.unit, ties.team) for name in ("招商活动", "旧招商活动"))
    old.archived_at = now()
    db.session.flush()
    found = {"guest of an event": _guest(row), "signing of an event": _signing(row)}
    return {"gathering": row, "old gathering": old, **found}


FURNISHING = Furnishing(
    at="/gatherings/",
    filled=_filled,
    shared=_shared,
    fills={
        "gatherings.GatheringForm": (Gathering,),
        "gatherings.GuestForm": (Guest,),
        "gatherings.GuestListForm": (Guest,),
        "gatherings.SigningForm": (Signing,),
        "gatherings.CheckInForm": (Guest,),
        "gatherings.ReplyForm": (Guest,),
    },
    below={
        "/gatherings/guests/": _guest_of,
        "/gatherings/signings/": _signing_of,
        "/invitations/": _guest_of,
        "/checkin/": lambda gathering: gathering.public_id,
    },
    costly={"gatherings.printed_guests": ("prints",)},
    questions=frozenset({"gatherings.GuestListForm.lines", "gatherings.GuestListForm.file"}),
    by_another_name={"gatherings.SigningForm.lead_number": Signing.lead_id},
    edited="notes",
    acts={
        "gatherings.create": Act("", EVERYBODY, FORM),
        "gatherings.update": Act("gathering", HELD, FORM),
        "gatherings.create_guest": Act("gathering", HELD, GUEST),
        "gatherings.save_paste": Act("gathering", HELD, typed(lines="严文舟\t澜川新材料\t副总\t13900000009")),
        "gatherings.update_guest": Act("guest of an event", HELD, GUEST),
        "gatherings.mark_came": Act("guest of an event", HELD),
        "gatherings.remove_guest": Act("guest of an event", HELD),
        "gatherings.create_signing": Act(
            "gathering", HELD, typed(kind="intent", company="澜川新材料", project="隔膜二期")
        ),
        "gatherings.remove_signing": Act("signing of an event", HELD),
        "gatherings.save_check_in": Act(
            "gathering", EVERYBODY, outcome=REFUSED
        ),  # without the code of the door
        "gatherings.reply": Act("guest of an event", EVERYBODY, typed(reply="comes")),
        "gatherings.archive": Act("gathering", HELD, REASON),
        "gatherings.restore": Act("old gathering", HELD),
        "gatherings.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "gatherings.done_to_many": Act(
            "", HELD, many("gathering", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "gatherings.done_to_many#restore": Act(
            "", HELD, many("old gathering"), otherwise=SAME, arguments=RESTORE
        ),
        "attachments.create#of a gathering": Act("gathering", HELD, outcome=REFUSED, arguments=OF_GATHERING),
        "comments.create#of a gathering": Act(
            "gathering", HELD_READ, typed(text="请盯紧"), arguments=OF_GATHERING
        ),
        "steps.create#of a gathering": Act(
            "gathering",
            HELD,
            typed(what="发通知", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_GATHERING,
        ),
        "tags.choose#on a gathering": Act("gathering", HELD, outcome=SAME, arguments=OF_GATHERING),
    },
)
