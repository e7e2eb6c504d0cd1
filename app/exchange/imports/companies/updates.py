"""What a row changes of a company and adds to it, and what the library holds of it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.people import ContactPerson
from app.exchange.imports.companies.rows import CompanyRow, Values
from app.exchange.imports.rows import Changes
from app.register.enterprises.enums import NameKind
from app.register.enterprises.rules import core_key, differ_in_form_alone, name_key, places_of


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
    people: tuple[ContactPerson, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.people)


NOTHING = Additions()


@dataclass(frozen=True, slots=True)
class KnownCompany:
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
class FoundCompanies:
    """What the indexed keys of some rows found in the library, the oldest first."""

    by_code: dict[str, KnownCompany] = field(default_factory=dict)
    by_name: dict[str, list[KnownCompany]] = field(default_factory=dict)
    by_other_name: dict[str, list[KnownCompany]] = field(default_factory=dict)
    by_core: dict[str, list[KnownCompany]] = field(default_factory=dict)
    # Archived companies that can be restored, by code and by every name of theirs.
    archived: dict[str, list[KnownCompany]] = field(default_factory=dict)
    names: dict[int, list[OtherName]] = field(default_factory=dict)  # inner id -> its other names
    # inner id -> its contacts by name and post, archived too
    people: dict[int, list[ContactPerson]] = field(default_factory=dict)

    def ids(self) -> set[int]:
        """Every company found."""
        return {known.id for known in self.all()}

    def all(self) -> Iterator[KnownCompany]:
        groups = (self.by_name, self.by_other_name, self.by_core, self.archived)
        yield from self.by_code.values()
        for group in groups:
            for companies in group.values():
                yield from companies

    def with_id(self, row_id: int) -> KnownCompany | None:
        return next((known for known in self.all() if known.id == row_id), None)


@dataclass(slots=True)  # not frozen, as Judged
class RowKeys:
    """The keys of one readable row."""

    number: int
    code: str | None
    name: str
    core: str
    written: str  # the name as it stands there
    region: str | None

    @classmethod
    def of(cls, reading: CompanyRow) -> "RowKeys":
        values = reading.values
        name, code = values["name"], values.get("credit_code")
        return cls(reading.number, code, name_key(name), core_key(name), name, values.get("region_code"))

    @property
    def places(self) -> frozenset[str]:
        return places_of(self.region, self.written)


def first_additions(reading: CompanyRow, keys: RowKeys) -> Additions:
    """What a company that is new comes with."""
    if not (reading.other_names or reading.people):
        return NOTHING
    return Additions(
        _new_names(reading, {keys.name}), tuple({one.key: one for one in reading.people}.values())
    )


def additions_of(
    reading: CompanyRow, keys: RowKeys, known: KnownCompany, found: FoundCompanies, *, is_renamed: bool
) -> Additions:
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


def _new_names(reading: CompanyRow, taken: set[str]) -> tuple[OtherName, ...]:
    fresh: dict[str, OtherName] = {}
    for kind, name in reading.other_names:
        key = name_key(name)
        if key not in taken:
            fresh.setdefault(key, OtherName(kind, name, key))
    return tuple(fresh.values())


def _differs(written: ContactPerson, known: ContactPerson | None) -> bool:
    """Only what is written counts: an empty cell says nothing. Phones are not compared: the answer would
    confirm a masked number without a recorded look at it.
    """
    return known is not None and bool(written.post) and written.post != known.post


_PLAIN = ("status", "established_on", "headcount", "scope", "notes", "origin")
# Codes that say more the longer they are: column of the table -> where it stands in the file
_CLASSED = {"region_code": Column.REGION, "industry_code": Column.INDUSTRY}


def changes_of(reading: CompanyRow, keys: RowKeys, known: KnownCompany, *, renames: bool) -> Changes:
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


def _name_changes(reading: CompanyRow, keys: RowKeys, known: KnownCompany) -> Changes:
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


def _class_changes(reading: CompanyRow, known: KnownCompany) -> Changes:
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


def _capital_changes(values: Values, known: KnownCompany) -> Changes:
    """A figure replaces a figure; words (外币, 面议) never replace one."""
    capital, words = values.get("capital"), values.get("capital_text")
    before, words_before = known.values["capital"], known.values["capital_text"]
    if capital is not None and capital != before:
        return {"capital": (before, capital), "capital_text": (words_before, words)}
    if capital is None and words and before is None and words != words_before:
        return {"capital_text": (words_before, words)}
    return {}
