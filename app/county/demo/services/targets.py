"""What the county did about the companies that it wants."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.core.storage.db import db
from app.county.demo import acts
from app.promotion.targets import services as targets
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.queries import open_target_of
from app.register.chains.models import ChainNode


def _take_up(loader: Any, act: acts.TakeUpTarget) -> None:
    node = db.session.scalars(select(ChainNode).where(ChainNode.live_code == act.node)).one()
    owner = loader.people[act.owner] if act.owner else None
    targets.create_target(
        targets.NewTarget(
            enterprise=loader.enterprises[act.company],
            data=targets.TargetData(method=act.method, nodes=[node], origin=act.origin, note=act.note),
            owner=owner,
            unit_id=None if owner else loader.people[act.by].unit_id,
            registered_on=act.on,
            next_what=act.step,
            next_on=act.step_on if act.step else None,
        )
    )


def _move(loader: Any, act: acts.MoveTarget) -> None:
    targets.move_target(_target(loader, act.company), act.to, act.on, act.reason)


def _enter_fact(loader: Any, act: acts.EnterTargetFact) -> None:
    fact = targets.FactData(act.kind, act.what, act.source, act.on)
    targets.enter_fact(_target(loader, act.company), fact)


def _target(loader: Any, company: int) -> TargetEnterprise:
    target = open_target_of(loader.enterprises[company].id)
    assert target is not None, f"company {company} is no target"
    return target


DOING: dict[type[acts.Deed], Callable[[Any, Any], None]] = {
    acts.TakeUpTarget: _take_up,
    acts.MoveTarget: _move,
    acts.EnterTargetFact: _enter_fact,
}
