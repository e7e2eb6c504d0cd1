"""What a row of the file is to the library: new, an update, unchanged, suspected, wrong. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.exchange.imports.companies.folding import FoldedCompany
from app.exchange.imports.companies.rows import CompanyRow, keep_unread
from app.exchange.imports.companies.updates import (
    NOTHING,
    Additions,
    FoundCompanies,
    KnownCompany,
    RowKeys,
    additions_of,
    changes_of,
)
from app.exchange.imports.enums import RowVerdict
from app.exchange.imports.rows import Judged
from app.register.enterprises.rules import codes_differ, places_agree, places_of

_CODES_SAID = 3
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

    def remember(self, company: FoldedCompany) -> None:
        row = company.keys
        if row is None:
            return
        if row.code:
            self.codes.setdefault(row.code, row.number)
        elif row.name in self.name_codes:
            return  # which of them it is, nobody knows
        before = (row.number, row.code, row.written, row.region)
        for key, group in ((row.name, self.names), (row.core, self.cores)):
            rows = group.setdefault(key, [])
            if len(rows) < _MOST_COMPARED and before not in rows:
                rows.append(before)


@dataclass(slots=True)
class JudgedCompany(Judged):
    """A row as judged, with its keys and what it adds to the company it concerns."""

    reading: CompanyRow
    match: KnownCompany | None = None
    keys: RowKeys = field(kw_only=True)
    additions: Additions = NOTHING


def judge(company: FoldedCompany, found: FoundCompanies, seen: Seen) -> JudgedCompany:
    """Compares one company of the file with the rows before it and with the library."""
    reading, keys = company.reading, company.keys
    assert keys is not None
    return _judged(reading, keys, found, seen)


def _judged(reading: CompanyRow, keys: RowKeys, found: FoundCompanies, seen: Seen) -> JudgedCompany:
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
        or JudgedCompany(reading, RowVerdict.NEW, keys=keys)
    )


def _of_archived(
    reading: CompanyRow, keys: RowKeys, archived: Sequence[KnownCompany], likeness: str
) -> JudgedCompany | None:
    """A company that was archived is brought back rather than registered once more, or its twin would stand
    in the way of that for good.
    """
    same = [known for known in archived if not codes_differ(keys.code, known.code)]
    if not same:
        return None
    why = str(same[0].values["archive_reason"] or "没有写原因")
    return _suspected(reading, keys, f"和已归档的企业{likeness}，归档原因：{why}"[:200], same[:1])


def _of_same_name(
    reading: CompanyRow, keys: RowKeys, found: FoundCompanies, seen: Seen
) -> JudgedCompany | None:
    """One name is one company, unless codes or places say that there are two of it."""
    codes = seen.name_codes.get(keys.name, frozenset())
    if codes and not keys.code:
        return _suspected(
            reading, keys, f"本表里有 {len(codes)} 家叫这个名称，信用代码不同，这一行没有写代码"
        )
    number = _earlier(keys, seen.names)
    if number:
        return _suspected(reading, keys, f"和本表第 {number} 行同名，注册地不同")
    same = found.by_name.get(keys.name, [])
    possible = [known for known in same if not codes_differ(keys.code, known.code)]
    if len(same) > 1 and possible:
        return _suspected(reading, keys, f"库里有 {len(same)} 家同名企业", possible)
    if possible and places_agree(keys.places, same[0].places):
        return as_known(reading, keys, same[0], found, renames=False)
    if possible:
        return _suspected(reading, keys, "和库里企业同名，注册地不同", possible)
    others = [known for known in same if known.code not in codes]
    if others:
        return _suspected(reading, keys, _two_codes("和库里企业同名", keys, others), shown=others[0])
    return None


def _two_codes(likeness: str, keys: RowKeys, others: Sequence[KnownCompany]) -> str:
    codes = "、".join(str(known.code) for known in others[:_CODES_SAID])
    return f"{likeness}，信用代码不同：表里 {keys.code}，库里 {codes}"


def _earlier(keys: RowKeys, group: Mapping[str, Sequence[Before]], *, near: bool = False) -> int | None:
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


def _of_other_name(reading: CompanyRow, keys: RowKeys, found: FoundCompanies) -> JudgedCompany | None:
    same = found.by_other_name.get(keys.name)
    if not same:
        return None
    possible = [known for known in same if not codes_differ(keys.code, known.code)]
    likeness = "和库里企业的曾用名或别名相同"
    if not possible:
        return _suspected(reading, keys, _two_codes(likeness, keys, same), shown=same[0])
    return _suspected(reading, keys, likeness, possible)


def _of_same_core(
    reading: CompanyRow, keys: RowKeys, found: FoundCompanies, seen: Seen
) -> JudgedCompany | None:
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
    reading: CompanyRow,
    keys: RowKeys,
    reason: str,
    possible: Sequence[KnownCompany] = (),
    shown: KnownCompany | None = None,
) -> JudgedCompany:
    """`possible` are those which 更新 may mean; of several none is chosen yet. `shown` is only shown."""
    match = possible[0] if len(possible) == 1 else shown
    candidates = tuple(known.id for known in possible)
    return JudgedCompany(reading, RowVerdict.DUPLICATE, match, reason, keys=keys, candidates=candidates)


def as_known(
    reading: CompanyRow, keys: RowKeys, known: KnownCompany, found: FoundCompanies, *, renames: bool
) -> JudgedCompany:
    """The row as an update of one company, or as nothing new about it; an archived one is brought back."""
    keep_unread(reading, known.values)
    changes = changes_of(reading, keys, known, renames=renames)
    additions = additions_of(reading, keys, known, found, is_renamed="name" in changes)
    verdict = RowVerdict.UPDATE if changes or additions else RowVerdict.UNCHANGED
    return JudgedCompany(reading, verdict, known, changes=changes, keys=keys, additions=additions)


def first_match(keys: RowKeys, found: FoundCompanies) -> KnownCompany | None:
    """The live enterprise that 「更新」 means of a row which resembles another row of its file: the surest
    key decides; of several none is meant, nor one with another credit code.
    """
    groups: Sequence[Sequence[KnownCompany]] = (
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
