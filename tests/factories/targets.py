"""Targets in the states that matter, entered through the services as people do."""

from datetime import date, timedelta
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadSource
from app.promotion.targets import queries, services
from app.promotion.targets.enums import FactKind, TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetFact
from app.promotion.targets.services import FactData, NewTarget, TargetData
from tests.factories.leads import County
from tests.factories.visits import person_of


def target_data(**changed: Any) -> TargetData:
    values: dict[str, Any] = {"method": LeadSource.REFERRAL, "origin": "链主推荐", "note": "隔膜龙头"}
    return TargetData(**(values | changed))


def new_target(county: County, actor: Actor | None = None, **changed: Any) -> NewTarget:
    """Of the county's company, taken up ten days ago in the name of the park's officer unless told
    otherwise.
    """
    values: dict[str, Any] = {
        "enterprise": county.enterprise,
        "data": target_data(),
        "owner": person_of(actor or county.officer),
        "registered_on": today() - timedelta(days=10),
    }
    return NewTarget(**(values | changed))


def a_target(county: County, actor: Actor | None = None, **changed: Any) -> TargetEnterprise:
    actor = actor or county.officer
    with acting_as(actor):
        target = services.create_target(new_target(county, actor, **changed))
    db.session.commit()
    return target


def move_target(
    target: TargetEnterprise, to: TargetStage, actor: Actor, on: date | None = None, reason: str = ""
) -> int:
    with acting_as(actor):
        place = services.move_target(target, to, on or today(), reason)
    db.session.commit()
    return place


def a_planned_target(county: County, actor: Actor | None = None, **changed: Any) -> TargetEnterprise:
    target = a_target(county, actor, **changed)
    move_target(target, TargetStage.PLANNED, actor or county.officer, target.registered_on)
    return target


def a_dropped_target(county: County, actor: Actor | None = None, **changed: Any) -> TargetEnterprise:
    target = a_target(county, actor, **changed)
    move_target(target, TargetStage.DROPPED, actor or county.officer, reason="总部三年内不扩产")
    return target


def told(target: TargetEnterprise) -> list[tuple[TargetStage | None, date]]:
    """The moves of a target that count."""
    ledger = queries.ledger_of(target)
    return [(row.stage, row.effective_on) for row in ledger.counted() if row.stage is not None]


def fact_data(kind: FactKind = FactKind.NATIVE, **changed: Any) -> FactData:
    values: dict[str, Any] = {"what": "总经理是本县人", "source": "商会名录", "told_on": today()}
    return FactData(kind, **(values | changed))


def a_fact(target: TargetEnterprise, kind: FactKind, actor: Actor, **changed: Any) -> TargetFact:
    with acting_as(actor):
        row = services.enter_fact(target, fact_data(kind, **changed))
    db.session.commit()
    return row


def lifted(row: TargetFact, actor: Actor, why: str = "已经整改") -> TargetFact:
    with acting_as(actor):
        services.lift_fact(row, row.version, why)
    db.session.commit()
    return row
