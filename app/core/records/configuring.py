"""What the county sets by dated versions (core/records/dated), declared: read, compared, entered, withdrawn.
Its pages are `core/records/configured`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import select

from app.core.access.auth import require_actor
from app.core.records.dated import FROM, WHY, Dated
from app.core.records.versions import claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.enums import LabelledEnum
from app.core.values.errors import Clash, NotAllowed, NotFound, RuleBroken
from app.core.web.forms import VersionedForm, date_field, line_field

D = TypeVar("D", bound=Dated)
BEGUN = "已经生效，不能再改：按它办过的事留着它的编号。要改，新定一版"
FARTHEST = timedelta(days=2 * 366)


class DatedForm(VersionedForm):
    """From when on a version holds, and why. Each configuration adds what is set, as a table: `headings` and
    a method `lines`, which gives each line its words and its fields, None where there is nothing to set.
    """

    headings: ClassVar[Sequence[str]] = ()

    valid_from = date_field(FROM, required="选从哪天起按这一版")
    note = line_field(WHY, 200, required="写一句为什么改，例如：县政府常务会议 11 月 20 日定的")


class VersionState(LabelledEnum):
    """Where a version stands today."""

    PLANNED = "planned", "还没生效"
    HOLDS = "holds", "现在用的"
    ENDED = "ended", "用过的"


@dataclass(frozen=True, slots=True)
class Version(Generic[D]):
    """A version among the others: its number, the day before the next begins, where it stands."""

    row: D
    number: int
    until: date | None
    standing: VersionState


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that two versions tell differently; empty where one of them does not tell it."""

    label: str
    before: str
    after: str


def _nothing(_row: Any, _before: Any) -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration(Generic[D]):
    """What the county sets by dated versions of one model, declared.

    `form` makes the form from keyword values, as WTForms does, and `opened` gives those of a version. `fill`
    writes what was typed onto a version, new or planned, which is not necessarily in the session: `before` is
    the version that it takes the place of. `told` says a version in lines, label by label; what two versions
    tell differently is what changes. `effects` are sentences on what would come of it
    today, beside that version.
    """

    model: type[D]
    title: str
    reads: StrEnum
    writes: StrEnum
    form: Callable[..., DatedForm]
    opened: Callable[[D], Mapping[str, Any]]
    fill: Callable[[D, Any, D], None]
    told: Callable[[D], Mapping[str, str]]
    effects: Callable[[D, D], Sequence[str]] = _nothing

    # --- reads ---

    def versions(self) -> list[Version[D]]:
        """All versions, the newest first."""
        model: Any = self.model
        rows = list(db.session.scalars(select(model).order_by(model.valid_from)))
        ends = [row.valid_from - timedelta(days=1) for row in rows[1:]]
        day, found = today(), []
        for number, (row, until) in enumerate(zip(rows, [*ends, None], strict=True), 1):
            over = until is not None and until < day
            begun = VersionState.ENDED if over else VersionState.HOLDS
            found.append(Version(row, number, until, begun if row.has_begun else VersionState.PLANNED))
        return found[::-1]

    def get(self, public_id: str) -> D:
        """A version by its public id; NotFound otherwise."""
        model: Any = self.model
        found: D | None = db.session.scalar(select(model).where(model.public_id == public_id))
        if found is None:
            raise NotFound
        return found

    def before(self, day: date, row: D | None = None) -> D:
        """The version that `row`, or a new one, takes the place of when it begins on `day`."""
        model: Any = self.model
        others = select(model).where(model.valid_from < day)
        if row is not None and row.id is not None:
            others = others.where(model.id != row.id)
        found: D = db.session.scalars(others.order_by(model.valid_from.desc()).limit(1)).one()
        return found

    def differences(self, before: D, after: D) -> list[Difference]:
        """What two versions tell differently, line by line."""
        old, new = self.told(before), self.told(after)
        both = ((label, old.get(label, ""), new.get(label, "")) for label in dict.fromkeys([*old, *new]))
        return [Difference(label, was, by_now) for label, was, by_now in both if was != by_now]

    def preview(self, form: DatedForm, row: D | None = None) -> D:
        """What was typed as a version that is not kept. Raises RuleBroken as `enter` does, and NotAllowed
        when `row` holds already.
        """
        self._must_fit(form, row)
        return self._made(form)

    # --- writes ---

    def enter(self, form: DatedForm) -> D:
        """A new version. Raises NotAllowed, and RuleBroken for a day that has come or is taken already, and
        when it says what holds by then anyway.
        """
        self._must_be_allowed()
        wait_turn(Turn.VERSIONS)
        self._must_fit(form)
        row = self._made(form)
        db.session.add(row)
        db.session.flush()
        return row

    def change(self, row: D, form: DatedForm) -> None:
        """Changes a version that has not begun. Raises as `enter` does, and Stale when somebody has saved
        since the form was opened.
        """
        self._must_be_allowed()
        wait_turn(Turn.VERSIONS)
        claim(row, form.seen, fixed=lambda: self._begun(row))
        self._must_fit(form, row)
        with db.session.no_autoflush:
            self._write(row, form)
        db.session.flush()

    def withdraw(self, row: D, seen: int) -> None:
        """Removes a version that has not begun: nothing was judged by it. Raises as `change` does."""
        self._must_be_allowed()
        wait_turn(Turn.VERSIONS)
        claim(row, seen, fixed=lambda: self._begun(row))
        if row.has_begun:
            raise NotAllowed(BEGUN)
        db.session.delete(row)
        db.session.flush()

    def _must_be_allowed(self) -> None:
        if not require_actor().may(self.writes):
            raise NotAllowed

    def _must_fit(self, form: DatedForm, row: D | None = None) -> None:
        if row is not None and row.has_begun:
            raise NotAllowed(BEGUN)
        day = form.valid_from.data
        if refusal := self._why_not_from(day, row):
            raise RuleBroken({"valid_from": refusal})
        if not self.differences(self.before(day, row), self._made(form)):
            raise RuleBroken({"": "和那天起本来要用的一样，没有改动。改了什么再保存，不改就不用存"})

    def _why_not_from(self, day: date, row: D | None) -> str:
        tomorrow = today() + timedelta(days=1)
        if day < tomorrow:
            return f"最早从明天（{tomorrow}）起：到今天为止的事已经按原来的办了"
        if day > today() + FARTHEST:
            return "不能晚于两年以后，请核对年份"
        model: Any = self.model
        taken = db.session.scalar(select(model).where(model.valid_from == day))
        if taken is None or taken is row:
            return ""
        return f"{day} 起已经有一版（{taken.entered_by}定的）：改那一版，或者另选一天"

    def _made(self, form: DatedForm) -> D:
        row = self.model()
        with db.session.no_autoflush:
            self._write(row, form)
        return row

    def _write(self, row: D, form: DatedForm) -> None:
        row.valid_from, row.note = form.valid_from.data, form.note.data
        row.entered_by, row.updated_at = require_actor().name, now()  # also where only its parts change
        self.fill(row, form, self.before(row.valid_from, row))

    def _begun(self, row: D) -> Clash | None:
        return Clash(self.title, BEGUN, "还没生效") if row.has_begun else None
