"""What a line of a guest list says. Pure."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

MOST_PASTED = 500
MOST_GUESTS = 3000  # of one event
_SHOWN = 5
_COLUMNS = ("name", "company", "post", "phone")
WANTED = {
    "姓名": ("名字", "客商", "客商姓名", "嘉宾", "联系人"),
    "单位": ("企业", "公司", "企业名称", "公司名称", "单位名称"),
    "职务": ("职位",),
    "电话": ("手机", "手机号", "联系电话", "联系方式", "手机号码"),
}
_HEADINGS = {
    word: column
    for column, (name, others) in zip(_COLUMNS, WANTED.items(), strict=True)
    for word in (name, *others)
}
_GAP = re.compile(r"\t|[,，;；]| {2,}|　+")
_PHONE = re.compile(r"\+?\d{5,20}")
_LONGEST = {"name": 60, "company": 120, "post": 60}


@dataclass(frozen=True, slots=True)
class TypedGuest:
    """A guest as typed; the phone in digits alone."""

    name: str
    company: str = ""
    post: str = ""
    phone: str = ""


def plain_phone(text: str) -> str | None:
    """The digits of a phone number, 138 0000 0000 or +86-138…; empty for none, None when it is no number."""
    digits = re.sub(r"[\s\-－—()（）]", "", text)
    if not digits:
        return ""
    if not _PHONE.fullmatch(digits):
        return None
    return digits.removeprefix("+86").removeprefix("+")


def read_guests(text: str) -> tuple[list[TypedGuest], list[str]]:
    """A pasted list, a guest a line: 姓名, 单位, 职务, 电话, in this order or as a line of headings says. The
    guests, or why not, a sentence a mistake with its line.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    columns: Sequence[str] = _COLUMNS
    if lines and (told := _headings(lines[0][1])):
        columns, lines = told, lines[1:]
    if len(lines) > MOST_PASTED:
        return [], [f"一次最多贴 {MOST_PASTED} 行，现在是 {len(lines)} 行，请分几次"]
    guests, problems = [], list[str]()
    for number, line in lines:
        guest, problem = _read(line, columns)
        guests.append((number, guest))
        if problem:
            problems.append(f"第 {number} 行：{problem}")
    problems += _same_phones(guests)
    return [guest for _number, guest in guests], problems


def _headings(line: str) -> list[str]:
    cells = [cell.strip() for cell in _GAP.split(line)]
    told = [_HEADINGS.get(cell, "") for cell in cells]
    return told if "name" in told else []


def _read(line: str, columns: Sequence[str]) -> tuple[TypedGuest, str]:
    cells = [cell.strip() for cell in _GAP.split(line.strip("\n"))]
    told = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    phone = plain_phone(told.get("phone", ""))
    guest = TypedGuest(told.get("name", ""), told.get("company", ""), told.get("post", ""), phone or "")
    if not guest.name:
        return guest, "没有姓名"
    if phone is None:
        return guest, f"电话「{told['phone'][:20]}」不是号码"
    long = [column for column, most in _LONGEST.items() if len(getattr(guest, column)) > most]
    return guest, "姓名、单位或职务太长" if long else ""


def _same_phones(guests: Sequence[tuple[int, TypedGuest]]) -> list[str]:
    """Which lines have the same phone."""
    by_phone: dict[str, list[int]] = defaultdict(list)
    for number, guest in guests:
        if guest.phone:
            by_phone[guest.phone].append(number)
    return [
        f"第 {'、'.join(map(str, numbers[:_SHOWN]))} 行的电话相同，留一行，或改成各自的"
        for numbers in by_phone.values()
        if len(numbers) > 1
    ]
