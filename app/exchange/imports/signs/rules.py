"""How one row of signs is read, and what it is to the library. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.values.clean import on_one_line
from app.core.values.money import in_words, read_amount
from app.exchange.imports.columns import Layout, is_foreign
from app.exchange.imports.days import from_1904, read_day
from app.exchange.imports.enums import RowVerdict
from app.exchange.imports.rows import Changes, Folded, Judged, RowReading, cells_of
from app.exchange.imports.signs.enums import SignColumn
from app.register.enterprises.rules import check_credit_code, name_key
from app.register.signs.enums import SignKind
from app.register.signs.rules import (
    LONGEST,
    LONGEST_URL,
    problem_of_day,
    problem_of_url,
    problem_of_what,
    same_words,
)

_SHOWN = 20  # characters of a cell that a sentence repeats
_LONGEST_SOURCE = 200  # as in the table
_KIND_WORDS: Mapping[str, SignKind] = {
    **{kind.label: kind for kind in SignKind},
    **{kind.value: kind for kind in SignKind},
    **dict.fromkeys(("获投", "增资", "上市", "定增", "战略投资", "融资事件"), SignKind.FUNDING),
    **dict.fromkeys(("招工", "用工", "招人", "扩招"), SignKind.HIRING),
    **dict.fromkeys(("子公司", "设立子公司", "新设公司", "新设企业", "对外投资"), SignKind.SUBSIDIARY),
    **dict.fromkeys(("中标公告", "新签订单", "签大单", "订单"), SignKind.CONTRACT),
    **dict.fromkeys(("增资扩产", "新建产线", "技改", "技改扩产", "新建基地", "新项目"), SignKind.EXPANSION),
    **dict.fromkeys(("满产", "产能饱和", "产能不足", "满负荷"), SignKind.FULL_CAPACITY),
}

Key = tuple[int, SignKind, date, str]  # company, kind, day, what it says


@dataclass(slots=True)
class SignRow(RowReading):
    """A row as understood, and the company that was found for it (inner id)."""

    company_id: int | None = None

    @property
    def code(self) -> str | None:
        code: str | None = self.values.get("code")
        return code

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    def key_at(self, company_id: int) -> Key:
        values = self.values
        return company_id, values["kind"], values["happened_on"], same_words(values["what"])


# --- reading ---


def read_row(number: int, row: Sequence[str], layout: Layout, _book: None, today: date) -> SignRow:
    """Understands one row of the file."""
    cells, empty = cells_of(row, layout)
    if layout.from_1904 and SignColumn.HAPPENED_ON in cells:
        cells[SignColumn.HAPPENED_ON] = from_1904(cells[SignColumn.HAPPENED_ON])
    reading = SignRow(number, cells, doubts=dict(empty))
    for read in (_read_company, _read_kind, _read_words):
        read(reading)
    _read_day(reading, today)
    _read_amount(reading, layout)
    for column in reading.problems:
        reading.doubts.pop(column, None)
    return reading


def _read_company(reading: SignRow) -> None:
    reading.values["name"] = name_key(reading.cells.get(SignColumn.COMPANY, ""))
    checked = check_credit_code(reading.cells.get(SignColumn.CREDIT_CODE))
    reading.values["code"] = checked.code
    if checked.problem and not checked.may_override:
        reading.problems[SignColumn.CREDIT_CODE] = checked.problem
    elif not (reading.name or checked.code):
        reading.problems[SignColumn.COMPANY] = "没有企业名称，也没有信用代码。补上，或删除这行"


def _read_kind(reading: SignRow) -> None:
    text = on_one_line(reading.cells.get(SignColumn.KIND, ""))
    kind = _KIND_WORDS.get(text)
    if kind is None:
        offered = "、".join(each.label for each in SignKind)
        said = f"没有「{text[:_SHOWN]}」这一类" if text else "没有类别"
        reading.problems[SignColumn.KIND] = f"{said}，写{offered}中的一个"
    else:
        reading.values["kind"] = kind


def _read_words(reading: SignRow) -> None:
    texts = (
        (SignColumn.WHAT, LONGEST, True),
        (SignColumn.SOURCE, _LONGEST_SOURCE, True),
        (SignColumn.SOURCE_URL, LONGEST_URL, False),
    )
    for column, longest, is_required in texts:
        text = on_one_line(reading.cells.get(column, ""))
        reading.values[column.value] = text
        if len(text) > longest:
            reading.problems[column] = f"{column.label}有 {len(text)} 个字，最多 {longest} 个，请缩短"
        elif is_required and not text:
            reading.problems[column] = f"没有{column.label}，补上再导入"
    for column, problem in (
        (SignColumn.WHAT, problem_of_what(reading.values[SignColumn.WHAT.value])),
        (SignColumn.SOURCE_URL, problem_of_url(reading.values[SignColumn.SOURCE_URL.value])),
    ):
        if problem:
            reading.problems.setdefault(column, problem)


def _read_day(reading: SignRow, today: date) -> None:
    text = reading.cells.get(SignColumn.HAPPENED_ON, "")
    if not text:
        reading.problems[SignColumn.HAPPENED_ON] = "没有发生日期，写成 2026-09-02 这样"
        return
    read = read_day(text, today)
    problem = read.problem or (problem_of_day(read.day, today) if read.day else "")
    if problem:
        reading.problems[SignColumn.HAPPENED_ON] = f"发生日期「{text[:_SHOWN]}」{problem}"
        return
    reading.values["happened_on"] = read.day
    if read.doubt:
        reading.doubts[SignColumn.HAPPENED_ON] = read.doubt


def _read_amount(reading: SignRow, layout: Layout) -> None:
    """Where no amount can be read the row is written without one, and says so."""
    reading.values["amount"] = None
    cell = reading.cells.get(SignColumn.AMOUNT, "")
    if not cell:
        return
    heading = layout.headings[layout.places[SignColumn.AMOUNT]]
    read = read_amount(cell, unit=layout.unit.yuan)
    if read.foreign or is_foreign(heading):
        reading.doubts[SignColumn.AMOUNT] = f"外币「{cell[:_SHOWN]}」不折算，没有记金额"
    elif not read.yuan or read.yuan < 0:
        reading.doubts[SignColumn.AMOUNT] = f"「{cell[:_SHOWN]}」读不出数，没有记金额"
    else:
        reading.values["amount"] = read.yuan
        if read.approximate or read.doubtful or read.spelled or (read.bare and layout.unit_doubt):
            reading.doubts[SignColumn.AMOUNT] = f"读作 {in_words(read.yuan)}，请核对"


# --- against the library ---


@dataclass(frozen=True, slots=True)
class MeantCompany:
    """A company of the library that a row may mean."""

    id: int
    name: str
    code: str | None
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class KnownSign:
    """A sign of the library; `is_withdrawn` by somebody, not by the undo of an import."""

    id: int
    public_id: str
    values: Mapping[str, Any]
    is_withdrawn: bool = False


@dataclass(slots=True)
class FoundSigns:
    """What stands in the library for some rows: companies by code and by every name, their signs."""

    by_code: dict[str, MeantCompany] = field(default_factory=dict)
    by_name: dict[str, list[MeantCompany]] = field(default_factory=dict)
    signs: dict[Key, KnownSign] = field(default_factory=dict)


@dataclass(slots=True)
class SeenSigns:
    """The signs of the rows before this one in the same file, each with its row."""

    rows: dict[Key, int] = field(default_factory=dict)

    def remember(self, row: Folded, /) -> None:
        """One that was written by an earlier run stands in the library and has no company here."""
        reading = row.reading
        if isinstance(reading, SignRow) and reading.company_id is not None:
            self.rows.setdefault(reading.key_at(reading.company_id), reading.number)


def seen(_folds: Any) -> SeenSigns:
    return SeenSigns()


def judge(one: Folded, found: FoundSigns, before: SeenSigns) -> Judged:
    """What a row is: new, known already, to be put right, or of a company that the library lacks."""
    reading = one.reading
    assert isinstance(reading, SignRow)
    company = _company_of(reading, found)
    if company is None:
        return Judged(reading, RowVerdict.ERROR)
    reading.company_id = company.id
    key = reading.key_at(company.id)
    if key in before.rows:
        return Judged(reading, RowVerdict.UNCHANGED, reason=f"和本表第 {before.rows[key]} 行相同")
    known = found.signs.get(key)
    if known is None:
        return Judged(reading, RowVerdict.NEW)
    if known.is_withdrawn:
        return Judged(reading, RowVerdict.DUPLICATE, known, "这一条登记过，后来归档了")
    changes = changes_of(reading, known)
    return Judged(reading, RowVerdict.UPDATE if changes else RowVerdict.UNCHANGED, known, changes=changes)


def changes_of(reading: RowReading, known: KnownSign) -> Changes:
    """What a row says otherwise of a sign that is known; a blank cell says nothing."""
    return {
        name: (known.values[name], reading.values[name])
        for name in ("amount", "source", "source_url")
        if reading.values[name] and reading.values[name] != known.values[name]
    }


def _company_of(reading: SignRow, found: FoundSigns) -> MeantCompany | None:
    """The company that a row means; None where it means none that may be written to, which is told."""
    of_code = found.by_code.get(reading.code or "")
    named = found.by_name.get(reading.name, [])
    company, column, problem = of_code, SignColumn.CREDIT_CODE, ""
    if of_code is None:
        live = [each for each in named if not each.is_archived] or named
        company, column = (live[0] if live else None), SignColumn.COMPANY
        problem = _problem_of_named(reading, live)
    elif named and of_code not in named:
        problem = f"这个信用代码是「{of_code.name}」的，和企业名称不是一家"
    if company is not None and not problem and company.is_archived:
        problem = "这家企业已归档，先恢复再导入"
    if problem:
        reading.problems[column] = problem
        return None
    return company


def _problem_of_named(reading: SignRow, live: Sequence[MeantCompany]) -> str:
    if not live:
        return "库里没有这家企业，先登记或导入企业，再导入它的扩张迹象"
    if len(live) > 1:
        return "库里有几家企业叫这个名称，写上信用代码"
    if reading.code and live[0].code and live[0].code != reading.code:
        return f"库里这家企业的信用代码是 {live[0].code}，和这一行的不同"
    return ""
