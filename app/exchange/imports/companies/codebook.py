"""Industries and places as rows write them: codes, names, usual words. What is not known is kept as written,
never a reason to lose a company. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.core.values.clean import clean_line
from app.exchange.imports.companies.enums import Column
from app.register.reference.addresses import Address, Gazetteer

_SHOWN = 20  # characters of a cell that a sentence repeats
_BETWEEN = re.compile(r"[\s,、;/()]+")


@dataclass(frozen=True, slots=True)
class Codebook:
    """Industries and places by code and by name, as rows may write them."""

    industry_codes: Mapping[str, str]  # C3841 and 3841 -> C3841
    industry_names: Mapping[str, str]  # name -> code
    places: Gazetteer
    # 锂电池 -> C3841, 锂离子电池制造: usual words that mean one class only
    industry_words: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """What a row says and nobody understood, in any column; it goes into the notes."""

    column: Column  # where it stands in the file
    field: str  # the column of the enterprise table that stays empty
    kind: str  # 行业, 地区
    text: str
    why: str = ""  # where more can be said than that it was not understood
    instead: str = "先空着"  # what becomes of the field of a new company
    is_news: bool = False  # kept also where the company has a value: 责令关闭 says more than 存续

    @property
    def line(self) -> str:
        """As a line of the notes."""
        return f"{self.kind}原文：{clean_line(self.text)}"

    @property
    def start(self) -> str:
        """How every sentence about it begins."""
        return f"{self.why or f'没有认出{self.kind}「{self.text[:_SHOWN]}」'}，公司照常导入"


@dataclass(slots=True)  # not frozen: two are made for every row
class ReadCode:
    """A code, with a doubt where part of it was guessed; or what was not understood; or neither."""

    code: str | None = None
    doubt: tuple[Column, str] | None = None
    unread: Unread | None = None


def understand_industry(cells: Mapping[Column, str], book: Codebook) -> ReadCode:
    """The industry by its code or name in either column; else by a usual word that means one class only."""
    written = {c: cells[c] for c in (Column.INDUSTRY, Column.INDUSTRY_NAME) if cells.get(c)}
    for text in written.values():
        found = _industry_of(text, book)
        if found:
            return ReadCode(found)
    for column, text in written.items():
        guess = _industry_by_word(text, book)
        if guess:
            code, name = guess
            return ReadCode(code, doubt=(column, f"「{text[:_SHOWN]}」读作 {code} {name}"))
    unknown = next(iter(written.items()), None)
    return ReadCode(unread=Unread(unknown[0], "industry_code", "行业", unknown[1]) if unknown else None)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).strip()
    return [folded, *_BETWEEN.split(folded)]


def _industry_of(text: str, book: Codebook) -> str | None:
    codes, names = book.industry_codes, book.industry_names
    return _first(
        codes.get(word.upper()) or names.get(word) or names.get(f"{word}业") for word in _words(text)
    )


def _industry_by_word(text: str, book: Codebook) -> tuple[str, str] | None:
    found = (book.industry_words.get(word.lower()) for word in _words(text))
    return next((guess for guess in found if guess), None)


def _first(found: Iterable[str | None]) -> str | None:
    return next((one for one in found if one), None)


def understand_place(cells: Mapping[Column, str], book: Codebook) -> ReadCode:
    """The place by code or address, or as province, city and county in columns of their own tell it; these
    too where they say more exactly the same.
    """
    region = cells.get(Column.REGION, "").removesuffix(".0")
    parts = {c: cells[c] for c in (Column.PROVINCE, Column.CITY, Column.COUNTY) if cells.get(c)}
    told, apart = book.places.read(region), book.places.read("/".join(parts.values()))
    if apart and (told is None or apart.place.code.startswith(told.place.digits)):
        return _placed(apart, next(reversed(parts)), "".join(parts.values()))
    if told:
        return _placed(told, Column.REGION, region)
    written = {Column.REGION: region} if region else parts
    if not written:
        return ReadCode()
    return ReadCode(unread=Unread(next(iter(written)), "region_code", "地区", "".join(written.values())))


def _placed(found: Address, column: Column, text: str) -> ReadCode:
    """With a doubt where only what a code or a county lies in is known."""
    code, name = found.place.code, found.place.full_name
    if text.isdigit() and text[:6].ljust(6, "0") != code:
        return ReadCode(code, (column, f"没有代码 {text[:12]}，按 {name} 读入"))
    if found.unknown:
        return ReadCode(code, (column, f"区划表里没有「{found.unknown[:_SHOWN]}」，按 {name} 读入"))
    return ReadCode(code)
