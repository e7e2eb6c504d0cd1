"""Lets a night or a quarter of an hour pass: its work is done, whenever it was last done."""

from sqlalchemy import delete

from app.core.storage.db import db
from app.core.work.regular import NIGHT, QUARTER, RegularWork, Round, run_due


def _passed(one: Round) -> None:
    db.session.execute(delete(RegularWork))
    db.session.commit()
    run_due(one)


def night_passed() -> None:
    _passed(NIGHT)


def quarter_passed() -> None:
    _passed(QUARTER)
