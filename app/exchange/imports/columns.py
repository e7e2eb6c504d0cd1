"""Which column of the user's file means what: synonyms, headings over several rows, units. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.exchange.imports.enums import AmountUnit, Column

LONGEST_HEADING = 60  # with the words of the rows above it
_LONGEST_WORD = 40
PATH = " / "  # between the words of a heading over several rows: 联系人 / 姓名

# Headings as folded by `_folded`, without their brackets.
_SYNONYMS: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: (
        *("企业名称", "公司名称", "单位名称", "企业全称", "公司全称", "企业", "公司", "名称", "企业名"),
        *("公司名", "投资方名称", "投资方", "客商名称", "项目业主", "name", "companyname", "company"),
        *("enterprise", "enterprisename"),
    ),
    Column.CREDIT_CODE: (
        *("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码", "税号", "纳税人识别号"),
        *("uscc", "creditcode", "usci", "营业执照号"),
    ),
    Column.REGION: (
        *("所在地区", "地区", "所在地", "区划代码", "行政区划代码", "行政区划", "地区代码", "注册地", "区域"),
        *("所属地区", "regioncode", "region", "地址区划"),
    ),
    Column.PROVINCE: ("省", "省份", "所属省份", "所在省份", "province"),
    Column.CITY: ("市", "城市", "所属城市", "所在城市", "地市", "city"),
    Column.COUNTY: ("县", "区", "区县", "县区", "县市区", "所属区县", "所在区县", "county", "district"),
    Column.INDUSTRY: (
        *("行业代码", "行业", "国标行业", "所属行业", "国民经济行业", "行业分类", "行业门类", "国标行业代码"),
        *("gbt4754", "industrycode", "industry"),
    ),
    Column.INDUSTRY_NAME: ("行业名称", "国标行业名称", "gbt4754name", "industryname"),
    Column.STATUS: ("登记状态", "状态", "经营状态", "企业状态", "存续状态", "status"),
    Column.CAPITAL: (
        *("注册资本", "注册资金", "注册资本金", "资本", "capital", "capitalwan", "registeredcapital"),
    ),
    Column.CAPITAL_UNIT: ("注册资本单位", "资本单位", "注册资金单位", "单位币种", "币种", "capitalunit"),
    Column.ESTABLISHED_ON: (
        *("成立日期", "成立时间", "注册日期", "注册时间", "设立日期", "登记日期", "establishedon"),
        *("registeredon", "founded", "foundedon"),
    ),
    Column.HEADCOUNT: ("人数", "员工人数", "职工人数", "从业人数", "用工人数", "参保人数", "headcount"),
    Column.SCOPE: ("经营范围", "主营业务", "主营范围", "主营产品", "业务范围", "businessscope", "scope"),
    Column.NOTES: ("备注", "说明", "notes", "remark", "remarks"),
    Column.ORIGIN: ("来源", "信息来源", "引荐人", "介绍人", "origin", "source"),
    Column.ALIASES: (
        *(
            "简称或别名",
            "简称",
            "企业简称",
            "公司简称",
            "单位简称",
            "别名",
            "品牌",
            "品牌名",
            "alias",
            "aliases",
        ),
        *("shortname", "brand"),
    ),
    Column.FORMER_NAMES: (
        *("曾用名", "曾用名称", "企业曾用名", "原名", "原名称", "原企业名称", "历史名称", "更名前名称"),
        *("formername", "formernames"),
    ),
    Column.CONTACT: (
        *("联系人", "联系人姓名", "企业联系人", "联系人1", "联系人一", "第一联系人", "主要联系人", "对接人"),
        *("企业对接人", "联络人", "企业联络人", "contact", "contactperson"),
    ),
    Column.CONTACT_POST: (
        *("职务", "联系人职务", "联系人1职务", "职务1", "职位", "联系人职位", "对接人职务", "联络人职务"),
    ),
    Column.CONTACT_PHONE: (
        *(
            "联系电话",
            "电话",
            "联系人电话",
            "联系人1电话",
            "联系电话1",
            "电话1",
            "电话号码",
            "手机",
            "手机号",
        ),
        *("手机号码", "联系手机", "联系人手机", "联系人手机号", "联系方式", "联系人联系方式", "联系人及电话"),
        *(
            "联系人及联系方式",
            "联系人和电话",
            "对接人电话",
            "联络人电话",
            "phone",
            "mobile",
            "tel",
            "telephone",
        ),
    ),
    Column.CONTACT_2: ("联系人2", "联系人二", "第二联系人", "备用联系人", "第2位联系人"),
    Column.CONTACT_POST_2: ("职务2", "联系人2职务", "第二联系人职务", "第2位联系人的职务"),
    Column.CONTACT_PHONE_2: (
        *("联系电话2", "电话2", "手机2", "联系人2电话", "联系人2手机", "第二联系人电话", "备用电话"),
        *("第2位联系人的电话",),
    ),
}
# 联系人, 职务, 电话, 联系人, 职务, 电话: the second time they are of the second person.
SECOND = {
    Column.CONTACT: Column.CONTACT_2,
    Column.CONTACT_POST: Column.CONTACT_POST_2,
    Column.CONTACT_PHONE: Column.CONTACT_PHONE_2,
}
_MEANING = {word: column for column, words in _SYNONYMS.items() for word in words}
_COLUMNS: Mapping[str, Column] = {column.value: column for column in Column}
_UNITS: Mapping[str, AmountUnit] = {unit.value: unit for unit in AmountUnit}
_ANY_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_DOLLARS = re.compile("美元|美金|港|日元|欧元|英镑|外币|usd|us\\$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read: the rows of its headings, the column of each meaning, unit and option.

    `header_row` counts from 1 as a spreadsheet does; `places` counts columns from 0.
    """

    header_row: int
    headings: tuple[str, ...]
    places: Mapping[Column, int] = field(default_factory=dict)
    unit: AmountUnit = AmountUnit.WAN
    unit_named: bool = False  # the file or the user said so; a bare figure is then not doubted
    accept_codes: bool = False  # write credit codes whose check digit does not fit
    sheet: str = ""
    header_rows: int = 1  # headings over two or three rows
    unit_from: str = ""  # where the unit stands when not in the heading itself, as a sentence
    unit_doubt: str = ""  # that the file names two units, as a sentence
    separator: str = ""  # of a text file
    sheets: tuple[tuple[str, int, bool], ...] = ()  # every sheet: name, rows that hold anything, hidden
    from_1904: bool = False  # the workbook counts its days from 1904

    @property
    def is_complete(self) -> bool:
        return Column.NAME in self.places

    @property
    def last_header_row(self) -> int:
        return self.header_row + self.header_rows - 1

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings of columns that are not read, in the order of the file."""
        used = set(self.places.values())
        return tuple(heading for place, heading in enumerate(self.headings) if heading and place not in used)

    @property
    def headings_to_send(self) -> tuple[str, ...]:
        """The headings for a workbook that comes back: the unit stands in the heading of the amounts, since
        no line above the table and no choice on a page comes back with it.
        """
        place = self.places.get(Column.CAPITAL)
        if place is None or is_foreign(self.headings[place]) or unit_of(self.headings[place]) is self.unit:
            return self.headings
        word = _ANY_BRACKETS.sub("", self.headings[place]).strip()
        return (*self.headings[:place], f"{word}（{self.unit.label}）", *self.headings[place + 1 :])

    def changed(self, **values: Any) -> "Layout":
        return replace(self, **values)

    def to_json(self) -> dict[str, Any]:
        return {
            "header_row": self.header_row,
            "headings": list(self.headings),
            "places": {column.value: place for column, place in self.places.items()},
            "unit": self.unit.value,
            "unit_named": self.unit_named,
            "accept_codes": self.accept_codes,
            "sheet": self.sheet,
            "header_rows": self.header_rows,
            "unit_from": self.unit_from,
            "unit_doubt": self.unit_doubt,
            "separator": self.separator,
            "sheets": [list(sheet) for sheet in self.sheets],
            "from_1904": self.from_1904,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Layout":
        """Also one kept before the last fields came."""
        return cls(
            header_row=kept["header_row"],
            headings=tuple(kept["headings"]),
            places={_COLUMNS[column]: place for column, place in kept["places"].items()},
            unit=_UNITS[kept["unit"]],
            unit_named=kept["unit_named"],
            accept_codes=kept["accept_codes"],
            sheet=kept["sheet"],
            header_rows=kept.get("header_rows", 1),
            unit_from=kept.get("unit_from", ""),
            unit_doubt=kept.get("unit_doubt", ""),
            separator=kept.get("separator", ""),
            sheets=tuple((name, rows, hidden) for name, rows, hidden in kept.get("sheets", ())),
            from_1904=kept.get("from_1904", False),
        )


def _folded(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().lower()


def meaning_of(heading: str) -> Column | None:
    """What a heading means: 注册资本（万元）, * 企业名称, USCC and the like; 联系人 / 姓名 over two rows."""
    words = [word for word in heading.split(PATH) if word.strip()]
    return _meaning_of_path(words) if len(words) > 1 else _meaning_of_words(heading)


def _word(text: str) -> str:
    """Without brackets, blanks, line breaks and invisible characters."""
    return _NOT_A_WORD.sub("", _BRACKETS.sub("", _folded(text)))


def _meaning_of_words(heading: str) -> Column | None:
    return _MEANING.get(_word(heading)) if len(heading) <= _LONGEST_WORD else None


# --- headings over several rows ---

_PEOPLE = {
    Column.CONTACT: (Column.CONTACT, Column.CONTACT_2),
    Column.CONTACT_POST: (Column.CONTACT_POST, Column.CONTACT_POST_2),
    Column.CONTACT_PHONE: (Column.CONTACT_PHONE, Column.CONTACT_PHONE_2),
}
_PERSON_NAMES = frozenset({"姓名", "名字", "姓", "name"})
# Under a group of another kind these words speak of that: 包保领导 / 电话, 项目 / 名称, 责任单位 / 联系人.
_NEEDS_A_GROUP = frozenset(
    {"名称", "name", "简称", "地区", "所在地", "区域", "说明", "备注", "状态", "来源", "资本"}
)
_OF_COMPANIES = re.compile("企业|公司|客商|投资方|投资人|业主|基本|登记|工商|单位信息|单位情况")
_OF_CONTACTS = re.compile("联系|联络|对接|洽谈")
_OF_OTHERS = re.compile("领导|包保|责任|牵头|服务|专班|干部|项目|我方|我县|本县|局")
_FIGURES = re.compile("^(?:金额|数额|数量?|认缴|人民币)?(?:(?:亿|百万|万|千)?元|亿|万)?$")


def _meaning_of_path(words: Sequence[str]) -> Column | None:
    """The words of all rows together, else the lowest alone where the group lets it, else the group."""
    whole = _meaning_of_words("".join(words))
    if whole:
        return whole
    group, last = words[-2], words[-1]
    group_means = _meaning_of_words(group)
    alone = Column.CONTACT if _word(last) in _PERSON_NAMES else _meaning_of_words(last)
    if alone in _PEOPLE:
        return _of_person(alone, group, group_means, is_name=_word(last) in _PERSON_NAMES)
    if alone and (_word(last) not in _NEEDS_A_GROUP or _is_of_company(group)):
        return alone
    return group_means if _FIGURES.match(_word(last)) else None


def _is_of_company(group: str) -> bool:
    return bool(_OF_COMPANIES.search(group)) and not _OF_OTHERS.search(group)


def _of_person(part: Column, group: str, group_means: Column | None, *, is_name: bool) -> Column | None:
    first, second = _PEOPLE[part]
    if group_means is Column.CONTACT_2:
        return second
    if group_means is Column.CONTACT or (_OF_CONTACTS.search(group) and not _OF_OTHERS.search(group)):
        return first
    if is_name or _OF_OTHERS.search(group):
        return None
    return first if _is_of_company(group) else None


# --- units ---

_BY_LENGTH = (
    ("亿", AmountUnit.YI),
    ("百万", AmountUnit.BAIWAN),
    ("万", AmountUnit.WAN),
    ("千", AmountUnit.QIAN),
)


def is_foreign(heading: str) -> bool:
    """Whether a heading of amounts names a foreign currency."""
    return bool(_DOLLARS.search(_folded(heading)))


def unit_of(heading: str) -> AmountUnit | None:
    """The unit that a heading of amounts names; None when it names none, or a foreign one."""
    folded = _folded(heading)
    if is_foreign(heading):
        return None
    for word, unit in _BY_LENGTH:
        if word in folded:
            return unit
    if folded.endswith("_wan"):
        return AmountUnit.WAN
    return AmountUnit.YUAN if "元" in folded else None
