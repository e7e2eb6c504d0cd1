"""A backup is made while the product runs."""

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from app.core.storage import schema
from app.core.storage.db import db, is_sqlite
from app.core.values.clock import in_beijing, now
from app.core.values.errors import RuleBroken
from app.core.web.files import instance_folder
from app.office.operations import postgres
from app.office.operations.rules import LAST_BACKUP, MANIFEST, BackupFile, Manifest
from app.office.operations.services.copies import (
    Tell,
    audit_head,
    hash_of,
    nobody_listens,
    rows_counted,
    sqlite_path,
    sync_to_disk,
)

log = logging.getLogger(__name__)
FOLDERS = ("files", "imports")  # beside the database: stored files, uploads on their way in
SQLITE_COPY = "county.sqlite3"
POSTGRES_COPY = "database.dump"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup."""

    folder: Path
    manifest: Manifest


def back_up(target: Path, tell: Tell = nobody_listens) -> Made:
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
        sync_to_disk(target)
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
    with closing(sqlite3.connect(sqlite_path())) as source, closing(sqlite3.connect(copy)) as target:
        source.execute("PRAGMA busy_timeout=15000")
        source.backup(target)
        # One file, without a log beside it that could be left behind.
        target.execute("PRAGMA journal_mode=DELETE")
        verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise RuleBroken(f"数据库本身有损坏，没有备份：{verdict}")
    copy.chmod(0o600)
    sync_to_disk(copy)
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return rows_counted(connection), audit_head(connection)
    finally:
        engine.dispose()


def _dump_postgres(copy: Path) -> tuple[dict[str, int], tuple[int, str]]:
    """Counts and dump look at one and the same snapshot."""
    options = {"isolation_level": "REPEATABLE READ"}
    with db.engine.connect().execution_options(**options) as connection:
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        counts, head = rows_counted(connection), audit_head(connection)
        postgres.dump(db.engine.url, copy, snapshot)
    copy.chmod(0o600)
    sync_to_disk(copy)
    return counts, head


def _copy_folders(folder: Path) -> Iterator[BackupFile]:
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
    sync_to_disk(copy)
    return True


def _kept(path: Path, folder: Path) -> BackupFile:
    return BackupFile(path.relative_to(folder).as_posix(), hash_of(path), path.stat().st_size)


def _write(path: Path, words: str) -> None:
    path.touch(mode=0o600)
    path.write_text(words, encoding="utf-8")
    sync_to_disk(path)
