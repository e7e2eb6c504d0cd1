"""Parameters of a URL: what is known is read, what is not is refused with what to write instead."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import column

from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.core.web import pages

COLUMNS: dict[str, pages.SortColumn] = {"name": column("name"), "amount": column("amount")}


class Colour(LabelledEnum):
    RED = "red", "红"
    GREEN = "green", "绿"


def _sort() -> pages.Sort:
    return pages.read_sort(COLUMNS, "-name")


def _colour() -> Colour | None:
    return pages.read_member("colour", "颜色", Colour)


def _colours() -> frozenset[Colour]:
    return pages.read_members("colour", "颜色", Colour)


def _way() -> str:
    return pages.read_choice("way", "看法", [("list", "列表"), ("board", "看板")])


def _flag() -> bool:
    return pages.read_flag("archived", "只看已归档")


@pytest.mark.parametrize(
    ("read", "query", "found"),
    [
        (_sort, "", pages.Sort("name", True)),
        (_sort, "sort=", pages.Sort("name", True)),
        (_sort, "sort=amount", pages.Sort("amount", False)),
        (_sort, "sort=-amount", pages.Sort("amount", True)),
        (_colour, "", None),
        (_colour, "colour= red ", Colour.RED),
        (_colours, "", frozenset()),
        (_colours, "colour=red&colour=&colour=green", frozenset(Colour)),
        (_way, "way=board", "board"),
        (_way, "way=", ""),
        (_flag, "archived=1", True),
        (_flag, "archived=", False),
    ],
)
def test_what_is_known_is_read_and_empty_is_absent(
    app: Flask, read: Callable[[], Any], query: str, found: object
) -> None:
    with app.test_request_context(f"/?{query}"):
        assert read() == found


@pytest.mark.parametrize(
    ("read", "query", "said"),
    [
        (_sort, "sort=colour", "不能按「colour」排序，请点列表的表头来排"),
        (_sort, "sort=-", "不能按「-」排序"),
        (_sort, "sort=--name", "不能按「--name」排序"),
        (_colour, "colour=blue", "颜色没有「blue」这一项，请从页面上选；网址里可以写 红（red）、绿（green）"),
        (_colour, "colour=RED", "颜色没有「RED」这一项"),
        (_colours, "colour=red&colour=blue", "颜色没有「blue」这一项"),
        (_way, "way=" + "x" * 200, f"看法没有「{'x' * 40}」这一项"),
        (_flag, "archived=2", "只看已归档没有「2」这一项"),
    ],
)
def test_what_is_not_known_is_refused_with_what_there_is(
    app: Flask, read: Callable[[], Any], query: str, said: str
) -> None:
    with app.test_request_context(f"/?{query}"), pytest.raises(RuleBroken) as refused:
        read()
    assert said in str(refused.value)
