"""Signing in and out, the first password, 我的: what everybody does with their own account."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import browsers, services
from app.accounts.enums import Role
from app.accounts.forms import PasswordForm, SignInForm
from app.accounts.queries import memberships_of, open_sessions
from app.accounts.session import token_hash
from app.core import unsaved
from app.core.address import client_address
from app.core.auth import acting_as, current_actor, require_actor
from app.core.db import db, end_writing
from app.core.errors import RuleBroken
from app.core.pages import done
from app.core.permissions import PUBLIC, SIGNED_IN, requires
from app.core.receiving import is_by_script
from app.core.web import refusal_page

bp = Blueprint("accounts", __name__)
Page = str | tuple[str | AnyResponse, int] | AnyResponse
# What may be opened before the first password has been changed.
_BEFORE_CHANGE = {"accounts.password", "accounts.logout", *unsaved.NOT_PAGES}


@bp.before_app_request
def change_first_password() -> AnyResponse | None:
    """Nobody works with a password that somebody else has chosen."""
    if request.endpoint in _BEFORE_CHANGE:
        return None
    actor = current_actor()
    if actor is not None and actor.must_change_password:
        return redirect(url_for("accounts.password"), 303)
    return None


@bp.record
def _send_to_sign_in(state: BlueprintSetupState) -> None:
    state.app.login_manager.unauthorized_handler(to_sign_in)  # type: ignore[attr-defined]


def to_sign_in() -> Page:
    """Whoever is not signed in any more signs in; a form that was sent without knowing so comes along."""
    if request.accept_mimetypes.best == "application/json" or request.headers.get("HX-Request"):
        return refusal_page(401)  # not raised: an error may have led here
    kept = "" if request.endpoint == "accounts.logout" else unsaved.seal()
    if kept or is_by_script():
        return render_template("accounts/login.html", form=SignInForm(formdata=None), kept=kept), 401
    following = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=following), 303)


def _safe_next() -> str:
    """Where to go after signing in: only a path of our own."""
    wanted = request.values.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside and wanted.isprintable() else url_for("home.index")


@bp.get("/login")
@requires(PUBLIC)
def login() -> Page:
    """登录."""
    if current_actor() is not None:
        return redirect(_safe_next(), 303)
    return render_template("accounts/login.html", form=SignInForm(), following=request.args.get("next", ""))


@bp.post("/login")
@requires(PUBLIC)
def sign_in() -> Page:
    """登录：核对账号和密码."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            actor = services.sign_in(
                form.login.data or "",
                form.password.data or "",
                client_address(),
                str(request.user_agent),
                browsers.mark_for(form.login.data or ""),
                mobile=request.headers.get("Sec-CH-UA-Mobile", ""),
            )
        except services.SignInRefused as refusal:
            form.refuse(refusal)
            return _login_again(form, refusal.wait)
        with acting_as(actor):  # the audit names who signed in
            db.session.commit()
        session.clear()  # a new cookie and a new CSRF secret: nothing fixed before sign-in lives on
        login_user(actor)
        unsaved.mark_session()
        answer = make_response(_go_on(redirect(_safe_next(), 303), may_work=not actor.must_change_password))
        browsers.remember(answer, form.login.data or "")
        return answer
    return _login_again(form)


def _go_on(elsewhere: AnyResponse, *, may_work: bool) -> Page:
    """With the form that was sent before signing in, if there is one; not to somebody else."""
    kept, actor = request.form.get(unsaved.SEALED, ""), require_actor()
    form = unsaved.unseal(kept, actor) if kept else None
    if form is None:
        if kept:
            flash("登录前有一张表没有保存，是用另一个账号填的，要保存请用那个账号登录", "warning")
        return elsewhere
    end_writing()
    if not may_work:
        return render_template("accounts/password.html", form=PasswordForm(formdata=None), kept=kept)
    return unsaved.page(form, "登录以前写的还没有保存", goes_on=True)


def _login_again(form: SignInForm, wait: int = 0) -> Page:
    end_writing()
    page = render_template(
        "accounts/login.html",
        form=form,
        following=request.form.get("next", ""),
        kept=request.form.get(unsaved.SEALED, ""),
    )
    return _refused(page, wait)


def _refused(page: str, wait: int) -> AnyResponse:
    """A form again; for who has to wait, with how many seconds."""
    answer = make_response(page, 429 if wait else 422)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@bp.post("/logout")
@requires(SIGNED_IN)
def logout() -> AnyResponse:
    """退出登录."""
    services.sign_out(require_actor().session_token)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.login"), 303)


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
            return _go_on(answer, may_work=True)
        except RuleBroken as broken:
            form.refuse(broken)
            wait = broken.wait if isinstance(broken, services.SignInRefused) else 0
    end_writing()
    kept = request.form.get(unsaved.SEALED, "")
    return _refused(render_template("accounts/password.html", form=form, kept=kept), wait)
