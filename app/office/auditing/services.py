"""The nightly walk over the chain, noted beside the database for whoever asks when it was last whole, and the
heads of the chain, kept where the operator says and compared with it.
"""

import fcntl
import json
import logging
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.core.storage import audit
from app.core.storage.audit import Verdict
from app.core.storage.db import reading
from app.core.values.clock import in_beijing, now
from app.core.web.files import instance_folder
from app.office.auditing import queries
from app.office.auditing.enums import Finding
from app.office.auditing.queries import HEADS_FAILED, LAST_VERIFIED
from app.office.auditing.rules import Head, ToldFinding, against_heads, line_of, read_line, signed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Walk:
    """What the chain shows by itself, and what the heads kept elsewhere say of it."""

    verdict: Verdict
    heads: int
    found: Sequence[ToldFinding]

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(one.words for one in self.found if one.finding.is_fault)

    @property
    def is_whole(self) -> bool:
        return self.verdict.broken_at is None and not self.faults


def verify_chain() -> Walk:
    """Walks the whole chain, compares it with the heads, and notes what was found and when."""
    heads, unread = _heads()  # before the chain, which only grows
    with reading():
        verdict = audit.verify()
        number, _hash = audit.head()
        hashes = queries.hashes_of(head.number for head in heads if head)
        found = unread or against_heads(heads, hashes, number, audit.heads_key(), now(), queries.began())
    walk = Walk(verdict, len(heads), found)
    if verdict.broken_at is not None:
        log.error("the audit chain is broken at event %s", verdict.broken_at)
    for one in found:
        log.log(logging.ERROR if one.finding.is_fault else logging.INFO, "audit heads: %s", one.words)
    _note(walk)
    return walk


def _heads() -> tuple[Sequence[Head | None], list[ToldFinding]]:
    try:
        return queries.read_heads(), []
    except OSError as error:
        return [], [ToldFinding(Finding.LATE, f"读不出链头记录，没有比对：{error.strerror or error}")]


def _note(walk: Walk) -> None:
    told = {
        "at": now().isoformat(),
        "checked": walk.verdict.checked,
        "broken_at": walk.verdict.broken_at,
        "faults": walk.faults,
    }
    try:
        instance_folder(LAST_VERIFIED).write_text(json.dumps(told), encoding="utf-8")
    except OSError as error:
        log.warning("the last verification could not be noted: %s", error)


def current_head(restored: str = "", previous: str = "") -> Head:
    """The end of the chain as it is now, signed."""
    with reading():
        number, last_hash = audit.head()
    return signed(Head(now(), number, last_hash, previous, restored), audit.heads_key())


def keep_head(restored: str = "") -> Head:
    """Adds the end of the chain to the heads that are kept; it is on the disk when this returns. `restored`
    says by what the chain became shorter just now. Raises OSError.
    """
    path = queries.heads_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with closing(os.fdopen(descriptor, "r+b", buffering=0)) as stream:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # a command beside the nightly job: each names the one before
        written = stream.read()
        head = current_head(restored, _last_signature(written))
        torn = b"\n" if written and not written.endswith(b"\n") else b""
        stream.write(torn + line_of(head).encode() + b"\n")
        os.fsync(descriptor)
    _sync(path.parent)
    instance_folder(HEADS_FAILED).unlink(missing_ok=True)
    return head


def _last_signature(written: bytes) -> str:
    lines = reversed(written.decode(errors="replace").splitlines())
    return next((head.signature for line in lines if (head := read_line(line))), "")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_head_by_night() -> None:
    """The same; where it cannot be written is noted for the page that tells how the system is."""
    try:
        keep_head()
    except OSError as error:
        log.error("the head of the audit chain could not be kept: %s", error)
        note = f"{in_beijing(now()):%Y-%m-%d %H:%M} 没有写成：{error.strerror or error}"
        instance_folder(HEADS_FAILED).write_text(note, encoding="utf-8")
