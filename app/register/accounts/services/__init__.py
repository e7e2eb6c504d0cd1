"""Signing in and out, passwords, users, people, units, memberships. Commits only refused sign-ins."""

from app.register.accounts.services.handing_over import (
    hand_over_in_team,
    held_of_member,
    held_of_person,
    held_of_unit,
)
from app.register.accounts.services.own_password import change_password, check_code, check_password
from app.register.accounts.services.people import (
    PersonData,
    archive_person,
    restore_person,
    save_person,
)
from app.register.accounts.services.signing_in import (
    WRONG,
    Browser,
    Halfway,
    SignInRefused,
    end_session,
    finish_sign_in,
    sign_in,
    sign_out,
    told_of_reset,
)
from app.register.accounts.services.teams import correct_term, join_team, leave_team
from app.register.accounts.services.units import archive_unit, restore_unit, save_unit
from app.register.accounts.services.users import (
    create_user,
    disable_user,
    enable_user,
    release,
    reset_password,
    reset_second_step,
    set_roles,
)

__all__ = [
    "Browser",
    "Halfway",
    "PersonData",
    "SignInRefused",
    "WRONG",
    "archive_person",
    "archive_unit",
    "change_password",
    "check_code",
    "check_password",
    "correct_term",
    "create_user",
    "disable_user",
    "enable_user",
    "end_session",
    "finish_sign_in",
    "hand_over_in_team",
    "held_of_member",
    "held_of_person",
    "held_of_unit",
    "join_team",
    "leave_team",
    "release",
    "reset_password",
    "reset_second_step",
    "restore_person",
    "restore_unit",
    "save_person",
    "save_unit",
    "set_roles",
    "sign_in",
    "sign_out",
    "told_of_reset",
]
