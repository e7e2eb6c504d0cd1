"""我的: one's own account, sessions and password."""

from dataclasses import replace

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.address import client_address
from app.core.access.auth import require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.storage.db import end_writing
from app.core.values.errors import RuleBroken
from app.core.web import unsaved
from app.core.web.pages import done
from app.register.accounts import services
from app.register.accounts.enums import Role
from app.register.accounts.forms import PasswordForm
from app.register.accounts.queries import memberships_of, open_sessions, second_step_of
from app.register.accounts.session import token_hash
from app.register.accounts.views.blueprint import Page, bp, refused
from app.register.accounts.views.going_on import go_on


@bp.get("/account")
@requires(SIGNED_IN)
def me() -> str:
    """我的."""
    actor = require_actor()
    return render_template(
        "accounts/me.html",
        roles=[Role(role).label for role in sorted(actor.roles)],
        memberships=memberships_of(actor.person_id or 0),
        sessions=open_sessions(actor.user_id or 0, actor.roles),
        this_session=token_hash(actor.session_token),
        second_step=second_step_of(actor.user_id or 0),
    )


@bp.post("/account/sessions/<public_id>/end")
@requires(SIGNED_IN)
def end_session(public_id: str) -> AnyResponse:
    """结束自己在别处的登录."""
    services.end_session(require_actor(), public_id)
    return done(url_for("accounts.me"), "已结束那一处登录")


@bp.route("/account/password", methods=["GET", "POST"])
@requires(SIGNED_IN)
def password() -> Page:
    """改密码."""
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    wait = 0
    if form.validate():
        try:
            old, new = form.old_password.data or "", form.new_password.data or ""
            services.change_password(require_actor(), old, new, client_address())
            answer = done(url_for("home.index"), "密码已改，其他地方的登录都已结束")
            return go_on(answer, replace(require_actor(), must_change_password=False))
        except RuleBroken as broken:
            form.refuse(broken)
            wait = broken.wait if isinstance(broken, services.SignInRefused) else 0
    end_writing()
    kept = request.form.get(unsaved.SEALED, "")
    return refused(render_template("accounts/password.html", form=form, kept=kept), wait)
