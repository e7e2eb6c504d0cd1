"""Checking in: the screen at the door, and the form on the guest's own phone, without an account."""

from flask import Response, current_app, make_response, render_template, url_for

from app.core.access.address import client_address
from app.core.access.auth import SYSTEM, acting_as
from app.core.access.permissions import PUBLIC, requires
from app.core.storage.db import end_writing
from app.core.values.clock import now, today
from app.core.web import pages
from app.core.web.pictures import code_to_scan
from app.promotion.gatherings import queries, rules, services
from app.promotion.gatherings.forms import CheckInForm
from app.promotion.gatherings.models import Gathering
from app.promotion.gatherings.views.blueprint import Answer, bp, for_change
from app.register.accounts.enums import Permission as P

_REFRESH = 120  # s; the screen is never behind the code that still opens the form
_STALE = "二维码已过期，请重新扫现场屏幕上的码"


def _secret() -> str:
    return str(current_app.secret_key)


@bp.get("/gatherings/<public_id>/door")
@requires(P.GATHERINGS_WRITE)
def door(public_id: str) -> Response:
    """现场屏幕：签到的二维码."""
    gathering = for_change(public_id)
    code = rules.door_code(_secret(), gathering.public_id, now())
    address = url_for("gatherings.check_in", public_id=gathering.public_id, code=code, _external=True)
    page = render_template(
        "gatherings/door.html",
        gathering=gathering,
        picture=code_to_scan(address),
        no_door=rules.why_no_door(gathering.first_on, gathering.last_on, today()),
    )
    answer = make_response(page)
    answer.headers["Refresh"] = str(_REFRESH)
    return answer


def _closed(gathering: Gathering, why: str, status: int = 200) -> Answer:
    name = gathering.name
    end_writing()  # nothing is written, and no page is rendered under the lock of those who write
    return render_template("gatherings/closed.html", name=name, why=why), status


def _why_not(gathering: Gathering, code: str, *, to_send: bool) -> str:
    """Why nobody checks in with this code now."""
    if refusal := rules.why_no_door(gathering.first_on, gathering.last_on, today()):
        return refusal
    good = rules.is_good_code(_secret(), gathering.public_id, code, now(), to_send=to_send)
    return "" if good else _STALE


def _page(form: CheckInForm, gathering: Gathering, status: int = 200) -> Answer:
    return render_template("gatherings/check_in.html", form=form.ready(), name=gathering.name), status


@bp.get("/checkin/<public_id>")
@requires(PUBLIC)
def check_in(public_id: str) -> Answer:
    """客商签到；?code= 屏幕上的码."""
    gathering, code = queries.get_open_gathering(public_id), pages.read_text("code", 40)
    if why := _why_not(gathering, code, to_send=False):
        return _closed(gathering, why)
    return _page(CheckInForm(formdata=None, code=code), gathering)


@bp.post("/checkin/<public_id>")
@requires(PUBLIC)
def save_check_in(public_id: str) -> Answer:
    """客商签到：送出."""
    gathering, form = queries.get_open_gathering(public_id), CheckInForm()
    if why := _why_not(gathering, form.code.data or "", to_send=True):
        return _closed(gathering, why, 422)

    def act() -> None:
        with acting_as(SYSTEM):
            services.count_try(gathering, client_address())
            data = services.DoorData(
                name=form.name.data,
                company=form.company.data,
                phone=form.phone.data,
                post=form.post.data or "",
            )
            services.check_in(gathering, data)

    if not pages.took(form, act):
        return _page(form, gathering, 422)
    return pages.done(url_for("gatherings.checked_in", public_id=gathering.public_id))


@bp.get("/checkin/<public_id>/done")
@requires(PUBLIC)
def checked_in(public_id: str) -> Answer:
    """签到好了."""
    gathering = queries.get_open_gathering(public_id)
    return render_template("gatherings/checked_in.html", name=gathering.name, place=gathering.place)
