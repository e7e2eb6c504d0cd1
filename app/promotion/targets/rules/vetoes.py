"""What forbids a target whatever its score (一票否决, domain.md §3), and what people may enter. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.promotion.targets.enums import FactKind
from app.promotion.targets.rules.facts import CompanyKnown, Provenance, ScoreFact

VETOES = (FactKind.DISHONEST, FactKind.POLLUTED, FactKind.TWO_HIGH, FactKind.TAKEN)
# Tags of a company that say as much, by their whole names: 非失信 and 环保处罚已整改 are none of them.
_TAGS = {
    "失信": FactKind.DISHONEST,
    "失信企业": FactKind.DISHONEST,
    "失信被执行人": FactKind.DISHONEST,
    "严重失信": FactKind.DISHONEST,
    "环保处罚": FactKind.POLLUTED,
    "环保重大处罚": FactKind.POLLUTED,
    "两高": FactKind.TWO_HIGH,
    "两高企业": FactKind.TWO_HIGH,
    "两高项目": FactKind.TWO_HIGH,
}
MOST_FACTS = 40  # of one target that nobody has lifted
_EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Veto:
    """One that holds, with its fact. A tag has no row of its own and goes by being taken off."""

    kind: FactKind
    fact: ScoreFact


def is_veto(kind: FactKind) -> bool:
    return kind in VETOES


def vetoes_of(known: CompanyKnown) -> tuple[Veto, ...]:
    """What people have entered and not lifted, then what tags of the company say."""
    entered = [
        Veto(one.kind, ScoreFact(one.words, Provenance(one.source, one.on)))
        for one in known.entered
        if is_veto(one.kind)
    ]
    page = known.library.page
    tags = [
        Veto(_TAGS[name], ScoreFact(f"企业有标签「{name}」", Provenance("企业的标签", since, page)))
        for name, since in known.tags
        if name in _TAGS
    ]
    return (*entered, *tags)


def words_of_vetoes(vetoes: Sequence[Veto]) -> str:
    """失信、两高: each kind once."""
    return "、".join(dict.fromkeys(one.kind.label for one in vetoes))


def problems_of_fact(told_on: date, today: date, others: int) -> dict[str, str]:
    """What is wrong with what somebody enters of a target that has `others` that count."""
    problems = {}
    if told_on < _EARLIEST:
        problems["told_on"] = f"日期早于 {_EARLIEST.year} 年，看看年份"
    elif told_on > today:
        problems["told_on"] = "日期还没有到，写今天或更早的日期"
    if others >= MOST_FACTS:
        problems[""] = f"已经记了 {others} 条，先把过时的取消"
    return problems
