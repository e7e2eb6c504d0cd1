"""A search as it is kept: the same for whatever asks the same, and read back as it was written."""

import pytest
from flask import Flask

from app.finding.finder.address import read_narrowed
from app.finding.finder.enums import Condition, SortedBy
from app.finding.finder.narrowing import Narrowed
from app.finding.finder.queries import Asked
from app.finding.finder.written import read_written, written

STAGES = {Condition.STAGE: ("lead", "assessed")}


@pytest.mark.parametrize(
    "asked",
    [
        Asked("宁波 锂电"),
        Asked("", narrowed=Narrowed(STAGES)),
        Asked("a&b=c#?%", kind="lead", raw=True),
        Asked("锂电", sorted_by=SortedBy.AMOUNT),
        Asked("", narrowed=Narrowed({}, {Condition.AMOUNT: (50_000_000, 99_999_999)})),
        Asked("", narrowed=Narrowed({}, {Condition.AMOUNT: (1, 12_344)})),
        Asked("", narrowed=Narrowed({}, {Condition.AMOUNT: (70_000_000, None)})),
        Asked("", narrowed=Narrowed({}, {Condition.AMOUNT: (1, None)})),
        Asked("", narrowed=Narrowed({}, {Condition.AMOUNT: (1, 0)})),
        Asked("", narrowed=Narrowed({}, {Condition.DAY: (738_000, 738_100)})),
        Asked("", narrowed=Narrowed({}, {Condition.DAY: (None, 738_100)})),
    ],
)
def test_what_is_written_is_read_back(asked: Asked) -> None:
    found = read_written(written(asked))
    again = read_written(written(found))
    assert (found.text, found.kind, found.sorted_by, found.raw) == (
        asked.text,
        asked.kind,
        asked.sorted_by,
        asked.raw,
    )
    assert found.narrowed.bounds == asked.narrowed.bounds
    assert {key: set(values) for key, values in found.narrowed.values.items()} == {
        key: set(values) for key, values in asked.narrowed.values.items()
    }
    assert again == found


def test_the_order_of_values_and_the_page_do_not_matter() -> None:
    turned = Narrowed({Condition.STAGE: ("assessed", "lead")})
    assert written(Asked("锂", page=3, narrowed=turned)) == written(Asked("锂", narrowed=Narrowed(STAGES)))
    by_amount = Asked("锂", sorted_by=SortedBy.AMOUNT)
    assert written(by_amount) != written(Asked("锂"))
    assert written(by_amount, with_order=False) == written(Asked("锂"))


@pytest.mark.parametrize(
    ("address", "bounds"),
    [
        ("amount_from=0", None),
        ("amount_from=0&amount_below=100", (1, 999_999)),
        ("amount_below=100", (1, 999_999)),
        ("amount_from=1元", (1, None)),
        ("amount_from=1元&amount_below=2元", (1, 1)),
    ],
)
def test_an_amount_from_nothing_on_is_no_condition(
    app: Flask, address: str, bounds: tuple[int, int | None] | None
) -> None:
    with app.test_request_context(f"/search?{address}"):
        narrowed = read_narrowed()
    assert narrowed.bounds.get(Condition.AMOUNT) == bounds
    assert bool(written(Asked("", narrowed=narrowed))) is bool(bounds)
    assert read_written(written(Asked("", narrowed=narrowed))).narrowed == narrowed


def test_the_result_page_reads_the_same_conditions(app: Flask) -> None:
    asked = Asked(
        "",
        narrowed=Narrowed({}, {Condition.AMOUNT: (50_000_000, 99_999_999), Condition.DAY: (738_000, None)}),
    )
    with app.test_request_context(f"/search?{written(asked)}"):
        assert read_narrowed() == asked.narrowed
