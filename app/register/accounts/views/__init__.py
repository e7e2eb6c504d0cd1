"""Pages of accounts: signing in and out, what everybody does with their own, what the administrator does.

All parts with routes are imported here, so that they are known.
"""

from app.register.accounts.views import entrance, own, people, second_step, signing_in, teams, units, users
from app.register.accounts.views.blueprint import bp

__all__ = [
    "bp",
    "entrance",
    "own",
    "people",
    "second_step",
    "signing_in",
    "teams",
    "units",
    "users",
]
