"""Who holds which right, and how far each role sees. Pure."""

from collections.abc import Iterable

from app.core.access.reach import Reach
from app.register.accounts.enums import Permission, Role, UnitKind

P = Permission
_READ = frozenset(
    {
        P.ENTERPRISES_READ,
        P.CHAINS_READ,
        P.CONTACTS_READ,
        P.LEADS_READ,
        P.VISITS_READ,
        P.CAMPAIGNS_READ,
        P.TARGETS_READ,
        P.TEAMS_READ,
        P.ASSESSMENTS_READ,
        P.PROJECTS_READ,
        P.EXPENSES_READ,
        P.TEAM_REPORTS_READ,
        P.OUTCOMES_READ,
        P.OUTINGS_READ,
        P.GATHERINGS_READ,
        P.FUNNEL_READ,
    }
)
_WORK = _READ | {
    P.ENTERPRISES_WRITE,
    P.CONTACTS_UNMASK,
    P.LEADS_WRITE,
    P.VISITS_WRITE,
    P.CAMPAIGNS_WRITE,
    P.TARGETS_WRITE,
    P.EXPENSES_WRITE,
    P.TEAM_REPORTS_WRITE,
    P.OUTINGS_WRITE,
    P.GATHERINGS_WRITE,
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
        P.TEAMS_WRITE,
        P.CHAIN_POSTS,
        P.PLACEMENTS_DECIDE,
        P.TARGETS_WEIGH,
        P.EXPENSES_BUDGET,
        P.COUNT_CONFIDENTIAL,
        P.IMPORTS_RUN,
        P.LISTS_EXPORT,
    }
    | {P.ASSESSMENTS_WRITE, P.ASSESSMENTS_SET}
    | {P.WORDS_MANAGE, P.REVEALS_READ, P.TEAM_REPORTS_DECIDE, P.TEAM_REPORTS_SET},
    Role.OFFICER: _WORK
    | {P.ENTERPRISES_ARCHIVE, P.PLACEMENTS_DECIDE, P.LEADS_ASSIGN, P.PROJECTS_WRITE, P.TEAMS_WRITE}
    | {P.IMPORTS_RUN, P.LISTS_EXPORT, P.TEAM_REPORTS_DECIDE}
    | {P.ASSESSMENTS_WRITE},
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


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """All rights that any of the roles gives, as codes."""
    return frozenset(str(right) for role in roles for right in PERMISSIONS[role])


def reach_of(roles: Iterable[Role], unit_kind: UnitKind) -> Reach:
    """How far somebody sees. The 招商局 keeps the county's register, so its officers see all of it."""
    held = set(roles)
    if Role.OFFICER in held and unit_kind in {UnitKind.BUREAU, UnitKind.SECTION}:
        return Reach.COUNTY
    return max((_REACH[role] for role in held), default=Reach.NONE)
