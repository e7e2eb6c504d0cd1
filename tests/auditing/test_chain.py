"""Writers at the same time make one chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit

pytestmark = pytest.mark.both_databases

WRITERS, EACH = 6, 8


def test_parallel_appends_make_one_chain(app, session):
    session.rollback()

    def write(writer):
        with app.app_context(), acting_as(SYSTEM):
            for number in range(EACH):
                db.session.add(Unit(name=f"单位{writer}-{number}", kind=UnitKind.DEPARTMENT))
                db.session.flush()  # a flush before the commit must not hold up the chain
                audit.record("unit.seen", Subject("unit", str(number)))
                db.session.commit()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    verdict = audit.verify()
    assert (verdict.checked, verdict.broken_at) == (2 * WRITERS * EACH, None)
