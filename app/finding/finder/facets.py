"""The counts beside the results: which there are, what they are called, what each of them narrows to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.core.index.searching import Bands, Counts, Facet, OneOf, Query, Terms, reader
from app.core.values.money import YI, in_words
from app.finding.finder.enums import Condition
from app.finding.finder.narrowing import FIELDS, Narrowed
from app.finding.finder.vocabulary import labels_of

MOST = 30  # values of one list; whoever wants another writes it, as its end says
_WAN = YI // 10_000
AMOUNT_EDGES = (1, 1000 * _WAN, 5000 * _WAN, YI, 5 * YI, 10 * YI)
RECENT = (30, 90)  # days
_LISTED = (
    Condition.STAGE,
    Condition.UNIT,
    Condition.TEAM,
    Condition.OWNER,
    Condition.STATUS,
)
_COUNTED = (*_LISTED, Condition.AMOUNT, Condition.DAY)
_REGION_LEVELS = {0: "province", 2: "city", 4: "county"}
_INDUSTRY_LEVELS = {0: "section", 1: "division"}


@dataclass(frozen=True, slots=True)
class FacetLine:
    """One line: a value or bounds to narrow to, and how many hits that leaves."""

    label: str
    count: int
    value: str = ""
    bounds: tuple[int | None, int | None] = (None, None)
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """The lines under one heading, the commonest first."""

    condition: Condition
    choices: tuple[FacetLine, ...]

    @property
    def is_full(self) -> bool:
        """Whether there may be more values than are listed."""
        return len(self.choices) >= MOST


def wanted_of(query: Query, narrowed: Narrowed, today: date) -> list[Facet]:
    """What is to be counted with the query as it stands: every list in which nothing is chosen."""
    free = [condition for condition in _COUNTED if not _is_chosen(condition, narrowed)]
    return [
        *(Terms(level, MOST) for level in _levels(query).values() if level),
        *(_facet(condition, today) for condition in free),
    ]


def read_blocks(counted: Mapping[str, Counts], query: Query, narrowed: Narrowed, today: date) -> list[Block]:
    """Every list that has something to choose, under the filters and the rights of the query; `counted` is
    what `wanted_of` asked for.

    A list in which something is chosen counts as if nothing in it were, so that one may choose another of it.
    """
    levels = _levels(query)
    counted = {**counted, **_counted_apart(query, narrowed, today)}
    blocks = [
        *(_listed(condition, counted[FIELDS[condition]], narrowed) for condition in (Condition.STAGE,)),
        *(_tree(condition, counted.get(level or "", {}), level) for condition, level in levels.items()),
        *(_listed(condition, counted[FIELDS[condition]], narrowed) for condition in _LISTED[1:]),
        Block(Condition.AMOUNT, _amounts(counted["amount"], narrowed)),
        Block(Condition.DAY, _days(counted["day"], narrowed, today)),
    ]
    return [block for block in blocks if block.choices]


def _codes(query: Query, field: str) -> tuple[str, ...]:
    """What the query is narrowed to; what was understood stands last and is what its writer has in mind."""
    chosen = [one.values for one in query.where if isinstance(one, OneOf) and one.field == field]
    return chosen[-1] if chosen else ()


def _level(chosen: Sequence[str], levels: Mapping[int, str]) -> str | None:
    """What lies below the one place chosen; nothing below several or below the lowest."""
    if len(chosen) > 1:
        return None
    return levels.get(len(chosen[0]) if chosen else 0)


def _levels(query: Query) -> dict[Condition, str | None]:
    return {
        Condition.REGION: _level(_codes(query, "region"), _REGION_LEVELS),
        Condition.INDUSTRY: _level(_codes(query, "industry"), _INDUSTRY_LEVELS),
    }


def _is_chosen(condition: Condition, narrowed: Narrowed) -> bool:
    return bool(narrowed.chosen(condition) or narrowed.bounds.get(condition))


def _counted_apart(query: Query, narrowed: Narrowed, today: date) -> dict[str, Counts]:
    counted: dict[str, Counts] = {}
    for condition in _COUNTED:
        if _is_chosen(condition, narrowed):
            facet = _facet(condition, today)
            counted |= reader().facets(_without(query, facet.field, narrowed), [facet])
    return counted


def _facet(condition: Condition, today: date) -> Facet:
    if condition is Condition.AMOUNT:
        return Bands("amount", AMOUNT_EDGES)
    if condition is Condition.DAY:
        return Bands("day", (1, *(today.toordinal() - days for days in sorted(RECENT, reverse=True))))
    return Terms(FIELDS[condition], MOST)


def _without(query: Query, field: str, narrowed: Narrowed) -> Query:
    """The query without the condition of the address on this field; what was understood stays."""
    own = [one for one in narrowed.filters() if one.field == field]
    return replace(query, where=tuple(one for one in query.where if one not in own))


def _listed(condition: Condition, counts: Counts, narrowed: Narrowed) -> Block:
    chosen = narrowed.chosen(condition)
    labels = labels_of(condition, list(counts))
    return Block(
        condition,
        tuple(
            FacetLine(labels[value], count, value, chosen=value in chosen)
            for value, count in counts.items()
            if value in labels
        ),
    )


def _tree(condition: Condition, counts: Counts, level: str | None) -> Block:
    labels = labels_of(condition, [*counts, *(value[:-2] for value in counts)])
    choices = [
        FacetLine(_short(labels, value) if condition is Condition.REGION else labels[value], count, value)
        for value, count in counts.items()
        if value in labels
    ]
    return Block(condition, tuple(choices) if level else ())


def _short(labels: Mapping[str, str], code: str) -> str:
    """宁波市 where 浙江省宁波市 is one of the places in 浙江省."""
    return labels[code].removeprefix(labels.get(code[:-2], "")) or labels[code]


def _amounts(counts: Counts, narrowed: Narrowed) -> tuple[FacetLine, ...]:
    chosen = narrowed.bounds.get(Condition.AMOUNT)
    bounds = [
        (edge, following) for edge, following in zip(AMOUNT_EDGES, (*AMOUNT_EDGES[1:], None), strict=True)
    ]
    return tuple(
        FacetLine(
            _amount_label(least, below),
            counts[str(least)],
            bounds=(least, below),
            chosen=chosen == (least, None if below is None else below - 1),
        )
        for least, below in reversed(bounds)
        if counts.get(str(least))
    )


def _amount_label(least: int, below: int | None) -> str:
    if below is None:
        return f"{_round(least)}以上"
    return f"不到 {_round(below)}" if least == 1 else f"{_round(least)}—{_round(below)}"


def _round(yuan: int) -> str:
    return in_words(yuan).replace(".00", "").replace(" ", "").removesuffix("元")


def _days(counts: Counts, narrowed: Narrowed, today: date) -> tuple[FacetLine, ...]:
    """近 90 天 holds 近 30 天; what is older stands apart."""
    chosen, total, choices = narrowed.bounds.get(Condition.DAY), 0, []
    for days in RECENT:
        first = (today - timedelta(days=days)).toordinal()
        total += counts.get(str(first), 0)
        bounds = (first, None)
        choices.append(FacetLine(f"近 {days} 天", total, bounds=bounds, chosen=chosen == bounds))
    bounds_before = (None, (today - timedelta(days=RECENT[-1] + 1)).toordinal())
    older = counts.get("1", 0)
    choices.append(
        FacetLine(f"超过 {RECENT[-1]} 天", older, bounds=bounds_before, chosen=chosen == bounds_before)
    )
    return tuple(choice for choice in choices if choice.count)
