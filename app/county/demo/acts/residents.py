"""Where resident teams stand, whom they keep up with, what their days were."""

from dataclasses import dataclass
from datetime import date

from app.county.demo.acts.told import Deed
from app.promotion.residents.enums import AssociationKind, DutyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeTeam(Deed):
    """The bureau writes what is kept of a team."""

    team: str
    city: str
    zone: tuple[str, ...]
    tasks: str
    equipment: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepUpWith(Deed):
    """A team keeps up with an association, which is not in the library yet."""

    team: str
    name: str
    kind: AssociationKind
    on: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellDays(Deed):
    """Somebody of a team, or who corrects it, says what some days were."""

    team: str
    person: str
    kind: DutyKind
    first: date
    last: date
    city: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookForSomebody(Deed):
    """The bureau looks whether a member is there."""

    team: str
    person: str
    found: bool
    note: str = ""
