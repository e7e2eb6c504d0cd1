"""Stretches of days: of somebody in a team or a post, of an anchor. Both ends belong to them. Pure."""

from dataclasses import dataclass
from datetime import date


class Lasting:
    """What has a first and a last day; without a last one it goes on."""

    __slots__ = ()

    @property
    def starts_on(self) -> date:
        raise NotImplementedError

    @property
    def ends_on(self) -> date | None:
        raise NotImplementedError

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= (self.ends_on or date.max)

    def overlaps(self, other: "Lasting") -> bool:
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (self.ends_on or date.max)

    @property
    def words(self) -> str:
        """2025-03-01 起, or 2025-03-01 至 2026-02-28."""
        return f"{self.starts_on} 至 {self.ends_on}" if self.ends_on else f"{self.starts_on} 起"


@dataclass(frozen=True, slots=True)
class Days(Lasting):
    """Such a stretch and nothing more."""

    starts_on: date
    ends_on: date | None = None
