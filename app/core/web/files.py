"""Stored files: bytes under INSTANCE_PATH by content hash, a row for name, type, hash, who and when."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask import Response, current_app, g, send_file
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped
from werkzeug.datastructures import FileStorage

from app.core.access.auth import require_actor
from app.core.storage import audit
from app.core.storage.db import Base, Record, db, reading
from app.core.storage.subjects import Subject, seen_by
from app.core.values.clean import clean_line
from app.core.values.clock import now
from app.core.values.errors import NotFound, OverBudget, RuleBroken
from app.core.values.labels import labelled
from app.core.values.registries import Registry
from app.core.values.settings import Setting
from app.core.web.budgets import DAY, HOUR, Budget, declare, spend
from app.core.web.receiving import LARGEST_FILE
from app.core.web.signing import read_signed

# A file is read by a person; one a minute for two hours is a machine.
DOWNLOADS = declare(Budget("downloads", "下载文件", "个", HOUR, 120))
_MB = 1024 * 1024
MOST_FILES = Setting(
    name="most_files",
    group="上传",
    label="每人一天最多上传几个文件",
    unit="个",
    least=5,
    most=5000,
    default=100,
    hint="扫描件和导入的文件都算，没有保存成的也算",
)
MOST_MEGABYTES = Setting(
    name="most_megabytes",
    group="上传",
    label="每人一天最多上传多少",
    unit="MB",
    least=20,
    most=20_000,
    default=500,
    hint="不到 1 MB 的文件按 1 MB 算",
)
UPLOADS = declare(Budget("uploads", "上传文件", "个", DAY, MOST_FILES))
UPLOADED = declare(Budget("uploaded", "上传", "MB", DAY, MOST_MEGABYTES, advice="急用的，先压缩或拆开"))
_PROMISE_LASTS = 24 * 3600  # seconds
_UNCLAIMED_FOR = 2 * _PROMISE_LASTS
# What a file must begin with for its ending to be believed.
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".ofd": (b"PK\x03\x04",),
}
ACCEPTED = ",".join(_SIGNATURES)
Upload = FileStorage  # what a form hands on; lower rooms know it by this name


class StoredFile(Base, Record):
    """A file that belongs to one object; whoever may see the object may read the file. One that was taken off
    is read by nobody until it is put back; its bytes stay.
    """

    __tablename__ = "stored_file"
    __called__ = "文件"
    __table_args__ = (Index("ix_stored_file_owner", "owner_kind", "owner_id"),)

    owner_kind: Mapped[str] = labelled("所属类别", String(30))
    owner_id: Mapped[str] = labelled("所属编号", String(16))  # public id of the owning object
    name: Mapped[str] = labelled("文件名", String(200))
    content_type: Mapped[str] = labelled("文件类型", String(100))
    byte_count: Mapped[int] = labelled("大小", unit="字节")
    sha256: Mapped[str] = labelled("文件摘要", String(64))
    uploaded_by: Mapped[str] = labelled("上传人", String(60))
    taken_off_at: Mapped[datetime | None] = labelled("取下时间")
    taken_off_by: Mapped[str | None] = labelled("取下人", String(60))

    @property
    def owner(self) -> Subject:
        return Subject(self.owner_kind, self.owner_id)


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie on the disk without a row yet: harmless, and shared by hash."""

    name: str
    content_type: str
    byte_count: int
    sha256: str


# owner_kind -> "may the current actor see the owning object?"; raises NotFound when not. For parts of
# records, such as an agreement of a lead; a record of SUBJECTS says so itself.
OWNERS: Registry[Callable[[str], None]] = Registry("file owners")


def instance_folder(name: str) -> Path:
    """A folder of this installation, beside its database; not made yet."""
    return Path(current_app.config["INSTANCE_PATH"]) / name


def _folder() -> Path:
    return instance_folder("files")


def path_of(sha256: str) -> Path:
    """Where the bytes of a hash lie."""
    return _folder() / sha256[:2] / sha256


def keep(upload: FileStorage, owner: Subject) -> StoredFile:
    """Stores an upload for an object in one go; for who holds no lock meanwhile."""
    return attach(store(upload), owner)


def take_in(upload: FileStorage) -> Stored:
    """`store` of what somebody sends, within what they may send in a day: a disk is full sooner than anybody
    reads that many papers. Like it, before the first statement of a request.
    """
    count_upload(upload)
    return store(upload)


def count_upload(upload: FileStorage) -> None:
    """Counts a file that was sent, whatever becomes of its form; once, though the form is shown again. Raises
    RuleBroken, for the place beside the field, when there is no more today.
    """
    counted: set[tuple[str | None, int]] = g.setdefault("uploads_counted", set())
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if (upload.filename, size) in counted:
        return
    try:
        spend(UPLOADS)
        spend(UPLOADED, max(1, -(-size // _MB)))
    except OverBudget as over:
        raise RuleBroken({"file": f"{over.what}。{over.todo}"}) from None
    counted.add((upload.filename, size))


def store(upload: FileStorage) -> Stored:
    """Checks an upload and writes its bytes. Raises RuleBroken for an empty, too large or unexpected file.

    To be called before the first statement of a request: 20 MB are not hashed inside a write transaction.
    """
    name = clean_line((upload.filename or "").replace("\\", "/").rpartition("/")[2])[-200:]
    ending = Path(name).suffix.lower()
    if ending not in _SIGNATURES:
        raise RuleBroken({"file": "请上传 PDF、Word、Excel、OFD 或图片文件"})
    upload.stream.seek(0)  # a form that is shown again has read it before
    beginning = upload.stream.read(16)
    upload.stream.seek(0)
    if not beginning:
        raise RuleBroken({"file": f"「{name}」是空文件，请重新选择"})
    if not beginning.startswith(_SIGNATURES[ending]):
        raise RuleBroken({"file": f"「{name}」的内容和扩展名对不上，请另存为 {ending} 后再传"})
    sha256, size = _write(upload.stream)
    return Stored(name, upload.mimetype[:100] or "application/octet-stream", size, sha256)


def promise(stored: Stored) -> str:
    """Stored bytes as a word that a refused form carries, so that nobody chooses the same file twice; it is
    good for a day, and for nobody else.
    """
    return str(_promises().dumps([require_actor().user_id, *astuple(stored)]))


def promised(word: str) -> Stored | None:
    """What a promise stands for, while the bytes are still there."""
    try:
        user_id, name, content_type, byte_count, sha256 = read_signed(_promises(), word, _PROMISE_LASTS)
    except BadData:
        return None
    if user_id != require_actor().user_id or not _is_kept(sha256):
        return None
    return Stored(name, content_type, byte_count, sha256)


def _is_kept(sha256: str) -> bool:
    """Whether the bytes are there; if so they stay for as long as a promise made now."""
    try:
        os.utime(path_of(sha256))
    except FileNotFoundError:
        return False
    return True


def _promises() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="stored file")


def attach(stored: Stored, owner: Subject) -> StoredFile:
    """Gives stored bytes to an object. The row is added, not committed."""
    row = StoredFile(
        owner_kind=owner.kind,
        owner_id=owner.id,
        name=stored.name,
        content_type=stored.content_type,
        byte_count=stored.byte_count,
        sha256=stored.sha256,
        uploaded_by=require_actor().name,
    )
    db.session.add(row)
    return row


def _write(stream: BinaryIO | object) -> tuple[str, int]:
    _folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=_folder(), delete=False) as copy:
        try:
            while chunk := stream.read(1 << 16):  # type: ignore[union-attr]
                size += len(chunk)
                if size > LARGEST_FILE:
                    most = LARGEST_FILE // 1024 // 1024
                    raise RuleBroken({"file": f"文件太大，最大 {most} MB，请压缩或拆开后再选"})
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        except BaseException:
            Path(copy.name).unlink()
            raise
    target = path_of(digest.hexdigest())
    target.parent.mkdir(exist_ok=True)
    Path(copy.name).replace(target)
    return digest.hexdigest(), size


def forget_unclaimed() -> int:
    """Removes bytes that no row owns and that no form can still promise, such as those of a form that was
    refused and given up, and what a broken upload left half-way; returns how many files.
    """
    with reading():
        owned = set(db.session.scalars(select(StoredFile.sha256)))
        db.session.rollback()
    found = [path for path in _folder().rglob("*") if path.is_file() and path.name not in owned]
    return sum(map(_is_forgotten, found))


def _is_forgotten(path: Path) -> bool:
    """Removes a file if it is old by now: bytes that are sent or promised again are young again."""
    try:
        if now().timestamp() - path.stat().st_mtime < _UNCLAIMED_FOR:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _must_see(owner: Subject) -> None:
    of_part = OWNERS.get(owner.kind)
    if of_part is None:
        seen_by(owner, require_actor())
    else:
        of_part(owner.id)


def answer(file_id: str) -> Response:
    """The bytes as a download, if the current actor may see the owning object; NotFound otherwise. Who took
    it stands in the ledger.
    """
    row = db.session.query(StoredFile).filter_by(public_id=file_id, taken_off_at=None).one_or_none()
    if row is None:
        raise NotFound
    _must_see(row.owner)
    path = path_of(row.sha256)
    if not path.exists():
        raise NotFound
    name = row.name
    audit.record_look("stored_file.downloaded", Subject("stored_file", file_id), "下载文件")
    return send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=name)
