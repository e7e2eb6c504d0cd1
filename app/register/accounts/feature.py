"""People, units, how they sign in."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.values.registries import FIGURES
from app.core.work.jobs import ACTORS
from app.core.work.regular import NIGHTLY
from app.register.accounts import cli, queries, rules, tries, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.group,),
    menu=(
        MenuLine(M.OFFICE, 20, "人员和账号", "accounts.users", "users", P.ACCOUNTS_MANAGE, is_one_page=True),
        MenuLine(M.OFFICE, 30, "单位", "accounts.units", "hierarchy", P.ACCOUNTS_MANAGE, is_one_page=True),
        MenuLine(M.PHONE, 40, "我的", "accounts.me", "user", is_one_page=True),
    ),
    settings=(rules.SECOND_STEP, rules.IDLE_DESK, rules.IDLE_PHONE),
    answers=(
        ACTORS.entry("accounts", queries.actor_for_user),
        NIGHTLY.entry("accounts", tries.prune),
        FIGURES.entry("accounts", queries.figures),
    ),
)
