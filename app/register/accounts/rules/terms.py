"""Which terms in resident teams cannot stand beside each other. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.values.terms import Lasting


@dataclass(frozen=True, slots=True)
class TeamDays:
    """When a resident team opened and when it closed, as far as somebody has said so."""

    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TeamTerm(Lasting):
    """Who is in which team from when to when; both days belong to it, and without a last one it goes on."""

    person_id: int
    name: str
    team_id: int
    team: str
    starts_on: date
    ends_on: date | None = None
    is_head: bool = False


def problems_of_term(
    term: TeamTerm, others: Iterable[TeamTerm], team: TeamDays = TeamDays()
) -> dict[str, str]:
    """What is wrong with a term beside the others of its person and of its team: on one day a person is in
    one team, and a team has one head. Said at the day that would have to be another one.
    """
    if term.ends_on is not None and term.ends_on < term.starts_on:
        return {"ends_on": "最后一天在第一天之前，看看是不是写反了"}
    if problem := _outside(term, team):
        return problem
    for other in others:
        if other.overlaps(term) and (problem := _beside(term, other)):
            return problem
    return {}


def _outside(term: TeamTerm, team: TeamDays) -> dict[str, str]:
    if team.opened_on is not None and term.starts_on < team.opened_on:
        return {"starts_on": f"「{term.team}」{team.opened_on} 才设立，第一天写这一天或以后"}
    if team.closed_on is None:
        return {}
    if term.starts_on > team.closed_on:
        return {"starts_on": f"「{term.team}」{team.closed_on} 已经撤销，第一天写在这一天以前"}
    if term.ends_on is None or term.ends_on > team.closed_on:
        return {"ends_on": f"「{term.team}」{team.closed_on} 撤销，最后一天写这一天或以前"}
    return {}


def _beside(term: TeamTerm, other: TeamTerm) -> dict[str, str]:
    if other.person_id == term.person_id:
        field = "starts_on" if other.covers(term.starts_on) else "ends_on"
        where = f"{term.name}这段时间已经在「{other.team}」（{other.words}）"
        return {field: f"{where}，一个人同一天只在一个组：先写上那一段的最后一天，或者改这里的日期"}
    if other.team_id == term.team_id and other.is_head and term.is_head:
        return {
            "is_head": f"{other.name}这段时间是「{other.team}」的组长（{other.words}），"
            "组长同时只有一位：先写上前一位的最后一天，或者不勾组长"
        }
    return {}
