"""Which column of the user's file means what: header row, synonyms, the unit in a heading. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.imports.enums import AmountUnit, Column

HEADER_WITHIN = 10  # the header stands in one of the first so many rows
_LONGEST_HEADING = 40

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
_SECOND = {
    Column.CONTACT: Column.CONTACT_2,
    Column.CONTACT_POST: Column.CONTACT_POST_2,
    Column.CONTACT_PHONE: Column.CONTACT_PHONE_2,
}
_MEANING = {word: column for column, words in _SYNONYMS.items() for word in words}
_COLUMNS: Mapping[str, Column] = {column.value: column for column in Column}
_UNITS: Mapping[str, AmountUnit] = {unit.value: unit for unit in AmountUnit}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_DOLLARS = re.compile("美元|港|日元|欧元|外币")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read: the row of its headings, the column of each meaning, unit and option.

    `header_row` counts from 1 as a spreadsheet does; `places` counts columns from 0.
    """

    header_row: int
    headings: tuple[str, ...]
    places: Mapping[Column, int] = field(default_factory=dict)
    unit: AmountUnit = AmountUnit.WAN
    unit_named: bool = False  # the file or the user said so; a bare figure is then not doubted
    accept_codes: bool = False  # write credit codes whose check digit does not fit
    sheet: str = ""

    @property
    def is_complete(self) -> bool:
        return Column.NAME in self.places

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings of columns that are not read, in the order of the file."""
        used = set(self.places.values())
        return tuple(heading for place, heading in enumerate(self.headings) if heading and place not in used)

    def to_json(self) -> dict[str, Any]:
        return {
            "header_row": self.header_row,
            "headings": list(self.headings),
            "places": {column.value: place for column, place in self.places.items()},
            "unit": self.unit.value,
            "unit_named": self.unit_named,
            "accept_codes": self.accept_codes,
            "sheet": self.sheet,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Layout":
        return cls(
            header_row=kept["header_row"],
            headings=tuple(kept["headings"]),
            places={_COLUMNS[column]: place for column, place in kept["places"].items()},
            unit=_UNITS[kept["unit"]],
            unit_named=kept["unit_named"],
            accept_codes=kept["accept_codes"],
            sheet=kept["sheet"],
        )


def _folded(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().lower()


def meaning_of(heading: str) -> Column | None:
    """What a heading means: 注册资本（万元）, * 企业名称, USCC and the like."""
    folded = _folded(heading)
    if len(folded) > _LONGEST_HEADING:
        return None
    return _MEANING.get(_NOT_A_WORD.sub("", _BRACKETS.sub("", folded)))


def unit_of(heading: str) -> AmountUnit | None:
    """The unit that a heading of amounts names; None when it names none, or a foreign one."""
    folded = _folded(heading)
    if _DOLLARS.search(folded):
        return None
    if "亿" in folded:
        return AmountUnit.YI
    if "万" in folded or folded.endswith("_wan"):
        return AmountUnit.WAN
    return AmountUnit.YUAN if "元" in folded else None


def find_layout(first_rows: Sequence[tuple[int, Sequence[str]]], sheet: str = "") -> Layout:
    """The best guess from the first rows: the row with most known headings, best of all with a name."""
    guesses = [_layout_of(number, cells, sheet) for number, cells in first_rows if number <= HEADER_WITHIN]
    best = max(guesses, key=lambda layout: (layout.is_complete, len(layout.places)), default=None)
    return best or Layout(1, (), sheet=sheet)


def _layout_of(number: int, cells: Sequence[str], sheet: str) -> Layout:
    places: dict[Column, int] = {}
    for place, heading in enumerate(cells):
        meaning = meaning_of(heading)
        if meaning in places:
            meaning = _SECOND.get(meaning)
        if meaning:
            places.setdefault(meaning, place)
    unit = unit_of(cells[places[Column.CAPITAL]]) if Column.CAPITAL in places else None
    return Layout(
        header_row=number,
        headings=tuple(heading.strip()[:_LONGEST_HEADING] for heading in cells),
        places=places,
        unit=unit or AmountUnit.WAN,
        unit_named=unit is not None,
        sheet=sheet,
    )
