"""What hangs on a lead is sent to the index with every change of the lead that it holds or is seen by."""

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import SYSTEM, acting_as
from app.core.index.searching import SOURCES, Document
from app.core.storage import outbox
from app.core.storage.changes import UNTOLD
from app.core.storage.outbox import Linked, OutboxEntry
from app.core.values.clock import now
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import SEEN_BY
from tests.factories.enterprises import make_contact
from tests.factories.leads import a_county, a_lead, an_enterprise, person_id
from tests.factories.projects import a_project
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
Key = tuple[str, str]
COLUMNS = [each.key for each in inspect(Lead).column_attrs if each.key not in UNTOLD]


class Hanging:
    """A signed lead and one of everything that hangs on it."""

    def __init__(self, session: Db, *, confidential: bool) -> None:
        self._session = session
        county = a_county()
        project = a_project(county, confidential=confidential)
        assert project.lead is not None
        self.lead = project.lead
        self.contact = make_contact(county.enterprise)
        visit = a_visit(county, county.officer, lead=self.lead)
        session.commit()
        self._held = {
            "contact": self.contact.public_id,
            "visit": visit.public_id,
            "agreement": self.lead.agreements[0].public_id,
            "project": project.public_id,
        }
        other = an_enterprise("另一家的有限公司")
        session.commit()
        self._ids = {
            "enterprise_id": other.id,
            "unit_id": county.park.id,
            "team_id": county.park.id,
            "person": person_id(county.resident),
            "duplicate_of_id": a_lead(county).id,
        }

    def documents(self) -> dict[Key, Document | None]:
        self._session.expire_all()
        return {
            (kind, public_id): next(iter(SOURCES[kind].build([public_id])), None)
            for kind, public_id in self._held.items()
        }

    def sent(self) -> set[Key]:
        found = {(row.kind, row.record_id) for row in self._session.scalars(select(OutboxEntry))}
        for row in self._session.scalars(select(OutboxEntry)):
            self._session.delete(row)
        self._session.commit()
        return found

    def another(self, column: str) -> Any:
        """A value that this column does not hold now."""
        value, kind = getattr(self.lead, column), inspect(Lead).columns[column].type.python_type
        if column in self._ids:
            return self._ids[column]
        if column.endswith("_id"):
            return self._ids["person"]
        if issubclass(kind, Enum):
            return next(member for member in kind if member is not value)
        if issubclass(kind, bool):
            return not value
        return _changed(value, kind)

    def left_behind(self, column: str) -> set[Key]:
        """The documents that differ once this column has changed, and were not sent."""
        before = self.documents()
        self.sent()
        was = getattr(self.lead, column)
        with acting_as(SYSTEM):
            setattr(self.lead, column, self.another(column))
            self._session.commit()
            after, sent = self.documents(), self.sent()
            setattr(self.lead, column, was)
            self._session.commit()
        return {key for key, document in after.items() if document != before[key]} - sent


def _changed(value: Any, kind: type[Any]) -> Any:
    if kind is date:
        return (value or date(2026, 1, 5)) - timedelta(days=1)
    if issubclass(kind, str):
        return "C2641" if value == "C3985" else "C3985" if len(value or "") < 7 else f"{value[:19]}改"
    return (value or 0) + 1 if issubclass(kind, int | Decimal) else now()


@pytest.fixture(params=[False, True], ids=["ordinary", "confidential"])
def hanging(session: Db, request: pytest.FixtureRequest) -> Hanging:
    return Hanging(session, confidential=request.param)


def test_nothing_that_hangs_on_a_lead_is_left_behind(hanging: Hanging) -> None:
    left = {column: keys for column in COLUMNS if (keys := hanging.left_behind(column))}
    assert left == {}


def test_a_column_that_is_not_named_is_seen_to_leave_something_behind(
    hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_lead = outbox._watchers[Lead]
    narrowed = {
        watcher: frozenset(column.key for column in SEEN_BY)
        if isinstance(watcher, Linked) and watcher.kind == "agreement"
        else columns
        for watcher, columns in of_lead.items()
    }
    monkeypatch.setitem(outbox._watchers, Lead, narrowed)
    assert [kind for kind, _id in hanging.left_behind("name")] == ["agreement"]


def test_a_lead_that_moves_a_stage_sends_itself_alone(hanging: Hanging, session: Db) -> None:
    hanging.sent()
    with acting_as(SYSTEM):
        hanging.lead.stage = hanging.another("stage")
        session.commit()
    assert hanging.sent() == {("lead", hanging.lead.public_id)}
