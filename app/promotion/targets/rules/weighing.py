"""What facts are worth: each part of the score from what is known, as fractions. Arguments, not measurements;
which facts count is domain.md §3. Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from app.core.values.clock import whole_years
from app.core.values.money import in_words
from app.promotion.targets.enums import FactKind, ScorePart
from app.promotion.targets.rules.facts import (
    CompanyKnown,
    EnteredKnown,
    Provenance,
    ScoreFact,
    SignKnown,
    Weighed,
)
from app.register.signs.enums import SignKind

FULL = 100
# The shares of domain.md; the county sets its own (TargetWeights).
SHIPPED: Mapping[ScorePart, int] = {
    ScorePart.FIT: 25,
    ScorePart.ANCHORS: 20,
    ScorePart.EXPANSION: 20,
    ScorePart.STRENGTH: 15,
    ScorePart.SITE: 10,
    ScorePart.REACH: 10,
}
LARGEST_GAP = 5
SIGN_MONTHS = 24  # for so long a sign says something, whole for the first half
_TENTH = Fraction(1, 10)
_WAN = 10_000
_CAPITAL = ((10_000 * _WAN, 10), (5_000 * _WAN, 8), (1_000 * _WAN, 5))  # 元 from which, tenths
_YEARS = ((10, 10), (5, 7), (3, 4))
_LEAST = 2  # tenths of what is known and small
# Tags of a company that speak for its credit, in tenths; not where the tag says it is none.
_HONOURS = (("上市", 10), ("单项冠军", 10), ("小巨人", 10), ("专精特新", 8), ("高新技术", 6), ("高新企业", 6))
_NO_HONOUR = ("非", "不", "未", "拟", "培育", "退市", "摘牌", "撤销")
_CREDIT = {FactKind.CREDIT_GOOD: 8, FactKind.CREDIT_POOR: 0}
_SITE = {FactKind.SITE_FITS: 10, FactKind.SITE_HALF: 5, FactKind.SITE_UNFIT: 0}
_TIES = (FactKind.NATIVE, FactKind.ALUMNUS, FactKind.CHAMBER)
_SIGNS: Mapping[SignKind, int] = {
    SignKind.EXPANSION: 7,
    SignKind.FUNDING: 5,
    SignKind.FULL_CAPACITY: 5,
    SignKind.SUBSIDIARY: 4,
    SignKind.CONTRACT: 3,
    SignKind.HIRING: 2,
    SignKind.OTHER: 2,
}


def problem_of_weights(weights: Mapping[ScorePart, int]) -> str | None:
    """Why these are no weights."""
    total = sum(weights.values())
    return None if total == FULL else f"六项分值加起来是 {total}，要正好是 {FULL}"


def weighed_of(known: CompanyKnown) -> dict[ScorePart, tuple[Weighed, ...]]:
    """What each part goes by, for what is known."""
    return {part: measured(known) for part, measured in _PARTS.items()}


def _fit(known: CompanyKnown) -> tuple[Weighed, ...]:
    """The largest gap among its links that has an index."""
    gaps = [one for one in known.gaps if one.gap is not None]
    facts = tuple(ScoreFact(f"{one.node}：缺口指数 {one.gap:.2f}", one.by) for one in gaps)
    lacking = "；".join(f"{one.node}{one.lacking}" for one in known.gaps if one.gap is None)
    if not gaps:
        return (Weighed(FULL, None, lacking=lacking or "没有写补哪个环节"),)
    best = max(Fraction(one.gap) for one in gaps if one.gap is not None)
    return (Weighed(FULL, best / LARGEST_GAP, facts, lacking),)


def _anchors(known: CompanyKnown) -> tuple[Weighed, ...]:
    """Need of what it makes counts 7 tenths and each further one 2; to sell to where an anchor stands, 5
    tenths and each further one 1. Without either nothing is known: nobody may have asked the anchor.
    """
    needs = sum(one.needs for one in known.ties)
    buyers = len(known.ties) - needs
    if not known.ties:
        return (Weighed(FULL, None, lacking="没有链主说要买它做的，环节也不供应链主所在的环节"),)
    tenths = 7 + 2 * (needs - 1) + buyers if needs else 5 + buyers - 1
    return (Weighed(FULL, _of(tenths), tuple(ScoreFact(one.words, one.by) for one in known.ties)),)


def _expansion(known: CompanyKnown) -> tuple[Weighed, ...]:
    """Signs of the last 24 months, those of the last 12 whole and older ones by half."""
    recent = [one for one in known.signs if _months(one.on, known.on) < SIGN_MONTHS]
    if not recent:
        return (Weighed(FULL, None, lacking=f"近 {SIGN_MONTHS} 个月没有人记过它的扩张迹象"),)
    tenths = sum((_sign(one, known.on) for one in recent), Fraction(0))
    return (Weighed(FULL, _of(tenths), tuple(ScoreFact(one.words, one.by) for one in recent)),)


def _sign(sign: SignKnown, today: date) -> Fraction:
    whole = Fraction(_SIGNS[sign.kind])
    return whole if _months(sign.on, today) < SIGN_MONTHS // 2 else whole / 2


def _strength(known: CompanyKnown) -> tuple[Weighed, ...]:
    return (_capital(known), _age(known), _credit(known))


def _capital(known: CompanyKnown) -> Weighed:
    if not known.capital:
        return Weighed(40, None, lacking="没填注册资本")
    words = f"注册资本 {in_words(known.capital)}"
    return Weighed(40, _of(_step(known.capital, _CAPITAL)), (ScoreFact(words, known.library),))


def _age(known: CompanyKnown) -> Weighed:
    if known.established_on is None:
        return Weighed(30, None, lacking="没填成立日期")
    years = max(whole_years(known.established_on, known.on), 0)
    words = f"{known.established_on} 成立，{years} 年"
    return Weighed(30, _of(_step(years, _YEARS)), (ScoreFact(words, known.library),))


def _credit(known: CompanyKnown) -> Weighed:
    """What is bad counts alone; what is good by the best of it."""
    if known.gone:
        return Weighed(30, Fraction(0), (ScoreFact(f"企业已{known.gone}", known.library),))
    entered = _latest(known.entered, _CREDIT)
    if entered is not None and entered.kind is FactKind.CREDIT_POOR:
        return Weighed(30, Fraction(0), (_fact(entered),))
    found = [(tenths, _tag(name, since, known)) for name, since in known.tags if (tenths := _honour(name))]
    found += [(_CREDIT[entered.kind], _fact(entered))] if entered else []
    if not found:
        return Weighed(30, None, lacking="没有资信方面的标签和依据")
    return Weighed(30, _of(max(tenths for tenths, _one in found)), tuple(one for _tenths, one in found))


def _honour(tag: str) -> int:
    if any(word in tag for word in _NO_HONOUR):
        return 0
    return max((tenths for word, tenths in _HONOURS if word in tag), default=0)


def _tag(name: str, since: date, known: CompanyKnown) -> ScoreFact:
    return ScoreFact(f"标签「{name}」", Provenance("企业的标签", since, known.library.page))


def _site(known: CompanyKnown) -> tuple[Weighed, ...]:
    """Logistics, energy and land, as somebody has held them against what the county has; the latest word."""
    entered = _latest(known.entered, _SITE)
    if entered is None:
        return (Weighed(FULL, None, lacking="还没有人拿它对物流、用能、用地的要求和本县比过"),)
    return (Weighed(FULL, _of(_SITE[entered.kind]), (_fact(entered),)),)


def _reach(known: CompanyKnown) -> tuple[Weighed, ...]:
    """Somebody who decides 5 tenths, else any contact 3; met in a year 5, in two 3, before 1; each kind of
    tie 4. Together at most all.
    """
    found: list[tuple[int, ScoreFact]] = []
    if known.contacts:
        of_them = f"，其中决策人 {known.deciders} 位" if known.deciders else ""
        words = f"有联系人 {known.contacts} 位{of_them}"
        found.append((5 if known.deciders else 3, ScoreFact(words, known.library)))
    if known.met_on is not None:
        months = _months(known.met_on, known.on)
        words, by = "走访过这家企业", Provenance("走访记录", known.met_on, known.library.page)
        found.append((5 if months < 12 else 3 if months < 24 else 1, ScoreFact(words, by)))
    for kind in _TIES:
        found += [(4, _fact(one)) for one in [_latest(known.entered, {kind: 4})] if one]
    if not found:
        return (Weighed(FULL, None, lacking="没有联系人、走访和乡贤、校友、商会的关系"),)
    return (Weighed(FULL, _of(sum(tenths for tenths, _fact in found)), tuple(one for _tenths, one in found)),)


_PARTS: Mapping[ScorePart, Callable[[CompanyKnown], tuple[Weighed, ...]]] = {
    ScorePart.FIT: _fit,
    ScorePart.ANCHORS: _anchors,
    ScorePart.EXPANSION: _expansion,
    ScorePart.STRENGTH: _strength,
    ScorePart.SITE: _site,
    ScorePart.REACH: _reach,
}


def _of(tenths: Fraction | int) -> Fraction:
    return min(tenths * _TENTH, Fraction(1))


def _step(value: int, steps: Sequence[tuple[int, int]]) -> int:
    return next((tenths for least, tenths in steps if value >= least), _LEAST)


def _latest(entered: Iterable[EnteredKnown], kinds: Mapping[FactKind, int]) -> EnteredKnown | None:
    """Of some kinds what was said last; of one day what was entered last."""
    found = [one for one in entered if one.kind in kinds]
    return max(found, key=lambda one: one.on) if found else None


def _fact(one: EnteredKnown) -> ScoreFact:
    return ScoreFact(f"{one.kind.label}：{one.words}", Provenance(one.source, one.on))


def _months(day: date, today: date) -> int:
    """Whole months from one day to the other; below zero while it has not come."""
    months = (today.year - day.year) * 12 + today.month - day.month
    return months - (today.day < day.day)
