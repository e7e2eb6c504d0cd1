"""Changes of what the county sets for itself. They hold from the next request on."""

import json
from collections.abc import Mapping

from app.core.records.versions import claim
from app.core.storage import audit
from app.core.storage.db import db, insert_unless_there
from app.core.storage.settled import CountySetting
from app.core.storage.subjects import subject_of
from app.core.values.settings import Setting
from app.office.settings.queries import FIRST_VERSION, in_words, row_of


def save(setting: Setting, numbers: Mapping[str, int], *, version: int | None = None) -> None:
    """Sets the numbers of a setting, all of its roles at once. Raises Stale when somebody else did since
    `version`. The ledger keeps the words: numbers alone say nothing once a unit has changed.
    """
    row = _row(setting)
    claim(row, version)
    before, after = setting.filled(row.by_role()), setting.filled(numbers)
    if before == after:
        return
    row.numbers = json.dumps(after, sort_keys=True)
    db.session.flush()
    audit.record(
        "county_setting.changed",
        subject_of(row),
        f"改「{setting.label}」",
        setting=[in_words(setting, before), in_words(setting, after)],
    )


def _row(setting: Setting) -> CountySetting:
    """The row of a setting, made for the first change: of two at once the second waits for the first."""
    first = {"name": setting.name, "numbers": json.dumps(setting.defaults()), "version": FIRST_VERSION}
    if row_of(setting) is None:
        db.session.execute(insert_unless_there(CountySetting.__table__).values(first))
    row = row_of(setting)
    assert row is not None
    return row
