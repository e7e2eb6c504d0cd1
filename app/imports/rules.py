"""How the cells of one row are read: what they mean, what is wrong with them, what was guessed. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.core.clean import clean_line, clean_text, says_nothing
from app.core.money import in_words, read_amount
from app.enterprises.enums import EnterpriseStatus, NameKind
from app.enterprises.rules import NAME_LENGTH, check_credit_code, name_problem
from app.imports.codebook import Codebook, Unread, understand_industry, understand_place
from app.imports.columns import Layout
from app.imports.enums import AmountUnit, Column
from app.imports.people import COLUMNS as PEOPLE_COLUMNS
from app.imports.people import Person, read_other_names, read_people

LONGEST_SCOPE = 5000  # as in the form of an enterprise
LONGEST_NOTES = 2000
LONGEST_ORIGIN = 60
LONGEST_CAPITAL = 60
LARGEST_CAPITAL = 2 * 10**12  # 元; the largest registered capital in the country is 1.74 万亿元
LARGEST_HEADCOUNT = 10_000_000
EARLIEST_YEAR = 1900

Values = dict[str, Any]  # column of the enterprise table -> value


UNDO_REASON = "撤销导入"  # for which an undo archives what its import created


def mark_of(public_id: str, file_name: str) -> str:
    """What every audit event of a batch says; by it an undo finds what the batch did."""
    return f"导入 {public_id}：{file_name}"


def undo_mark_of(public_id: str) -> str:
    """What every audit event of the undo of a batch says."""
    return f"撤销导入 {public_id}"


@dataclass(slots=True)
class Reading:
    """One row as understood. `problems` refuse it, `doubts` were guessed and are shown."""

    number: int
    cells: dict[Column, str]
    values: Values = field(default_factory=dict)
    problems: dict[Column, str] = field(default_factory=dict)
    doubts: dict[Column, str] = field(default_factory=dict)
    other_names: tuple[tuple[NameKind, str], ...] = ()  # former ones first
    people: tuple[Person, ...] = ()
    unread: tuple[Unread, ...] = ()  # industry and place that nobody understood
    own_notes: str | None = None  # the notes of the file alone


def read_row(number: int, row: Sequence[str], layout: Layout, book: Codebook, today: date) -> Reading:
    """Understands one row of the file."""
    cells = {
        column: text
        for column, place in layout.places.items()
        if place < len(row) and not says_nothing(text := _unquoted(row[place]))
    }
    reading = Reading(number, cells)
    for read in _READERS:
        read(reading, layout)
    if not _PARTS.isdisjoint(reading.cells):
        _read_other_names(reading)
        _read_people(reading)
    _read_date(reading, today)
    _read_classes(reading, book)
    reading.own_notes = reading.values.get("notes")
    keep_unread(reading)
    return reading


def _unquoted(cell: str) -> str:
    """Without the one quote by which spreadsheets keep a figure as text."""
    text = cell.strip()
    return text[1:].strip() if text.startswith("'") else text


_FORMULA_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


def _text(reading: Reading, column: Column, longest: int, clean: Callable[[str], str] = clean_line) -> str:
    raw = reading.cells.get(column, "")
    if raw in _FORMULA_ERRORS:
        reading.problems[column] = f"这一格是公式错误 {raw}，改成实际内容"
        return ""
    text = clean(raw)
    if len(text) > longest:
        reading.problems[column] = f"{column.label}有 {len(text)} 个字，最多 {longest} 个，请缩短"
        return ""
    return text


# --- name, code, status, plain texts ---


def _read_name(reading: Reading, _layout: Layout) -> None:
    name = _text(reading, Column.NAME, NAME_LENGTH)
    if Column.NAME in reading.problems:
        return
    if not name:
        reading.problems[Column.NAME] = "没有企业名称。补上，或删除这行"
        return
    problem = name_problem(name)
    if problem:
        reading.problems[Column.NAME] = problem
    else:
        reading.values["name"] = name


def _read_code(reading: Reading, layout: Layout) -> None:
    checked = check_credit_code(reading.cells.get(Column.CREDIT_CODE))
    if checked.code is None:
        return
    if checked.problem and not (checked.may_override and layout.accept_codes):
        reading.problems[Column.CREDIT_CODE] = (
            "信用代码最后一位校验不对，对照营业执照改正；确实如此的，在「对应列」里选「校验不对也写入」"
            if checked.may_override
            else checked.problem
        )
        return
    reading.values["credit_code"] = checked.code
    if checked.problem:
        reading.values["code_overridden"] = True
        reading.doubts[Column.CREDIT_CODE] = "最后一位校验不对，按原样写入"
    elif checked.warning:
        reading.doubts[Column.CREDIT_CODE] = checked.warning


_STATUS_WORDS = {
    **{status.label: status for status in EnterpriseStatus},
    **{status.value: status for status in EnterpriseStatus},
    **dict.fromkeys(("在业", "在营", "开业", "正常", "营业", "在册", "仍注册"), EnterpriseStatus.ACTIVE),
    **dict.fromkeys(("已迁出", "迁移"), EnterpriseStatus.MOVED),
    **dict.fromkeys(("已吊销", "吊销未注销"), EnterpriseStatus.REVOKED),
    **dict.fromkeys(("已注销", "吊销已注销"), EnterpriseStatus.CLOSED),
}
_PUNCTUATION = re.compile(r"[\W_]+")


def _read_status(reading: Reading, _layout: Layout) -> None:
    text = reading.cells.get(Column.STATUS, "")
    if not text:
        return
    folded = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text))
    status = _STATUS_WORDS.get(folded) or _STATUS_WORDS.get(folded.removesuffix("企业"))
    # 存续（在营、开业、在册）: the word before the brackets decides.
    status = status or _STATUS_WORDS.get(_PUNCTUATION.split(unicodedata.normalize("NFKC", text))[0])
    if status:
        reading.values["status"] = status
    else:
        reading.problems[Column.STATUS] = "登记状态要写 存续、迁出、吊销 或 注销"


def _read_texts(reading: Reading, _layout: Layout) -> None:
    texts = (
        ("scope", Column.SCOPE, LONGEST_SCOPE, clean_text),
        ("notes", Column.NOTES, LONGEST_NOTES, clean_text),
        ("origin", Column.ORIGIN, LONGEST_ORIGIN, clean_line),
    )
    for name, column, longest, clean in texts:
        text = _text(reading, column, longest, clean)
        if text:
            reading.values[name] = text


_HEADCOUNT = re.compile(r"^(约)?(\d[\d,]*)(?:\.0+)?\s*(?:人|名)?(左右)?$")


def _read_headcount(reading: Reading, _layout: Layout) -> None:
    text = unicodedata.normalize("NFKC", reading.cells.get(Column.HEADCOUNT, "")).strip()
    if not text:
        return
    match = _HEADCOUNT.match(text)
    digits = match[2].replace(",", "") if match else ""
    if not match or len(digits) > 9 or int(digits) > LARGEST_HEADCOUNT:
        reading.problems[Column.HEADCOUNT] = f"人数要写 0 到 {LARGEST_HEADCOUNT:,} 之间的整数，例如 120"
        return
    reading.values["headcount"] = int(digits)
    if match[1] or match[3]:
        reading.doubts[Column.HEADCOUNT] = f"约数，读作 {int(digits):,}"


# --- capital ---

_YUAN_WORDS = re.compile(r"人民币|rmb|cny|[¥()整\s]", re.IGNORECASE)
_FOREIGN = re.compile(
    "美元|美金|港|日元|欧元|英镑|加拿大|加元|澳|新加坡|台币|韩元|法郎|马克|卢布|usd|hkd|eur|jpy", re.I
)


def _read_capital(reading: Reading, layout: Layout) -> None:
    raw = reading.cells.get(Column.CAPITAL, "")
    if not raw:
        return
    unit_text = reading.cells.get(Column.CAPITAL_UNIT, "")
    shown = clean_line(f"{raw} {unit_text}" if unit_text else raw)
    if len(shown) > LONGEST_CAPITAL:
        reading.problems[Column.CAPITAL] = f"注册资本最多 {LONGEST_CAPITAL} 个字，写成 3500 或 3.5亿"
        return
    if raw in _FORMULA_ERRORS:
        reading.problems[Column.CAPITAL] = f"这一格是公式错误 {raw}，改成实际内容"
        return
    heading = layout.headings[layout.places[Column.CAPITAL]]
    if _FOREIGN.search(unicodedata.normalize("NFKC", raw + unit_text + heading)):
        kept = shown if _FOREIGN.search(shown) else f"{shown}（{heading}）"[:LONGEST_CAPITAL]
        reading.values["capital_text"] = kept
        reading.doubts[Column.CAPITAL] = f"外币，保留原文「{kept}」，不折算"
        return
    _read_yuan(reading, layout, raw, unit_text, shown)


def _read_yuan(reading: Reading, layout: Layout, raw: str, unit_text: str, shown: str) -> None:
    plain = _YUAN_WORDS.sub("", unicodedata.normalize("NFKC", raw))
    unit = _unit_of_cell(unit_text) or layout.unit
    if not _SPELLED.search(plain) and plain.startswith("-"):
        reading.problems[Column.CAPITAL] = "注册资本不能是负数"
        return
    amount = read_amount(plain, unit=unit.yuan)
    if amount.yuan is None:
        _keep_unread(reading, plain, shown)
        return
    if amount.yuan > LARGEST_CAPITAL:
        reading.problems[Column.CAPITAL] = _slip_of_unit(amount.yuan, unit)
        return
    reading.values["capital"] = amount.yuan
    # The form of an enterprise reads this text again, so it must say the same there.
    says_it = _SPELLED.search(shown) and read_amount(shown).yuan == amount.yuan
    bare = plain if _SPELLED.search(plain) else f"{plain}{unit.label}"
    reading.values["capital_text"] = shown if says_it else bare
    if amount.approximate:
        reading.doubts[Column.CAPITAL] = f"约数，读作 {in_words(amount.yuan)}"
    elif amount.spelled:
        reading.doubts[Column.CAPITAL] = f"读作 {in_words(amount.yuan)}"
    elif amount.doubtful and not (layout.unit_named or unit_text or _SPELLED.search(plain)):
        reading.doubts[Column.CAPITAL] = f"没写单位，读作 {in_words(amount.yuan)}"


_SPELLED = re.compile("[元圆万亿萬億]")
_NUMBER = re.compile(r"\d")


def _keep_unread(reading: Reading, plain: str, shown: str) -> None:
    """面议 and the like are kept as text; a figure that cannot be read is refused."""
    if _NUMBER.search(plain):
        reading.problems[Column.CAPITAL] = "读不出金额。写成 3500、1200万 或 3.5亿 这样"
        return
    reading.values["capital_text"] = shown
    reading.doubts[Column.CAPITAL] = "不是数字，只保留原文"


def _unit_of_cell(text: str) -> AmountUnit | None:
    plain = _YUAN_WORDS.sub("", unicodedata.normalize("NFKC", text))
    if not plain:
        return None
    if "亿" in plain:
        return AmountUnit.YI
    return AmountUnit.WAN if "万" in plain else AmountUnit.YUAN


def _slip_of_unit(yuan: int, unit: AmountUnit) -> str:
    if unit is AmountUnit.YUAN:
        return f"读作 {in_words(yuan)}，太大了，请核对"
    figure = f"{yuan // unit.yuan // 10_000:,}"
    return f"读作 {in_words(yuan)}，这一格像是「元」。改成 {figure} 万元，或把整列单位设为元"


# --- dates ---

_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+[\d:.]+)?$")
_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class DayRead:
    """A date as read: the day, or the problem; `doubt` when part of it was guessed."""

    day: date | None = None
    problem: str = ""
    doubt: str = ""


@lru_cache(maxsize=4096)  # lists repeat their days
def read_day(text: str, today: date) -> DayRead:
    """2026-9-2, 2026/9/2, 2026.9.2, 2026年9月2日, 20260902, an Excel serial; a month is its first day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    serial = _SERIAL.match(plain)
    if serial:
        read = _bounded(_SERIAL_ZERO + timedelta(days=int(serial[1])), today)
        return replace(read, doubt=f"表格软件的日期序号，读作 {read.day}" if read.day else "")
    match = _DAY.match(plain) or _DIGITS.match(plain)
    if match:
        return _real_day(int(match[1]), int(match[2]), int(match[3]), today)
    month = _MONTH.match(plain)
    if month:
        read = _real_day(int(month[1]), int(month[2]), 1, today)
        return DayRead(read.day, read.problem, "只有年月，读作当月 1 日" if read.day else "")
    if re.match(r"^\d{4}年?$", plain):
        return DayRead(problem="只有年份，写成 2005-06-30 这样")
    return DayRead(problem="读不出日期，写成 2026-09-02 这样")


def _real_day(year: int, month: int, day: int, today: date) -> DayRead:
    if not 1 <= month <= 12:
        return DayRead(problem=f"没有 {month} 月，请核对后改成 2026-09-02 这样")
    try:
        return _bounded(date(year, month, day), today)
    except ValueError:
        return DayRead(problem=f"{year} 年 {month} 月没有 {day} 日，请核对")


def _bounded(day: date, today: date) -> DayRead:
    if day.year < EARLIEST_YEAR:
        return DayRead(problem=f"{day.year} 年太早，请核对")
    if day > today:
        return DayRead(problem=f"{day.isoformat()} 在今天之后，请核对")
    return DayRead(day)


def _read_date(reading: Reading, today: date) -> None:
    text = reading.cells.get(Column.ESTABLISHED_ON, "")
    if not text:
        return
    read = read_day(text, today)
    if read.problem:
        reading.problems[Column.ESTABLISHED_ON] = read.problem
    else:
        reading.values["established_on"] = read.day
    if read.doubt:
        reading.doubts[Column.ESTABLISHED_ON] = read.doubt


# --- industry and place ---


_CLASSED = (
    ("industry_code", (Column.INDUSTRY, Column.INDUSTRY_NAME), understand_industry),
    ("region_code", (Column.REGION, Column.PROVINCE, Column.CITY, Column.COUNTY), understand_place),
)


def _read_classes(reading: Reading, book: Codebook) -> None:
    for name, columns, understand in _CLASSED:
        cells = {c: _class_text(reading, c) for c in columns if c in reading.cells}
        understood = understand(cells, book)
        if understood.code:
            reading.values[name] = understood.code
        if understood.doubt:
            column, sentence = understood.doubt
            reading.doubts[column] = sentence
        if understood.unread:
            reading.unread += (understood.unread,)


def _class_text(reading: Reading, column: Column) -> str:
    """An industry or a place as written; a formula that failed says nothing."""
    text = reading.cells[column]
    if text in _FORMULA_ERRORS:
        reading.doubts[column] = f"这一格是公式错误 {text}，公司照常导入，这一项先空着"
        return ""
    return clean_line(text)


def keep_unread(reading: Reading, known: Mapping[str, Any] | None = None) -> None:
    """The notes that the row leaves behind: those of the company `known`, to which the notes of the file and
    what was not understood are added line by line, each once; nothing is replaced.

    A company that has an industry or a place keeps it, and the words for it are not needed.
    """
    old = str(known["notes"]) if known else ""
    notes, left_over = with_lines(old, (reading.own_notes or "").splitlines())
    if left_over:
        reading.doubts[Column.NOTES] = "备注写满了，没有写进去"
    for one in reading.unread:
        is_there = one.line in old.splitlines()
        if known and known[one.field] and not is_there:
            reading.doubts[one.column] = f"{one.start}，库里已有的{one.kind}不变"
            continue
        notes, left_over = with_lines(notes, [one.line])
        what = "备注写满了，原文没有写进去" if left_over else "原文写进备注"
        reading.doubts[one.column] = f"{one.start}，{one.kind}先空着，{what}"
    if notes != old:
        reading.values["notes"] = notes
    else:
        reading.values.pop("notes", None)


def with_lines(notes: str, lines: Sequence[str]) -> tuple[str, bool]:
    """(notes with the lines that do not stand there yet, whether some had no room)."""
    kept = [line.strip() for line in notes.splitlines()]
    fresh = [line for line in dict.fromkeys(line.strip() for line in lines) if line and line not in kept]
    longer = "\n".join(filter(None, [notes, *fresh]))
    return (notes, True) if len(longer) > LONGEST_NOTES else (longer, False)


# --- other names and contacts ---

MOST_OTHER_NAMES = 20
_PARTS = PEOPLE_COLUMNS | {Column.ALIASES, Column.FORMER_NAMES}


def _read_other_names(reading: Reading) -> None:
    for kind, column in ((NameKind.FORMER, Column.FORMER_NAMES), (NameKind.ALIAS, Column.ALIASES)):
        cell = reading.cells.get(column, "")
        if not cell:
            continue
        names = read_other_names(cell)
        if cell in _FORMULA_ERRORS:
            reading.problems[column] = f"这一格是公式错误 {cell}，改成实际内容"
        elif len(names) > MOST_OTHER_NAMES or any(len(name) > NAME_LENGTH for name in names):
            reading.problems[column] = (
                f"{column.label}最多 {MOST_OTHER_NAMES} 个，每个最多 {NAME_LENGTH} 个字，用顿号隔开"
            )
        else:
            reading.other_names += tuple((kind, name) for name in names)


def _read_people(reading: Reading) -> None:
    cells = {column: text for column, text in reading.cells.items() if column in PEOPLE_COLUMNS}
    if not cells:
        return
    for column in [column for column, text in cells.items() if text in _FORMULA_ERRORS]:
        reading.problems[column] = f"这一格是公式错误 {cells.pop(column)}，改成实际内容"
    read = read_people(cells)
    reading.people = tuple(read.people)
    reading.problems |= read.problems
    reading.doubts |= read.doubts


_READERS = (_read_name, _read_code, _read_status, _read_texts, _read_headcount, _read_capital)
