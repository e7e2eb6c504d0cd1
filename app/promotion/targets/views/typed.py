"""What forms about targets offer, and what was typed there, read."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from app.core.values.errors import RuleBroken
from app.promotion.leads.enums import LeadSource
from app.promotion.targets import queries, services
from app.promotion.targets.forms import AssignTargetForm, EditTargetForm, NewTargetForm, TakeUpForm
from app.promotion.targets.models import TargetEnterprise
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, Unit
from app.register.chains.models import ChainNode

HolderForm = TypeVar("HolderForm", NewTargetForm, TakeUpForm, AssignTargetForm)
NodesForm = TypeVar("NodesForm", NewTargetForm, TakeUpForm, EditTargetForm)


def with_holders(form: HolderForm, *already: Person) -> HolderForm:
    """A form with the people, units and teams that may hold a target."""
    units = accounts.list_units()
    plain = [(unit.public_id, unit.name) for unit in units if unit.kind is not UnitKind.RESIDENT_TEAM]
    teams = [(unit.public_id, unit.name) for unit in units if unit.kind is UnitKind.RESIDENT_TEAM]
    form.offer_holders(accounts.people_to_choose(*already, signing_in=P.TARGETS_WRITE), plain, teams)
    return form


def with_nodes(form: NodesForm, *already: ChainNode) -> NodesForm:
    """A form with the links of all chains, and those that stand there though they were taken off since."""
    choices = dict(queries.nodes_to_choose())
    gone = {node.public_id: f"{node.chain.name} / {node.name}" for node in already}
    form.nodes.choices = list((choices | {key: gone[key] for key in gone if key not in choices}).items())
    return form


def nodes_named(chosen: Iterable[str] | None) -> Sequence[ChainNode]:
    """The links that were chosen."""
    wanted = list(chosen or ())
    found = queries.nodes_by_public_id(wanted)
    if len(found) != len(set(wanted)):
        raise RuleBroken({"nodes": "选的环节里有的已经不在了，请重新选"})
    return found


def data_of(form: NewTargetForm | TakeUpForm | EditTargetForm) -> services.TargetData:
    """What a form says of a target."""
    return services.TargetData(
        method=LeadSource(form.method.data),
        nodes=nodes_named(form.nodes.data),
        origin=form.origin.data or "",
        note=form.note.data or "",
    )


def holder_of(
    form: NewTargetForm | TakeUpForm | AssignTargetForm,
) -> tuple[Person | None, Unit | None, Unit | None]:
    """The person, the unit and the team that were chosen, as far as they were."""
    owner = accounts.get_person(form.owner.data) if form.owner.data else None
    unit = accounts.get_unit(form.unit.data) if form.unit.data else None
    team = accounts.get_unit(form.team.data) if form.team.data else None
    return owner, unit, team


def nodes_of(target: TargetEnterprise) -> list[ChainNode]:
    return [row.node for row in target.wanted_for]
