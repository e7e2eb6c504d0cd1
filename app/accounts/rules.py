"""Who holds which right and how far each role sees. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.accounts.enums import Permission, Role, UnitKind
from app.core.reach import Reach

WINDOW = timedelta(minutes=15)  # in which wrong passwords are counted
MOST_PER_ACCOUNT = 5  # wrong passwords; whoever has typed as many waits
P = Permission
_READ = frozenset(
    {P.ENTERPRISES_READ, P.CONTACTS_READ, P.LEADS_READ, P.VISITS_READ, P.PROJECTS_READ, P.FUNNEL_READ}
)
_WORK = _READ | {P.ENTERPRISES_WRITE, P.CONTACTS_UNMASK, P.LEADS_WRITE, P.VISITS_WRITE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({P.ENTERPRISES_READ, P.ACCOUNTS_MANAGE, P.SYSTEM_WATCH, P.WORDS_MANAGE}),
    Role.BUREAU_HEAD: _WORK
    | {P.ENTERPRISES_ARCHIVE, P.LEADS_ASSIGN, P.LEADS_CORRECT, P.PROJECTS_WRITE}
    | {P.COUNT_CONFIDENTIAL, P.IMPORTS_RUN, P.WORDS_MANAGE},
    Role.OFFICER: _WORK | {P.ENTERPRISES_ARCHIVE, P.LEADS_ASSIGN, P.PROJECTS_WRITE, P.IMPORTS_RUN},
    Role.RESIDENT: _WORK,
    Role.LEADER: _READ | {P.COUNT_CONFIDENTIAL},
    Role.AUDITOR: frozenset({P.ENTERPRISES_READ, P.AUDIT_READ}),
}

_REACH: dict[Role, Reach] = {
    Role.ADMINISTRATOR: Reach.NONE,
    Role.AUDITOR: Reach.NONE,
    Role.RESIDENT: Reach.TEAM,
    Role.OFFICER: Reach.UNIT,
    Role.BUREAU_HEAD: Reach.COUNTY,
    Role.LEADER: Reach.COUNTY,
}


def counter_of_account(login: str) -> str:
    """Under which name the wrong passwords of an account are counted."""
    return f"account:{login.lower()[:60]}"


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """All rights that any of the roles gives, as codes."""
    return frozenset(str(right) for role in roles for right in PERMISSIONS[role])


def reach_of(roles: Iterable[Role], unit_kind: UnitKind) -> Reach:
    """How far somebody sees. The 招商局 keeps the county's register, so its officers see all of it."""
    held = set(roles)
    if Role.OFFICER in held and unit_kind in {UnitKind.BUREAU, UnitKind.SECTION}:
        return Reach.COUNTY
    return max((_REACH[role] for role in held), default=Reach.NONE)


@dataclass(frozen=True, slots=True)
class Called:
    """What may be said of a person beside others of the same name."""

    name: str
    unit: str = ""
    post: str = ""
    has_left: bool = False
    account: str = ""

    def words(self, *more: str) -> str:
        told = "，".join(filter(None, ("".join(more), "已离开" if self.has_left else "")))
        return f"{self.name}（{told}）" if told else self.name


def told_apart(people: Sequence[Called]) -> list[str]:
    """How each of some people is called among them: by name alone, with the unit when somebody else has the
    same name, with the post as well when they are of one unit, with the account when they share that too;
    who has none is numbered.
    """
    ways = [
        [one.words(), one.words(one.unit), one.words(one.unit, one.post), one.words(one.unit, one.post, mark)]
        for one, mark in zip(people, _marks(people), strict=True)
    ]
    shared = [Counter(words) for words in zip(*ways, strict=True)]
    return [
        next((words for place, words in enumerate(each) if shared[place][words] == 1), each[-1])
        for each in ways
    ]


def _marks(people: Sequence[Called]) -> list[str]:
    """，账号 zhangwei, or ，第 2 位: what is left to say of people who are called alike."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for one in people:
        seen[one.name, one.unit, one.post] += 1
        place = seen[one.name, one.unit, one.post]
        found.append(f"，账号 {one.account}" if one.account else f"，第 {place} 位")
    return found
