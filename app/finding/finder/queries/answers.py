"""What was asked, and what is answered: hits, groups, a page of results."""

from dataclasses import dataclass, field

from app.core.index.searching import Shown
from app.finding.finder.enums import FoundBy, SortedBy
from app.finding.finder.facets import Block
from app.finding.finder.narrowing import Narrowed
from app.finding.finder.understanding import ReadCondition
from app.finding.finder.wording import Excerpt
from app.register.enterprises.indexing import KIND as COMPANY


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed and chose. `raw`: the words mean nothing but themselves."""

    text: str
    kind: str = ""
    page: int = 1
    narrowed: Narrowed = field(default_factory=Narrowed)
    sorted_by: SortedBy = SortedBy.RELEVANCE
    raw: bool = False


def key_of(kind: str, public_id: str) -> str:
    """Names a record among those of all kinds."""
    return f"{kind}:{public_id}"


@dataclass(frozen=True, slots=True)
class ShownHit:
    """One record the reader may see, and where beside its title it holds what was typed."""

    kind: str
    label: str
    icon: str
    endpoint: str
    shown: Shown
    places: tuple[Excerpt, ...] = ()
    is_named_so: bool = False  # what was typed stands in its title
    alike: bool = False  # it does not hold what was typed, its name is similar

    @property
    def page_id(self) -> str:
        return self.shown.page_id or self.shown.public_id

    @property
    def key(self) -> str:
        """Names the record among those of all kinds."""
        return key_of(self.kind, self.shown.public_id)


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The hits of one kind; `total` counts all of them."""

    kind: str
    label: str
    icon: str
    total: int
    hits: tuple[ShownHit, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, with the counts by kind and by value under the same rights.

    `text` is what was searched for after `parts` were understood. `as_typed`: with them nothing was found,
    without them something was. `alike`: no record holds what was typed, these have similar names.
    """

    hits: tuple[ShownHit, ...]
    counts: dict[str, int]
    total: int
    capped: bool
    found_by: FoundBy
    text: str = ""
    parts: tuple[ReadCondition, ...] = ()
    blocks: tuple[Block, ...] = ()
    as_typed: bool = False
    alike: bool = False

    @property
    def nearest(self) -> ShownHit | None:
        """Of what is merely alike, what was most likely meant: a company, or a record named so itself."""
        if not self.alike:
            return None
        companies = (hit for hit in self.hits if hit.kind == COMPANY)
        return next(companies, None) or next((hit for hit in self.hits if hit.is_named_so), None)
