"""The words of the table who may do what to which record (acts.py), and what a form is filled with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.core.values.clock import today
from tests.house.relations import OPEN, RELATIONS, SECRET, Records, Situation, Who

DONE, HIDDEN, DENIED = "done", "hidden", "denied"  # written; 404; 403
REFUSED = "refused"  # the form was read and a rule says no: 4xx
SAME = "same"  # answered, and nothing was to be written

ALL = " ".join(RELATIONS)
NAMED = "named owner"
Sight = Mapping[str, Mapping[str, str]]  # open or about a confidential lead -> role -> relations
WORKERS = ("HEAD", "OFF", "RES")
EVERY_ROLE = ("ADM", *WORKERS, "LEAD", "AUD")


def both(sight: Mapping[str, str]) -> Sight:
    return {OPEN: sight, SECRET: sight}


EVERYBODY = both(dict.fromkeys(EVERY_ROLE, ALL))
NOBODY = both({})
OWN = both(dict.fromkeys(EVERY_ROLE, "owner"))
# A confidential record is open to the people named on it, whatever their reach.
_SECRET_NAMED = dict.fromkeys(WORKERS, NAMED)
SEEN: Sight = {
    OPEN: {"HEAD": ALL, "OFF": "unit team named owner bureau", "RES": "team named owner"},
    SECRET: _SECRET_NAMED,
}
# The same for who only reads: a leader sees the county.
READ: Sight = {OPEN: {**SEEN[OPEN], "LEAD": ALL}, SECRET: {**_SECRET_NAMED, "LEAD": NAMED}}
# Who works with the company; the bureau keeps the register of all of them.
WORKS: Sight = {
    OPEN: SEEN[OPEN],
    SECRET: {"HEAD": ALL, "OFF": "named owner bureau", "RES": NAMED},
}
# The same of a company with which nobody has anything under way: who registered it, and the bureau.
REGISTERED: Sight = {
    OPEN: {"HEAD": ALL, "OFF": "unit team owner bureau", "RES": "team owner"},
    SECRET: {"HEAD": ALL, "OFF": "bureau"},
}
# Seen by a resident, and for the owner, the author and who assigns leads to decide.
NOT_THEIRS = {"* RES team": DENIED, "* RES named": DENIED}
# What is never confidential and names nobody beside its owner.
HELD: Sight = both({"HEAD": ALL, "OFF": "unit team owner bureau", "RES": "team owner"})
# The same for who only reads: a leader sees the county.
HELD_READ: Sight = both({**HELD[OPEN], "LEAD": ALL})


def not_for_residents(sight: Sight) -> Sight:
    """The same, and every resident gets as far as the act, whose right they lack: `but` says so."""
    return {secrecy: {**by_role, "RES": ALL} for secrecy, by_role in sight.items()}


NOT_MANY = dict.fromkeys(NOT_THEIRS, SAME)  # an act on many tells what it did not do, and goes on
BATCHES: Sight = both({"HEAD": ALL, "OFF": "owner"})


@dataclass(frozen=True, slots=True)
class Tried:
    """One form about to be sent."""

    who: Who
    records: Records
    situation: Situation


Fill = Callable[[Tried], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What one route does to one kind of record. `but` are cells that fare otherwise: `open OFF named`, with
    `*` for any.
    """

    record: str
    sight: Sight
    fields: Fill = lambda _tried: {}
    otherwise: str = HIDDEN  # what the record answers to those to whom it is not open
    outcome: str = DONE
    but: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)  # of the address, beside the id

    def expected(self, who: Who, secrecy: str) -> str:
        """The outcome for somebody whose role gets to the route's own code."""
        if who.relation not in self.sight[secrecy].get(who.role, "").split():
            return self.otherwise
        cell = (secrecy, who.role, who.relation)
        for told, outcome in self.but.items():
            if all(asked in ("*", given) for asked, given in zip(told.split(), cell, strict=True)):
                return outcome
        return self.outcome


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def typed(**fields: Any) -> Fill:
    """Fields of which each value may be a question to the situation."""

    def fill(tried: Tried) -> dict[str, Any]:
        return {name: value(tried) if callable(value) else value for name, value in fields.items()}

    return fill


def colleague(tried: Tried) -> str:
    return tried.situation.colleague


def myself(tried: Tried) -> str:
    return tried.who.public_id


def many(record: str, **fields: Any) -> Fill:
    """The fields of one act on many, of whom there is one."""
    return typed(chosen=lambda tried: tried.records[record].public_id, **fields)


ARCHIVE = {"act": "archive"}
RESTORE = {"act": "restore"}
REASON = typed(reason="核实过")
