"""What campaigns give the guards over the whole app."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.campaigns.models import Campaign
from app.promotion.leads.enums import LeadSource
from app.register.accounts.models import Unit
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
    name="另一场定向招商",
    method="fund",
    first_on=lambda _tried: in_days(0),
    last_on=lambda _tried: in_days(30),
    owner=colleague,
)
OF_CAMPAIGN = {"kind": "campaign"}


def _campaign(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Campaign:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    row = Campaign(
        name=name,
        method=LeadSource.FUND,
        first_on=today(),
        last_on=today() + timedelta(days=30),
        region_codes="",
        notes="储能",
        team_id=team.id if team else None,
        **held,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    return _campaign(f"定向招商{number}", at.person.id, at.bureau, at.team)


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_campaign(name, maker, ties.unit, ties.team) for name in ("定向招商", "旧定向招商"))
    old.archived_at = now()
    db.session.flush()
    return {"campaign": row, "old campaign": old}


FURNISHING = Furnishing(
    at="/campaigns/",
    filled=_filled,
    shared=_shared,
    fills={"campaigns.CampaignForm": (Campaign,)},
    by_another_name={"campaigns.CampaignForm.region": Campaign.region_codes},
    questions=frozenset({"campaigns.CampaignForm.parts"}),
    edited="notes",
    acts={
        "campaigns.create": Act("", EVERYBODY, FORM),
        "campaigns.update": Act("campaign", HELD, FORM),
        "campaigns.archive": Act("campaign", HELD, REASON),
        "campaigns.restore": Act("old campaign", HELD),
        "campaigns.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "campaigns.done_to_many": Act(
            "", HELD, many("campaign", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "campaigns.done_to_many#restore": Act(
            "", HELD, many("old campaign"), otherwise=SAME, arguments=RESTORE
        ),
        "attachments.create#of a campaign": Act("campaign", HELD, outcome=REFUSED, arguments=OF_CAMPAIGN),
        "comments.create#of a campaign": Act(
            "campaign", HELD_READ, typed(text="请盯紧"), arguments=OF_CAMPAIGN
        ),
        "steps.create#of a campaign": Act(
            "campaign",
            HELD,
            typed(what="发通知", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_CAMPAIGN,
        ),
        "tags.choose#on a campaign": Act("campaign", HELD, outcome=SAME, arguments=OF_CAMPAIGN),
    },
)
