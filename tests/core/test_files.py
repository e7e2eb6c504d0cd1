"""Stored files: believed only when the bytes fit the name, read only by who may see their owner."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import current_app
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import now
from app.core.values.errors import NotFound, RuleBroken
from app.core.web import files
from app.office.settings.services import save
from tests.factories.accounts import actor_of, make_user
from tests.factories.counties import signed_in
from tests.factories.files import files_of

pytestmark = pytest.mark.both_databases

PDF = b"%PDF-1.7 agreement"


@pytest.fixture(autouse=True)
def acting(session):
    with acting_as(SYSTEM):
        yield


@pytest.fixture
def open_owner():
    """An owner that everybody may see, and one that nobody may."""

    def hidden(_owner_id):
        raise NotFound

    files.OWNERS._entries.update({"open": lambda _owner_id: None, "hidden": hidden})
    yield
    for kind in ("open", "hidden"):
        del files.OWNERS._entries[kind]


def upload(content=PDF, name="合同.pdf", mimetype="application/pdf"):
    return FileStorage(BytesIO(content), name, content_type=mimetype)


def test_a_kept_file_lies_under_its_hash_beside_the_database(session):
    row = files.keep(upload(), Subject("open", "owner"))
    session.commit()
    assert files.path_of(row.sha256).read_bytes() == PDF
    assert (row.name, row.byte_count, row.uploaded_by) == ("合同.pdf", len(PDF), "系统")


def test_the_same_bytes_are_stored_once_for_two_owners(session):
    rows = [files.keep(upload(), Subject("open", owner)) for owner in ("one", "two")]
    session.commit()
    assert rows[0].sha256 == rows[1].sha256
    assert [row.public_id for row in files_of("open", "one")] == [rows[0].public_id]
    assert len([path for path in files.instance_folder("files").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ\x90\x00", "virus.exe", "请上传 PDF"),
        (PDF, "没有扩展名", "请上传 PDF"),
        (PDF, "", "请上传 PDF"),
        (b"", "空.pdf", "是空文件"),
        (b"PK\x03\x04 zip", "合同.pdf", "对不上"),
        (b"<html>", "照片.png", "对不上"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(content, name, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        files.keep(upload(content, name), Subject("open", "owner"))


def test_a_file_over_the_limit_is_refused_and_leaves_no_bytes(session, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 8)
    with pytest.raises(RuleBroken, match="文件太大"):
        files.keep(upload(), Subject("open", "owner"))
    assert [path for path in files.instance_folder("files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/合同.pdf", "合同.pdf"),
        ("C:\\桌面\\合同.pdf", "合同.pdf"),
        ("合\x00同.pdf", "合同.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_ever_a_name(session, sent, kept):
    assert files.keep(upload(name=sent), Subject("open", "owner")).name == kept


def test_a_file_is_answered_as_a_download_to_who_may_see_its_owner(session, client, open_owner):
    row = files.keep(upload(b"\xff\xd8\xff photo", "照片.jpg", "text/html"), Subject("open", "owner"))
    session.commit()
    public_id = row.public_id
    reader = signed_in(client, make_user())
    answer = reader.get(f"/files/{public_id}")
    assert answer.data == b"\xff\xd8\xff photo"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    taken = session.scalars(select(AuditEvent).where(AuditEvent.action == "stored_file.downloaded")).one()
    assert (taken.subject_id, taken.actor_user_id is not None) == (public_id, True)


def test_a_hidden_an_unknown_and_a_lost_file_look_alike(session, client, open_owner):
    hidden = files.keep(upload(), Subject("hidden", "owner")).public_id
    orphan = files.keep(upload(), Subject("no such kind", "owner")).public_id
    lost = files.keep(upload(b"%PDF- lost"), Subject("open", "owner"))
    files.path_of(lost.sha256).unlink()
    reader = signed_in(client, make_user())
    for public_id in (hidden, orphan, lost.public_id, "0000000000000000"):
        assert reader.get(f"/files/{public_id}").status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_sign_in(session, client, open_owner):
    row = files.keep(upload(), Subject("open", "owner"))
    assert client.get(f"/files/{row.public_id}").status_code == 303


def test_bytes_that_nobody_claimed_are_gone_two_days_later(session):
    kept = files.keep(upload(b"%PDF-1.7 kept"), Subject("open", "owner"))
    given_up, fresh = files.store(upload(b"%PDF-1.7 given up")), files.store(upload(b"%PDF-1.7 just sent"))
    half = files.instance_folder("files") / "tmp-half"
    half.write_bytes(b"%PDF")
    session.commit()
    long_ago = now().timestamp() - 49 * 3600
    for path in (files.path_of(kept.sha256), files.path_of(given_up.sha256), half):
        os.utime(path, (long_ago, long_ago))
    assert files.forget_unclaimed() == 2
    assert files.path_of(kept.sha256).exists() and files.path_of(fresh.sha256).exists()
    assert not files.path_of(given_up.sha256).exists() and not half.exists()


def test_bytes_sent_again_are_fresh_again(session):
    stored = files.store(upload())
    long_ago = now().timestamp() - 49 * 3600
    os.utime(files.path_of(stored.sha256), (long_ago, long_ago))
    files.store(upload())
    assert files.forget_unclaimed() == 0


def test_bytes_that_are_promised_again_stay_for_as_long_as_the_promise(session):
    with acting_as(actor_of(make_user())):
        stored = files.store(upload())
        word = files.promise(stored)
        long_ago = now().timestamp() - 49 * 3600
        os.utime(files.path_of(stored.sha256), (long_ago, long_ago))
        assert files.promised(word) == stored
    assert files.forget_unclaimed() == 0


def test_without_a_single_file_there_is_nothing_to_forget(session):
    assert files.forget_unclaimed() == 0


def sent(number, content=PDF):
    """So many uploads of one person, each in a request of its own; how many were refused, and why last."""
    refused = []
    for count in range(number):
        with current_app.test_request_context():
            try:
                files.take_in(upload(content, f"合同{count}.pdf"))
            except RuleBroken as broken:
                refused.append(broken.problems["file"])
    return len(refused), refused[-1] if refused else ""


def allowed(**numbers):
    for setting in (files.MOST_FILES, files.MOST_MEGABYTES):
        if setting.name in numbers:
            save(setting, {"": numbers[setting.name]}, version=None)
    db.session.commit()


def test_a_person_uploads_so_many_files_in_a_day_and_reads_beside_the_field_when_there_is_more(session):
    me, other = (actor_of(make_user()) for _ in range(2))
    allowed(most_files=5)
    with acting_as(me):
        number, why = sent(7)
        assert number == 2
        assert why.startswith("上传文件到了上限：每天最多 5 个，已经用了 5 个。明天")
    with acting_as(other):
        assert sent(1) == (0, "")
    with time_machine.travel(now() + timedelta(days=1)), acting_as(me):
        assert sent(1) == (0, "")


def test_a_person_uploads_so_much_in_a_day_and_what_is_over_is_not_stored(session):
    me = actor_of(make_user())
    allowed(most_megabytes=20)
    with acting_as(me):
        number, why = sent(2, PDF + b"\0" * 11 * 1024 * 1024)
    assert number == 1 and "每天最多 20 MB，已经用了 12 MB，这一次要 12 MB" in why
    assert len([path for path in files.instance_folder("files").rglob("*") if path.is_file()]) == 1


def test_a_form_that_is_shown_again_counts_its_file_once(app, session):
    me = actor_of(make_user())
    allowed(most_files=5)
    with acting_as(me), app.test_request_context():
        for _ in range(9):
            files.take_in(upload())
