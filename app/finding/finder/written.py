"""A search as it is kept: the query of its address, read and written without a request, and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlencode

from app.core.values.money import WAN, in_words, read_amount
from app.finding.finder.enums import Condition, SortedBy
from app.finding.finder.narrowing import Bounds, Narrowed
from app.finding.finder.queries import Asked
from app.finding.finder.vocabulary import labels_of

VALUED = (
    Condition.STAGE,
    Condition.REGION,
    Condition.INDUSTRY,
    Condition.UNIT,
    Condition.TEAM,
    Condition.OWNER,
    Condition.STATUS,
)
BOUNDED = {Condition.AMOUNT: ("amount_from", "amount_below"), Condition.DAY: ("from", "to")}
Parts = tuple[tuple[str, str], ...]  # label and value of each condition, as on a chip


@dataclass(frozen=True, slots=True)
class InWords:
    """What a search asks: the text, and its conditions as the chips say them."""

    text: str
    parts: Parts = ()

    @property
    def line(self) -> str:
        return " ".join(filter(None, (self.text, *(value for _label, value in self.parts))))


def written(asked: Asked, *, with_order: bool = True) -> str:
    """The query of the address of its first page; searches that ask the same have the same without order."""
    pairs = [("q", asked.text), ("kind", asked.kind)]
    for condition in VALUED:
        pairs += [(condition.value, value) for value in sorted(asked.narrowed.chosen(condition))]
    for condition, names in BOUNDED.items():
        least, most = asked.narrowed.bounds.get(condition, (None, None))
        last = most + 1 if most is not None and condition is Condition.AMOUNT else most
        stretch = in_address(condition, (least, last))
        pairs += [(name, value or "") for name, value in zip(names, stretch, strict=True)]
    if with_order and asked.sorted_by is not SortedBy.RELEVANCE:
        pairs.append(("sort", asked.sorted_by.value))
    pairs.append(("raw", "1" if asked.raw else ""))
    return urlencode([(name, value) for name, value in pairs if value])


def read_written(address: str) -> Asked:
    """The search that `written` wrote so."""
    found = parse_qs(address)
    values = {condition: tuple(found[condition.value]) for condition in VALUED if condition.value in found}
    edges = {name: found.get(name, [""])[0] for names in BOUNDED.values() for name in names}
    bounds: dict[Condition, Bounds] = {
        Condition.AMOUNT: amount_bounds(
            read_amount(edges["amount_from"]).yuan, read_amount(edges["amount_below"]).yuan
        ),
        Condition.DAY: (_read_day(edges["from"]), _read_day(edges["to"])),
    }
    return Asked(
        text=found.get("q", [""])[0],
        kind=found.get("kind", [""])[0],
        narrowed=Narrowed(values, {key: each for key, each in bounds.items() if each != (None, None)}),
        sorted_by=SortedBy(found.get("sort", [SortedBy.RELEVANCE.value])[0]),
        raw="raw" in found,
    )


def amount_bounds(least: int | None, below: int | None) -> Bounds:
    """Both included, of the lowest amount and the one that is too much, in 元. From 0 on is from anywhere on,
    which is no condition.
    """
    if below is None:
        return least or None, None
    # 0 stands for an amount that nobody knows: it is not below anything.
    return least or 1, max(below - 1, 0)


def in_address(condition: Condition, edges: Bounds) -> tuple[str | None, str | None]:
    """How a stretch stands in an address: of days the last counts, of amounts it does not."""
    least, last = edges
    if condition is Condition.DAY:
        return _write_day(least), _write_day(last)
    # Below some amount means a known one, from 1 元 on: that beginning need not stand there.
    is_said = last is None or (least or 0) > 1
    return (_write_amount(least) if is_said else None), _write_amount(last)


def _write_amount(yuan: int | None) -> str | None:
    if yuan is None:
        return None
    return str(yuan // WAN) if yuan % WAN == 0 else f"{yuan}元"


def _write_day(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()


def _read_day(text: str) -> int | None:
    return date.fromisoformat(text).toordinal() if text else None


def bounds_in_words(condition: Condition, bounds: Bounds) -> str:
    """5,000万元起，不到 1亿元; 2026-01-01 至 2026-03-31."""
    least, most = bounds
    if condition is Condition.DAY:
        first, last = (date.fromordinal(day).isoformat() if day else "" for day in bounds)
        return f"{first} 至 {last}" if first and last else f"{first}起" if first else f"{last}为止"
    below = f"不到 {in_words(most + 1)}" if most is not None else ""
    return "，".join(filter(None, (f"{in_words(least)}起" if least and least > 1 else "", below)))


def in_plain_words(searches: Sequence[Asked]) -> list[InWords]:
    """What each asks; the labels of all of them are read together."""
    labels = {Condition.KIND: labels_of(Condition.KIND, [each.kind for each in searches if each.kind])}
    for condition in VALUED:
        values = {value for each in searches for value in each.narrowed.chosen(condition)}
        labels[condition] = labels_of(condition, sorted(values))
    return [InWords(each.text, _parts(each, labels)) for each in searches]


def _parts(asked: Asked, labels: Mapping[Condition, Mapping[str, str]]) -> Parts:
    chosen = {Condition.KIND: (asked.kind,) if asked.kind else (), **asked.narrowed.values}
    named = [
        (condition.label, labels[condition].get(value, "已经没有的一项"))
        for condition, values in chosen.items()
        for value in values
    ]
    numbers = [
        (condition.label, bounds_in_words(condition, bounds))
        for condition, bounds in asked.narrowed.bounds.items()
    ]
    return (*named, *numbers)
