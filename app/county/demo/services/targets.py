"""What the county did about the companies that it wants."""

from typing import Any

from sqlalchemy import select

from app.core.storage.db import db
from app.county.demo import acts
from app.promotion.targets import services as targets
from app.promotion.targets.queries import open_target_of
from app.register.chains.models import ChainNode


def take_up_target(loader: Any, act: acts.TakeUpTarget) -> None:
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


def move_target(loader: Any, act: acts.MoveTarget) -> None:
    target = open_target_of(loader.enterprises[act.company].id)
    assert target is not None, f"company {act.company} is no target"
    targets.move_target(target, act.to, act.on, act.reason)
