"""What a row of the file is to the library: new, an update, unchanged, suspected, wrong. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.enterprises.enums import NameKind
from app.enterprises.rules import (
    codes_differ,
    core_key,
    differ_in_form_alone,
    name_key,
    places_agree,
    places_of,
)
from app.imports.enums import Column, RowVerdict
from app.imports.people import Person
from app.imports.rules import Reading, Values, keep_unread

Changes = dict[str, tuple[Any, Any]]  # column -> before, after


@dataclass(frozen=True, slots=True)
class OtherName:
    """An alias or a former name with its key."""

    kind: NameKind
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Additions:
    """Names and people that a row brings and the company does not have yet. Nothing is changed or removed."""

    names: tuple[OtherName, ...] = ()
    people: tuple[Person, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.people)


NOTHING = Additions()


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise of the library; `values` are those columns that an import may change."""

    id: int
    public_id: str
    values: Mapping[str, Any]
    archived_at: datetime | None = None

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def places(self) -> frozenset[str]:
        return places_of(self.values["region_code"], self.name)

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def code(self) -> str | None:
        code: str | None = self.values["credit_code"]
        return code


@dataclass(slots=True)
class Found:
    """What the indexed keys of some rows found in the library, the oldest first."""

    by_code: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=dict)
    by_other_name: dict[str, list[Known]] = field(default_factory=dict)
    by_core: dict[str, list[Known]] = field(default_factory=dict)
    # Archived companies that can be restored, by code and by every name of theirs.
    archived: dict[str, list[Known]] = field(default_factory=dict)
    names: dict[int, list[OtherName]] = field(default_factory=dict)  # inner id -> its other names
    # inner id -> its contacts by name and post, archived too
    people: dict[int, list[Person]] = field(default_factory=dict)

    def ids(self) -> set[int]:
        """Every company found."""
        return {known.id for known in self.all()}

    def all(self) -> Iterator[Known]:
        groups = (self.by_name, self.by_other_name, self.by_core, self.archived)
        yield from self.by_code.values()
        for group in groups:
            for companies in group.values():
                yield from companies

    def with_id(self, row_id: int) -> Known | None:
        return next((known for known in self.all() if known.id == row_id), None)


_MOST_COMPARED = 50  # rows of one name; more of them tell nothing new
Before = tuple[int, str | None, str, str | None]  # row, credit code, name, place of an earlier row


@dataclass(slots=True)
class Seen:
    """The companies before this row in the same file, by code, name and core."""

    # name -> the credit codes that the file writes beside it, where they are several
    name_codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[Before]] = field(default_factory=dict)
    cores: dict[str, list[Before]] = field(default_factory=dict)

    def remember(self, row: "Keyed") -> None:
        if row.code:
            self.codes.setdefault(row.code, row.number)
        elif row.name in self.name_codes:
            return  # which of them it is, nobody knows
        before = (row.number, row.code, row.written, row.region)
        for key, group in ((row.name, self.names), (row.core, self.cores)):
            rows = group.setdefault(key, [])
            if len(rows) < _MOST_COMPARED and before not in rows:
                rows.append(before)


@dataclass(frozen=True, slots=True)
class Keyed:
    """The keys of one readable row."""

    number: int
    code: str | None
    name: str
    core: str
    written: str  # the name as it stands there
    region: str | None

    @classmethod
    def of(cls, reading: Reading) -> "Keyed":
        values = reading.values
        name, code = values["name"], values.get("credit_code")
        return cls(reading.number, code, name_key(name), core_key(name), name, values.get("region_code"))

    @property
    def places(self) -> frozenset[str]:
        return places_of(self.region, self.written)


@dataclass(frozen=True, slots=True)
class Judged:
    """One row with its verdict. `match` is the enterprise it concerns, `reason` says why it is suspected,
    `candidates` are those which 更新 may mean. A row that is one company with an earlier one `follows`
    it: that row's number.
    """

    reading: Reading
    verdict: RowVerdict
    match: Known | None = None
    reason: str = ""
    changes: Changes = field(default_factory=dict)
    keys: Keyed | None = None
    additions: Additions = NOTHING
    candidates: tuple[int, ...] = ()
    follows: int | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the row is written, or may be, with something that was guessed or not understood."""
        return bool(self.reading.doubts) and self.verdict is not RowVerdict.ERROR


def judge(reading: Reading, keys: Keyed | None, found: Found, seen: Seen) -> Judged:
    """Compares one row with the rows before it and with the library. `keys` is None for a wrong row."""
    if keys is None:
        return Judged(reading, RowVerdict.ERROR)
    judged = _judged(reading, keys, found, seen)
    seen.remember(keys)
    return judged


def _judged(reading: Reading, keys: Keyed, found: Found, seen: Seen) -> Judged:
    earlier = seen.codes.get(keys.code or "")
    if earlier not in {None, keys.number}:
        return _suspected(reading, keys, f"和本表第 {earlier} 行信用代码相同，名称不同")
    known = found.by_code.get(keys.code or "")
    if known:
        return as_known(reading, keys, known, found, renames=True)
    return (
        _of_archived(reading, keys, found.archived.get(keys.code or "", ()), "信用代码相同")
        or _of_same_name(reading, keys, found, seen)
        or _of_archived(reading, keys, found.archived.get(keys.name, ()), "同名")
        or _of_other_name(reading, keys, found)
        or _of_same_core(reading, keys, found, seen)
        or Judged(reading, RowVerdict.NEW, keys=keys)
    )


def _of_archived(reading: Reading, keys: Keyed, archived: Sequence[Known], likeness: str) -> Judged | None:
    """A company that was archived is brought back rather than registered once more, or its twin would stand
    in the way of that for good.
    """
    same = [known for known in archived if not codes_differ(keys.code, known.code)]
    if not same:
        return None
    why = str(same[0].values["archive_reason"] or "没有写原因")
    return _suspected(reading, keys, f"和已归档的企业{likeness}，归档原因：{why}"[:200], same[:1])


def _of_same_name(reading: Reading, keys: Keyed, found: Found, seen: Seen) -> Judged | None:
    """One name is one company, unless codes or places say that there are two of it."""
    codes = seen.name_codes.get(keys.name, frozenset())
    if codes and not keys.code:
        return _suspected(
            reading, keys, f"本表里有 {len(codes)} 家叫这个名称，信用代码不同，这一行没有写代码"
        )
    number = _earlier(keys, seen.names)
    if number:
        return _suspected(reading, keys, f"和本表第 {number} 行同名，所在地区不同")
    same = found.by_name.get(keys.name, [])
    possible = [known for known in same if not codes_differ(keys.code, known.code)]
    if len(same) > 1:
        return _suspected(reading, keys, f"库里有 {len(same)} 家同名企业", possible)
    if possible and places_agree(keys.places, same[0].places):
        return as_known(reading, keys, same[0], found, renames=False)
    if possible:
        return _suspected(reading, keys, "和库里企业同名，所在地区不同", possible)
    if same and not {same[0].code} <= codes:
        return _suspected(reading, keys, _two_codes("和库里企业同名", keys, same[0]), shown=same[0])
    return None


def _two_codes(likeness: str, keys: Keyed, known: Known) -> str:
    return f"{likeness}，信用代码不同：表里 {keys.code}，库里 {known.code}"


def _earlier(keys: Keyed, group: Mapping[str, Sequence[Before]], *, near: bool = False) -> int | None:
    """The first row before this one of the same name, or with `near` of the same core in the same place,
    whose credit code does not say that it is another company.
    """
    key = keys.core if near else keys.name
    for number, code, written, region in group.get(key, ()):
        if number == keys.number or codes_differ(keys.code, code):
            continue
        if not near or places_agree(keys.places, places_of(region, written)):
            return number
    return None


def _of_other_name(reading: Reading, keys: Keyed, found: Found) -> Judged | None:
    same = found.by_other_name.get(keys.name)
    if not same:
        return None
    possible = [known for known in same if not codes_differ(keys.code, known.code)]
    likeness = "和库里企业的曾用名或别名相同"
    if not possible:
        return _suspected(reading, keys, _two_codes(likeness, keys, same[0]), shown=same[0])
    return _suspected(reading, keys, likeness, possible)


def _of_same_core(reading: Reading, keys: Keyed, found: Found, seen: Seen) -> Judged | None:
    """What differs in place or legal form alone is suspected only where the places agree."""
    number = _earlier(keys, seen.cores, near=True)
    if number:
        return _suspected(reading, keys, f"和本表第 {number} 行只差地名或公司形式")
    possible = [
        known
        for known in found.by_core.get(keys.core, [])
        if not codes_differ(keys.code, known.code) and places_agree(keys.places, known.places)
    ]
    return _suspected(reading, keys, "和库里企业只差地名或公司形式", possible) if possible else None


def _suspected(
    reading: Reading,
    keys: Keyed,
    reason: str,
    possible: Sequence[Known] = (),
    shown: Known | None = None,
) -> Judged:
    """`possible` are those which 更新 may mean; of several none is chosen yet. `shown` is only shown."""
    match = possible[0] if len(possible) == 1 else shown
    candidates = tuple(known.id for known in possible)
    return Judged(reading, RowVerdict.DUPLICATE, match, reason, keys=keys, candidates=candidates)


def as_known(reading: Reading, keys: Keyed, known: Known, found: Found, *, renames: bool) -> Judged:
    """The row as an update of one company, or as nothing new about it; an archived one is brought back."""
    keep_unread(reading, known.values)
    changes = changes_of(reading, keys, known, renames=renames)
    additions = additions_of(reading, keys, known, found, is_renamed="name" in changes)
    verdict = RowVerdict.UPDATE if changes or additions else RowVerdict.UNCHANGED
    return Judged(reading, verdict, known, changes=changes, keys=keys, additions=additions)


def first_additions(reading: Reading, keys: Keyed) -> Additions:
    """What a company that is new comes with."""
    if not (reading.other_names or reading.people):
        return NOTHING
    return Additions(
        _new_names(reading, {keys.name}), tuple({one.key: one for one in reading.people}.values())
    )


def additions_of(reading: Reading, keys: Keyed, known: Known, found: Found, *, is_renamed: bool) -> Additions:
    """What the row adds to a company; a legal name that it replaces becomes a former one."""
    legal = keys.name if is_renamed else str(known.values["name_key"])
    taken = {legal} | {other.key for other in found.names.get(known.id, ())}
    names = _new_names(reading, taken)
    former = OtherName(NameKind.FORMER, known.name, str(known.values["name_key"]))
    if is_renamed and former.key not in taken | {other.key for other in names}:
        names = (former, *names)
    people = {one.key: one for one in found.people.get(known.id, ())}
    if any(_differs(one, people.get(one.key)) for one in reading.people):
        reading.doubts[Column.CONTACT] = "有已登记的联系人，写的职务和库里不同，没有改。要改请到企业页"
    return Additions(names, tuple(one for one in reading.people if one.key not in people))


def _new_names(reading: Reading, taken: set[str]) -> tuple[OtherName, ...]:
    fresh: dict[str, OtherName] = {}
    for kind, name in reading.other_names:
        key = name_key(name)
        if key not in taken:
            fresh.setdefault(key, OtherName(kind, name, key))
    return tuple(fresh.values())


def _differs(written: Person, known: Person | None) -> bool:
    """Only what is written counts: an empty cell says nothing. Phones are not compared: the answer would
    confirm a masked number without a recorded look at it.
    """
    return known is not None and bool(written.post) and written.post != known.post


_PLAIN = ("status", "established_on", "headcount", "scope", "notes", "origin")
# Codes that say more the longer they are: column of the table -> where it stands in the file
_CLASSED = {"region_code": Column.REGION, "industry_code": Column.INDUSTRY}


def changes_of(reading: Reading, keys: Keyed, known: Known, *, renames: bool) -> Changes:
    """What this row changes of an enterprise: only what the file fills. A name changes only with the same
    credit code, and by more than its legal form; a place or an industry never becomes less exact; a credit
    code that stands there is never replaced.
    """
    values = reading.values
    changes: Changes = {
        name: (known.values[name], values[name])
        for name in _PLAIN
        if name in values and values[name] != known.values[name]
    }
    changes |= _class_changes(reading, known) | _capital_changes(values, known)
    if keys.code and known.code is None:
        changes |= {"credit_code": (None, keys.code), "live_code": (None, keys.code)}
        overridden = values.get("code_overridden", False)
        if overridden != known.values["code_overridden"]:
            changes["code_overridden"] = (known.values["code_overridden"], overridden)
    if known.is_archived:
        changes |= {
            "archived_at": (known.archived_at, None),
            "archive_reason": (known.values["archive_reason"], None),
            "live_code": (None, known.code or keys.code),
        }
    if renames and keys.name != known.values["name_key"]:
        changes |= _name_changes(reading, keys, known)
    return changes


def _name_changes(reading: Reading, keys: Keyed, known: Known) -> Changes:
    """A name that differs in its legal form alone is left: 有限公司 for 有限责任公司 is how people write."""
    if differ_in_form_alone(known.name, keys.written):
        if "股份" in known.name + keys.written:
            reading.doubts[Column.NAME] = (
                f"库里是「{known.name}」，只差公司形式，名称没有改。已经改制的请到企业页改名"
            )
        return {}
    return {
        "name": (known.name, keys.written),
        "name_key": (known.values["name_key"], keys.name),
        "core_key": (known.values["core_key"], keys.core),
    }


def _class_changes(reading: Reading, known: Known) -> Changes:
    changes: Changes = {}
    for name, column in _CLASSED.items():
        before, after = known.values[name], reading.values.get(name)
        if not after or before == after:
            continue
        if is_coarser(after, before):
            if not (before or "").startswith(_exact(after)):
                reading.doubts[column] = "没有库里登记的具体，没有改。确实变了的请到企业页改"
            continue
        changes[name] = (before, after)
    return changes


def _exact(code: str) -> str:
    """The part of a division code that says something, 34 of 340000; an industry code says all of itself."""
    return re.sub("(?:00)+$", "", code) if code.isdigit() else code


def is_coarser(code: str, than: str | None) -> bool:
    """Whether a place or an industry says less than another: 安徽 than 合肥, C38 than C3841."""
    return len(_exact(code)) < len(_exact(than or ""))


def _capital_changes(values: Values, known: Known) -> Changes:
    """A figure replaces a figure; words (外币, 面议) never replace one."""
    capital, words = values.get("capital"), values.get("capital_text")
    before, words_before = known.values["capital"], known.values["capital_text"]
    if capital is not None and capital != before:
        return {"capital": (before, capital), "capital_text": (words_before, words)}
    if capital is None and words and before is None and words != words_before:
        return {"capital_text": (words_before, words)}
    return {}


def first_match(keys: Keyed, found: Found) -> Known | None:
    """The live enterprise that 「更新」 means of a row which resembles another row of its file: the surest
    key decides; of several none is meant, nor one with another credit code.
    """
    groups: Sequence[Sequence[Known]] = (
        [known] if (known := found.by_code.get(keys.code or "")) else [],
        found.by_name.get(keys.name, []),
        found.by_other_name.get(keys.name, []),
        found.by_core.get(keys.core, []),
    )
    for group in groups:
        possible = [known for known in group if not codes_differ(keys.code, known.code)]
        if possible:
            return possible[0] if len(possible) == 1 else None
    return None
