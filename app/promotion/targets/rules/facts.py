"""What is known of a company that is scored, and the facts that this becomes, each with its source. Pure.

What is not known is None or empty, and is never taken for a zero.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.promotion.targets.enums import FactKind
from app.register.signs.enums import SignKind


@dataclass(frozen=True, slots=True)
class Provenance:
    """From where a fact is: the words of its source, its day where one is known, the page that shows it
    (endpoint, public id).
    """

    source: str
    on: date | None = None
    page: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ScoreFact:
    """One thing that is known, in words."""

    words: str
    by: Provenance


@dataclass(frozen=True, slots=True)
class Weighed:
    """Something that a part of the score goes by: `share` percent of the part's points, of which the company
    has a `fraction` from 0 to 1. While it is None `lacking` says what nobody has entered.
    """

    share: int
    fraction: Fraction | None
    facts: tuple[ScoreFact, ...] = ()
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class GapKnown:
    """A link that the company is wanted for; `gap` from 0 to 5 (chains.rules.gap_index), or `lacking`."""

    node: str
    gap: Decimal | None
    lacking: str
    by: Provenance


@dataclass(frozen=True, slots=True)
class TieKnown:
    """A tie to an anchor of today: it `needs` what a link of the company makes, or stands on a link that buys
    from it.
    """

    words: str
    needs: bool
    by: Provenance


@dataclass(frozen=True, slots=True)
class SignKnown:
    """A sign that the company expands, and of which kind."""

    kind: SignKind
    words: str
    on: date
    by: Provenance


@dataclass(frozen=True, slots=True)
class EnteredKnown:
    """What somebody has entered of the target and nobody has lifted. `public_id` is the row's."""

    kind: FactKind
    words: str
    on: date
    source: str
    public_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyKnown:
    """All that a score goes by, of one company on one day. Capital in 元."""

    on: date
    library: Provenance  # of what stands on the company's page
    capital: int | None = None
    established_on: date | None = None
    gone: str = ""  # 注销, 吊销, 迁出: what has become of it, where it is here no more
    tags: tuple[tuple[str, date], ...] = ()  # by name, and since when
    gaps: tuple[GapKnown, ...] = ()
    ties: tuple[TieKnown, ...] = ()
    signs: tuple[SignKnown, ...] = ()
    entered: tuple[EnteredKnown, ...] = ()
    deciders: int = 0
    contacts: int = 0  # with those who decide
    met_on: date | None = None
