"""What the cells on contacts and other names say, as county lists write them. Pure.

Several people stand in numbered columns, or in one cell parted by 、 ； / or a line break. What is said of
them names the number of the person, never the name or the phone: it is kept longer than they may be.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from app.core.values.clean import clean_line, in_half_width, says_nothing
from app.exchange.imports.companies.enums import Column
from app.register.enterprises.rules import LOST_DIGITS, LOST_ZERO, name_key, read_phone

LONGEST_PERSON = 40  # as in the table of contacts
LONGEST_POST = 60
MOST_PEOPLE = 10

_PARTED = re.compile(r"[、，,;；/|\n]+")
_NAMES_PARTED = re.compile(r"[、，,;；|\n]+")
_DASHES = re.compile("[‐-―−﹣]")
_EXTENSION = r"(?:\s*(?:转|分机|ext\.?|-)\s*:?\d{1,6}(?:分机|号)?(?!\d))?"
_AREA = r"(?:(?:\+|00)86[ -]?)?(?:\(0\d{2,3}\)|0\d{2,3})[ -]?"
_PHONE = re.compile(
    r"(?:(?:\+|00)?86[ -]?)?1[3-9](?:[ -]?\d){9}(?:\.0+)?(?!\d)"
    rf"|{_AREA}\d{{3,4}}[ -]?\d{{3,4}}(?:\.0+)?(?!\d){_EXTENSION}"
    rf"|\+?\d[\d\- ()]{{5,}}\d(?:\.0+)?{_EXTENSION}",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(（]([^()（）]*)[)）]")
_EDGES = " :：-—,，"
_LABELS = re.compile(
    r"(?:联系人|联系电话|联系方式|办公电话|办公室|固定电话|固话|座机|电话|手机号码?|手机|姓名)\s*(?:[:：]|$)"
)
LONGEST_PHONE = 30

SETS: Sequence[tuple[Column, Column, Column]] = (
    (Column.CONTACT, Column.CONTACT_POST, Column.CONTACT_PHONE),
    (Column.CONTACT_2, Column.CONTACT_POST_2, Column.CONTACT_PHONE_2),
)
COLUMNS = frozenset(column for columns in SETS for column in columns)


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """A contact as a row writes it, or as the library holds it."""

    name: str
    post: str = ""
    phone: str | None = None

    @property
    def key(self) -> str:
        """Two people of one company with the same key are the same: 张 三 and 张三."""
        return name_key(self.name)


@dataclass(slots=True)
class PeopleRead:
    """The people of one row; problems refuse the row, doubts are shown."""

    people: list[ContactPerson] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    """One person of a cell before the columns beside it are looked at."""

    name: str
    post: str
    phones: list[str]
    text: str  # as it stands in the cell


def read_other_names(cell: str) -> tuple[str, ...]:
    """The names in one cell, each once."""
    names = (clean_line(part) for part in _NAMES_PARTED.split(unicodedata.normalize("NFC", cell)))
    return tuple(dict.fromkeys(name for name in names if name_key(name) and not says_nothing(name)))


def read_people(cells: Mapping[str, str]) -> PeopleRead:
    """The people of all columns of a row."""
    read = PeopleRead()
    for columns in SETS:
        texts = [cells.get(column, "") for column in columns]
        if any(texts):
            _read_set(read, columns, *texts)
    return read


def _read_set(
    read: PeopleRead, columns: tuple[Column, Column, Column], names: str, posts: str, phones: str
) -> None:
    column, _post_column, phone_column = columns
    entries, spare = _entries(names), _entries(phones)
    if not any(entry.name for entry in entries) and any(entry.name for entry in spare):
        entries, spare = spare, entries  # 联系方式：张三 13812346021 holds both
    named = [entry for entry in entries if entry.name]
    names_there = {entry.name for entry in named}
    # 微信 lin_bing, or the phone of somebody who is not named beside it: kept as it stands.
    loose = [
        phone for entry in spare for phone in ([entry.text] if _is_odd(entry, names_there) else entry.phones)
    ]
    if not named:
        if loose or posts or entries:
            read.doubts[column] = "没有写联系人姓名，电话和职务没有记"
        return
    entries = named
    _share(entries, loose)
    written = [posts] if len(entries) == 1 else _PARTED.split(posts)
    for entry, post in zip_longest(entries, written[: len(entries)], fillvalue=""):
        assert isinstance(entry, _Entry)
        assert isinstance(post, str)
        _add(read, column, phone_column, entry, clean_line(post) or entry.post)


def _is_odd(entry: _Entry, names_there: set[str]) -> bool:
    """Something in a column of phones that is no phone, or that of somebody who is not named beside it."""
    return not entry.phones or (bool(entry.name) and entry.name not in names_there)


def _share(entries: list[_Entry], loose: list[str]) -> None:
    """Phones of a column of their own: one each in order, what is left over goes to the last."""
    for entry in entries:
        if loose and not entry.phones:
            entry.phones.append(loose.pop(0))
    entries[-1].phones += loose


def _entries(cell: str) -> list[_Entry]:
    """张三（经理）13812346021、李四 -> two entries; a part without a name adds its phones to the last."""
    entries: list[_Entry] = []
    for part in _PARTED.split(_DASHES.sub("-", in_half_width(cell))):
        phones = [found.strip() for found in _PHONE.findall(part)]
        rest = _LABELS.sub(" ", _PHONE.sub(" ", part).strip())
        post = _BRACKETED.search(rest)
        name = _joined(clean_line(_BRACKETED.sub(" ", rest)).strip(_EDGES))
        name = "" if says_nothing(name) else name
        if name or not entries:
            entries.append(_Entry(name, clean_line(post[1]) if post else "", phones, clean_line(part)))
        else:
            entries[-1].phones += phones
    return [entry for entry in entries if entry.name or entry.phones]


def _joined(name: str) -> str:
    """张 三, spaced to the width of three characters, is 张三."""
    return re.sub(r"(?<=^[\u4e00-\u9fff]) (?=[\u4e00-\u9fff]$)", "", name)


def _add(read: PeopleRead, column: Column, phone_column: Column, entry: _Entry, post: str) -> None:
    number = len(read.people) + 1
    if len(entry.name) > LONGEST_PERSON or len(post) > LONGEST_POST:
        read.doubts[column] = (
            f"有一位联系人没有记：姓名最多 {LONGEST_PERSON} 个字，职务最多 {LONGEST_POST} 个字。"
            "几个人写在一格的，用顿号隔开"
        )
        return
    if number > MOST_PEOPLE:
        read.doubts[column] = f"一行最多 {MOST_PEOPLE} 位联系人，后面的没有记，请到企业页补上"
        return
    phone = _phone_of(read, phone_column, number, entry.phones)
    read.people.append(ContactPerson(entry.name, post, phone))


def _phone_of(read: PeopleRead, column: Column, number: int, phones: Sequence[str]) -> str | None:
    """The first phone; words that are none stay in its place, where they are masked and can be erased."""
    if not phones:
        return None
    phone, problem = read_phone(phones[0])
    who = f"第 {number} 位联系人"
    if problem == LOST_ZERO:
        read.problems[column] = f"{who}的电话读不出来。{problem}"
    elif problem == LOST_DIGITS or len(phones[0]) > LONGEST_PHONE:
        read.doubts[column] = f"{who}的电话没有记：{problem or f'最多 {LONGEST_PHONE} 个字'}"
    elif problem:
        phone = phones[0]
        read.doubts[column] = f"{who}的电话读不出来，照原样记下。{problem}"
    elif len(phones) > 1:
        read.doubts[column] = f"{who}写了 {len(phones)} 个电话，只记第一个"
    return phone
