"""Which documents a changed record sends to the index again: its own, and those that hang on it."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.storage import outbox
from app.core.storage.outbox import Itself, Linked, OutboxEntry
from app.promotion.leads.models import LeadMember
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.enterprises.indexing import register
from app.register.enterprises.models import Enterprise, EnterpriseName
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import a_county
from tests.factories.visits import a_visit

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


def sent(session: Db) -> set[tuple[str, str]]:
    return {(row.kind, row.record_id) for row in session.scalars(select(OutboxEntry))}


def forget(session: Db) -> None:
    for row in session.scalars(select(OutboxEntry)):
        session.delete(row)
    session.commit()


def test_a_record_names_its_own_document(session: Db) -> None:
    row = make_enterprise()
    assert list(Itself("enterprise")(row)) == [("enterprise", row.public_id)]


def test_a_document_follows_the_row_it_hangs_on_and_nothing_hangs_on_nothing(session: Db) -> None:
    county = a_county()
    visit = a_visit(county)
    of_company = Linked("visit", Visit.public_id, on=Visit.enterprise_id, holds=Enterprise.id)
    of_part = Linked("visit", Visit.public_id, on=Visit.id, holds=VisitParticipant.visit_id)
    of_lead = Linked("visit", Visit.public_id, on=Visit.lead_id, holds=LeadMember.lead_id)
    assert list(of_company(county.enterprise)) == [("visit", visit.public_id)]
    assert list(of_part(visit.participants[0])) == [("visit", visit.public_id)]
    assert list(of_lead(LeadMember())) == []


def test_a_company_renamed_sends_itself_and_its_visits(session: Db) -> None:
    county = a_county()
    visit = a_visit(county)
    forget(session)
    county.enterprise.name = "改了名的有限公司"
    session.commit()
    assert sent(session) == {("enterprise", county.enterprise.public_id), ("visit", visit.public_id)}


def test_joining_a_feature_twice_sends_nothing_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_watchers", {})
    register()
    register()
    assert [len(watchers) for watchers in outbox._watchers.values()] == [1, 1]
    assert set(outbox._watchers) == {Enterprise, EnterpriseName}
