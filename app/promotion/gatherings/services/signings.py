"""What was signed at an event is entered and taken off."""

from dataclasses import dataclass

from app.core.access.auth import require_actor
from app.core.records.versions import claim_whole
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.promotion.gatherings import queries
from app.promotion.gatherings.enums import SigningKind
from app.promotion.gatherings.models import Gathering, Signing
from app.promotion.gatherings.services.gatherings import must_be_theirs
from app.promotion.leads.models import Lead

_LEAD = "正式协议写线索编号，金额和阶段从那里看；还没有线索的是意向"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningData:
    """What is typed about something signed; the amount in 元."""

    kind: SigningKind
    company: str
    project: str
    amount: int | None = None
    lead_number: str = ""


def add_signing(gathering: Gathering, data: SigningData) -> Signing:
    """Raises NotAllowed, RuleBroken."""
    must_be_theirs(gathering)
    lead = _lead(data)
    row = Signing(
        gathering_id=gathering.id,
        kind=data.kind,
        company=data.company,
        project=data.project,
        amount=data.amount,
        lead=lead,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _lead(data: SigningData) -> Lead | None:
    if not data.lead_number:
        if data.kind is SigningKind.CONTRACT:
            raise RuleBroken({"lead_number": _LEAD})
        return None
    lead = queries.lead_named(data.lead_number, require_actor())
    if lead is None:
        raise RuleBroken({"lead_number": f"没有编号是「{data.lead_number}」的线索"})
    return lead


def remove_signing(row: Signing, seen: int | None) -> None:
    """What was entered by mistake goes. Raises NotAllowed, Stale."""
    must_be_theirs(row.gathering)
    claim_whole(row, seen, "去掉")
    db.session.delete(row)
    db.session.flush()
