"""The few ways in which the domain refuses; each is mapped to a page once, in app.factory."""

from collections.abc import Mapping
from dataclasses import dataclass


class DomainError(Exception):
    """A refusal that the user can understand and act upon."""


class NotFound(DomainError):
    """The record is missing or hidden; the two are never told apart."""


class NotAllowed(DomainError):
    """The user may see the record but not do this to it."""

    def __init__(self, message: str = "这一步不在您的职责内，需要时请联系招商局") -> None:
        super().__init__(message)
        self.message = message


class RuleBroken(DomainError):
    """One or more rules say no; `problems` maps a field (or "" for the whole) to a Chinese sentence."""

    def __init__(self, problems: Mapping[str, str] | str) -> None:
        self.problems: dict[str, str] = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("；".join(self.problems.values()))


class OverBudget(DomainError):
    """Somebody has had as much of something as they may have for now (core/budgets): what, what to do, and in
    how many seconds there is more.
    """

    def __init__(self, what: str, todo: str, seconds: int) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Clash:
    """One field on which two editors differ, as text for people.

    With the name of its form field and the stored value as a form would send it, the page offers a choice.
    Without the value (a number that is shown masked), keeping theirs is to send nothing.
    """

    label: str
    theirs: str
    mine: str
    name: str = ""
    their_value: str | None = None


class Stale(DomainError):
    """Somebody else saved first, or the same person in another tab. `clashes` holds both values of each field
    that differs.
    """

    def __init__(
        self,
        clashes: tuple[Clash, ...] = (),
        current_version: int = 0,
        by: str = "",
        *,
        by_oneself: bool = False,
    ) -> None:
        told = "您自己在另一个页面刚改过这条记录" if by_oneself else "这条记录刚被别人改过"
        super().__init__(f"{told}，没有保存")
        self.told = told
        self.clashes = clashes
        self.current_version = current_version
        self.by = by
        self.by_oneself = by_oneself
