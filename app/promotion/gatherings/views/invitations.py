"""An invitation as its guest opens it, without an account, and what they answer."""

from flask import render_template, url_for

from app.core.access.address import client_address
from app.core.access.auth import SYSTEM, acting_as
from app.core.access.permissions import PUBLIC, requires
from app.core.values.clock import today
from app.core.web import pages
from app.promotion.gatherings import queries, rules, services
from app.promotion.gatherings.enums import GuestReply
from app.promotion.gatherings.forms import ReplyForm
from app.promotion.gatherings.models import Guest
from app.promotion.gatherings.views.blueprint import Answer, bp


def _page(guest: Guest, form: ReplyForm, status: int = 200) -> Answer:
    page = render_template(
        "gatherings/invitation.html",
        guest=guest,
        gathering=guest.gathering,
        form=form.ready(),
        over=rules.why_no_reply(guest.gathering.last_on, today()),
    )
    return page, status


@bp.get("/invitations/<public_id>")
@requires(PUBLIC)
def invitation(public_id: str) -> Answer:
    """客商打开邀请."""
    guest = queries.get_invited(public_id)
    answered = guest.reply is not GuestReply.NONE
    told = {"reply": guest.reply.value, "reply_note": guest.reply_note} if answered else {}
    return _page(guest, ReplyForm(formdata=None, **told))


@bp.post("/invitations/<public_id>")
@requires(PUBLIC)
def reply(public_id: str) -> Answer:
    """客商答复邀请."""
    guest, form = queries.get_invited(public_id), ReplyForm()

    def act() -> None:
        with acting_as(SYSTEM):
            services.count_try(guest.gathering, client_address())
            services.answer(guest, GuestReply(form.reply.data), form.reply_note.data or "")

    if not pages.took(form, act):
        return _page(guest, form, 422)
    return pages.done(url_for("gatherings.invitation", public_id=guest.public_id), "已收到您的答复，谢谢")
