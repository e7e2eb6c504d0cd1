"""Who holds which right, how far each role sees, how many tries to sign in are free. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.access.reach import Reach
from app.core.values.clock import has_passed, is_ahead
from app.core.values.settings import Setting
from app.register.accounts.enums import Device, Permission, Role, UnitKind

P = Permission
_READ = frozenset(
    {
        P.ENTERPRISES_READ,
        P.CHAINS_READ,
        P.CONTACTS_READ,
        P.LEADS_READ,
        P.VISITS_READ,
        P.TARGETS_READ,
        P.PROJECTS_READ,
        P.FUNNEL_READ,
    }
)
_WORK = _READ | {
    P.ENTERPRISES_WRITE,
    P.CONTACTS_UNMASK,
    P.LEADS_WRITE,
    P.VISITS_WRITE,
    P.TARGETS_WRITE,
    P.ATTACHMENTS_WRITE,
    P.COMMENTS_WRITE,
    P.TAGS_WRITE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {P.ENTERPRISES_READ, P.CHAINS_READ}
        | {P.ACCOUNTS_MANAGE, P.CHAIN_POSTS, P.SYSTEM_WATCH, P.WORDS_MANAGE, P.SETTINGS_MANAGE}
    ),
    Role.BUREAU_HEAD: _WORK
    | {P.ENTERPRISES_ARCHIVE, P.CHAINS_WRITE, P.LEADS_ASSIGN, P.LEADS_CORRECT, P.STAGES_SET, P.PROJECTS_WRITE}
    | {
        P.CHAIN_POSTS,
        P.PLACEMENTS_DECIDE,
        P.TARGETS_WEIGH,
        P.COUNT_CONFIDENTIAL,
        P.IMPORTS_RUN,
        P.LISTS_EXPORT,
    }
    | {P.WORDS_MANAGE, P.REVEALS_READ},
    Role.OFFICER: _WORK
    | {P.ENTERPRISES_ARCHIVE, P.PLACEMENTS_DECIDE, P.LEADS_ASSIGN, P.PROJECTS_WRITE}
    | {P.IMPORTS_RUN, P.LISTS_EXPORT},
    Role.RESIDENT: _WORK,
    Role.LEADER: _READ | {P.COUNT_CONFIDENTIAL, P.COMMENTS_WRITE},
    Role.AUDITOR: frozenset({P.ENTERPRISES_READ, P.CHAINS_READ, P.AUDIT_READ}),
}

_REACH: dict[Role, Reach] = {
    Role.ADMINISTRATOR: Reach.NONE,
    Role.AUDITOR: Reach.NONE,
    Role.RESIDENT: Reach.TEAM,
    Role.OFFICER: Reach.UNIT,
    Role.BUREAU_HEAD: Reach.COUNTY,
    Role.LEADER: Reach.COUNTY,
}


# --- tries to sign in: every limit there is, and why (docs/adr/0009-known-browsers.md) --------------

WINDOW = timedelta(minutes=15)  # in which failures are counted
NOTED_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=1)  # how long the administrator sees them; then they are removed by night


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are free; after them each try waits, twice as long from failure to failure."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        """How long after the last of so many failures the next try may be made."""
        over = failures - self.free
        return min(self.first * 2 ** min(over, 20), self.longest) if over >= 0 else timedelta(0)


# A browser in which the account was signed in to before. Nobody elsewhere adds to its count, so it may be
# strict: who sits there may be a colleague at an open desk.
KNOWN_BROWSER = Limit(free=5, first=timedelta(minutes=1), longest=timedelta(minutes=15))
# Any other browser, by account and address. A minute at most, since whoever shares the address waits as well:
# 60 guesses an hour, of a password of 12 characters that is not a common one.
OTHER_BROWSER = Limit(free=5, first=timedelta(seconds=15), longest=timedelta(minutes=1))
# The same while an account is guessed at from many places: nobody new has a free try. Each address waits for
# itself, from when it first asked, so that nobody elsewhere can use up the turn of the owner.
MOST_OF_ACCOUNT = 10
OTHER_BROWSER_IN_ATTACK = Limit(free=0, first=timedelta(seconds=30), longest=timedelta(minutes=1))
# All accounts of one address, invented ones too. A county behind one address mistypes as often of a morning
# and hardly notices the two seconds; who sends names by the thousand gets one hash in two seconds.
ADDRESS = Limit(free=30, first=timedelta(seconds=2), longest=timedelta(seconds=2))


@dataclass(frozen=True, slots=True)
class Tries:
    """What was counted in WINDOW before a try: by its own known browser; or else by its account and address,
    beside what other browsers failed at with this account anywhere and at this address with any.
    """

    failures: int = 0
    last: datetime | None = None
    waiting_since: datetime | None = None  # when it was first told to wait
    of_account: int = 0
    of_address: int = 0
    last_of_address: datetime | None = None
    last_told: datetime | None = None  # when anybody at this address was last told to wait


def may_try_at(seen: Tries, moment: datetime, *, is_known: bool) -> datetime:
    """From when on a try may be made: `moment` itself or earlier when it may be made now."""
    # A clock that was put back must not lengthen a wait.
    since = min(seen.last or seen.waiting_since or moment, moment)
    if is_known:
        return since + KNOWN_BROWSER.wait_after(seen.failures)
    limit = OTHER_BROWSER_IN_ATTACK if seen.of_account >= MOST_OF_ACCOUNT else OTHER_BROWSER
    of_address = min(seen.last_of_address or moment, moment) + ADDRESS.wait_after(seen.of_address)
    return max(since + limit.wait_after(seen.failures), of_address)


def is_news(seen: Tries, moment: datetime) -> bool:
    """Whether a refusal is worth a line in the ledger: the first of a wait, and of a flood of invented names
    one a minute, so that nobody can fill it.
    """
    if seen.waiting_since is not None:
        return False
    if seen.of_address < ADDRESS.free or seen.last_told is None:
        return True
    return abs(moment - seen.last_told) >= NOTED_EVERY


def wait_in_words(seconds: int) -> str:
    """`25 秒`, `2 分钟`, `1 分 30 秒`."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"


# --- the second step of signing in (docs/adr/0012-two-step-sign-in.md) ------------------------------

SECOND_STEP = Setting(
    name="second_step",
    group="登录",
    label="登录时要不要两步验证",
    unit="",
    least=0,
    most=1,
    default=0,
    hint="除了密码，再输手机上的验证码，密码泄露了别人也进不来。建议县领导、管理员和能导出、打印名单的人都用。"
    "改成必须以后，还没开通的人下一次点击会被带去开通",
    roles=tuple(Role),
    choices=("不要求", "必须"),
)
STEP = timedelta(seconds=30)  # how long a code is shown: RFC 6238
SKEW = 1  # steps by which a phone may be early or late
# (so many wrong codes, in so long): then no more until the first of them is that long ago. Whoever gets here
# has given the right password, so nobody outside can hold it; of a million codes three are right at a time.
CODE_LIMITS = (
    (5, timedelta(minutes=5)),
    (20, timedelta(hours=1)),
    (50, timedelta(days=1)),
)


def code_may_be_tried_at(failures: Iterable[datetime], moment: datetime) -> datetime:
    """From when on a code may be tried after these failures: `moment` itself when it may be tried now."""
    latest_first = sorted((at for at in failures if not is_ahead(at, moment)), reverse=True)
    ends = [
        min(latest_first[most - 1], moment) + window
        for most, window in CODE_LIMITS
        if len(latest_first) >= most
    ]
    return max([moment, *ends])


# --- how long a session lies idle ------------------------------------------------------------------

ABSOLUTE = timedelta(hours=12)  # from signing in, however busy: no county sets it higher
_KEPT = "写到一半的表不会丢，重新登录以后还在。不管用没用，登录满 12 小时都要重新登录"
IDLE_DESK = Setting(
    name="idle_desk",
    group="登录",
    label="电脑上多久不用，要重新登录",
    unit="分钟",
    least=5,
    most=480,
    default=30,
    hint=f"人离开了座位，别人不能接着用。{_KEPT}",
    roles=tuple(Role),
    of_several=min,  # who is a leader too leaves as much on the screen as a leader
)
IDLE_PHONE = Setting(
    name="idle_phone",
    group="登录",
    label="手机上多久不用，要重新登录",
    unit="小时",
    least=1,
    most=12,
    default=8,
    hint=f"手机自己会锁屏，可以长一些。{_KEPT}",
    roles=tuple(Role),
    of_several=min,
)


def is_open(created_at: datetime, seen_at: datetime, idle: timedelta, moment: datetime) -> bool:
    """Whether a session that was not ended still is one. One begun or used by a clock that was ahead is none:
    nobody knows for how long it has lain idle.
    """
    return not has_passed(created_at, ABSOLUTE, moment) and not has_passed(seen_at, idle, moment)


def device_of(agent: str, mobile: str = "") -> Device:
    """What a browser is on, by what it says: its `Sec-CH-UA-Mobile`, which Safari, Firefox and plain http do
    not send, else the word Mobile that phones have in their name; what it does not say is a desk.

    Whoever signs in can lie, and has their own session lie idle for as long as on a phone, which ends after
    ABSOLUTE all the same and is listed as 手机. Somebody else's session stays what it was: it is told when
    it begins. Who has stolen one gains nothing by it, since a session in use does not idle.
    """
    if mobile in {"?1", "?0"}:
        return Device.PHONE if mobile == "?1" else Device.DESK
    return Device.PHONE if "Mobi" in agent else Device.DESK


# --- rights ----------------------------------------------------------------------------------------


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
    named = Counter(one.name for one in people)
    if len(named) == len(people):
        return [one.words() for one in people]
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
