"""两步验证, one's own: beginning it, another phone, new recovery codes, ending it."""

from dataclasses import replace

from flask import current_app, render_template, request, url_for
from flask_login import login_user

from app.core.access.address import client_address
from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.storage.db import db, end_writing, reading_apart
from app.core.values.errors import RuleBroken
from app.core.web import unsaved
from app.core.web.pages import done, took
from app.register.accounts import codes, second_step, services, session
from app.register.accounts.forms import BeginSecondStepForm, ConfirmSecondStepForm, SecondStepForm
from app.register.accounts.models import User
from app.register.accounts.queries import has_second_step
from app.register.accounts.views.blueprint import REFUSED, Page, bp, refused
from app.register.accounts.views.going_on import go_on, second_step_page


def _form(actor: Actor, **values: object) -> BeginSecondStepForm:
    with reading_apart():  # hashing comes before the transaction that writes
        has_begun = has_second_step(actor.user_id or 0)
    return SecondStepForm(**values) if has_begun else BeginSecondStepForm(**values)


@bp.get("/account/second-step")
@requires(SIGNED_IN)
def second_step_of_mine() -> Page:
    """两步验证."""
    actor = require_actor()
    return second_step_page(_form(actor, formdata=None), actor)


@bp.post("/account/second-step")
@requires(SIGNED_IN)
def change_second_step() -> Page:
    """开通，或者换手机、换恢复码、关掉：先核对密码和验证码."""
    actor = require_actor()
    form = _form(actor)
    deed = form.deed.data if isinstance(form, SecondStepForm) else "move"
    made: list[str] = []
    waits: list[int] = []

    def act() -> None:
        try:
            _check(actor, form)
        except services.SignInRefused as refusal:
            waits.append(refusal.wait)
            raise
        if deed == "codes":
            made.extend(second_step.renew_recovery_codes(actor))
        elif deed == "end":
            second_step.end(actor)

    if not took(form, act):
        return refused(second_step_page(form, actor), max(waits, default=0))
    if deed == "end":
        return done(url_for("accounts.me"), "已关掉两步验证，登录只要密码")
    db.session.commit()
    if deed == "codes":
        return _show_recovery_codes(made)
    return _show_secret(actor, ConfirmSecondStepForm(formdata=None), codes.new_secret())


def _check(actor: Actor, form: BeginSecondStepForm) -> None:
    services.check_password(actor, form.password.data or "", client_address())
    if isinstance(form, SecondStepForm):
        services.check_code(actor, form.code.data or "", client_address())


def _show_secret(actor: Actor, form: ConfirmSecondStepForm, secret: str, status: int = 200) -> Page:
    """The secret stands on this page alone; the form carries it sealed, until its first code confirms it."""
    end_writing()
    user = _own(actor)
    form.sealed.data = codes.sealed(user.public_id, secret)
    page = render_template(
        "accounts/second_step_confirm.html",
        form=form,
        picture=codes.picture(secret, user.login, current_app.config["COUNTY_NAME"]),
        secret=codes.grouped(secret),
        kept=request.form.get(unsaved.SEALED, ""),
    )
    return page, status


def _own(actor: Actor) -> User:
    return db.session.get_one(User, actor.user_id)


@bp.post("/account/second-step/confirm")
@requires(SIGNED_IN)
def confirm_second_step() -> Page:
    """开通：第一个验证码对了才算."""
    actor, form = require_actor(), ConfirmSecondStepForm()
    with reading_apart():
        secret = codes.opened_in_time(_own(actor).public_id, form.sealed.data or "")
    if secret is None:
        again = _form(actor, formdata=None)
        again.refuse(RuleBroken("扫码以后过了太久，请从头再来"))
        return refused(second_step_page(again, actor), 0)
    made: list[str] = []
    if not took(form, lambda: made.extend(second_step.begin(actor, secret, form.code.data))):
        if second_step.is_begun_with(_own(actor), secret):
            again = _form(actor, formdata=None)
            again.refuse(RuleBroken(second_step.BEGUN))
            return refused(second_step_page(again, actor), 0)
        return _show_secret(actor, form, secret, REFUSED)
    token = session.renew(actor.session_token)
    db.session.commit()
    login_user(replace(actor, session_token=token, must_begin_second_step=False))
    return _show_recovery_codes(made)


def _show_recovery_codes(made: list[str]) -> str:
    """Shown this once."""
    end_writing()
    return render_template(
        "accounts/recovery_codes.html", codes=made, kept=request.form.get(unsaved.SEALED, "")
    )


@bp.post("/account/second-step/go-on")
@requires(SIGNED_IN)
def after_second_step() -> Page:
    """恢复码收好了，接着登录前没有保存的表."""
    return go_on(done(url_for("home.index")), require_actor())
