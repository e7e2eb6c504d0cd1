"""What somebody who leaves, or a unit that closes, has to hand over, and to whom."""

from datetime import date

from app.core.records.versions import claim_whole
from app.core.values.errors import RuleBroken
from app.core.values.registries import HELD, Holdings
from app.register.accounts.models import (
    Person,
    Unit,
)

Held = list[tuple[int, str]]  # how many of what


def what_is_held() -> list[Holdings]:
    """Higher features first: a record that goes over takes along what lower ones hold of it."""
    return list(reversed(list(HELD.values())))


def held_of_person(person: Person) -> Held:
    """What is in somebody's name, without what is nothing."""
    return [(number, held.label) for held in what_is_held() if (number := held.of_person(person.id))]


def held_of_unit(unit: Unit) -> Held:
    """The same of a unit or a resident team."""
    return [(number, held.label) for held in what_is_held() if (number := held.of_unit(unit.id))]


def held_of_member(person: Person, team: Unit) -> Held:
    """What somebody holds for a resident team, without what is nothing."""
    held = ((each.of_member, each.label) for each in what_is_held())
    found = ((count(person.id, team.id), label) for count, label in held if count is not None)
    return [(number, label) for number, label in found if number]


def hand_over_in_team(person: Person, team: Unit, to: Person, on: date, reason: str) -> None:
    """All of that goes to another member of the team from a day on; what was done stays with who did it."""
    for held in what_is_held():
        if held.from_member is not None:
            held.from_member(person.id, team.id, to.id, on, reason)


def check_successor(leaving: Person | Unit, held: Held, successor: Person | Unit | None) -> None:
    if successor is not None and successor.id == leaving.id:
        raise RuleBroken({"successor": "接手的不能是自己"})
    if held and successor is None:
        words = "、".join(f" {number} {label}" for number, label in held)
        raise RuleBroken({"successor": f"{leaving.name}名下还有{words}，选由谁接手"})


def claim_leaving(row: Person | Unit, version: int | None, decision: str) -> None:
    """For archiving; what is archived already cannot be archived once more."""
    claim_whole(row, version, decision, may_go_on=lambda: not row.is_archived)
