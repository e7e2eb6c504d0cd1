"""The page of the running system."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.core.index import reindexing
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry, OutboxState
from app.core.work import figures
from app.core.work.jobs import Job, JobState
from app.office.operations import services
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user
from tests.factories.counties import a_county, signed_in
from tests.services.index import drained

pytestmark = pytest.mark.both_databases


@pytest.fixture
def administrator(session: object, client: FlaskClient) -> FlaskClient:
    a_county()
    return signed_in(client, make_user(Role.ADMINISTRATOR))


def page(client: FlaskClient) -> str:
    answer = client.get("/operations")
    assert answer.status_code == 200
    return answer.text


def parked(error: str = "ValueError: 机密项目") -> None:
    values = {"state": OutboxState.PARKED, "attempts": 5, "error": error}
    db.session.execute(update(OutboxEntry).values(values))
    db.session.commit()


def test_a_healthy_county_is_all_well(administrator: FlaskClient, tmp_path: Path) -> None:
    drained()
    reindexing.check_and_keep(mend=True)
    services.back_up(tmp_path / "backups")
    told = page(administrator)
    for words in (
        "内置搜索引擎正常，索引里有 1 份",
        "没有待发送的更改",
        "核对了 1 份，有出入 0 份",
        "backups",
    ):
        assert words in told
    assert "light-mark-red" not in told
    assert "重新发送" not in told


def test_what_waits_and_why_is_told(administrator: FlaskClient) -> None:
    db.session.execute(update(OutboxEntry).values(error="搜索服务没有在时限内应答"))
    told = page(administrator)
    assert "1 项更改待发送" in told
    assert "上次没有发成：搜索服务没有在时限内应答" in told
    assert "还没有核对过" in told
    assert "没有备份记录" in told


def test_an_engine_that_does_not_answer_is_told_with_what_to_do(
    app: Flask, administrator: FlaskClient
) -> None:
    (Path(app.config["INSTANCE_PATH"]) / "index").write_text("in the way")
    told = page(administrator)
    assert "内置搜索引擎没有应答" in told
    assert "数据库代答" in told
    assert "zhaoshang_search_up 0\n" in figures.told()


def test_a_parked_record_is_shown_without_its_content_and_sent_again_by_a_button(
    administrator: FlaskClient,
) -> None:
    parked()
    told = page(administrator)
    assert "1 条试了多次都没有发成" in told
    assert "程序读不出这条记录（ValueError）" in told
    assert "机密项目" not in told
    answer = administrator.submit("/operations", action="/operations/resend")
    assert answer.status_code == 303
    told = page(administrator)
    assert "1 条已重新排队" in told
    assert "1 项更改待发送" in told
    event = db.session.query(audit.AuditEvent).order_by(audit.AuditEvent.id.desc()).first()
    assert event is not None
    assert (event.action, event.summary) == ("search_index.resend", "1 条")
    db.session.rollback()
    drained()
    assert "没有待发送的更改" in page(administrator)


def test_pressed_twice_the_button_says_that_nothing_was_left(administrator: FlaskClient) -> None:
    parked()
    form = {"csrf_token": csrf_of(page(administrator))}
    for _ in range(2):
        assert administrator.post("/operations/resend", data=form).status_code == 303
    assert "没有搁置的记录" in page(administrator)


def csrf_of(text: str) -> str:
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_job_that_failed_is_counted(administrator: FlaskClient) -> None:
    db.session.add(Job(kind="imports.check", title="导入", state=JobState.FAILED))
    db.session.commit()
    assert "近 7 天没有完成 1" in page(administrator)


def test_a_damaged_note_of_the_last_backup_is_as_good_as_none(app: Flask, administrator: FlaskClient) -> None:
    for words in ("", "[]", '{"at": "yesterday", "folder": "x"}'):
        (Path(app.config["INSTANCE_PATH"]) / "last_backup.json").write_text(words)
        assert "没有备份记录" in page(administrator)


@pytest.mark.parametrize(
    ("hops", "headers", "words"),
    [
        (0, {}, "前面没有"),
        (0, {"X-Forwarded-For": "10.1.2.3"}, "PROXY_HOPS 是 0：所有人都算作来自同一个地址"),
        (0, {"Forwarded": "for=10.1.2.3"}, "重启网页进程"),
        (1, {"X-Forwarded-For": "10.1.2.3"}, "前面有 1 层，按它们报的地址记"),
    ],
)
def test_a_proxy_of_which_the_product_was_not_told_is_seen_on_the_page(
    administrator: FlaskClient, hops: int, headers: dict[str, str], words: str
) -> None:
    administrator.application.config["PROXY_HOPS"] = hops
    told = administrator.get("/operations", headers=headers).text
    assert words in told
    assert ("所有人都算作" in told) is (hops == 0 and bool(headers))
