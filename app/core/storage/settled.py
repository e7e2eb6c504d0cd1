"""What the county has set of `core/values/settings`: one row for a setting that was ever changed.

Read in one statement a transaction, which finds a handful of rows, and kept in no process: what is saved
holds from the next request on, whichever worker it reaches. A cache would spare a tenth of a millisecond, and
two workers would differ for as long as it lives.
"""

import json
from collections.abc import Iterable, Mapping

from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, Record, db, read_once
from app.core.values.settings import Setting


class CountySetting(Base, Record):
    """The numbers of one setting by role, as JSON. Its changes stand in the ledger in words, by hand."""

    __tablename__ = "county_setting"
    __called__ = "安全设置"
    __audited__ = False

    name: Mapped[str] = mapped_column(String(40), unique=True)
    numbers: Mapped[str]

    def by_role(self) -> dict[str, int]:
        """Its numbers."""
        found: dict[str, int] = json.loads(self.numbers)
        return found


_COLUMNS = CountySetting.__table__.c
_ALL = select(_COLUMNS.name, _COLUMNS.numbers)


def _kept() -> dict[str, Mapping[str, int]]:
    return {name: json.loads(numbers) for name, numbers in db.session.execute(_ALL)}


def numbers_of(setting: Setting) -> dict[str, int]:
    """All numbers of a setting that hold now, by role."""
    return setting.filled(read_once("county settings", _kept).get(setting.name, {}))


def number_for(setting: Setting, roles: Iterable[str] = ()) -> int:
    """The number of a setting that holds now for somebody with these roles."""
    return setting.for_roles(numbers_of(setting), roles)


def county_region() -> str:
    """The code of this county in GB/T 2260 (COUNTY_REGION); empty where nobody has told it."""
    return str(current_app.config["COUNTY_REGION"])
