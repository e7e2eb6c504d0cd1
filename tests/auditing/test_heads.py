"""Heads kept outside the database tell what the chain alone cannot: a cut tail, a chain computed anew."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from app.core.storage import audit
from app.core.storage.audit import looking_back
from app.core.storage.db import db
from app.core.values.clock import as_if, now
from app.core.work.regular import NIGHTLY
from app.office.auditing import queries, services
from app.office.auditing.enums import Finding
from app.office.auditing.rules import Head, against_heads, line_of, read_line, signed
from app.office.operations import services as operations
from tests.factories.accounts import make_unit
from tests.factories.tampering import tamper

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def heads_of(*days, key=KEY):
    """A head a day, of event 10, 20 … with hash h10, h20 …, each naming the one before it."""
    found = []
    for place, day in enumerate(days):
        number = 10 * (place + 1)
        before = found[-1].signature if found else ""
        found.append(signed(Head(NOON + timedelta(days=day), number, f"h{number}", before), key))
    return found


HASHES = {10: "h10", 20: "h20", 30: "h30"}


def findings(heads, hashes=None, last=30, day=2):
    found = against_heads(heads, hashes or HASHES, last, KEY, NOON + timedelta(days=day), NOON)
    return [one.finding for one in found]


def after_a_restore(number=10):
    heads = heads_of(0, 1, 2)
    back = Head(NOON + timedelta(days=2), number, f"h{number}", heads[-1].signature, "恢复了备份")
    return [*heads, signed(back, KEY)]


@pytest.mark.parametrize(
    ("heads", "changed", "told"),
    [
        (heads_of(0, 1, 2), {}, []),
        (heads_of(0, 1, 2), {"last": 29}, [Finding.CUT]),
        (heads_of(0, 1, 2), {"hashes": HASHES | {20: "x"}}, [Finding.REBUILT]),
        (heads_of(0, 1, 2), {"hashes": {10: "x", 20: "x"}, "last": 25}, [Finding.CUT, Finding.REBUILT]),
        (heads_of(0, 1, 2, key=OTHER_KEY), {"day": 1}, [Finding.FORGED]),
        ([*heads_of(0, 1, 2), None], {}, [Finding.FORGED]),
        ([heads_of(0, 1, 2)[0], heads_of(0, 1, 2)[2]], {}, [Finding.TORN, Finding.MISSED]),
        (heads_of(0, 1, 4), {"day": 4}, [Finding.MISSED]),
        (heads_of(0, 1, 2), {"day": 4}, [Finding.LATE]),
        ([], {"day": 1}, []),
        ([], {"day": 2}, [Finding.LATE]),
        (after_a_restore(), {"last": 12}, [Finding.RESTORED]),
        (after_a_restore(), {"last": 9}, [Finding.CUT, Finding.RESTORED]),
        (after_a_restore(), {"last": 12, "hashes": {10: "x"}}, [Finding.REBUILT, Finding.RESTORED]),
    ],
)
def test_what_heads_say_of_a_chain(heads, changed, told):
    assert findings(heads, **changed) == told


def test_a_head_changed_in_any_part_is_not_believed():
    [head] = heads_of(0)
    line = json.loads(line_of(head))
    assert read_line(line_of(head)) == head
    for part, other in (
        ("head", 9),
        ("hash", "x"),
        ("at", NOON.isoformat()[:-7] + "1+00:00"),
        ("restored", "!"),
    ):
        changed = read_line(json.dumps({**line, part: other}))
        assert findings([changed], day=0) == [Finding.FORGED], part
    assert [read_line(bad) for bad in ("", "[]", "{}", "null", '{"at": "2026-11-20T04:00:00"}')] == [None] * 5


def months_of_work():
    """Five units, with a head after the second and after the last."""
    for place, name in enumerate(("云溪镇", "清河镇", "开发区", "石桥镇", "柳林镇")):
        make_unit(name)
        db.session.commit()
        if place in (1, 4):
            services.keep_head()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("statements", "broken_at", "told"),
    [
        (["UPDATE audit_event SET summary = '别的' WHERE id = 2"], 2, []),
        (["DELETE FROM audit_event WHERE id = 3"], 4, []),
        (
            [
                "UPDATE audit_event SET id = 99 WHERE id = 2",
                "UPDATE audit_event SET id = 2 WHERE id = 3",
                "UPDATE audit_event SET id = 3 WHERE id = 99",
            ],
            2,
            [Finding.REBUILT],
        ),
        (["DELETE FROM audit_event WHERE id > 3"], None, [Finding.CUT]),
    ],
)
def test_an_edit_a_deletion_a_swap_and_a_cut_tail_are_all_found(session, statements, broken_at, told):
    months_of_work()
    assert services.verify_chain().is_whole
    tamper(session, *statements)
    walk = services.verify_chain()
    assert (walk.verdict.broken_at, [one.finding for one in walk.found]) == (broken_at, told)
    assert not walk.is_whole


@pytest.mark.both_databases
def test_a_chain_computed_anew_fits_and_is_found(app, session):
    months_of_work()
    rows = [row for row in looking_back._rows() if row["id"] != 2]
    previous = audit.GENESIS
    tamper(session, "DELETE FROM audit_event")
    for number, row in enumerate(rows, start=1):
        row |= {"id": number, "previous_hash": previous}
        row["hash"] = previous = audit.link_hash(row)
        session.execute(audit.AuditEvent.__table__.insert(), row)
    session.commit()
    walk = services.verify_chain()
    assert walk.verdict.broken_at is None
    assert [one.finding for one in walk.found] == [Finding.CUT, Finding.REBUILT]
    told = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert told.exit_code == 1
    assert "第 2 条" in told.output and "链在那以后重新算过" in told.output
    assert queries.last_verified().faults == walk.faults


def test_a_backup_that_is_restored_explains_why_the_chain_is_shorter(app, session, tmp_path):
    make_unit("云溪镇")
    db.session.commit()
    services.keep_head()
    made = operations.back_up(tmp_path / "backups")
    make_unit("清河镇")
    db.session.commit()
    services.keep_head()
    db.session.remove()
    operations.restore(made.folder, force=True)
    db.session.commit()
    walk = services.verify_chain()
    assert walk.is_whole
    [one] = walk.found
    assert one.finding is Finding.RESTORED
    assert "恢复了" in one.words and "此前记下过 2 条，之后的不在备份里" in one.words


def test_a_database_put_back_by_other_means_is_explained_by_a_command(app, session):
    months_of_work()
    tamper(session, "DELETE FROM audit_event WHERE id > 3")
    runner = app.test_cli_runner()
    assert "--after-restore" in runner.invoke(args=["audit", "verify"]).output
    runner.invoke(args=["audit", "head", "--after-restore", "从存储快照恢复"])
    told = runner.invoke(args=["audit", "verify"])
    assert told.exit_code == 0 and "从存储快照恢复" in told.output


def test_heads_are_for_their_owner_alone_and_each_names_the_one_before(session):
    make_unit("云溪镇")
    db.session.commit()
    first, second = services.keep_head(), services.keep_head()
    path = queries.heads_file()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert queries.read_heads() == [first, second]
    assert (first.previous, second.previous) == ("", first.signature)
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"at": "2026-')  # the power went
    services.keep_head()
    assert [head and head.previous for head in queries.read_heads()] == [
        "",
        first.signature,
        None,
        second.signature,
    ]


def test_a_night_on_which_no_head_can_be_written_is_noted_until_one_is(session, monkeypatch):
    NIGHTLY["audit heads"]()
    assert queries.keeping().failed == "" and queries.keeping().last is not None

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    NIGHTLY["audit heads"]()
    assert "没有写成：No space left on device" in queries.keeping().failed
    monkeypatch.undo()
    NIGHTLY["audit heads"]()
    assert queries.keeping().failed == ""


def test_heads_that_cannot_be_read_are_no_heads_that_fit(session):
    queries.heads_file().mkdir(parents=True)
    walk = services.verify_chain()
    assert walk.faults == ("读不出链头记录，没有比对：Is a directory",)
    assert not walk.is_whole


def test_days_without_a_head_are_told_and_break_nothing(session):
    for days in (5, 4, 1):
        with as_if(now() - timedelta(days=days)):
            make_unit(f"单位{days}")
            db.session.commit()
            services.keep_head()
    walk = services.verify_chain()
    assert walk.is_whole
    assert [one.finding for one in walk.found] == [Finding.MISSED]
    assert "有 2 天没有记链头" in walk.found[0].words
