"""Tries to sign in: every limit there is, and why (docs/adr/0009-known-browsers.md). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
