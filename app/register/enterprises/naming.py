"""Which companies somebody means: by any of their names, however it is written, by credit code, by sound."""

import re
from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.core.index.relay import overdue
from app.core.index.searching import EVERYONE, Query, SearchUnavailable, county_words, reader
from app.core.records.typed import each_term, note
from app.core.storage.db import read_once
from app.core.values.clock import age_in_words
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.rules import check_credit_code, name_key

_MOST_BY_SOUND = 1000  # companies; letters that more of them answer to say too little
_SPOKEN = re.compile("[a-z]{2}")
_SHORTEST_OF_CODE = 4  # characters of a credit code that mean one, at its end or anywhere
_PART_OF_CODE = re.compile("[0-9A-Z]*[0-9][0-9A-Z]*")
Company = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def whole_code(text: str) -> str | None:
    """The credit code that a text is, also one written in groups: 9132 0506 …"""
    checked = check_credit_code(text)
    return checked.code if checked.problem is None or checked.may_override else None


def is_called(term: str, company: Company, *, spoken: bool = True) -> ColumnElement[bool]:
    """That the company with the id in this column goes by a term, archived or not."""
    found = _named(term, spoken)
    return company.in_(union_all(*found)) if found else company.is_(None)


def _named(term: str, spoken: bool) -> list[Select[int]]:
    key, code = name_key(term), name_key(term).upper()
    if not key:
        return []
    ways = [
        select(Enterprise.id).where(_holds(key, code)),
        select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key.contains(key, autoescape=True)),
    ]
    if spoken and _SPOKEN.search(key) and (heard := by_sound(term)):
        ways.append(select(Enterprise.id).where(Enterprise.public_id.in_(heard)))
    return ways


def _holds(key: str, code: str) -> ColumnElement[bool]:
    named = Enterprise.name_key.contains(key, autoescape=True)
    if len(code) < _SHORTEST_OF_CODE or not _PART_OF_CODE.fullmatch(code):
        return named
    return or_(named, Enterprise.credit_code.contains(code, autoescape=True))


def by_sound(term: str) -> tuple[str, ...]:
    """Public ids of the companies whose names sound like some letters, as search has them; asked once."""
    return read_once(("companies by sound", term), lambda: _ask_index(term))


def _ask_index(term: str) -> tuple[str, ...]:
    query = Query(term, (EVERYONE,), kinds=("enterprise",), words=county_words(), limit=_MOST_BY_SOUND)
    try:
        page = reader().search(query)
    except SearchUnavailable:
        note("搜索服务暂时不可用，拼音和首字母找不到企业，请写汉字或信用代码")
        return ()
    if waited := overdue():
        note(
            f"近来的更改还没有进入搜索，最早的一项更改已等 {age_in_words(waited)}："
            "拼音和首字母可能找不到新登记或改了名的企业，请写汉字或信用代码"
        )
    if page.total > _MOST_BY_SOUND:
        note(f"按拼音「{term[:20]}」对上的企业太多，只找了最像的 {_MOST_BY_SOUND:,} 家，请写长一点")
    return tuple(hit.id for hit in page.hits if not hit.alike)


def about_company(
    text: str, company: Company, own: Callable[[str], ColumnElement[bool]], *, spoken: bool = True
) -> ColumnElement[bool]:
    """What the text box of a list about companies asks: each term is in a name or the code of the company
    whose id stands in this column, or in the record's own words. Without `spoken` the index is not asked.
    """
    code = whole_code(text)
    if code:
        return is_called(code, company, spoken=False)
    return each_term(text, lambda term: or_(is_called(term, company, spoken=spoken), own(term)))
