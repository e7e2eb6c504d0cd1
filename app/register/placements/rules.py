"""When a refused company is proposed again, which evidence is kept, which shares are none. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from app.register.placements.enums import OF_CODES, HitPlace, PlacementState, ShareOf

MOST_HITS = 12
MOST_TEXT = 60  # characters of the text around a word
# Points of a hundred that new words must carry before somebody is asked a second time.
NEW_EVIDENCE = 25
LIGHT = {
    PlacementState.PROPOSED: "yellow",
    PlacementState.CONFIRMED: "green",
    PlacementState.REFUSED: "none",
}
# The library drifts as companies come and go: all are judged anew by what has become common in it.
LEARNED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of a company that may speak for a link."""

    id: int
    name: str
    other_names: tuple[str, ...] = ()
    scope: str = ""
    tags: tuple[str, ...] = ()
    industry_code: str = ""

    @property
    def digest(self) -> str:
        """The same for as long as nothing of it changes, in whatever order names and tags are read."""
        told = [self.name, sorted(self.other_names), self.scope, sorted(self.tags), self.industry_code]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class WordHit:
    """A word that speaks for a link, where it stands, and its part of the score."""

    word: str
    place: HitPlace
    text: str
    points: float

    @property
    def shown(self) -> str:
        """The word as people read it: 锂离子电池制造 C3841 for a code."""
        return self.text if self.place in OF_CODES else self.word

    @classmethod
    def kept(cls, hits: Iterable["WordHit"]) -> list[dict[str, Any]]:
        """The strongest of them as they are stored."""
        first = sorted(hits, key=lambda hit: -hit.points)[:MOST_HITS]
        return [
            asdict(hit)
            | {"place": hit.place.value, "text": hit.text[:MOST_TEXT], "points": round(hit.points, 1)}
            for hit in first
        ]

    @classmethod
    def read(cls, stored: Iterable[Mapping[str, Any]]) -> list["WordHit"]:
        """They again, as they were stored."""
        return [cls(one["word"], HitPlace(one["place"]), one["text"], one["points"]) for one in stored]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A link (by its inner id) that speaks to a company, with the score and the words."""

    node_id: int
    score: int
    hits: tuple[WordHit, ...]


def is_new_evidence(
    known_then: str, known_now: str, before: Sequence[WordHit], now: Sequence[WordHit]
) -> bool:
    """Whether a company that was refused is asked about again: what is known of it has changed, and words
    that did not speak for it then carry a quarter of a full score. What others of its industry make is no
    news of the company, nor is what was merely learned anew.
    """
    if known_then == known_now:
        return False
    spoken = {(hit.word, hit.place) for hit in before}
    fresh = [hit for hit in now if (hit.word, hit.place) not in spoken and hit.place is not HitPlace.FELLOWS]
    return sum(hit.points for hit in fresh) >= NEW_EVIDENCE


def problems_of_share(share: int | None, share_of: ShareOf | None) -> dict[str, str]:
    """What is wrong with an output share: a number without what it is of, or the other way round."""
    if share is not None and share_of is None:
        return {"share_of": "选一下这个占比是占谁的"}
    if share is None and share_of is not None:
        return {"share": "写占百分之几；不知道就把右边也空着"}
    return {}
