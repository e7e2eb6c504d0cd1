"""What surrounds every page: the menu by role, the words and filters that templates use."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request, url_for

from app.core.access.auth import Actor, current_actor
from app.core.records.feature import MENU, MenuLine, lines_of
from app.core.records.feature import MenuPart as M
from app.core.records.place import address_in, place_in_list
from app.core.values import clock, money
from app.core.values.workdays import calendar_gap
from app.core.web.pages import asked_again, url_with
from app.finding.finder.queries import sources_for
from app.finding.saved_searches.queries import count_news
from app.office.home import demo_mark
from app.register.accounts.enums import Permission, Role
from app.register.accounts.naming import about_person
from config import LOOPBACK

VERSION = "0.1.0"
WEEKDAYS = "一二三四五六日"


_HEADINGS = (M.DAILY, M.PROMOTION, M.DELIVERY, M.FIGURES, M.OFFICE)


def _items(actor: Actor, part: M) -> list[dict[str, Any]]:
    """The lines of a part of the menu that somebody may follow."""
    lines = [line for line in lines_of(part) if line.right is None or actor.may(line.right)]
    is_on_one_page = any(one.is_one_page and one.endpoint == request.endpoint for one in MENU.values())
    return [_item(line, is_on_one_page) for line in lines]


def _is_current(line: MenuLine, is_on_one_page: bool) -> bool:
    if line.is_one_page or is_on_one_page:
        return request.endpoint == line.endpoint
    return request.blueprint == line.endpoint.partition(".")[0]


def _item(line: MenuLine, is_on_one_page: bool) -> dict[str, Any]:
    return {
        "label": line.label,
        "endpoint": line.endpoint,
        "url": url_for(line.endpoint),
        "icon": line.icon,
        "active": _is_current(line, is_on_one_page),
    }


def _menu(actor: Actor) -> list[dict[str, Any]]:
    groups = [{"label": part.label, "items": _items(actor, part)} for part in _HEADINGS]
    found = [group for group in groups if group["items"]]
    _tell_news(found, count_news(actor))
    return _daily_first(found) if Role.RESIDENT in actor.roles else found


def _tell_news(groups: list[dict[str, Any]], count: int) -> None:
    for item in groups[0]["items"]:
        if count and item["endpoint"] == "saved_searches.index":
            item["count"], item["count_words"] = count, "个有新结果"


def _daily_first(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A resident team lives in 走访: it stands right under the home page."""
    for group in groups:
        group["items"].sort(key=lambda item: item["endpoint"] != "visits.index")
    return groups


def _context(app: Flask) -> dict[str, Any]:
    actor = current_actor()
    shared = {
        "county_name": app.config["COUNTY_NAME"],
        "product_version": VERSION,
        "me": actor,
        "today": clock.today(),
        "urls": _urls() if actor else {"home": url_for("home.index")},
        "url_with": url_with,
        "can": lambda right: actor is not None and actor.may(right),
        "P": Permission,
        "calendar_words": calendar_gap(clock.today().year),
        "demo_words": demo_mark.WORDS if demo_mark.read() else "",
        "mode_words": _mode_words(app),
    }
    if actor is None:
        return shared
    return shared | {
        "nav": _menu(actor),
        "searched": "、".join(source.label for source in sources_for(actor)),
        "phone_nav": _items(actor, M.PHONE),
        "new_items": _items(actor, M.NEW),
    }


def _mode_words(app: Flask) -> str:
    """Said where others than who sits at this machine use an installation that was set up to look around."""
    if app.config["IS_PRODUCTION"] or (urlsplit(request.host_url).hostname or "") in LOOPBACK:
        return ""
    return "还没有设为正式运行，密码和内容在网上没有加密。请管理员按部署说明设 MODE=production，前面加 HTTPS"


def _urls() -> dict[str, str]:
    return {
        "home": url_for("home.index"),
        "search": url_for("finder.results"),
        "suggest": url_for("finder.suggest"),
        "recent": url_for("saved_searches.recent"),
        "logout": url_for("accounts.logout"),
        "account": url_for("accounts.me"),
    }


def running_date(day: Any) -> str:
    """`11月23日 周一`; with the year when it is not this one."""
    if day is None:
        return "未填"
    year = "" if day.year == clock.today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def moment(at: Any) -> str:
    """`2026-11-23 10:32`, Beijing time."""
    return "未填" if at is None else clock.in_beijing(at).strftime("%Y-%m-%d %H:%M")


def init_shell(app: Flask) -> None:
    """Gives templates the menu and the filters `wan`, `yi`, `yuan`, `figures`, `amount`, `day`, `moment`."""
    app.context_processor(lambda: _context(app))
    app.jinja_env.globals["about_person"] = about_person
    app.jinja_env.filters.update(
        wan=money.in_wan,
        yi=money.in_yi,
        yuan=money.in_yuan,
        figures=money.in_figures,
        amount=money.in_words,
        day=running_date,
        moment=moment,
    )
    app.jinja_env.globals["asked_again"] = asked_again  # macros see no context
    app.jinja_env.globals["place_in_list"] = place_in_list
    app.jinja_env.globals["address_in"] = address_in
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
