"""Writes of tags: the county's words, and what they are put on. Never commits."""

from collections.abc import Iterable

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.storage.subjects import SUBJECTS, Subject, for_change
from app.core.values.clock import now
from app.core.values.errors import Clash, NotFound, RuleBroken
from app.core.values.labels import label_of
from app.register.tags import queries, rules
from app.register.tags.enums import TagColor
from app.register.tags.models import Tag, Tagging


def add_tag(kind: str, name: str, color: TagColor) -> Tag:
    """A new tag for records of a kind, or one of before that is wanted again."""
    if kind not in SUBJECTS:
        raise NotFound
    wait_turn(Turn.WORDS)
    known = queries.tag_called(kind, name)
    if known is not None and not known.is_archived:
        raise RuleBroken({"name": f"已经有「{name}」"})
    if len(queries.tags_of(kind)) >= rules.MOST_OF_KIND:
        raise RuleBroken(f"{SUBJECTS[kind].label}最多 {rules.MOST_OF_KIND} 个标签，先停用不要的")
    tag = known or Tag(kind=kind, name=name)
    tag.color, tag.archived_at = color, None
    db.session.add(tag)
    db.session.flush()
    return tag


def change_tag(tag: Tag, name: str, color: TagColor, version: int) -> None:
    """Another name or colour for a tag, on all that has it."""
    wait_turn(Turn.WORDS)
    claim(tag, version, fixed=lambda: _stopped(tag))
    known = queries.tag_called(tag.kind, name)
    if known is not None and known is not tag:
        stopped = "，已停用，直接加回来就行" if known.is_archived else ""
        raise RuleBroken({"name": f"已经有「{name}」{stopped}"})
    tag.name, tag.color = name, color
    db.session.flush()


def _stopped(tag: Tag) -> Clash | None:
    return Clash(label_of(Tag.name), f"{tag.name}（已停用）", tag.name) if tag.is_archived else None


def archive_tag(tag: Tag, version: int) -> None:
    """A tag that is not used any more; it is seen nowhere, and what it was put on is kept."""
    claim_whole(tag, version, "停用", may_go_on=lambda: not tag.is_archived)
    tag.archived_at = now()
    db.session.flush()


def restore_tag(tag: Tag, version: int) -> None:
    """A tag that was archived by mistake is there again."""
    claim_whole(tag, version, "恢复", may_go_on=lambda: tag.is_archived)
    tag.archived_at = None
    db.session.flush()


# --- on records ------------------------------------------------------------------------------------


def change(subject: Subject, on: Iterable[Tag], off: Iterable[Tag]) -> None:
    """Puts tags on a record that who acts may work on and takes others off; what is not named stays, so two
    who do it at once do not undo each other's.
    """
    for_change(subject)
    there = {row.tag_id: row for row in queries.taggings_on(subject)}
    gone = [there[tag.id] for tag in off if tag.id in there]
    new = [tag for tag in on if tag.id not in there]
    if any(tag.kind != subject.kind or tag.is_archived for tag in new):
        raise RuleBroken({"tags": "标签变了，请重新选"})
    if len(there) - len(gone) + len(new) > rules.MOST_ON_RECORD:
        raise RuleBroken({"tags": f"一条记录最多 {rules.MOST_ON_RECORD} 个标签"})
    for row in gone:
        db.session.delete(row)
    for tag in new:
        db.session.add(_tagging(tag, subject))
    db.session.flush()


def _tagging(tag: Tag, subject: Subject) -> Tagging:
    author_id = require_actor().person_id
    return Tagging(tag_id=tag.id, subject_kind=subject.kind, subject_id=subject.id, author_id=author_id)
