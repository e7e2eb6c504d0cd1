"""The few ways in which the domain refuses; each is mapped to a page once, in core/web/app."""

from collections.abc import Mapping
from dataclasses import dataclass


class DomainError(Exception):
    """A refusal that the user can understand and act upon."""


class NotFound(DomainError):
    """The record is missing or hidden; the two are never told apart."""


class NotAllowed(DomainError):
    """The user may see the record but not do this to it."""

    def __init__(self, message: str = "这一步不在您的职责内") -> None:
        super().__init__(message)
        self.message = message


class RuleBroken(DomainError):
    """One or more rules say no; `problems` maps a field (or "" for the whole) to a Chinese sentence."""

    def __init__(self, problems: Mapping[str, str] | str) -> None:
        self.problems: dict[str, str] = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("；".join(self.problems.values()))


class OverBudget(DomainError):
    """Somebody has had as much of something as they may have for now (core/web/budgets): what, what to do,
    and in how many seconds there is more.
    """

    def __init__(self, what: str, todo: str, seconds: int) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing on which two editors differ, as text for people.

    With the name under which the page sends the choice it offers one, between the two values as a form would
    send them. `was` is what stood there when the form was opened (None: not known); when only one of the two
    has changed it, their side is proposed.
    """

    label: str
    theirs: str
    mine: str
    name: str = ""
    their_value: str = ""
    my_value: str = ""
    was: str | None = None
    only_mine: bool = False
    only_theirs: bool = False


class Stale(DomainError):
    """Somebody else saved first, or the same person in another tab. `clashes` says in what the two do not
    agree; `current_version` is 0 when what was to be done can be done no more. The page sends on `opened`,
    what it shows of the record, and `carried`, the files that were sent along: (field, its value, name of
    the file).
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
        self.opened = ""
        self.carried: tuple[tuple[str, str, str], ...] = ()
