"""Who holds which right, how many tries to sign in are free, who is in which team when. Pure."""

from app.register.accounts.rules.called import Called, told_apart
from app.register.accounts.rules.rights import PERMISSIONS, permissions_of, reach_of
from app.register.accounts.rules.signing_in import (
    IDLE_DESK,
    IDLE_PHONE,
    SECOND_STEP,
    SKEW,
    STEP,
    code_may_be_tried_at,
    device_of,
    is_open,
)
from app.register.accounts.rules.terms import TeamDays, TeamTerm, problems_of_term
from app.register.accounts.rules.tries import (
    ADDRESS,
    KEPT,
    KNOWN_BROWSER,
    MOST_OF_ACCOUNT,
    OTHER_BROWSER,
    OTHER_BROWSER_IN_ATTACK,
    WINDOW,
    Tries,
    is_news,
    may_try_at,
    wait_in_words,
)

__all__ = [
    "ADDRESS",
    "Called",
    "IDLE_DESK",
    "IDLE_PHONE",
    "KEPT",
    "KNOWN_BROWSER",
    "MOST_OF_ACCOUNT",
    "OTHER_BROWSER",
    "OTHER_BROWSER_IN_ATTACK",
    "PERMISSIONS",
    "SECOND_STEP",
    "SKEW",
    "STEP",
    "TeamDays",
    "TeamTerm",
    "Tries",
    "WINDOW",
    "code_may_be_tried_at",
    "device_of",
    "is_news",
    "is_open",
    "may_try_at",
    "permissions_of",
    "problems_of_term",
    "reach_of",
    "told_apart",
    "wait_in_words",
]
