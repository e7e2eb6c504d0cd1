"""Where features meet upward: a lower feature asks here, a higher one answers in its room `feature`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar

from app.core.values.lights import Light

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries of one kind. Filling the same name twice with another entry is an error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def add(self, key: str, entry: T) -> None:
        """Adds an entry; a repeated `create_app` may add the same one again."""
        if self._entries.setdefault(key, entry) != entry:
            raise ValueError(f"{self.name}: {key} is registered twice")

    def entry(self, key: str, entry: T) -> Callable[[], None]:
        """An entry yet to be added, for the manifest of a feature."""
        return partial(self.add, key, entry)

    def __getitem__(self, key: str) -> T:
        return self._entries[key]

    def get(self, key: str) -> T | None:
        return self._entries.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def values(self) -> Iterable[T]:
        return self._entries.values()

    def items(self) -> Iterable[tuple[str, T]]:
        return self._entries.items()


class Hooks(Generic[T]):
    """Callables that are all run, in the order they were added."""

    def __init__(self) -> None:
        self._callables: list[Callable[[T], None]] = []

    def add(self, hook: Callable[[T], None]) -> None:
        if hook not in self._callables:
            self._callables.append(hook)

    def hook(self, hook: Callable[[T], None]) -> Callable[[], None]:
        """A callable yet to be added, for the manifest of a feature."""
        return partial(self.add, hook)

    def run(self, event: T) -> None:
        for hook in self._callables:
            hook(event)


@dataclass(frozen=True, slots=True)
class Moved:
    """A subject entered a stage. `subject` is the model row, whose kind the listener knows."""

    kind: str  # "lead" | "project"
    subject: Any
    before: str | None
    after: str
    effective_on: date


# criterion code -> "which of these leads (inner ids) satisfy it?", answered by a higher feature
GATE_FACTS: Registry[Callable[[Iterable[int]], set[int]]] = Registry("gate facts")
# gate criterion -> the first day on which a lead (inner id) satisfied it; None when it never did
GATE_DAYS: Registry[Callable[[int], date | None]] = Registry("days of gate facts")
AFTER_MOVE: Hooks[Moved] = Hooks()
# feature -> why the signing of a lead (inner id) can no longer be taken back by who made it; None when it can
STANDS_ON_SIGNING: Registry[Callable[[int], str | None]] = Registry("what stands on a signing")


@dataclass(frozen=True, slots=True)
class Reseen:
    """Who may see a subject has changed (unit, team, owner, confidentiality): what hangs on it follows."""

    kind: str  # "lead"
    subject: Any


AFTER_ACCESS: Hooks[Reseen] = Hooks()


@dataclass(frozen=True, slots=True)
class Joined:
    """A subject was entered twice: what hangs on it goes over to the one that counts."""

    kind: str  # "lead"
    subject: Any
    into: Any


AFTER_JOIN: Hooks[Joined] = Hooks()


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the county has to do with a company (inner id) is other than before: a visit was written down, put
    right or put away, a lead was put away or brought back, either became confidential or ordinary.
    """

    enterprise_id: int


AFTER_DEALING: Hooks[Dealt] = Hooks()


@dataclass(frozen=True, slots=True)
class Shelved:
    """Enterprises (inner ids) were archived; who did it may not know all that is under way there."""

    enterprise_ids: tuple[int, ...]
    reason: str


AFTER_ARCHIVE: Hooks[Shelved] = Hooks()


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """One record at the side of another one's page: a line of words, with a light or without."""

    title: str
    url: str
    words: str = ""
    light: Light | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A block of related records, already in the scope of whoever looks; `all_url` when there are more."""

    title: str
    rows: tuple[RelatedRow, ...]
    all_url: str | None = None


BESIDE = 50  # rows of one block


def beside(
    title: str, rows: Sequence[RelatedRow], all_url: Callable[[], str], most: int = BESIDE
) -> Related | None:
    """The first of some rows as a block that leads to all of them when it was cut; None without any. The
    caller reads one row more than `most`, which tells that there are more.
    """
    if not rows:
        return None
    return Related(title, tuple(rows[:most]), all_url() if len(rows) > most else None)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a feature keeps in the name of a person, and of a unit or team: how many there are, and giving all
    of it to another one from a day on, with the reason. Inner ids. What somebody holds for one resident team
    (person, team) goes to another member when they rotate (from, team, to); what is held for no team stays.
    """

    label: str
    of_person: Callable[[int], int]
    from_person: Callable[[int, int, date, str], None]
    of_unit: Callable[[int], int]
    from_unit: Callable[[int, int, date, str], None]
    of_member: Callable[[int, int], int] | None = None
    from_member: Callable[[int, int, int, date, str], None] | None = None


# feature -> the ids of what a person (bound `person_id`) is charged with on a day (bound `day`), who sees all
# that belongs to it (core.access.scopes.Charged)
CHARGES: Registry[Callable[[], Any]] = Registry("what people are charged with")
# feature -> what somebody who leaves, or a team whose term ends, must not leave behind
HELD: Registry[Holdings] = Registry("held")
# feature -> the first and the last day of a resident team (inner id), where it was said; both may be None
TEAM_DAYS: Registry[Callable[[int], tuple[date | None, date | None]]] = Registry("days of resident teams")
# feature -> its records of an enterprise (inner id), for the side of the enterprise's page
RELATED: Registry[Callable[[int, Any], Related | None]] = Registry("related records")
# feature -> its records of a target company (inner id of the enterprise), for the side of the target's page
ON_TARGET: Registry[Callable[[int, Any], Related | None]] = Registry("related records of a target")
# feature -> its records of several enterprises (inner ids) in one block, for what is about all of them
OF_COMPANIES: Registry[Callable[[Collection[int], Any], Related | None]] = Registry("records of companies")
# feature -> date of the last meeting with each of these enterprises (inner ids); companies are open to all
LAST_CONTACTS: Registry[Callable[[list[int]], dict[int, date]]] = Registry("last contacts")
# kind of record -> the one with this public id, if who acts may write a next step on it; else the refusal. It
# has a name and an owner, and gives the step its company, unit, team and confidentiality
TAKES_STEPS: Registry[Callable[[str], Any]] = Registry("takes steps")
# kind of step -> page on which a step (inner id) of this kind is closed, by what is decided there
CLOSES_STEP: Registry[Callable[[int], str | None]] = Registry("pages that close steps")
# feature -> the next step of an enterprise as the bar above its page shows it, None when there is none
NEXT_STEPS: Registry[Callable[[int, Any], dict[str, Any] | None]] = Registry("next steps")
# feature -> of how many of its ordinary records since a day somebody said on the very day that they are true,
# and so opened numbers at once, by (inner id of who wrote it down, of who said so)
VOUCHED: Registry[Callable[[date], Mapping[tuple[int, int], int]]] = Registry("vouched for on the day")
# feature -> what a lead (inner id) became and its page, if this actor may see it: a signed lead, a project
OUTCOMES: Registry[Callable[[int, Any], RelatedRow | None]] = Registry("outcomes of a lead")


@dataclass(frozen=True, slots=True)
class Sought:
    """A person at a company who is to be erased: the public id of the contact, the inner id of the company,
    and the words by which they are looked for in texts. Once they are erased nobody knows these: then `known`
    names the records that held them, by kind and public id.
    """

    contact_id: str
    enterprise_id: int
    words: tuple[str, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()

    def known_of(self, kind: str) -> list[str]:
        """Public ids of the known records of one kind."""
        return sorted(public_id for its_kind, public_id in self.known if its_kind == kind)


@dataclass(frozen=True, slots=True)
class Naming:
    """A record whose text names somebody, by kind and public id, as a line with its page; without an address
    for who may not open it, which only a record may be whose being there is no secret.
    """

    kind: str
    public_id: str
    row: RelatedRow


# feature -> its records about the company of somebody sought, archived ones as well, whose own texts name
# them and which this actor may see, at most BESIDE: what stays when who they are is erased
NAMED_IN: Registry[Callable[[Sought, Any], Sequence[Naming]]] = Registry("where somebody is named")


class PartPlace(StrEnum):
    """Where a higher feature may stand on the page of a lower one."""

    FACTS = "facts"  # with what is said of the record in one line
    CONTENT = "content"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class PagePart:
    """A template of a higher feature on the page of a lower one; what it shows it sees as `part`."""

    template: str
    shown: Mapping[str, Any]
    place: PartPlace = PartPlace.CONTENT


# feature -> its part of the page of a chain, and of one of its links (the model row), for whoever looks
ON_CHAIN: Registry[Callable[[Any, Any], PagePart | None]] = Registry("parts of the page of a chain")
ON_NODE: Registry[Callable[[Any, Any], PagePart | None]] = Registry("parts of the page of a link")


class ResultsPlace(StrEnum):
    """Where a higher feature may stand on the page of search results."""

    ACTIONS = "actions"  # with the buttons of the page
    MEANT = "meant"  # under what was understood
    UNASKED = "unasked"  # while nothing has been asked


@dataclass(frozen=True, slots=True)
class ResultsPart:
    """A template of the feature's own and what it shows, which it sees as `part`."""

    place: ResultsPlace
    template: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a higher feature adds to the page of search results: parts, and the keys of hits marked 新."""

    parts: tuple[ResultsPart, ...] = ()
    fresh: frozenset[str] = frozenset()


# feature -> its additions to the page of search results: of what was asked, what was found, for whom
BESIDE_RESULTS: Registry[Callable[[Any, Any, Any], Beside]] = Registry("beside search results")


Figure = tuple[str, str, float]  # name, labels, value; of the figures for machines
# feature -> its figures: numbers of things, never of whom or what
FIGURES: Registry[Callable[[], Iterable[Figure]]] = Registry("figures for machines")
