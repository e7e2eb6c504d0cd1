"""A backup takes the place of what is there; verified before and after."""

import json
import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.core.storage import schema
from app.core.storage.db import db, is_sqlite, reading
from app.core.values.clock import in_beijing
from app.core.values.errors import RuleBroken
from app.core.web.files import instance_folder
from app.office.auditing.services import keep_head
from app.office.operations import postgres
from app.office.operations.rules import MANIFEST, Manifest, differences
from app.office.operations.services.copies import (
    Tell,
    audit_head,
    hash_of,
    nobody_listens,
    rows_counted,
    sqlite_path,
    sync_to_disk,
)
from app.register.accounts import session as sessions

log = logging.getLogger(__name__)


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
        if path.stat().st_size != kept.byte_count or hash_of(path) != kept.sha256:
            raise RuleBroken(f"备份已损坏：{kept.path} 的内容和清单对不上，没有恢复")
    return manifest


def restore(folder: Path, *, force: bool = False, tell: Tell = nobody_listens) -> Manifest:
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
    path = Path(sqlite_path())
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
    sync_to_disk(passing)
    passing.replace(target)


def _verify(manifest: Manifest) -> None:
    with reading(), db.engine.connect() as connection:
        wrong = differences(manifest.counts, rows_counted(connection))
        head = audit_head(connection)
    if wrong:
        raise RuleBroken("恢复后行数对不上：" + "；".join(wrong))
    if head != (manifest.audit_number, manifest.audit_hash):
        raise RuleBroken(f"恢复后审计链的末条对不上：应是第 {manifest.audit_number} 条")
