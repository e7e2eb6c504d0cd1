"""The address of a result page: the conditions read from it, and the links that change them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from app.core.index.searching import Source
from app.core.values.clean import clean_line
from app.core.values.errors import RuleBroken
from app.core.values.money import read_amount
from app.core.web.pages import read_choice, read_date, read_flag, read_int, read_member, read_text, url_with
from app.finding.finder.enums import Condition, SortedBy
from app.finding.finder.facets import FacetLine
from app.finding.finder.narrowing import Bounds, Narrowed
from app.finding.finder.queries import DEEPEST, PAGE, Asked
from app.finding.finder.understanding import ReadCondition, Understood
from app.finding.finder.vocabulary import labels_of
from app.finding.finder.written import BOUNDED, VALUED, amount_bounds, bounds_in_words, in_address

LONGEST = 200  # characters of a text
MOST_NAMED = 3  # places that one word may mean
MOST_VALUES = 20
_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,20}")


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that holds, and the address without it."""

    label: str
    value: str
    remove_url: str


# What people write by themselves beside the results.
WRITTEN_BOUNDS = frozenset(name for names in BOUNDED.values() for name in names)


def read_asked(sources: Iterable[Source], *, bounds: bool = True) -> Asked:
    """What the address asks of these kinds of record; raises RuleBroken for what means nothing. Without
    `bounds` amounts and days are passed over.
    """
    return Asked(
        text=read_text("q", LONGEST),
        kind=read_choice("kind", "种类", [(source.kind, source.label) for source in sources]),
        page=read_int("page", "页码", least=1, most=DEEPEST // PAGE) or 1,
        narrowed=read_narrowed(bounds=bounds),
        sorted_by=read_member("sort", "排序", SortedBy) or SortedBy.RELEVANCE,
        raw=read_flag("raw", "按原文搜索"),
    )


def read_narrowed(*, bounds: bool = True) -> Narrowed:
    """The conditions of the address; raises RuleBroken for one that means nothing."""
    values = {condition: found for condition in VALUED if (found := _read_values(condition))}
    read = {Condition.AMOUNT: _read_amounts(), Condition.DAY: _read_days()} if bounds else {}
    return Narrowed(values, {condition: each for condition, each in read.items() if each != (None, None)})


def _read_values(condition: Condition) -> tuple[str, ...]:
    asked = [clean_line(text)[:40] for text in request.args.getlist(condition.value)]
    values = [text.upper() if condition is Condition.INDUSTRY else text for text in asked if text]
    values = list(dict.fromkeys(values))
    if len(values) > MOST_VALUES:
        raise RuleBroken({condition.value: f"{condition.label}一次最多选 {MOST_VALUES} 个"})
    usable = [value for value in values if _SHAPE.fullmatch(value)]
    known = labels_of(condition, usable)
    for value in values:
        if value not in known:
            raise RuleBroken({condition.value: f"{condition.label}没有「{value}」这一项，请从页面上选"})
    return tuple(values)


def _read_amounts() -> Bounds:
    least, below = _read_yuan("amount_from", "最低金额"), _read_yuan("amount_below", "最高金额")
    if least is not None and below is not None and least >= below:
        raise RuleBroken({"amount_from": "最低金额要小于最高金额"})
    return amount_bounds(least, below)


def _read_yuan(name: str, label: str) -> int | None:
    asked = read_text(name, 30)
    if not asked:
        return None
    yuan = read_amount(asked).definite
    if yuan is None:
        raise RuleBroken({name: f"{label}写成 5000万、1.2亿 这样，只写数字就是万元"})
    return yuan


def _read_days() -> Bounds:
    first, last = read_date("from", "开始日期"), read_date("to", "结束日期")
    if first and last and first > last:
        raise RuleBroken({"from": "开始日期要在结束日期之前"})
    return (first.toordinal() if first else None), (last.toordinal() if last else None)


def chips(narrowed: Narrowed) -> list[Chip]:
    """What the address narrows to, each with the address without it."""
    found: list[Chip] = []
    for condition, values in narrowed.values.items():
        labels = labels_of(condition, values)
        found += [Chip(condition.label, labels[value], _toggled(condition, value)) for value in values]
    for condition, bounds in narrowed.bounds.items():
        without: dict[str, None] = dict.fromkeys(BOUNDED[condition])
        found.append(
            Chip(condition.label, bounds_in_words(condition, bounds), url_with(page=None, **without))
        )
    return found


def chips_of(meant: Understood, typed: str, parts: Iterable[ReadCondition]) -> list[Chip]:
    """What was understood, each with the address that leaves its word out."""
    return [
        Chip(part.condition.label, _words_of(part), url_with(q=meant.without(part, typed), page=None))
        for part in parts
    ]


def _words_of(part: ReadCondition) -> str:
    """How a condition is read; a place by its own name, with where each place lies when several bear it."""
    if part.condition is not Condition.REGION:
        return part.words
    places = list(dict.fromkeys(labels_of(Condition.REGION, part.values).values()))
    if len(places) <= 1:
        return part.words
    more = f"等 {len(places)} 处" if len(places) > MOST_NAMED else ""
    return f"{part.words}（{'、'.join(places[:MOST_NAMED])}{more}）"


def link_of(condition: Condition, choice: FacetLine) -> str:
    """The address with this choice made, or taken back when it is made already."""
    if condition not in BOUNDED:
        return _toggled(condition, choice.value)
    return url_with(page=None, **_bounds_in_address(condition, choice))


def _bounds_in_address(condition: Condition, choice: FacetLine) -> Mapping[str, str | None]:
    names = BOUNDED[condition]
    if choice.chosen:
        return dict.fromkeys(names)
    return dict(zip(names, in_address(condition, choice.bounds), strict=True))


def _toggled(condition: Condition, value: str) -> str:
    held = request.args.getlist(condition.value)
    if condition in (Condition.REGION, Condition.INDUSTRY):
        # A place below the one chosen takes its turn; what lies in another is not looked for.
        values = [] if value in held else [value]
    else:
        values = [one for one in held if one != value] if value in held else [*held, value]
    return url_with(page=None, **{condition.value: values or None})
