"""What samples give the guards over the whole app."""

from collections.abc import Mapping

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.samples.models import Sample
from app.register.accounts.models import Unit
from tests.factories.leads import person_id
from tests.house.acting import (
    ARCHIVE,
    EVERYBODY,
    HELD,
    HELD_READ,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    colleague,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

FORM = typed(name="另一个样例", day=lambda _tried: in_days(0), owner=colleague)
OF_SAMPLE = {"kind": "sample"}


def _sample(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Sample:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    row = Sample(name=name, day=today(), notes="储能", team_id=team.id if team else None, **held)
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    return _sample(f"样例{number}", at.person.id, at.bureau, at.team)


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_sample(name, maker, ties.unit, ties.team) for name in ("样例", "旧样例"))
    old.archived_at = now()
    db.session.flush()
    return {"sample": row, "old sample": old}


FURNISHING = Furnishing(
    at="/samples/",
    filled=_filled,
    shared=_shared,
    fills={"samples.SampleForm": (Sample,)},
    edited="notes",
    acts={
        "samples.create": Act("", EVERYBODY, FORM),
        "samples.update": Act("sample", HELD, FORM),
        "samples.archive": Act("sample", HELD, REASON),
        "samples.restore": Act("old sample", HELD),
        "samples.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "samples.done_to_many": Act(
            "", HELD, many("sample", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "samples.done_to_many#restore": Act("", HELD, many("old sample"), otherwise=SAME, arguments=RESTORE),
        "attachments.create#of a sample": Act("sample", HELD, outcome=REFUSED, arguments=OF_SAMPLE),
        "comments.create#of a sample": Act("sample", HELD_READ, typed(text="请盯紧"), arguments=OF_SAMPLE),
        "steps.create#of a sample": Act(
            "sample",
            HELD,
            typed(what="发通知", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_SAMPLE,
        ),
        "tags.choose#on a sample": Act("sample", HELD, outcome=SAME, arguments=OF_SAMPLE),
    },
)
