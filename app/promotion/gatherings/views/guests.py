"""The guests of an event: the whole list, one, many at once; whoever has no phone is checked in by us."""

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.core.web.forms import VersionedForm, written_unseen
from app.core.web.idempotency import once
from app.core.web.pages import PAGE_SIZE, Page
from app.core.web.receiving import takes_files
from app.core.web.tables import WantedColumns, take_list
from app.promotion.gatherings import policy, queries, rules, services
from app.promotion.gatherings.enums import GuestReply
from app.promotion.gatherings.forms import GuestForm, GuestListForm
from app.promotion.gatherings.models import Gathering, Guest
from app.promotion.gatherings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P
from app.register.enterprises.rules import masked_phone


def page_of_guests(gathering: Gathering) -> str:
    return url_for("gatherings.guests", public_id=gathering.public_id)


@bp.get("/gatherings/<public_id>/guests")
@requires(P.GATHERINGS_READ)
def guests(public_id: str) -> str:
    """招商活动的名单."""
    gathering, number = queries.get_gathering(public_id), pages.read_page_number()
    found = queries.guests_of(gathering, PAGE_SIZE, PAGE_SIZE * (number - 1))
    return render_template(
        "gatherings/guests.html",
        gathering=gathering,
        page=Page(found, number, queries.count_guests(gathering), capped=False),
        no_door=rules.why_no_door(gathering.first_on, gathering.last_on, today()),
        masked=masked_phone,
        may_change=policy.may_change(require_actor(), gathering),
    )


@bp.get("/gatherings/<public_id>/guests/print")
@requires(P.GATHERINGS_READ)
@costs(sheets.PRINTS)
def printed_guests(public_id: str) -> str:
    """招商活动的名单，印在 A4 上；号码不印."""
    me, gathering = require_actor(), queries.get_gathering(public_id)
    found = queries.guests_of(gathering, rules.MOST_GUESTS)
    page = render_template(
        "gatherings/paper.html",
        gathering=gathering,
        guests=found,
        masked=masked_phone,
        watermark=f"{me.name} {today():%Y-%m-%d}",
    )
    subject, summary = subject_of(gathering), f"打印「{gathering.name}」的名单 {len(found)} 人"
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.print", subject, summary)
    return page


# --- one -----------------------------------------------------------------------------------------------


def _data(form: GuestForm) -> services.GuestData:
    return services.GuestData(
        name=form.name.data,
        company=form.company.data or "",
        post=form.post.data or "",
        phone=written_unseen(form.phone),
        reply=GuestReply(form.reply.data),
        reply_note=form.reply_note.data or "",
    )


def _opened(guest: Guest) -> GuestForm:
    told = {"name": guest.name, "company": guest.company, "post": guest.post, "reply": guest.reply.value}
    form = GuestForm(formdata=None, version=guest.version, reply_note=guest.reply_note, **told)
    form.phone.stands = masked_phone(guest.phone) or ""
    return form


def _page(form: GuestForm, gathering: Gathering, guest: Guest | None = None, status: int = 200) -> Answer:
    page = render_template(
        "gatherings/guest.html", form=form.ready(), gathering=gathering, guest=guest, masked=masked_phone
    )
    return page, status


def _refused(pressed: VersionedForm, guest: Guest) -> Answer:
    """The page of a guest with why what was pressed there, or on the list, could not be done."""
    page = render_template(
        "gatherings/guest.html",
        form=_opened(guest).ready(),
        gathering=guest.gathering,
        guest=guest,
        masked=masked_phone,
        pressed=pressed,
    )
    return page, 422


@bp.get("/gatherings/<public_id>/guests/new")
@requires(P.GATHERINGS_WRITE)
def new_guest(public_id: str) -> Answer:
    """加一位客商."""
    return _page(GuestForm(formdata=None), for_change(public_id))


@bp.post("/gatherings/<public_id>/guests/new")
@requires(P.GATHERINGS_WRITE)
@once
def create_guest(public_id: str) -> Answer:
    """加一位客商：保存."""
    gathering, form = for_change(public_id), GuestForm()
    if not pages.took(form, lambda: services.add_guest(gathering, _data(form))):
        return _page(form, gathering, status=422)
    return pages.done(page_of_guests(gathering), "已加上")


def guest_for_change(public_id: str) -> Guest:
    """A guest of an event that may be changed; a refusal leads back to the list."""
    guest = queries.get_guest(public_id)
    pages.refusal_leads_to(page_of_guests(guest.gathering))
    services.must_be_theirs(guest.gathering)
    return guest


@bp.get("/gatherings/guests/<public_id>/edit")
@requires(P.GATHERINGS_WRITE)
def edit_guest(public_id: str) -> Answer:
    """改一位客商."""
    guest = guest_for_change(public_id)
    return _page(_opened(guest), guest.gathering, guest)


@bp.post("/gatherings/guests/<public_id>/edit")
@requires(P.GATHERINGS_WRITE)
def update_guest(public_id: str) -> Answer:
    """改一位客商：保存."""
    guest, form = guest_for_change(public_id), GuestForm()

    def act() -> None:
        services.change_guest(guest, form.seen, _data(form))

    if not saved(form, act, lambda: _opened(guest)):
        return _page(form, guest.gathering, guest, 422)
    return pages.done(page_of_guests(guest.gathering), "已保存")


@bp.post("/gatherings/guests/<public_id>/came")
@requires(P.GATHERINGS_WRITE)
def mark_came(public_id: str) -> Answer:
    """代签到，或撤销签到."""
    guest, form = guest_for_change(public_id), VersionedForm()
    if not pages.took(form, lambda: services.mark_came(guest, form.seen)):
        return _refused(form, guest)
    return pages.done(page_of_guests(guest.gathering), "已签到" if guest.came_at else "已撤销签到")


@bp.post("/gatherings/guests/<public_id>/remove")
@requires(P.GATHERINGS_WRITE)
def remove_guest(public_id: str) -> Answer:
    """移出加错的客商."""
    guest, form = guest_for_change(public_id), VersionedForm()
    gathering = guest.gathering
    if not pages.took(form, lambda: services.remove_guest(guest, form.seen)):
        return _refused(form, guest)
    return pages.done(page_of_guests(gathering), "已移出")


# --- many ----------------------------------------------------------------------------------------------


_WANTED = WantedColumns("客商", rules.WANTED, rules.MOST_PASTED)


def _paste_page(form: GuestListForm, gathering: Gathering, status: int = 200) -> Answer:
    return render_template("gatherings/paste.html", form=form.ready(), gathering=gathering), status


@bp.get("/gatherings/<public_id>/guests/paste")
@requires(P.GATHERINGS_WRITE)
def paste(public_id: str) -> Answer:
    """一次加很多位客商."""
    return _paste_page(GuestListForm(formdata=None), for_change(public_id))


@bp.post("/gatherings/<public_id>/guests/paste")
@takes_files
@requires(P.GATHERINGS_WRITE)
@once
def save_paste(public_id: str) -> Answer:
    """一次加很多位客商：保存."""
    form, made = GuestListForm(), list[tuple[int, int]]()
    has_file = take_list(form, "file", "lines", _WANTED)
    gathering = for_change(public_id)
    if has_file:
        return _paste_page(form, gathering, 422)
    if not pages.took(form, lambda: made.append(services.add_pasted(gathering, form.lines.data))):
        return _paste_page(form, gathering, 422)
    new, there = made[0]
    said = f"加上 {new} 位" + (f"，{there} 位的电话名单上已有，没有再加" if there else "")
    return pages.done(page_of(gathering, "guests"), said)
