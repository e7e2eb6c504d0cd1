"""The score of 100: points of each part with their range, and the sum, from measures and weights. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.promotion.targets.enums import ScoreBand, ScorePart
from app.promotion.targets.rules.facts import CompanyKnown, ScoreFact, Weighed
from app.promotion.targets.rules.vetoes import Veto, vetoes_of, words_of_vetoes
from app.promotion.targets.rules.weighing import FULL, weighed_of

_SURE, _LIKELY = 60, 40
Weights = Mapping[ScorePart, int]


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: the points that facts give, `least`, the points that it may come to once all is known,
    `most`, and the weight of the part. Tenths of a point; rounded once, so that parts add up to the score.
    """

    part: ScorePart
    weight: int
    least: Decimal
    most: Decimal
    facts: tuple[ScoreFact, ...]
    lacking: tuple[str, ...]

    @property
    def is_unknown(self) -> bool:
        """Nothing is known of it."""
        return not self.facts

    @property
    def words(self) -> str:
        return "未知" if self.is_unknown else words_of_range(self.least, self.most)


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a company on a day: sure of `least` points, of `most` once all is known that is not. One
    that is vetoed has its parts, and says the veto in place of its points.
    """

    parts: tuple[PartScore, ...]
    vetoes: tuple[Veto, ...] = ()

    @property
    def least(self) -> Decimal:
        return sum((one.least for one in self.parts), Decimal(0))

    @property
    def most(self) -> Decimal:
        return sum((one.most for one in self.parts), Decimal(0))

    @property
    def is_vetoed(self) -> bool:
        return bool(self.vetoes)

    @property
    def words(self) -> str:
        """46–76.5, or 一票否决：失信."""
        if self.vetoes:
            return f"一票否决：{words_of_vetoes(self.vetoes)}"
        return words_of_range(self.least, self.most)

    @property
    def unknown(self) -> list[str]:
        """The parts of which nothing is known."""
        return [one.part.label for one in self.parts if one.is_unknown]

    def is_in(self, band: ScoreBand) -> bool:
        """Whether a list that is narrowed to this shows it."""
        if band is ScoreBand.VETOED or self.vetoes:
            return band is ScoreBand.VETOED and self.is_vetoed
        if band is ScoreBand.POSSIBLE:
            return self.most >= _SURE
        return self.least >= (_SURE if band is ScoreBand.SURE else _LIKELY)


def score_of(known: CompanyKnown, weights: Weights) -> Score:
    """The score of what is known, by these weights."""
    parts = tuple(weighed(part, each, weights[part]) for part, each in weighed_of(known).items())
    return Score(parts, vetoes_of(known))


def weighed(part: ScorePart, measures: Sequence[Weighed], weight: int) -> PartScore:
    """A part from its measures: those without a fact count from nothing to all of their share."""
    least = sum((_points(one, weight, Fraction(0)) for one in measures), Decimal(0))
    most = sum((_points(one, weight, Fraction(1)) for one in measures), Decimal(0))
    facts = tuple(fact for one in measures for fact in one.facts)
    return PartScore(part, weight, least, most, facts, tuple(one.lacking for one in measures if one.lacking))


def _points(measure: Weighed, weight: int, unknown: Fraction) -> Decimal:
    fraction = unknown if measure.fraction is None else measure.fraction
    exact = weight * Fraction(measure.share, FULL) * fraction
    tenths = Decimal(exact.numerator * 10) / Decimal(exact.denominator)
    return tenths.quantize(Decimal(1), ROUND_HALF_UP) / 10


def words_of_range(least: Decimal, most: Decimal) -> str:
    """46–76.5, or 46 where all is known."""
    return _plain(least) if least == most else f"{_plain(least)}–{_plain(most)}"


def _plain(points: Decimal) -> str:
    return f"{points:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Shift:
    """What other weights do to one score."""

    name: str
    before: Score
    after: Score

    @property
    def by(self) -> Decimal:
        """How many of the sure points come or go; where these stay, of those that it may come to."""
        return (self.after.least - self.before.least) or (self.after.most - self.before.most)


def words_of_shifts(shifts: Sequence[Shift]) -> list[str]:
    """What other weights would do to the open targets, in sentences."""
    counted = [one for one in shifts if not one.after.is_vetoed]
    changed = [one for one in counted if one.by]
    if not counted:
        return ["现在没有要评分的目标企业。"]
    if not changed:
        return [f"照这样算，今天在库的 {len(counted)} 家目标企业评分都不变。"]
    up = sum(one.by > 0 for one in changed)
    furthest = max(changed, key=lambda one: abs(one.by))
    told = f"升 {up} 家，降 {len(changed) - up} 家"
    return [
        f"照这样算，今天在库的 {len(counted)} 家目标企业里有 {len(changed)} 家评分会变：{told}。",
        f"变得最多的是{furthest.name}：{furthest.before.words} 变为 {furthest.after.words}。",
    ]
