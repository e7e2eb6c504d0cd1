"""What a row of the file is to the library: new, an update, unchanged, suspected, wrong. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.enterprises.enums import NameKind
from app.enterprises.rules import core_key, name_key
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
    names: dict[int, list[OtherName]] = field(default_factory=dict)  # inner id -> its other names
    # inner id -> its contacts by name and post, archived too
    people: dict[int, list[Person]] = field(default_factory=dict)

    def ids(self) -> set[int]:
        """Every company found."""
        groups = (*self.by_name.values(), *self.by_other_name.values(), *self.by_core.values())
        return {known.id for known in self.by_code.values()} | {
            known.id for group in groups for known in group
        }


@dataclass(slots=True)
class Seen:
    """Keys of the rows before this one in the same file: key -> row number, credit code."""

    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    cores: dict[str, tuple[int, str | None]] = field(default_factory=dict)

    def remember(self, row: "Keyed") -> None:
        if row.code:
            self.codes.setdefault(row.code, row.number)
        self.names.setdefault(row.name, (row.number, row.code))
        self.cores.setdefault(row.core, (row.number, row.code))


@dataclass(frozen=True, slots=True)
class Keyed:
    """The keys of one readable row."""

    number: int
    code: str | None
    name: str
    core: str

    @classmethod
    def of(cls, reading: Reading) -> "Keyed":
        name = reading.values["name"]
        return cls(reading.number, reading.values.get("credit_code"), name_key(name), core_key(name))


@dataclass(frozen=True, slots=True)
class Judged:
    """One row with its verdict. `match` is the enterprise it concerns, `reason` says why it is suspected."""

    reading: Reading
    verdict: RowVerdict
    match: Known | None = None
    reason: str = ""
    changes: Changes = field(default_factory=dict)
    keys: Keyed | None = None
    additions: Additions = NOTHING

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
        return _suspected(reading, keys, f"和本表第 {earlier} 行信用代码相同")
    known = found.by_code.get(keys.code or "")
    if known:
        return as_known(reading, keys, known, found, renames=True)
    return (
        _of_same_name(reading, keys, found, seen)
        or _of_other_name(reading, keys, found)
        or _of_same_core(reading, keys, found, seen)
        or Judged(reading, RowVerdict.NEW, keys=keys)
    )


def _of_same_name(reading: Reading, keys: Keyed, found: Found, seen: Seen) -> Judged | None:
    number, _code = seen.names.get(keys.name, (keys.number, None))
    if number != keys.number:
        return _suspected(reading, keys, f"和本表第 {number} 行同名")
    same = found.by_name.get(keys.name, [])
    if not same:
        return None
    if len(same) > 1:
        return _suspected(reading, keys, f"库里有 {len(same)} 家同名企业", same[0])
    if _codes_differ(keys.code, same[0].code):
        return _suspected(reading, keys, "和库里企业同名，信用代码不同", same[0])
    return as_known(reading, keys, same[0], found, renames=False)


def _of_other_name(reading: Reading, keys: Keyed, found: Found) -> Judged | None:
    same = found.by_other_name.get(keys.name)
    return _suspected(reading, keys, "和库里企业的曾用名或别名相同", same[0]) if same else None


def _of_same_core(reading: Reading, keys: Keyed, found: Found, seen: Seen) -> Judged | None:
    """Two credit codes that both hold and differ are two legal persons, however alike their names."""
    number, code = seen.cores.get(keys.core, (keys.number, None))
    if number != keys.number and not _codes_differ(keys.code, code):
        return _suspected(reading, keys, f"和本表第 {number} 行只差地名或公司形式")
    same = [known for known in found.by_core.get(keys.core, []) if not _codes_differ(keys.code, known.code)]
    return _suspected(reading, keys, "和库里企业只差地名或公司形式", same[0]) if same else None


def _codes_differ(mine: str | None, theirs: str | None) -> bool:
    return bool(mine and theirs and mine != theirs)


def _suspected(reading: Reading, keys: Keyed, reason: str, match: Known | None = None) -> Judged:
    return Judged(reading, RowVerdict.DUPLICATE, match, reason, keys=keys)


def as_known(reading: Reading, keys: Keyed, known: Known, found: Found, *, renames: bool) -> Judged:
    """The row as an update of one company, or as nothing new about it."""
    keep_unread(reading, known.values)
    changes = changes_of(reading.values, keys, known, renames=renames)
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


_PLAIN = ("region_code", "industry_code", "status", "established_on", "headcount", "scope", "notes", "origin")


def changes_of(values: Values, keys: Keyed, known: Known, *, renames: bool) -> Changes:
    """What this row changes of an enterprise: only what the file fills. A name changes only with the
    same credit code; one written with other brackets or width is the same name.
    """
    changes: Changes = {
        name: (known.values[name], values[name])
        for name in _PLAIN
        if name in values and values[name] != known.values[name]
    }
    changes |= _capital_changes(values, known)
    if keys.code and keys.code != known.code:
        changes |= {"credit_code": (known.code, keys.code), "live_code": (known.code, keys.code)}
        overridden = values.get("code_overridden", False)
        if overridden != known.values["code_overridden"]:
            changes["code_overridden"] = (known.values["code_overridden"], overridden)
    if renames and keys.name != known.values["name_key"]:
        changes |= {
            "name": (known.name, values["name"]),
            "name_key": (known.values["name_key"], keys.name),
            "core_key": (known.values["core_key"], keys.core),
        }
    return changes


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
    """The enterprise that 「更新」 of a suspected row means: the surest key decides."""
    groups: Sequence[Sequence[Known]] = (
        [known] if (known := found.by_code.get(keys.code or "")) else [],
        found.by_name.get(keys.name, []),
        found.by_other_name.get(keys.name, []),
        found.by_core.get(keys.core, []),
    )
    return next((group[0] for group in groups if group), None)
