"""The index as a whole: rebuilt, gone on with after a kill, compared with the database and mended."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.index import reindexing, relay
from app.core.index.reindexing import comparing
from app.core.index.searching import SOURCES, NeedsRebuild
from app.core.storage.db import writing
from app.core.storage.outbox import OutboxEntry, OutboxNumber
from app.core.values.clock import now
from app.register.enterprises.models import Enterprise
from search.elastic.client import Cluster
from tests.factories.counties import a_company
from tests.search.backends import fresh_address
from tests.services.index import drained, held, poisoned, the_writer
from tests.services.rounds import night_passed

pytestmark = pytest.mark.both_databases
ROOT = Path(__file__).resolve().parents[2]


def forget_what_waits(session):
    session.query(OutboxEntry).delete()
    session.commit()


def test_a_rebuild_holds_every_live_company_and_nothing_else(session):
    rows = [a_company(f"第{number}新材料有限公司") for number in range(3)]
    rows[0].archived_at = now()
    session.commit()
    live = sorted(row.public_id for row in rows[1:])
    assert reindexing.rebuild() == 2
    assert sorted(held("新材料")) == live
    assert reindexing.check().is_none


def test_an_index_that_is_being_built_anew_is_no_fault_of_the_night(session, monkeypatch, caplog):
    def of_another_version():
        raise NeedsRebuild("搜索索引由另一版本建立")

    monkeypatch.setattr(comparing, "check", of_another_version)
    reindexing.check_by_night()
    assert reindexing.last_check() is None
    assert "搜索索引由另一版本建立. The indexer builds the index anew" in caplog.text


def test_check_tells_what_is_missing_stale_and_left_over_and_repair_mends_it(session):
    fine, stale, ghost = (a_company(f"{name}有限公司") for name in ("好", "旧名", "已归档"))
    session.commit()
    drained()
    missing = a_company("漏掉有限公司")
    stale.name = "新名有限公司"
    ghost.archived_at = now()
    session.commit()
    forget_what_waits(session)

    fine_id, stale_id, ghost_id, missing_id = (row.public_id for row in (fine, stale, ghost, missing))
    session.rollback()

    drift = reindexing.check()
    assert drift.checked == 3
    assert drift.missing == (("enterprise", missing_id),)
    assert drift.stale == (("enterprise", stale_id),)
    assert drift.ghosts == (("enterprise", ghost_id),)

    reindexing.repair(drift)
    drained()
    assert reindexing.check().is_none
    assert held("新名") == [stale_id]
    assert held("好") == [fine_id]


def test_a_check_overtaken_by_a_rebuild_reads_the_new_index(app, session, request, tmp_path, monkeypatch):
    row = a_company("博元充电有限公司")
    session.commit()
    key = ("enterprise", row.public_id)
    session.rollback()
    freeze, rebuilds = Cluster.freeze, iter((True,))

    def freeze_then_swap(self):
        """The index is replaced between the two steps of reading it, once."""
        moment = freeze(self)
        if next(rebuilds, False):
            reindexing.rebuild()
        return moment

    with fresh_address("elasticsearch", request, tmp_path) as address:
        monkeypatch.setitem(app.config, "SEARCH_URL", address)
        reindexing.rebuild()
        forget_what_waits(session)
        monkeypatch.setattr(Cluster, "freeze", freeze_then_swap)
        assert reindexing.check().is_none
        with the_writer() as backend:
            backend.apply((), [(*key, 9_999)])
        assert reindexing.check().missing == (key,)


def test_a_document_found_by_the_wrong_people_is_counted_apart(session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    drained()
    document = SOURCES["enterprise"].build([public_id])[0]
    with the_writer() as backend:
        backend.apply([replace(document, access=("t:9",), version=10_000)], ())
    drift = reindexing.check()
    assert (drift.wrong_scope, drift.stale) == ((("enterprise", public_id),), ())
    assert (drift.missing, drift.ghosts) == ((), ())


def test_a_hundred_faults_of_all_kinds_are_found_and_mended_in_one_run(session):
    rows = [a_company(f"第{number}新材料有限公司") for number in range(100)]
    session.commit()
    ids = [row.public_id for row in rows]
    drained()
    missing, stale, ghosts, foreign = (frozenset(ids[place::4]) for place in range(4))
    documents = SOURCES["enterprise"].build(sorted(foreign))
    for row in rows:
        if row.public_id in stale:
            row.name = row.name.replace("新材料", "新能源")
        if row.public_id in ghosts:
            row.archived_at = now()
    version = relay.draw_number()
    session.commit()
    forget_what_waits(session)
    with the_writer() as backend:
        backend.apply(
            [replace(document, access=("t:9",), version=version) for document in documents],
            [("enterprise", public_id, version) for public_id in missing],
        )
    drift = reindexing.check()
    assert {each for _kind, each in drift.missing} == missing
    assert {each for _kind, each in drift.stale} == stale
    assert {each for _kind, each in drift.ghosts} == ghosts
    assert {each for _kind, each in drift.wrong_scope} == foreign
    reindexing.repair(drift)
    drained()
    assert reindexing.check().is_none


def test_what_the_relay_has_still_to_send_is_not_counted_as_drift(session):
    a_company("苏州澄明电子科技有限公司")
    session.commit()
    assert reindexing.check().is_none
    forget_what_waits(session)
    assert len(reindexing.check().missing) == 1


def test_the_work_of_the_night_compares_mends_and_keeps_the_counts(session):
    a_company("苏州澄明电子科技有限公司")
    session.commit()
    forget_what_waits(session)
    assert reindexing.last_check() is None
    night_passed()
    kept = reindexing.last_check()
    assert kept.counts == {"checked": 1, "missing": 1, "stale": 0, "ghosts": 0, "wrong_scope": 0}
    assert (kept.repaired, kept.engine) == (1, "tantivy")
    drained()
    night_passed()
    assert (reindexing.last_check().found, reindexing.last_check().repaired) == (0, 0)


def test_changes_made_while_a_rebuild_reads_are_in_the_new_index(session):
    renamed, archived = a_company("旧名有限公司"), a_company("机密有限公司")
    session.commit()
    kept, gone = renamed.public_id, archived.public_id
    drained()
    session.rollback()

    def meanwhile(count):
        """When all has been read, somebody changes it and the relay sends it."""
        if count == 2:
            with writing():
                rows = {row.public_id: row for row in session.scalars(select(Enterprise))}
                rows[kept].name, rows[gone].archived_at = "新名有限公司", now()
                session.commit()
                drained()

    reindexing.rebuild(meanwhile)
    assert (held("新名"), held("旧名"), held("机密")) == ([kept], [], [])
    assert reindexing.check().is_none


def test_a_record_that_cannot_be_read_is_parked_and_holds_up_no_rebuild(session):
    rows = [a_company(f"第{number}新材料有限公司") for number in range(5)]
    session.commit()
    bad = rows[2].public_id
    forget_what_waits(session)
    with poisoned(bad):
        assert reindexing.rebuild() == 4
        drained()
    assert [(each.record_id, each.error) for each in relay.list_parked(9)] == [
        (bad, "ValueError: cannot be read")
    ]
    assert len(held("新材料")) == 4


def test_a_late_sender_brings_nothing_back_that_was_archived_before_a_rebuild(session):
    row = a_company("机密搬迁有限公司")
    session.commit()
    public_id = row.public_id
    held_up = SOURCES["enterprise"].build([public_id])[0]
    number = relay.draw_number()
    row.archived_at = now()
    session.commit()
    assert reindexing.rebuild() == 0
    with the_writer() as backend:
        backend.apply([replace(held_up, version=number)], ())
        assert backend.size() == 0
    assert reindexing.check().is_none


KILLED = """
import os, signal, sys
from pathlib import Path
from app.core.index import reindexing
from app.core.index.reindexing import documents, rebuilding
from app.factory import create_app
from tests.services import databases

documents.READ, rebuilding.KEEP_EVERY = 10, 1
app = create_app(databases.testing_config(Path(sys.argv[1]), sys.argv[2]))
with app.app_context():
    reindexing.rebuild(lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= 30 else None)
"""


def killed_rebuild(folder, url):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_rebuild_killed_half_way_is_gone_on_with(app, database, session, tmp_path):
    for number in range(50):
        a_company(f"第{number}新材料有限公司")
    session.commit()
    drained()
    forget_what_waits(session)
    killed_rebuild(tmp_path, database)
    # The index in use has noticed nothing, and takes changes.
    changed = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = changed.public_id
    drained()
    assert held("澄明") == [public_id]
    reported = []
    assert reindexing.rebuild(reported.append) == 51
    assert reported[0] >= 20
    assert (held("澄明"), reindexing.check().is_none) == ([public_id], True)


def test_a_rebuild_killed_half_way_can_be_begun_anew(app, database, session, tmp_path):
    for number in range(50):
        a_company(f"第{number}新材料有限公司")
    session.commit()
    session.rollback()
    killed_rebuild(tmp_path, database)
    reported = []
    assert reindexing.rebuild(reported.append, fresh=True) == 50
    assert reported[0] == 0
    with the_writer() as backend:
        assert backend.size() == 50


def test_after_a_restored_backup_a_rebuild_is_never_gone_on_with(app, database, session, tmp_path):
    for number in range(50):
        a_company(f"第{number}新材料有限公司")
    session.commit()
    session.rollback()
    for _ in range(5):
        relay.draw_number()
    session.commit()
    killed_rebuild(tmp_path, database)
    session.query(OutboxNumber).update({"drawn": 1})
    session.commit()
    reported = []
    assert reindexing.rebuild(reported.append) == 50
    assert reported[0] == 0
    assert reindexing.check().is_none
