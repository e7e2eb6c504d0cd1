"""Rights, reach and the rule for passwords, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.access.reach import Reach
from app.register.accounts import passwords
from app.register.accounts.enums import Permission, Role, UnitKind
from app.register.accounts.rules import (
    ADDRESS,
    KNOWN_BROWSER,
    MOST_OF_ACCOUNT,
    OTHER_BROWSER,
    OTHER_BROWSER_IN_ATTACK,
    PERMISSIONS,
    Called,
    Tries,
    is_news,
    may_try_at,
    permissions_of,
    reach_of,
    told_apart,
    wait_in_words,
)


@pytest.mark.parametrize(
    ("roles", "kind", "reach"),
    [
        ([], UnitKind.BUREAU, Reach.NONE),
        ([Role.ADMINISTRATOR], UnitKind.BUREAU, Reach.NONE),
        ([Role.AUDITOR], UnitKind.COUNTY, Reach.NONE),
        ([Role.RESIDENT], UnitKind.RESIDENT_TEAM, Reach.TEAM),
        ([Role.OFFICER], UnitKind.TOWNSHIP, Reach.UNIT),
        ([Role.OFFICER], UnitKind.BUREAU, Reach.COUNTY),
        ([Role.OFFICER], UnitKind.SECTION, Reach.COUNTY),
        ([Role.BUREAU_HEAD], UnitKind.BUREAU, Reach.COUNTY),
        ([Role.LEADER], UnitKind.COUNTY, Reach.COUNTY),
        ([Role.RESIDENT, Role.OFFICER], UnitKind.RESIDENT_TEAM, Reach.UNIT),
    ],
)
def test_how_far_somebody_sees(roles, kind, reach):
    assert reach_of(roles, kind) is reach


def test_two_roles_hold_what_either_holds():
    both = permissions_of([Role.LEADER, Role.OFFICER])
    assert both == permissions_of([Role.LEADER]) | permissions_of([Role.OFFICER])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_looks_after_the_system_does_no_business(role):
    business = {
        Permission.LEADS_READ,
        Permission.VISITS_READ,
        Permission.CONTACTS_READ,
        Permission.LEADS_WRITE,
    }
    assert not PERMISSIONS[role] & business


def test_accounts_and_audit_are_in_different_hands():
    holders = {
        right: {role for role in Role if right in PERMISSIONS[role]}
        for right in (Permission.ACCOUNTS_MANAGE, Permission.AUDIT_READ)
    }
    assert holders == {
        Permission.ACCOUNTS_MANAGE: {Role.ADMINISTRATOR},
        Permission.AUDIT_READ: {Role.AUDITOR},
    }


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "至少 12 位"),
        ("x" * 129, "最多 128 位"),
        ("my-Shenruolan-2026", "不能带账号"),
        ("123456123456", "太常见"),
        ("password2026", "太常见"),
        ("aabbaabbaabb", "太常见"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(password, sentence):
    assert sentence in (passwords.why_not(password, "shenruolan") or "")


@pytest.mark.parametrize(
    "password", ["山里的茶比城里的茶香两成半", "correct horse battery", "Kq7-tTz2-mmP9-r4Wd"]
)
def test_a_long_sentence_of_ones_own_is_accepted(password):
    assert passwords.why_not(password, "shenruolan") is None


def test_a_first_password_passes_the_rule_and_is_never_the_same():
    made = {passwords.temporary() for _ in range(50)}
    assert len(made) == 50
    assert not [password for password in made if passwords.why_not(password, "shenruolan")]


def test_hashes_are_argon2id_with_the_parameters_of_the_design():
    stored = passwords.hashed("county-leaders-like-figures")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right(stored, "county-leaders-like-figures")
    assert not passwords.is_right(stored, "county-leaders-like-figure")
    assert not passwords.needs_rehash(stored)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([Called("沈若兰", "招商一科")], ["沈若兰"]),
        (
            [Called("李明", "招商一科"), Called("沈若兰", "招商一科"), Called("李明", "招商二科")],
            ["李明（招商一科）", "沈若兰", "李明（招商二科）"],
        ),
        (
            [Called("李明", "招商一科", "科长"), Called("李明", "招商一科", "科员"), Called("李明", "园区")],
            ["李明（招商一科科长）", "李明（招商一科科员）", "李明（园区）"],
        ),
        ([Called("李明", "招商一科", has_left=True), Called("李明", "招商二科")], ["李明（已离开）", "李明"]),
        (
            [Called("李明", "园区", has_left=True), Called("李明", "招商局", has_left=True)],
            ["李明（园区，已离开）", "李明（招商局，已离开）"],
        ),
        ([], []),
    ],
)
def test_people_of_one_name_are_told_apart_and_others_keep_their_bare_name(
    people: list[Called], words: list[str]
) -> None:
    assert told_apart(people) == words


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        (KNOWN_BROWSER, {0: 0, 4: 0, 5: 60, 6: 120, 7: 240, 8: 480, 9: 900, 10_000: 900}),
        (OTHER_BROWSER, {0: 0, 4: 0, 5: 15, 6: 30, 7: 60, 8: 60, 10_000: 60}),
        (OTHER_BROWSER_IN_ATTACK, {0: 30, 1: 60, 2: 60, 10_000: 60}),
        (ADDRESS, {0: 0, 29: 0, 30: 2, 10_000: 2}),
    ],
)
def test_how_long_a_try_waits_after_so_many_failures(limit, seconds):
    assert {count: limit.wait_after(count).total_seconds() for count in seconds} == seconds


NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seen", "is_known", "wait"),
    [
        (Tries(), False, 0),
        (Tries(5, ago(0)), False, 15),
        (Tries(5, ago(10)), False, 5),
        (Tries(5, ago(10)), True, 50),
        # Guessed at from elsewhere: who is new waits from the first ask on, once.
        (Tries(of_account=MOST_OF_ACCOUNT), False, 30),
        (Tries(waiting_since=ago(20), of_account=MOST_OF_ACCOUNT), False, 10),
        (Tries(waiting_since=ago(30), of_account=10_000), False, 0),
        (Tries(of_account=10_000), True, 0),
        # Names invented at one address: two seconds after the last of them.
        (Tries(of_address=30, last_of_address=ago(0)), False, 2),
        (Tries(of_address=10_000, last_of_address=ago(2)), False, 0),
        (Tries(of_address=10_000, last_of_address=ago(0)), True, 0),
        # A clock that was put back.
        (Tries(5, ago(-7200)), False, 15),
        (Tries(of_address=30, last_of_address=ago(-7200)), False, 2),
    ],
)
def test_when_a_try_may_be_made(seen, is_known, wait):
    at = may_try_at(seen, NOW, is_known=is_known)
    assert max(0, (at - NOW).total_seconds()) == wait


@pytest.mark.parametrize(
    ("seen", "news"),
    [
        (Tries(5, ago(1)), True),
        (Tries(5, ago(1), waiting_since=ago(0)), False),
        (Tries(5, ago(1), last_told=ago(1)), True),
        (Tries(of_address=30, last_of_address=ago(0)), True),
        (Tries(of_address=30, last_of_address=ago(0), last_told=ago(59)), False),
        (Tries(of_address=30, last_of_address=ago(0), last_told=ago(60)), True),
    ],
)
def test_which_refusals_stand_in_the_ledger(seen, news):
    assert is_news(seen, NOW) is news


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 秒"), (59, "59 秒"), (60, "1 分钟"), (90, "1 分 30 秒"), (900, "15 分钟")]
)
def test_a_wait_is_told_in_words(seconds, words):
    assert wait_in_words(seconds) == words
