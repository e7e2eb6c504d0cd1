"""Who sees resident teams and who keeps them.

Whoever works sees every team: where it stands, who is in it, whom it keeps up with. Who is in a team sees the
work of the team, so that nobody gives themselves a place in one: the 招商局 keeps the teams, its heads and
those officers who see the county. An officer of a town or a park reads alone. The administrator keeps people
and units on pages of their own.
"""

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.register.accounts.enums import Permission


def may_keep(actor: Actor) -> bool:
    """Profiles, terms, rotation, spot checks, and what was entered wrong."""
    return actor.may(Permission.TEAMS_WRITE) and actor.reach >= Reach.COUNTY


def is_of(actor: Actor, team_id: int) -> bool:
    """Whether somebody is in this team today."""
    return team_id in actor.team_ids


def may_tell(actor: Actor, team_id: int) -> bool:
    """The associations of a team, and what hangs on its page: its members too."""
    return may_keep(actor) or (actor.may(Permission.VISITS_WRITE) and is_of(actor, team_id))


def may_log(actor: Actor) -> bool:
    """Who logs work tells of days."""
    return actor.may(Permission.VISITS_WRITE)


def may_mark(actor: Actor, person_id: int) -> bool:
    """The days of somebody, by what one is oneself: that person, or of the 招商局."""
    return may_keep(actor) or (may_log(actor) and actor.person_id == person_id)


def may_see_city(actor: Actor, team_id: int) -> bool:
    """In which city somebody was is told to those who work with them."""
    return may_keep(actor) or is_of(actor, team_id)
