"""What outings give the guards over the whole app."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing, OutingMember, OutingStop
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
    name="另一次外出和来访",
    direction="out",
    first_on=lambda _tried: in_days(0),
    last_on=lambda _tried: in_days(3),
    leader=colleague,
    owner=colleague,
)
STOP = typed(stop_on=lambda _tried: in_days(0), starts_at="9:30", what="考察产业园")
OF_OUTING = {"kind": "outing"}


def _outing(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Outing:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    row = Outing(
        name=name,
        direction=OutingDirection.IN,
        first_on=today(),
        last_on=today() + timedelta(2),
        leader_id=owner_id,
        letter="青招函〔2026〕1 号",
        heads=6,
        notes="储能",
        team_id=team.id if team else None,
        members=[OutingMember(person_id=owner_id)],
        **held,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _company() -> Enterprise:
    """A company of its own."""
    number = db.session.scalar(select(func.count()).select_from(OutingStop))
    name = f"外出看的企业{number}有限公司"
    company = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(company)
    db.session.flush()
    return company


def _stop(outing: Outing, company: Enterprise | None) -> OutingStop:
    what = {"what": "考察产业园", "place": "二期厂房", "receiver": "严总", "starts_at": "09:30"}
    row = OutingStop(
        outing_id=outing.id,
        enterprise_id=company.id if company else None,
        stop_on=today(),
        ask="扩不扩产",
        **what,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    row = _outing(f"外出和来访{number}", at.person.id, at.bureau, at.team)
    first = db.session.scalars(select(Outing).order_by(Outing.id)).first()
    for each in {row.id: row, first.id: first}.values() if first else (row,):
        _stop(each, _company())
        _stop(each, None)
    return row


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_outing(name, maker, ties.unit, ties.team) for name in ("外出和来访", "旧外出和来访"))
    old.archived_at = now()
    db.session.flush()
    stop = _stop(row, _company())
    return {"outing": row, "old outing": old, "line of an outing": stop}


def _stop_of(outing: Outing) -> str:
    query = select(OutingStop).where(OutingStop.outing_id == outing.id, OutingStop.enterprise_id.is_not(None))
    return db.session.scalars(query).first().public_id  # type: ignore[union-attr]


FURNISHING = Furnishing(
    at="/outings/",
    filled=_filled,
    shared=_shared,
    fills={
        "outings.OutingForm": (Outing,),
        "outings.MinutesForm": (Outing,),
        "outings.StopForm": (OutingStop,),
    },
    below={"/outings/stops/": _stop_of},
    costly={"outings.printed_sheets": ("prints",)},
    by_another_name={"outings.OutingForm.companions": OutingMember.person_id},
    edited="notes",
    acts={
        "outings.create": Act("", EVERYBODY, FORM),
        "outings.update": Act("outing", HELD, FORM),
        "outings.save_minutes": Act("outing", HELD, typed(minutes="定下三件事")),
        "outings.create_stop": Act("outing", HELD, STOP),
        "outings.update_stop": Act("line of an outing", HELD, STOP),
        "outings.remove_stop": Act("line of an outing", HELD),
        "outings.archive": Act("outing", HELD, REASON),
        "outings.restore": Act("old outing", HELD),
        "outings.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "outings.done_to_many": Act(
            "", HELD, many("outing", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "outings.done_to_many#restore": Act("", HELD, many("old outing"), otherwise=SAME, arguments=RESTORE),
        "attachments.create#of an outing": Act("outing", HELD, outcome=REFUSED, arguments=OF_OUTING),
        "comments.create#of an outing": Act("outing", HELD_READ, typed(text="请盯紧"), arguments=OF_OUTING),
        "steps.create#of an outing": Act(
            "outing",
            HELD,
            typed(what="发通知", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_OUTING,
        ),
        "tags.choose#on an outing": Act("outing", HELD, outcome=SAME, arguments=OF_OUTING),
    },
)
