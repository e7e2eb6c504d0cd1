"""How the cells of one row are read: what they mean, what is wrong with them, what was guessed. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.core.values.clean import in_half_width, on_one_line
from app.core.values.numerals import NUMERALS, read_numeral
from app.exchange.imports.columns import Layout
from app.exchange.imports.companies.capital import LONGEST as LONGEST_CAPITAL
from app.exchange.imports.companies.capital import AroundAmount, read_capital
from app.exchange.imports.companies.codebook import Codebook, Unread, understand_industry, understand_place
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.people import COLUMNS as PEOPLE_COLUMNS
from app.exchange.imports.companies.people import read_other_names, read_people
from app.exchange.imports.companies.rows import LONGEST_NOTES, CompanyRow, keep_unread
from app.exchange.imports.days import from_1904, read_day
from app.exchange.imports.rows import cells_of
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.rules import NAME_LENGTH, check_credit_code, name_problem

LONGEST_SCOPE = 5000  # as in the form of an enterprise
LONGEST_ORIGIN = 60
ACCEPT_CODES = "accept_codes"  # option: write credit codes whose check digit does not fit
LARGEST_HEADCOUNT = 10_000_000
_SHOWN = 20  # characters of a cell that a sentence repeats
_FEWEST_SIGNS, _OLD_NUMBER = 6, 15
_WORD = re.compile("[\u4e00-\u9fff]")


def read_row(number: int, row: Sequence[str], layout: Layout, book: Codebook, today: date) -> CompanyRow:
    """Understands one row of the file."""
    cells, empty = cells_of(row, layout)
    if layout.from_1904 and Column.ESTABLISHED_ON in cells:
        cells[Column.ESTABLISHED_ON] = from_1904(cells[Column.ESTABLISHED_ON])
    reading = CompanyRow(number, cells, doubts=dict(empty))
    _read_cells(reading, layout, book, today)
    reading.doubts |= {column: why for column, why in empty.items() if column not in reading.problems}
    return reading


def _read_cells(reading: CompanyRow, layout: Layout, book: Codebook, today: date) -> None:
    for read in _READERS:
        read(reading, layout)
    if not _PARTS.isdisjoint(reading.cells):
        _read_other_names(reading)
        _read_people(reading)
    _read_date(reading, today)
    _read_classes(reading, book)
    reading.own_notes = reading.values.get("notes")
    keep_unread(reading)


def _text(reading: CompanyRow, column: Column, longest: int, *, lines: bool = False) -> str:
    cell = reading.cells.get(column, "")  # cleaned when the row was read
    text = cell if lines else on_one_line(cell)
    if len(text) > longest:
        reading.problems[column] = f"{column.label}有 {len(text)} 个字，最多 {longest} 个，请缩短"
        return ""
    return text


# --- name, code, status, plain texts ---


def _read_name(reading: CompanyRow, _layout: Layout) -> None:
    name = _text(reading, Column.NAME, NAME_LENGTH)
    if Column.NAME in reading.problems:
        return
    if not name:
        why = reading.doubts.pop(Column.NAME, "")
        reading.problems[Column.NAME] = f"{why or '没有企业名称'}。补上，或删除这行"
        return
    problem = name_problem(name)
    if problem:
        reading.problems[Column.NAME] = problem
    else:
        reading.values["name"] = name


def _read_code(reading: CompanyRow, layout: Layout) -> None:
    text = reading.cells.get(Column.CREDIT_CODE, "")
    if not text:
        return
    checked = check_credit_code(text)
    if checked.code is None:
        return
    if checked.problem and _is_no_code(text):
        unread = Unread(Column.CREDIT_CODE, "credit_code", "信用代码", text, instead="先空着")
        reading.unread += (unread,)
        return
    if checked.problem and not (checked.may_override and ACCEPT_CODES in layout.options):
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


def _is_no_code(text: str) -> bool:
    """正在办理, or the number of the register before 2015: something else than a code that was miswritten."""
    signs = re.sub(r"[^0-9A-Za-z]", "", unicodedata.normalize("NFKC", text))
    is_said = bool(_WORD.search(text)) and len(signs) < _FEWEST_SIGNS
    return is_said or (len(signs) == _OLD_NUMBER and signs.isdigit())


_STATUS_WORDS = {
    **{status.label: status for status in EnterpriseStatus},
    **{status.value: status for status in EnterpriseStatus},
    **dict.fromkeys(
        ("在业", "在营", "开业", "已开业", "开业正常经营", "存活", "正常存续"), EnterpriseStatus.ACTIVE
    ),
    **dict.fromkeys(
        ("正常", "营业", "营业中", "正常营业", "经营", "经营中", "正常经营"), EnterpriseStatus.ACTIVE
    ),
    **dict.fromkeys(("在册", "仍注册", "登记成立", "已登记"), EnterpriseStatus.ACTIVE),
    **dict.fromkeys(("已迁出", "迁移", "迁往外地", "迁往市外", "迁往省外"), EnterpriseStatus.MOVED),
    **dict.fromkeys(("已吊销", "被吊销", "吊销未注销", "吊销企业"), EnterpriseStatus.REVOKED),
    **dict.fromkeys(("已注销", "吊销已注销", "注销登记"), EnterpriseStatus.CLOSED),
}
_PUNCTUATION = re.compile(r"[\W_]+")
# 在谈, 已签约, 拟开工: how far the talks are, not how the company is registered.
_STAGE = re.compile(
    "(?:已|拟|未|待|正在?|计划|即将|完成|初步|前期|项目|重点|持续|继续)*"
    "(?:线索|接洽|对接|洽谈|会谈|商谈|谈判|在谈|面谈|考察|研判|立项|上会|审议|评审|意向|储备|跟踪|跟进"
    "|推进|在推|暂缓|搁置|终止|流失|放弃|签约|签订|签署|框架|落地|落户|入驻|供地|拿地|摘牌"
    "|报建|开工|动工|在建|建设|续建|竣工|投产|试产|试生产|达产|投运|运营)"
    "(?:中|期|阶段|项目|协议|合同|状态|了)*"
)


def _read_status(reading: CompanyRow, _layout: Layout) -> None:
    text = reading.cells.get(Column.STATUS, "")
    if not text:
        return
    plain = unicodedata.normalize("NFKC", text)
    folded = _PUNCTUATION.sub("", plain)
    status = _STATUS_WORDS.get(folded) or _STATUS_WORDS.get(folded.removesuffix("企业"))
    # 存续（在营、开业、在册）: the word before the brackets decides.
    status = status or _STATUS_WORDS.get(_PUNCTUATION.split(plain)[0])
    if status:
        reading.values["status"] = status
        return
    if _STAGE.fullmatch(folded):
        why = f"「{folded[:_SHOWN]}」是招商阶段，不是存续状态"
        unread = Unread(Column.STATUS, "", "招商阶段", text, why, instead="请在线索里记")
    else:
        unread = Unread(Column.STATUS, "status", "存续状态", text, instead="按存续", is_news=True)
    reading.unread += (unread,)


def _read_texts(reading: CompanyRow, _layout: Layout) -> None:
    texts = (("scope", Column.SCOPE, LONGEST_SCOPE), ("notes", Column.NOTES, LONGEST_NOTES))
    for name, column, longest in texts:
        text = _text(reading, column, longest, lines=True)
        if text:
            reading.values[name] = text
    origin = on_one_line(reading.cells.get(Column.ORIGIN, ""))
    if len(origin) > LONGEST_ORIGIN:
        why = f"来源有 {len(origin)} 个字，最多 {LONGEST_ORIGIN} 个"
        reading.unread += (Unread(Column.ORIGIN, "origin", "来源", origin, why, is_news=True),)
    elif origin:
        reading.values["origin"] = origin


_HEADCOUNT = re.compile(
    rf"(?P<about>约有?|大约|近|超过?|逾|不少于)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+|[{NUMERALS}]+)(?:\.0+)?"
    r"(?P<more>[多余来+]?)[人名位个]?(?P<behind>左右|上下|及?以上|多|余|\+)?"
)


def _read_headcount(reading: CompanyRow, _layout: Layout) -> None:
    text = reading.cells.get(Column.HEADCOUNT, "")
    if not text:
        return
    match = _HEADCOUNT.fullmatch(re.sub(r"\s", "", in_half_width(text)))
    number = read_numeral(match["number"].replace(",", "")) if match else None
    if match is None or number is None or number > LARGEST_HEADCOUNT or number % 1:
        why = f"从业人数「{text[:_SHOWN]}」不是一个 0 到 {LARGEST_HEADCOUNT:,} 之间的整数"
        reading.unread += (Unread(Column.HEADCOUNT, "headcount", "从业人数", text, why),)
        return
    reading.values["headcount"] = int(number)
    if match["about"] or match["more"] or match["behind"]:
        reading.doubts[Column.HEADCOUNT] = f"约数，读作 {int(number):,}"


# --- capital ---


def _read_capital(reading: CompanyRow, layout: Layout) -> None:
    cell = reading.cells.get(Column.CAPITAL, "")
    if not cell:
        return
    told = AroundAmount(
        unit_cell=reading.cells.get(Column.CAPITAL_UNIT, ""),
        heading=layout.headings[layout.places[Column.CAPITAL]],
        unit=layout.unit,
        is_unit_named=layout.unit_named,
        unit_doubt=layout.unit_doubt,
    )
    read = read_capital(cell, told)
    if read.yuan is not None:
        reading.values["capital"] = read.yuan
    if read.doubt:
        reading.doubts[Column.CAPITAL] = read.doubt
    if len(read.words) <= LONGEST_CAPITAL:
        reading.values["capital_text"] = read.words
        return
    unread = Unread(Column.CAPITAL, "capital", "注册资本", read.words, read.doubt)
    if read.yuan is not None:
        reading.values["capital_text"] = f"{read.yuan}元"
        unread = replace(unread, field="", instead="只记数字")
    reading.unread += (unread,)


# --- dates ---


def _read_date(reading: CompanyRow, today: date) -> None:
    text = reading.cells.get(Column.ESTABLISHED_ON, "")
    if not text:
        return
    read = read_day(text, today)
    if read.problem:
        why = f"成立日期「{text[:_SHOWN]}」{read.problem}"
        reading.unread += (Unread(Column.ESTABLISHED_ON, "established_on", "成立日期", text, why),)
    else:
        reading.values["established_on"] = read.day
    if read.doubt:
        reading.doubts[Column.ESTABLISHED_ON] = read.doubt


# --- industry and place ---


_CLASSED = (
    ("industry_code", (Column.INDUSTRY, Column.INDUSTRY_NAME), understand_industry),
    ("region_code", (Column.REGION, Column.PROVINCE, Column.CITY, Column.COUNTY), understand_place),
)


def _read_classes(reading: CompanyRow, book: Codebook) -> None:
    for name, columns, understand in _CLASSED:
        cells = {c: on_one_line(reading.cells[c]) for c in columns if c in reading.cells}
        understood = understand(cells, book)
        if understood.code:
            reading.values[name] = understood.code
        if understood.doubt:
            column, sentence = understood.doubt
            reading.doubts[column] = sentence
        if understood.unread:
            reading.unread += (understood.unread,)


# --- other names and contacts ---

MOST_OTHER_NAMES = 20
_PARTS = PEOPLE_COLUMNS | {Column.ALIASES, Column.FORMER_NAMES}


def _read_other_names(reading: CompanyRow) -> None:
    for kind, column in ((NameKind.FORMER, Column.FORMER_NAMES), (NameKind.ALIAS, Column.ALIASES)):
        cell = reading.cells.get(column, "")
        if not cell:
            continue
        names = read_other_names(cell)
        if len(names) > MOST_OTHER_NAMES or any(len(name) > NAME_LENGTH for name in names):
            why = f"{column.label}最多 {MOST_OTHER_NAMES} 个，每个最多 {NAME_LENGTH} 个字"
            reading.unread += (Unread(column, "", column.label, cell, why, instead="没有记"),)
        else:
            reading.other_names += tuple((kind, name) for name in names)


def _read_people(reading: CompanyRow) -> None:
    cells = {column: text for column, text in reading.cells.items() if column in PEOPLE_COLUMNS}
    if not cells:
        return
    read = read_people(cells)
    reading.people = tuple(read.people)
    reading.problems |= read.problems
    reading.doubts |= read.doubts


_READERS = (_read_name, _read_code, _read_status, _read_texts, _read_headcount, _read_capital)
