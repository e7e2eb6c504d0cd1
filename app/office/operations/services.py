"""Backup and restore: database and stored files together, with a manifest that proves them whole.

SQLite is copied by its online backup interface (a plain copy of a live file was broken eight times of
twelve), PostgreSQL by pg_dump under an exported snapshot.
"""

import hashlib
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from app.core.index import relay
from app.core.storage import audit, schema
from app.core.storage.db import db, is_sqlite, reading
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing, now
from app.core.values.errors import RuleBroken
from app.core.web.files import instance_folder
from app.office.auditing.services import keep_head
from app.office.operations import postgres
from app.office.operations.rules import LAST_BACKUP, MANIFEST, Kept, Manifest, differences
from app.register.accounts import session as sessions

log = logging.getLogger(__name__)

FOLDERS = ("files", "imports")  # beside the database: stored files, uploads on their way in
SQLITE_COPY = "county.sqlite3"
POSTGRES_COPY = "database.dump"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup."""

    folder: Path
    manifest: Manifest


def _silent(_line: str) -> None:
    """Nobody listens."""


def back_up(target: Path, tell: Tell = _silent) -> Made:
    """Writes a new folder under `target`; it gets its name only when complete. The product may be running.

    Raises RuleBroken when there is nothing to back up or a tool is missing.
    """
    revision = schema.found()
    if revision is None:
        raise RuleBroken("数据库还没有建表，没有可备份的内容")
    if target.exists() and not target.is_dir():
        raise RuleBroken(f"{target} 不是文件夹")
    target.mkdir(parents=True, exist_ok=True)
    name = in_beijing(now()).strftime("%Y%m%d-%H%M%S-%f")
    partial = target / f".{name}.partial"
    partial.mkdir(mode=0o700)
    try:
        manifest = _fill(partial, revision, tell)
        final = target / name
        partial.rename(final)
        _sync(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _remember(final, manifest)
    return Made(final, manifest)


def _remember(folder: Path, manifest: Manifest) -> None:
    """For the page that tells how the system is; the backup stands whether or not this can be written."""
    told = json.dumps({"at": manifest.made_at, "folder": str(folder.resolve())}, ensure_ascii=False)
    try:
        instance_folder(LAST_BACKUP).write_text(told, encoding="utf-8")
    except OSError as error:
        log.warning("the last backup could not be noted: %s", error)


def _fill(folder: Path, revision: str, tell: Tell) -> Manifest:
    """The database first: a file named by a row lies there before the row is committed."""
    tell("复制数据库 …")
    copy = folder / (SQLITE_COPY if is_sqlite() else POSTGRES_COPY)
    counts, head = _copy_sqlite(copy) if is_sqlite() else _dump_postgres(copy)
    tell("复制文件 …")
    manifest = Manifest(
        made_at=now().isoformat(timespec="seconds"),
        engine=db.engine.dialect.name,
        revision=revision,
        database=_kept(copy, folder),
        files=tuple(_copy_folders(folder)),
        counts=counts,
        audit_number=head[0],
        audit_hash=head[1],
    )
    _write(folder / MANIFEST, json.dumps(manifest.as_json(), ensure_ascii=False, indent=1))
    return manifest


def _copy_sqlite(copy: Path) -> tuple[dict[str, int], tuple[int, str]]:
    with closing(sqlite3.connect(_sqlite_path())) as source, closing(sqlite3.connect(copy)) as target:
        source.execute("PRAGMA busy_timeout=15000")
        source.backup(target)
        # One file, without a log beside it that could be left behind.
        target.execute("PRAGMA journal_mode=DELETE")
        verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise RuleBroken(f"数据库本身有损坏，没有备份：{verdict}")
    copy.chmod(0o600)
    _sync(copy)
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return _counts(connection), _audit_head(connection)
    finally:
        engine.dispose()


def _dump_postgres(copy: Path) -> tuple[dict[str, int], tuple[int, str]]:
    """Counts and dump look at one and the same snapshot."""
    options = {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**options) as connection:
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        counts, head = _counts(connection), _audit_head(connection)
        postgres.dump(db.engine.url, copy, snapshot)
    copy.chmod(0o600)
    _sync(copy)
    return counts, head


def _counts(connection: Connection) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"})
    return {name: _count(connection, quote(name)) for name in names}


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a name of our own, quoted


def _audit_head(connection: Connection) -> tuple[int, str]:
    last = connection.execute(text("SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1")).first()
    return (int(last[0]), str(last[1])) if last else (0, audit.GENESIS)


def _copy_folders(folder: Path) -> Iterator[Kept]:
    for name in FOLDERS:
        source = instance_folder(name)
        for path in sorted(source.rglob("*")):
            copy = folder / name / path.relative_to(source)
            if path.is_file() and _copied(path, copy):
                yield _kept(copy, folder)


def _copied(path: Path, copy: Path) -> bool:
    """False for what was gone before it could be read: an upload being stored under a passing name."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, copy)
    except FileNotFoundError:
        return False
    copy.chmod(0o600)
    _sync(copy)
    return True


def _kept(path: Path, folder: Path) -> Kept:
    return Kept(path.relative_to(folder).as_posix(), _hash(path), path.stat().st_size)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, words: str) -> None:
    path.touch(mode=0o600)
    path.write_text(words, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    """What the backup says it holds must be on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- restore --------------------------------------------------------------------------------------


def read_backup(folder: Path) -> Manifest:
    """The manifest of a backup whose every file was read again and is whole; RuleBroken otherwise."""
    try:
        manifest = Manifest.from_json(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RuleBroken(f"{folder} 不是备份：里面没有 {MANIFEST}") from None
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise RuleBroken(f"{folder / MANIFEST} 读不懂，备份已损坏：{error}") from error
    for kept in (manifest.database, *manifest.files):
        path = (folder / kept.path).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise RuleBroken(f"备份里的路径 {kept.path} 不对，没有恢复")
        if not path.is_file():
            raise RuleBroken(f"备份不完整：缺少 {kept.path}，没有恢复")
        if path.stat().st_size != kept.byte_count or _hash(path) != kept.sha256:
            raise RuleBroken(f"备份已损坏：{kept.path} 的内容和清单对不上，没有恢复")
    return manifest


def restore(folder: Path, *, force: bool = False, tell: Tell = _silent) -> Manifest:
    """Puts a backup in the place of this installation's database and files. The product must be stopped.

    Everything is verified before the first byte is written and again at the end; then everybody is signed
    out, which the caller commits. Raises RuleBroken.
    """
    tell("核对备份 …")
    manifest = read_backup(folder)
    _must_fit(manifest, force)
    tell("恢复文件 …")
    for kept in manifest.files:
        _put(folder / kept.path, instance_folder(kept.path))
    tell("恢复数据库 …")
    copy = folder / manifest.database.path
    if is_sqlite():
        _restore_sqlite(copy)
    else:
        db.engine.dispose()
        postgres.load(db.engine.url, copy)
    _verify(manifest)
    _tell_heads(manifest, tell)
    sessions.end_everybody()
    return manifest


def _tell_heads(manifest: Manifest, tell: Tell) -> None:
    """The heads kept since the backup name events that are gone now, and it is told why."""
    made = f"{in_beijing(datetime.fromisoformat(manifest.made_at)):%Y-%m-%d %H:%M}"
    try:
        keep_head(f"恢复了 {made} 的备份")
    except OSError as error:
        log.error("the head of the restored audit chain could not be kept: %s", error)
        command = f"flask --app wsgi audit head --after-restore '恢复了 {made} 的备份'"
        tell(f"链头没有记下来（{error}），请运行 {command}")


def _must_fit(manifest: Manifest, force: bool) -> None:
    engine = db.engine.dialect.name
    if manifest.engine != engine:
        raise RuleBroken(f"备份是 {manifest.engine} 的，现在的数据库是 {engine}，不能直接恢复")
    if manifest.revision > schema.wanted():
        raise RuleBroken(
            f"备份的数据是新版（{manifest.revision}），程序只到 {schema.wanted()}，请先换用新版程序"
        )
    if not force and schema.found() is not None:
        raise RuleBroken("现在的数据库不是空的，没有恢复。确实要用备份盖掉，请先停止系统，再加 --force")


def _restore_sqlite(copy: Path) -> None:
    path = Path(_sqlite_path())
    path.parent.mkdir(parents=True, exist_ok=True)
    db.engine.dispose()
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path, timeout=15)) as target:
        try:
            source.backup(target)
        except sqlite3.OperationalError as error:
            raise RuleBroken(f"数据库正被占用，没有恢复。请先停止系统：{error}") from error


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    passing = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, passing)
    _sync(passing)
    passing.replace(target)


def _verify(manifest: Manifest) -> None:
    with reading(), db.engine.connect() as connection:
        wrong = differences(manifest.counts, _counts(connection))
        head = _audit_head(connection)
    if wrong:
        raise RuleBroken("恢复后行数对不上：" + "；".join(wrong))
    if head != (manifest.audit_number, manifest.audit_hash):
        raise RuleBroken(f"恢复后审计链的末条对不上：应是第 {manifest.audit_number} 条")


def _sqlite_path() -> str:
    path: Any = make_url(db.engine.url).database
    return str(path)


# --- what was given up ----------------------------------------------------------------------------


def send_parked_again() -> int:
    """Puts the records that could not be sent to the index back into its queue; returns how many."""
    count = relay.send_parked_again()
    if count:
        audit.record("search_index.resend", Subject("search_index", ""), f"{count} 条")
    return count
