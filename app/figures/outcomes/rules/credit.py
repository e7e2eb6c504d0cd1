"""Whose a contract is: by who met the company first, who introduced it, who owned the lead that day.
Three answers to three questions, side by side, none added to another one. Any order of the same records gives
the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.core.values.credit import WHOLE
from app.figures.outcomes.enums import CreditSide

# Who holds a part of a contract and is no person or team of ours that could be named.
NOBODY, UNTEAMED, OUTSIDE = 0, -1, -2  # no record says who; ours, in no team that day; somebody else


@dataclass(frozen=True, slots=True)
class SignedLead:
    """A contract: its lead, company, day and amount in 元, and who held the lead on that day."""

    lead: int
    enterprise: int
    day: date
    amount: int
    holder: int | None
    introducer: str = ""  # as the lead names them


@dataclass(frozen=True, slots=True)
class FirstMeeting:
    """A meeting with a company; `holders` are those of ours who took part, or their teams of that day."""

    enterprise: int
    day: date
    number: int  # in which order meetings of a day were written down
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who introduced a company to a campaign that began on a day, and their share in per cent."""

    enterprise: int
    day: date
    number: int
    holder: int
    share: int
    campaign: int = 0


@dataclass(frozen=True, slots=True)
class Credited:
    """A part of a contract: whose, how much of it in thousandths, of its amount in 元."""

    lead: int
    side: CreditSide
    holder: int
    credit: int
    amount: int


def shared_out(whole: int, weights: Mapping[int, int]) -> dict[int, int]:
    """A whole in parts by weight that come to the whole again: what does not divide goes to the largest
    remainders, of equal ones to the one named first.
    """
    total = sum(weights.values())
    if not weights or total <= 0:
        return {}
    parts = {each: whole * weight // total for each, weight in weights.items()}
    left = whole - sum(parts.values())
    order = sorted(weights, key=lambda each: (-(whole * weights[each] % total), each))
    for each in order[:left]:
        parts[each] += 1
    return parts


def attributed(
    signings: Iterable[SignedLead],
    meetings: Iterable[FirstMeeting],
    introductions: Iterable[Introduction],
) -> list[Credited]:
    """All parts of all contracts, on each of the three sides."""
    met, introduced = _by_company(meetings), _by_company(introductions)
    found = list[Credited]()
    for one in sorted(signings, key=lambda each: each.lead):
        weights = {
            CreditSide.FIRST: _who_met(one, met.get(one.enterprise, ())),
            CreditSide.INTRODUCED: _who_introduced(one, introduced.get(one.enterprise, ())),
            CreditSide.OWNED: {NOBODY if one.holder is None else one.holder: 1},
        }
        for side, shares in weights.items():
            credit, amount = shared_out(WHOLE, shares), shared_out(one.amount, shares)
            found += [Credited(one.lead, side, each, credit[each], amount[each]) for each in sorted(shares)]
    return found


OfCompany = TypeVar("OfCompany", FirstMeeting, Introduction)


def _by_company(rows: Iterable[OfCompany]) -> dict[int, list[OfCompany]]:
    found: dict[int, list[OfCompany]] = {}
    for row in sorted(rows, key=lambda each: (each.day, each.number)):
        found.setdefault(row.enterprise, []).append(row)
    return found


def _who_met(one: SignedLead, meetings: Sequence[FirstMeeting]) -> dict[int, int]:
    """Those of the first meeting, in equal parts; of teams whoever was in one, where somebody was."""
    first = next((each for each in meetings if each.day <= one.day), None)
    if first is None or not first.holders:
        return {NOBODY: 1}
    named = set(first.holders) - {UNTEAMED} or {UNTEAMED}
    return dict.fromkeys(named, 1)


def _who_introduced(one: SignedLead, introductions: Sequence[Introduction]) -> dict[int, int]:
    """Those of the first campaign that names any, by their shares; else whom the lead names."""
    before = [each for each in introductions if each.day <= one.day and each.share > 0]
    found: dict[int, int] = {}
    for each in before:
        if each.campaign == before[0].campaign:
            found[each.holder] = found.get(each.holder, 0) + each.share
    return found or {OUTSIDE if one.introducer else NOBODY: 1}
