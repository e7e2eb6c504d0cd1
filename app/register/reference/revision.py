"""A newer list of divisions, and what it changes in the table. Pure.

The Ministry's lists name what exists on their day, `code,name`; three further columns tell what such a list
does not: from when, until when, and what it became part of.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.register.reference.enums import DivisionKind

_HEADINGS = {
    "code": ("code", "代码", "行政区划代码"),
    "name": ("name", "名称", "单位名称"),
    "valid_from": ("valid_from", "启用日期"),
    "valid_to": ("valid_to", "停用日期"),
    "successor": ("successor", "并入代码"),
}
_DIGITS = 6
_LONGEST_NAME = 40
_MOST_ENDED = 20  # at once; a list without more of what exists is cut short, not a reform


class ChangeKind(LabelledEnum):
    """What a newer list does to a division."""

    NEW = "new", "新增"
    ENDED = "ended", "停用"
    RENAMED = "renamed", "改名"
    MOVED = "moved", "改代码"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list; a day or successor that it does not tell is None."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class KnownDivision:
    """One division of the table by its latest name."""

    code: str
    name: str
    kind: DivisionKind
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CodeChange:
    """`day` is the first one of what is new, or the last one of what ends. `before` is the name or the code
    that it had, `successor` the code of what it became part of.
    """

    kind: ChangeKind
    code: str
    name: str
    day: date
    before: str = ""
    successor: str | None = None


def read_list(content: bytes) -> list[Listed]:
    """The lines of a CSV, UTF-8 or GB 18030, with commas or tabs; RuleBroken names the first line amiss."""
    text = _decoded(content)
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.split("\n", 1)[0] else ","))
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    places = {
        field: next((heads.index(name) for name in names if name in heads), None)
        for field, names in _HEADINGS.items()
    }
    if places["code"] is None or places["name"] is None:
        raise RuleBroken("第一行要有「代码」和「名称」两列（code,name），例如：\n代码,名称\n110000,北京市")
    found = [_line(number, row, places) for number, row in enumerate(rows[1:], 2) if any(map(str.strip, row))]
    _refuse_twice(found)
    return found


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleBroken("文件不是 UTF-8 或 GB 18030 编码的文字，请另存为 CSV UTF-8 再试")


def _line(number: int, row: Sequence[str], places: Mapping[str, int | None]) -> Listed:
    cells = {
        field: row[place].strip() if place is not None and place < len(row) else ""
        for field, place in places.items()
    }
    code, name = cells["code"], "".join(cells["name"].split()).lstrip("*")
    if not (_is_code(code) and 1 < len(name) <= _LONGEST_NAME):
        raise RuleBroken(
            f"第 {number} 行：代码要 6 位数字，名称要 2 到 {_LONGEST_NAME} 个字，现在是「{code},{name}」"
        )
    if cells["successor"] and not _is_code(cells["successor"]):
        raise RuleBroken(f"第 {number} 行：并入代码要 6 位数字，现在是「{cells['successor']}」")
    days = (_day(number, cells["valid_from"]), _day(number, cells["valid_to"]))
    return Listed(code, name, *days, cells["successor"] or None)


def _is_code(text: str) -> bool:
    return len(text) == _DIGITS and text.isascii() and text.isdigit()


def _day(number: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleBroken(f"第 {number} 行：日期写成 2026-04-01 这样，现在是「{text}」") from None


def _refuse_twice(found: Iterable[Listed]) -> None:
    names: dict[str, str] = {}
    for one in found:
        if one.code in names:
            raise RuleBroken(f"代码 {one.code} 在文件里有两行：{names[one.code]}、{one.name}")
        names[one.code] = one.name


def compare(
    known: Iterable[KnownDivision], listed: Sequence[Listed], day: date, *, whole: bool
) -> list[CodeChange]:
    """What the list changes from a day on, in the order of codes.

    A `whole` list names all that exists in each of its provinces: what it leaves out has ended. Placeholders
    and zones of the statistics bureau stand in no list and stay.
    """
    table = {one.code: one for one in known}
    _refuse_ended(table, listed)
    _refuse_lost({*table, *(one.code for one in listed)}, listed)
    changes = [change for one in listed for change in _changes_of(one, table.get(one.code), day)]
    if whole:
        changes += _left_out(table.values(), listed, day)
    return sorted(_with_moves(changes), key=lambda change: (change.code, change.kind is ChangeKind.ENDED))


def _refuse_ended(table: Mapping[str, KnownDivision], listed: Iterable[Listed]) -> None:
    for one in listed:
        row = table.get(one.code)
        if row and row.valid_to and not one.valid_to:
            raise RuleBroken(
                f"{one.code} 是「{row.name}」的代码，用到 {row.valid_to} 为止，停用的代码不再使用，"
                f"请核对文件里的「{one.name}」"
            )


def parent_of(code: str, codes: Collection[str]) -> str | None:
    """The code of the prefecture that a code lies in, else of the province; None of neither."""
    above = (code[:4] + "00", code[:2] + "0000")
    return next((each for each in above if each != code and each in codes), None)


def _refuse_lost(codes: Collection[str], listed: Iterable[Listed]) -> None:
    for one in listed:
        if not one.code.endswith("0000") and parent_of(one.code, codes) is None:
            province = one.code[:2] + "0000"
            raise RuleBroken(
                f"{one.code} {one.name}：没有它所在的省（{province}），请核对代码，或把省也写进文件"
            )


def _changes_of(one: Listed, row: KnownDivision | None, day: date) -> Iterator[CodeChange]:
    if row is None:
        yield CodeChange(ChangeKind.NEW, one.code, one.name, one.valid_from or day)
    elif row.name != one.name:
        yield CodeChange(ChangeKind.RENAMED, one.code, one.name, one.valid_from or day, before=row.name)
    if one.valid_to and (row is None or row.valid_to is None):
        yield CodeChange(ChangeKind.ENDED, one.code, one.name, one.valid_to, successor=one.successor)


def _left_out(table: Iterable[KnownDivision], listed: Sequence[Listed], day: date) -> list[CodeChange]:
    codes = {one.code for one in listed}
    provinces = {code[:2] for code in codes}
    gone = [
        row
        for row in table
        if row.kind is DivisionKind.ORDINARY
        and row.valid_to is None
        and row.code[:2] in provinces
        and row.code not in codes
    ]
    if len(gone) > _MOST_ENDED:
        some = "、".join(f"{row.code} {row.name}" for row in gone[:3])
        raise RuleBroken(
            f"文件里没有现有的 {len(gone)} 个区划（{some} 等），像是不全。"
            "如果文件只列有变化的，请加 --changes-only"
        )
    last = day - timedelta(days=1)
    return [CodeChange(ChangeKind.ENDED, row.code, row.name, last) for row in gone]


def _with_moves(changes: Sequence[CodeChange]) -> Iterator[CodeChange]:
    """What ends under one code and begins in the same province under another, by one name, has moved."""
    ended = {(one.code[:2], one.name): one for one in changes if one.kind is ChangeKind.ENDED}
    moved = {
        one.code: ended[one.code[:2], one.name]
        for one in changes
        if one.kind is ChangeKind.NEW and (one.code[:2], one.name) in ended
    }
    for one in changes:
        if one in moved.values():
            continue
        before = moved.get(one.code) if one.kind is ChangeKind.NEW else None
        yield CodeChange(ChangeKind.MOVED, one.code, one.name, one.day, before=before.code) if before else one
