"""The second step of signing in (docs/adr/0012-two-step-sign-in.md), and how long a session idles. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.core.values.clock import has_passed, is_ahead
from app.core.values.settings import Setting
from app.register.accounts.enums import Device, Role

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
