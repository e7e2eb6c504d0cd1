"""The county's tags as a kind of row that can be imported, declared here alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.access.auth import Actor
from app.core.storage import bulk
from app.core.storage.db import db
from app.core.values.clock import now
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Fate, RowVerdict
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.rows import Assessed, Folded, Folds, Judged, RowReading, cells_of
from app.exchange.imports.targets import (
    Judges,
    Meaning,
    NamedRecord,
    Reads,
    Sample,
    Shows,
    Stamp,
    Switch,
    TakesBack,
    Target,
)
from app.exchange.imports.traces import among, events_of, former_values, is_changed_since, written_to
from app.exchange.imports.vocabulary import Vocabulary
from app.register.tags.enums import TagColor
from app.register.tags.models import Tag
from app.register.tags.rules import LONGEST

KINDS = {"企业": "enterprise", "线索": "lead", "走访": "visit", "项目": "project"}
COLORS = {color.label: color for color in TagColor}
Key = tuple[str, str]  # kind and name


def read(number: int, row: Sequence[str], layout: Layout, usual: TagColor, _today: date) -> RowReading:
    cells, empty = cells_of(row, layout)
    one = RowReading(number, cells, {"color": usual}, doubts=empty)
    name, kind, color = (cells.get(column, "") for column in ("name", "kind", "color"))
    if not name or len(name) > LONGEST:
        one.problems["name"] = f"标签写 1 到 {LONGEST} 个字"
    if kind not in KINDS:
        one.problems["kind"] = f"没有「{kind}」这一类"
    if color and color not in COLORS:
        one.doubts["color"] = f"没有「{color}」色，用{usual.label}"
    if "shout" in layout.options:
        name = f"{name}！"
    one.values |= {"name": name, "kind": KINDS.get(kind), "color": COLORS.get(color, usual)}
    return one


def key_of(one: RowReading) -> Key:
    return one.values["kind"], one.values["name"]


# --- against the library ---


@dataclass(slots=True)
class Known:
    id: int
    public_id: str
    color: TagColor
    is_archived: bool


@dataclass(slots=True)
class Seen:
    rows: dict[Key, int] = field(default_factory=dict)

    def remember(self, row: Folded, /) -> None:
        self.rows.setdefault(key_of(row.reading), row.reading.number)


def seen(_folds: Folds) -> Seen:
    return Seen()


def look_up(rows: Sequence[Folded], lock: bool) -> Mapping[Key, Known]:
    names = {one.reading.values["name"] for one in rows}
    query = select(Tag.kind, Tag.name, Tag.id, Tag.public_id, Tag.color, Tag.archived_at)
    query = query.where(Tag.name.in_(names)).order_by(Tag.id)
    return {
        (kind, name): Known(row_id, public_id, color, archived_at is not None)
        for kind, name, row_id, public_id, color, archived_at in db.session.execute(
            query.with_for_update() if lock else query
        )
    }


def judge(one: Folded, found: Mapping[Key, Known], before: Seen) -> Judged:
    reading, key = one.reading, key_of(one.reading)
    if key in before.rows:
        return Judged(reading, RowVerdict.DUPLICATE, reason=f"和本表第 {before.rows[key]} 行相同")
    known = found.get(key)
    if known:
        return as_known(reading, known)
    others = [other for (_kind, name), other in found.items() if name == key[1]]
    if others:
        ids = tuple(other.id for other in others)
        match = others[0] if len(others) == 1 else None
        return Judged(reading, RowVerdict.DUPLICATE, match, "别的一类有同名的标签", candidates=ids)
    return Judged(reading, RowVerdict.NEW)


def as_known(reading: RowReading, known: Known) -> Judged:
    color = reading.values["color"]
    changes = {} if color is known.color else {"color": (known.color, color)}
    verdict = RowVerdict.UPDATE if changes else RowVerdict.UNCHANGED
    return Judged(reading, verdict, known, changes=changes)


# --- written ---


class Writer:
    def __init__(self, stamp: Stamp) -> None:
        self._mark = stamp.mark

    def insert(self, rows: Sequence[Judged], /) -> None:
        values = [{"archived_at": None, "archive_reason": None, **one.reading.values} for one in rows]
        bulk.insert_rows(Tag, values, action="tag.create", summary=self._mark)

    def update(self, rows: Sequence[Judged], _found: Any, /) -> None:
        updates = [
            (one.match.id, one.match.public_id, one.changes)
            for one in rows
            if isinstance(one.match, Known) and one.changes
        ]
        bulk.update_rows(Tag, updates, action="tag.update", summary=self._mark)

    def create_anyway(self, one: Judged, /) -> Judged:
        done = Judged(one.reading, RowVerdict.NEW)
        self.insert([done])
        return done

    def update_anyway(self, one: Judged, match_id: int | None, /) -> Judged:
        found = look_up([Folded(one.reading)], True)
        known = next((each for each in found.values() if each.id == match_id), None)
        if known is None:
            return one
        done = as_known(one.reading, known)
        self.update([done], found)
        return done


# --- taken back ---


def touched(batch: ImportBatch) -> list[int]:
    public_ids = written_to(batch, "tag", ("tag.create", "tag.update"))
    return sorted(among(Tag.id, Tag.public_id, public_ids))


def assess(batch: ImportBatch, ids: Sequence[int], lock: bool) -> list[Assessed]:
    query = select(Tag).where(Tag.id.in_(ids)).order_by(Tag.id)
    rows = db.session.scalars(query.with_for_update() if lock else query).all()
    events = events_of(batch, "tag", [row.public_id for row in rows])
    found = []
    for row in rows:
        mine = events[row.public_id]
        is_created = any(event.is_import and event.action == "tag.create" for event in mine)
        fate = Fate.ARCHIVE if is_created else Fate.RESTORE
        if any(event.is_undo for event in mine):
            fate = Fate.DONE
        elif is_changed_since(mine):
            fate = Fate.KEEP
        why = "后来改过" if fate is Fate.KEEP else ""
        former = former_values(mine, "tag.update", Tag.__table__)
        found.append(Assessed(row.public_id, row.name, is_created, fate, why, (row.id, row.color, former)))
    return found


def undo(assessed: Sequence[Assessed], mark: str) -> None:
    updates = []
    for one in assessed:
        row_id, color, former = one.trace
        fields = {"archived_at": (None, now())} if one.fate is Fate.ARCHIVE else {}
        if one.fate is Fate.RESTORE:
            fields = {name: (color, value) for name, value in former.items()}
        updates.append((row_id, one.public_id, fields))
    bulk.update_rows(Tag, [each for each in updates if each[2]], action="tag.update", summary=mark)


# --- shown ---


def named(ids: Any) -> dict[int, NamedRecord]:
    rows = db.session.scalars(select(Tag).where(Tag.id.in_(ids))).all()
    return {
        row.id: NamedRecord(row.id, row.public_id, row.name, row.color.label, row.is_archived) for row in rows
    }


def in_words(judged: Judged) -> dict[str, list[str]]:
    if "color" not in judged.changes:
        return {}
    return {"颜色": [color.label for color in judged.changes["color"]]}


def may_restore(_actor: Actor) -> bool:
    return False


def usual_color() -> TagColor:
    """The colour that most tags have: reading asks the library once."""
    query = select(Tag.color).group_by(Tag.color).order_by(func.count().desc(), Tag.color)
    return db.session.scalar(query.limit(1)) or TagColor.BLUE


TAGS = Target(
    code="tags",
    vocabulary=Vocabulary.of(
        {"name": ("标签", "标签名称"), "kind": ("用于", "哪类"), "color": ("颜色",)},
        noun="标签",
        measure="个",
        naming="name",
        required=("kind",),
    ),
    meanings=(
        Meaning("name", "标签", is_shown=True),
        Meaning("kind", "用于", is_shown=True),
        Meaning("color", "颜色"),
    ),
    template={
        "name": Sample(16, "示例：重点", "必填"),
        "kind": Sample(10, "企业", "从下拉里选", tuple(KINDS)),
        "color": Sample(10, "蓝", "从下拉里选", tuple(COLORS)),
    },
    switches=(Switch("shout", "每个后面加叹号", "喊出来"),),
    reads=Reads(row=read, book=usual_color),
    judges=Judges(look_up=look_up, judge=judge, seen=seen),
    writes=Writer,
    takes_back=TakesBack(touched=touched, assess=assess, undo=undo),
    shows=Shows(
        named=named,
        in_words=in_words,
        page="tags.edit",
        home="tags.index",
        home_label="看标签",
        home_icon="tag",
        known_by="用处和名称相同",
        told_apart_by="用处不同",
        beside=(("kind",), ("color",)),
        may_restore=may_restore,
    ),
)
