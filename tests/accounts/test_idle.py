"""How long a session lies idle: by role and device, as the county has set it."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.core.storage.db import db
from app.core.values.clock import now
from app.office.settings import services
from app.register.accounts import session as browsing
from app.register.accounts.enums import Device, Role
from app.register.accounts.models import UserSession
from app.register.accounts.rules import IDLE_DESK, IDLE_PHONE, device_of
from tests.factories.accounts import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.both_databases

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"


def minutes_that_last(device: Device, roles: list[Role]) -> int:
    """For how many whole minutes a session of somebody with these roles may lie idle."""
    token = browsing.begin(make_user(roles).id, "192.0.2.1", "", device)
    mine = UserSession.token_hash == browsing.token_hash(token)

    def lasts(minutes: int) -> bool:
        seen_at = now() - timedelta(minutes=minutes, seconds=-30)
        idle = update(UserSession).where(mine).values(seen_at=seen_at, created_at=seen_at)
        db.session.execute(idle)
        db.session.commit()
        return browsing.load_actor(token) is not None

    short, long = 0, 24 * 60
    while long - short > 1:
        middle = (short + long) // 2
        short, long = (middle, long) if lasts(middle) else (short, middle)
    return short


def test_each_role_and_device_has_its_minutes(session):
    by_role = {role: number for number, role in enumerate(Role, 10)}
    found = {}
    for hours in (8, 3):
        for role in Role:
            desk = minutes_that_last(Device.DESK, [role])
            found[hours, role] = (desk, minutes_that_last(Device.PHONE, [role]))
        services.save(IDLE_DESK, by_role)
        services.save(IDLE_PHONE, dict.fromkeys(Role, 3))
        session.commit()
    at_first = {(8, role): (30, 480) for role in Role}
    assert found == at_first | {(3, role): (by_role[role], 180) for role in Role}
    both = [Role.LEADER, Role.BUREAU_HEAD]
    assert minutes_that_last(Device.DESK, both) == min(by_role[role] for role in both)


@pytest.mark.parametrize(
    ("agent", "hint", "device"),
    [
        (PHONE, "", Device.PHONE),
        (DESK, "", Device.DESK),
        (DESK, "?0", Device.DESK),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0.0.0 Mobile Safari/537.36", "?1", Device.PHONE),
        ("Mozilla/5.0 (Linux; Android 13; Pad 6) Chrome/126.0.0.0 Safari/537.36", "?0", Device.DESK),
        ("Mozilla/5.0 (Windows NT 6.1) MicroMessenger/7.0 WindowsWechat", "", Device.DESK),
        ("", "", Device.DESK),
        (DESK, "?1, ?1", Device.DESK),
    ],
)
def test_a_phone_is_told_by_what_its_browser_says(agent, hint, device):
    assert device_of(agent, hint) is device


def test_a_session_keeps_the_device_it_was_begun_on(session, client):
    user = make_user(Role.OFFICER)
    shown = client.get("/login", headers={"User-Agent": PHONE})
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    fields = {"login": user.login, "password": PASSWORD, "csrf_token": token[1]}
    client.post("/login", data=fields, headers={"User-Agent": PHONE})
    listed = re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", client.get("/account").text))
    assert "手机8小时" in listed
    desk = client.application.test_client()
    sign_in(desk, user)
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert desk.get("/account", headers={"User-Agent": PHONE}).status_code == 303
        listed = re.sub(r"<[^>]+>", " ", client.get("/account").text)
    assert "手机" in listed
    assert "电脑" not in listed  # a session that has lain idle is none
    with time_machine.travel(now() + timedelta(hours=7)):
        assert client.get("/account", headers={"User-Agent": DESK}).status_code == 200
    begun = session.scalars(select(UserSession.device).order_by(UserSession.id))
    assert begun.all() == [Device.PHONE, Device.DESK]
