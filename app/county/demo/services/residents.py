"""Where resident teams stand, whom they keep up with, what their days were."""

from collections.abc import Callable
from typing import Any

from app.core.values.clock import in_beijing
from app.county.demo import acts
from app.promotion.residents import services as residents
from app.register.enterprises import services as enterprises


def _describe(loader: Any, act: acts.DescribeTeam) -> None:
    data = residents.ProfileData(act.city, act.zone, act.tasks, act.equipment, act.on)
    residents.save_profile(loader.units[act.team], 0, data)


def _keep_up(loader: Any, act: acts.KeepUpWith) -> None:
    association = enterprises.create_enterprise(enterprises.EnterpriseData(name=act.name))
    data = residents.AssociationData(act.kind, act.on, None, act.note)
    residents.add_association(loader.units[act.team], association, data)


def _tell(loader: Any, act: acts.TellDays) -> None:
    data = residents.DutyData(act.kind, act.first, act.last, city=act.city, reason=act.reason)
    residents.mark(loader.units[act.team], loader.people[act.person], data)


def _look(loader: Any, act: acts.LookForSomebody) -> None:
    at = in_beijing(act.at)
    data = residents.CheckData(at.date(), f"{at:%H:%M}", act.found, act.note)
    residents.write_check(loader.units[act.team], loader.people[act.person], data)


DOING: dict[type[acts.Deed], Callable[[Any, Any], None]] = {
    acts.DescribeTeam: _describe,
    acts.KeepUpWith: _keep_up,
    acts.TellDays: _tell,
    acts.LookForSomebody: _look,
}
