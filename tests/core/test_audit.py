"""The audit ledger: one chain, written with the change itself, that shows when it was touched."""

import json
from datetime import UTC, datetime

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from app.core.records.versions import claim_whole
from app.core.storage import audit
from app.core.storage.audit import AuditEvent, AuditPersonal
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import now
from app.core.values.errors import Stale
from app.register.accounts import services
from app.register.accounts.enums import Role
from app.register.accounts.models import Unit, User, UserSession
from tests.factories.accounts import acting, make_person, make_unit, make_user, sign_in
from tests.factories.tampering import tamper

pytestmark = pytest.mark.both_databases


def events(session):
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()


def some_history(session):
    for name in ("云溪镇", "清河镇", "开发区"):
        make_unit(name)
        session.commit()


def test_each_change_is_one_event_of_a_chain_that_fits(session):
    some_history(session)
    verdict = audit.verify()
    assert (verdict.checked, verdict.broken_at) == (3, None)
    assert verdict.head == audit.head()
    assert [event.action for event in events(session)] == ["unit.create"] * 3


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_event SET details = '{}' WHERE id = 2", 2),
        ("UPDATE audit_event SET actor_name = '别人' WHERE id = 1", 1),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE id = 3", 3),
        ("DELETE FROM audit_event WHERE id = 2", 3),
        ("DELETE FROM audit_event WHERE id = 1", 2),
    ],
)
def test_an_edit_or_a_deletion_in_the_middle_shows(session, statement, broken_at):
    some_history(session)
    tamper(session, statement)
    assert audit.verify().broken_at == broken_at


def history_of_a_run(session):
    """Three events, the second of which a run wrote."""
    for name, run_id in (("云溪镇", audit.NO_RUN), ("清河镇", "import:x"), ("开发区", audit.NO_RUN)):
        with audit.run(run_id):
            make_unit(name)
            session.commit()


def test_an_event_says_which_run_wrote_it(session):
    with audit.run("job:x"):
        make_unit("云溪镇")
        session.commit()
        with audit.run("import:x"):
            make_unit("清河镇")
            session.commit()
    make_unit("开发区")
    session.commit()
    assert [event.run_id for event in events(session)] == ["job:x", "import:x", ""]
    assert audit.verify().broken_at is None


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_event SET run_id = NULL WHERE id = 2", 2),
        ("UPDATE audit_event SET run_id = '' WHERE id = 2", 2),
        ("UPDATE audit_event SET run_id = 'import:y' WHERE id = 2", 2),
        ("UPDATE audit_event SET run_id = 'import:x' WHERE id = 1", 1),
        ("UPDATE audit_event SET run_id = NULL WHERE id = 3", 3),
    ],
)
def test_a_run_that_was_changed_taken_away_or_added_shows(session, statement, broken_at):
    history_of_a_run(session)
    assert audit.verify().broken_at is None
    tamper(session, statement)
    assert audit.verify().broken_at == broken_at


def written_before_runs_were_kept(session):
    """Three events as they stood in the table before it had the column."""
    some_history(session)
    rows = [dict(row) for row in session.execute(select(AuditEvent.__table__)).mappings()]
    previous = audit.GENESIS
    statements = []
    for row in rows:
        row |= {"run_id": None, "previous_hash": previous}
        previous = audit.link_hash({name: value for name, value in row.items() if name != "run_id"})
        statements.append(
            f"UPDATE audit_event SET run_id = NULL, previous_hash = '{row['previous_hash']}', "
            f"hash = '{previous}' WHERE id = {row['id']}"
        )
    tamper(session, *statements)


def test_a_chain_from_before_runs_were_kept_fits_and_goes_on(session):
    written_before_runs_were_kept(session)
    assert (audit.verify().checked, audit.verify().broken_at) == (3, None)
    session.remove()
    downgrade(revision="0028")
    upgrade()
    assert audit.verify().broken_at is None
    with audit.run("import:x"):
        make_unit("高新区")
        session.commit()
    assert [event.run_id for event in events(session)] == [None, None, None, "import:x"]
    assert (audit.verify().checked, audit.verify().broken_at) == (4, None)


def test_a_run_added_to_an_event_from_before_shows(session):
    written_before_runs_were_kept(session)
    tamper(session, "UPDATE audit_event SET run_id = '' WHERE id = 2")
    assert audit.verify().broken_at == 2


def test_two_events_that_changed_places_show(session):
    some_history(session)
    tamper(
        session,
        "UPDATE audit_event SET id = 99 WHERE id = 2",
        "UPDATE audit_event SET id = 2 WHERE id = 3",
        "UPDATE audit_event SET id = 3 WHERE id = 99",
    )
    assert audit.verify().broken_at == 2


def test_a_cut_tail_shows_against_the_head_that_was_kept_elsewhere(session):
    some_history(session)
    kept = audit.head()
    tamper(session, "DELETE FROM audit_event WHERE id = 3")
    verdict = audit.verify()
    assert verdict.broken_at is None
    assert verdict.head != kept


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET summary = ''", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_the_ledger(session, statement):
    some_history(session)
    with pytest.raises(Exception, match="append-only"):
        session.execute(text(statement))


def test_a_change_and_its_event_come_and_go_together(session):
    make_unit("云溪镇")
    session.rollback()
    assert events(session) == []
    make_unit("清河镇")
    session.commit()
    assert json.loads(events(session)[0].details)["name"] == [None, "清河镇"]
    assert session.scalars(select(Unit)).one().name == "清河镇"


def test_an_event_names_who_acted_and_on_what(session):
    user = make_user(Role.OFFICER)
    session.commit()
    with acting(user) as actor:
        unit = make_unit("云溪镇")
        audit.record("unit.looked", subject_of(unit), "看了一眼", why="测试")
        session.commit()
    noted, created = events(session)[-2:]
    assert {noted.actor_name, created.actor_name} == {actor.name}
    assert (noted.action, noted.subject_id, json.loads(noted.details)) == (
        "unit.looked",
        unit.public_id,
        {"why": "测试"},
    )
    assert created.subject_id == unit.public_id


def test_what_nobody_signed_in_did_says_so(session):
    make_unit("云溪镇")
    session.commit()
    assert events(session)[0].actor_name == "未登录"


def test_a_personal_value_stands_in_the_chain_only_as_a_digest(session):
    person = make_person("林远")
    person.phone = "13800000001"
    session.commit()
    person.phone = "13800000002"
    session.commit()
    details = "".join(event.details for event in events(session))
    assert "1380000" not in details
    aside = session.scalars(select(AuditPersonal).order_by(AuditPersonal.id)).all()
    assert [(row.before_value, row.after_value) for row in aside] == [
        (None, "13800000001"),
        ("13800000001", "13800000002"),
    ]
    assert {row.person_key for row in aside} == {person.public_id}


def test_equal_personal_values_have_equal_digests_and_others_do_not(app, session):
    assert audit.digest_of("13800000001") == audit.digest_of("13800000001")
    assert audit.digest_of("13800000001") != audit.digest_of("13800000002")
    before = audit.digest_of("13800000001")
    app.config["SECRET_KEY"] = "another key"
    assert audit.digest_of("13800000001") != before


def test_the_chain_still_fits_after_a_personal_value_was_erased(session):
    person = make_person("林远")
    person.phone = "13800000001"
    session.commit()
    session.query(AuditPersonal).delete()
    session.commit()
    assert audit.verify().broken_at is None


def test_a_secret_is_never_recorded_not_even_as_a_digest(session):
    user = make_user()
    session.commit()
    kept = session.get(User, user.id).password_hash
    recorded = "".join(event.details for event in events(session))
    assert kept not in recorded
    assert '"password_hash": ["…", "…"]' in recorded


def renamed(session, unit, name, actor):
    with acting(actor):
        unit.name = name
        session.commit()


def test_the_last_change_names_who_made_it_and_all_fields_of_that_save(session):
    unit, actor = make_unit("云溪镇"), make_user(person=make_person("周以宁"))
    session.commit()
    renamed(session, unit, "清河镇", make_user(person=make_person("林远")))
    with acting(actor):
        unit.name, unit.position = "云溪镇", 7
        audit.record("unit.moved", subject_of(unit), parent=["甲", "乙"])
        session.commit()
    last = audit.last_change(subject_of(unit))
    assert last.by.startswith("周以宁 ")
    assert last.fields["name"] == ["清河镇", "云溪镇"]
    assert last.fields["parent"] == ["甲", "乙"]


def test_a_look_is_no_change_and_nothing_is_said_of_what_has_no_events(session):
    unit = make_unit("云溪镇")
    session.commit()
    renamed(session, unit, "清河镇", make_user(person=make_person("林远")))
    with acting(make_user(person=make_person("周以宁"))):
        audit.record("unit.viewed", subject_of(unit), "看过")
        session.commit()
    assert audit.last_change(subject_of(unit)).by.startswith("林远 ")
    assert audit.last_change(Subject("unit", "nothing")) == audit.LastChange()


def test_whoever_ends_a_session_has_not_changed_the_account(app, session):
    user = make_user(person=make_person("周以宁"))
    session.commit()
    with acting(make_user(person=make_person("林远"))):
        user.must_change_password = True
        session.commit()
    sign_in(app.test_client(), user)
    [token] = session.scalars(select(UserSession).where(UserSession.user_id == user.id))
    with acting(user) as actor:
        services.end_session(actor, token.public_id)
        session.commit()
    [ended] = session.scalars(select(AuditEvent).where(AuditEvent.action == "account.session_ended"))
    assert "127.0.0.1" in ended.summary
    last = audit.last_change(subject_of(user))
    assert (last.by[:2], last.fields) == ("林远", {"must_change_password": [False, True]})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ("甲", "乙")}, "改了名称"),
        ({"position": (1, 2), "name": ("甲", "乙"), "live_name": ("甲", "乙")}, "改了名称、排序"),
        ({"archived_at": (None, now())}, "归档"),
        ({"archived_at": (None, now()), "archive_reason": (None, "撤销")}, "归档：撤销"),
        ({"archived_at": (now(), None), "archive_reason": ("撤销", None)}, "恢复"),
    ],
)
def test_who_decides_on_a_record_that_was_changed_meanwhile_reads_what_and_by_whom(session, fields, said):
    unit = make_unit()
    for name, (before, _after) in fields.items():
        setattr(unit, name, before)
    session.commit()
    seen = unit.version
    claim_whole(unit, seen, "归档")
    with acting(make_user(person=make_person("周以宁"))):
        for name, (_before, after) in fields.items():
            setattr(unit, name, after)
        session.commit()
    with pytest.raises(Stale) as stale:
        claim_whole(unit, seen, "归档：撤并")
    assert [(clash.theirs, clash.mine) for clash in stale.value.clashes] == [(said, "归档：撤并")]
    assert stale.value.current_version == unit.version and stale.value.by.startswith("周以宁 ")
    with pytest.raises(Stale) as closed:
        claim_whole(unit, seen, "归档：撤并", may_go_on=lambda: False)
    assert closed.value.current_version == 0


def test_the_hash_of_an_event_stays_what_it_was_when_the_chain_began():
    """However the text to be hashed is made: another one would break every chain that is kept."""
    event = {
        "id": 7,
        "at": datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC),
        "actor_user_id": None,
        "actor_name": "韩知行",
        "details": "{}",
        "previous_hash": audit.GENESIS,
        "hash": "is no part of itself",
    }
    assert audit.link_hash(event) == "c4ba671effca287867c360f83cc4968ae301c170eefb36b95621cd499ce4810d"
    assert audit.link_hash(event | {"run_id": None}) == audit.link_hash(event)
    assert audit.link_hash(event | {"run_id": ""}) != audit.link_hash(event)
