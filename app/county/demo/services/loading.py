"""The whole county is written, and who may sign in to see it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.core.storage.db import db
from app.core.values import clock
from app.core.values.errors import RuleBroken
from app.county.demo import acts, county, plan
from app.county.demo.calendar import HistorySpan
from app.county.demo.services.doing import Loader
from app.promotion.leads.models import Lead
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise

COMPANIES_FILE = Path(__file__).parents[1] / "data" / "companies.csv"
Report = Callable[[int, int], None]


def read_companies() -> list[acts.Company]:
    """The packaged companies; all of them are invented."""
    with COMPANIES_FILE.open(encoding="utf-8", newline="") as file:
        return [
            acts.Company(
                name=row["name"],
                code=row["uscc"],
                region=row["region_code"],
                province=row["province"],
                industry=row["gbt4754"],
                chain=row["chain"],
                node=row["node_id"],
                capital=row["capital_wan"],
                founded=date.fromisoformat(row["established_on"]),
                scope=row["business_scope"],
            )
            for row in csv.DictReader(file)
        ]


def is_empty() -> bool:
    """Whether nobody has entered anything yet."""
    return not any(db.session.scalar(select(model.id).limit(1)) for model in (Unit, Person, Enterprise, Lead))


def load(report: Report = lambda _done, _all: None) -> None:
    """Writes the whole invented county up to now. Does not commit. Raises RuleBroken unless it is empty."""
    if not is_empty():
        raise RuleBroken("这里已经有数据了，演示县只能装入空的数据库；换一个 INSTANCE_PATH 再试")
    now = clock.now()
    companies = read_companies()
    loader = Loader(companies, HistorySpan(now.astimezone(clock.BEIJING)))
    loader.people_and_units()
    history = plan.make(companies, now)
    for number, act in enumerate(history, start=1):
        loader.do(act)
        if number % 500 == 0:
            report(number, len(history))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the table of sign-ins."""

    role: str
    name: str
    unit: str
    login: str


def sign_ins() -> list[SignIn]:
    """Whom to sign in as to see the county with the eyes of each role."""
    shown = [county.BY_LOGIN[login] for login in county.SHOWN]
    return [
        SignIn(person.role.label, person.name, person.unit, person.login) for person in shown if person.role
    ]
