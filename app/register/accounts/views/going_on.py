"""On the way from signing in to the form that was sent before it."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.auth import Actor
from app.core.storage.db import end_writing
from app.core.storage.settled import number_for
from app.core.web import unsaved
from app.core.web.forms import BaseForm
from app.register.accounts.forms import BeginSecondStepForm, PasswordForm
from app.register.accounts.queries import codes_left, second_step_of
from app.register.accounts.rules import SECOND_STEP
from app.register.accounts.views.blueprint import Page


def go_on(elsewhere: AnyResponse, actor: Actor) -> Page:
    """With the form that was sent before signing in, if there is one; not to somebody else. What has to be
    seen to first takes it along.
    """
    kept = request.form.get(unsaved.SEALED, "")
    form = unsaved.unseal(kept, actor) if kept else None
    if form is None:
        if kept:
            flash("登录前有一张表没有保存，是用另一个账号填的，要保存请用那个账号登录", "warning")
        return elsewhere
    end_writing()
    if actor.must_change_password:
        return render_template("accounts/password.html", form=PasswordForm(formdata=None), kept=kept)
    if actor.must_begin_second_step:
        return second_step_page(BeginSecondStepForm(formdata=None), actor, kept)
    return unsaved.page(form, "登录以前写的还没有保存", goes_on=True)


def second_step_page(form: BaseForm, actor: Actor, kept: str = "") -> str:
    """两步验证: whether it is on, and what can be done about it."""
    end_writing()
    user_id = actor.user_id or 0
    return render_template(
        "accounts/second_step.html",
        form=form,
        row=second_step_of(user_id),
        left=codes_left(user_id),
        is_demanded=bool(number_for(SECOND_STEP, actor.roles)),
        kept=kept or request.form.get(unsaved.SEALED, ""),
    )
