"""The schedule of an outing: lines are added, changed, taken off."""

from dataclasses import dataclass
from datetime import date

from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.promotion.outings import queries, rules
from app.promotion.outings.models import Outing, OutingStop
from app.promotion.outings.services.outings import must_be_theirs
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live as company_must_be_live


@dataclass(frozen=True, slots=True, kw_only=True)
class StopData:
    """What is typed about a line of the schedule: at a company, or `what` is done. `starts_at` as typed."""

    stop_on: date
    starts_at: str = ""
    enterprise: Enterprise | None = None
    what: str = ""
    place: str = ""
    receiver: str = ""
    ask: str = ""
    missed: str = ""


def add_stop(outing: Outing, data: StopData) -> OutingStop:
    """A line joins the schedule. Raises NotAllowed, RuleBroken."""
    must_be_theirs(outing)
    if len(queries.stops_of(outing)) >= rules.MOST_STOPS:
        raise RuleBroken({"stop_on": f"一次最多 {rules.MOST_STOPS} 项日程，再多请分开登记"})
    stop = OutingStop(outing_id=outing.id)
    _write(stop, outing, data)
    db.session.add(stop)
    db.session.flush()
    return stop


def change_stop(stop: OutingStop, version: int | None, data: StopData) -> None:
    """Changes a line. Raises NotAllowed, RuleBroken, Stale."""
    must_be_theirs(stop.outing)
    claim(stop, version or 0)
    _write(stop, stop.outing, data)
    db.session.flush()


def _write(stop: OutingStop, outing: Outing, data: StopData) -> None:
    time = rules.read_time(data.starts_at)
    if problems := _problems(stop, outing, data, time):
        raise RuleBroken(problems)
    if data.enterprise is not None and stop.enterprise_id != data.enterprise.id:
        company_must_be_live(data.enterprise)
    stop.enterprise, stop.what = data.enterprise, data.what
    stop.stop_on, stop.starts_at = data.stop_on, time or ""
    stop.place, stop.receiver = data.place, data.receiver
    stop.ask, stop.missed = data.ask, data.missed


def _problems(stop: OutingStop, outing: Outing, data: StopData, time: str | None) -> dict[str, str]:
    problems = {}
    if refusal := rules.problem_of_stop(data.stop_on, outing.first_on, outing.last_on):
        problems["stop_on"] = refusal
    if time is None:
        problems["starts_at"] = "几点写成 9:30 这样，没有定就空着"
    if data.enterprise is None and not data.what:
        problems["what"] = "选一家企业，或写做什么，例如：考察产业园"
    company = data.enterprise
    if company is not None and any(
        each.id != stop.id and each.enterprise_id == company.id and each.stop_on == data.stop_on
        for each in queries.stops_of(outing)
    ):
        problems["enterprise"] = f"{company.name}这一天已经在日程里"
    if company is None and data.missed:
        problems["missed"] = "这一项没有企业，不用写没有谈成的原因"
    return problems


def remove_stop(stop: OutingStop, seen: int | None) -> None:
    """A line that was put there by mistake goes; visits stay. Raises NotAllowed, RuleBroken, Stale."""
    must_be_theirs(stop.outing)
    claim_whole(stop, seen, "去掉")
    db.session.delete(stop)
    db.session.flush()
