"""Signing in and out, the first password, 我的: what everybody does with their own account."""

from dataclasses import replace

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_login import login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.address import client_address
from app.core.access.auth import Actor, acting_as, current_actor, require_actor
from app.core.access.permissions import PUBLIC, SIGNED_IN, requires
from app.core.storage.db import db, end_writing
from app.core.storage.settled import number_for
from app.core.values.errors import RuleBroken
from app.core.web import unsaved
from app.core.web.app import refusal_page
from app.core.web.forms import BaseForm
from app.core.web.pages import done
from app.core.web.receiving import is_by_script
from app.register.accounts import browsers, services
from app.register.accounts.enums import Role
from app.register.accounts.forms import BeginSecondStepForm, CodeForm, PasswordForm, SignInForm
from app.register.accounts.queries import codes_left, memberships_of, open_sessions, second_step_of
from app.register.accounts.rules import SECOND_STEP
from app.register.accounts.session import token_hash

bp = Blueprint("accounts", __name__)
_TO_TYPE_A_CODE = 10 * 60  # s
Page = str | tuple[str | AnyResponse, int] | AnyResponse
# What may be opened before the first password has been changed, and before the second step has begun.
_BEFORE_CHANGE = {"accounts.password", "accounts.logout", *unsaved.NOT_PAGES}
_BEFORE_SECOND_STEP = _BEFORE_CHANGE | {
    "accounts.second_step_of_mine",
    "accounts.change_second_step",
    "accounts.confirm_second_step",
}


@bp.before_app_request
def see_to_sign_in() -> AnyResponse | None:
    """Nobody works with a password that somebody else has chosen, nor without the second step that the county
    demands of their roles."""
    if request.endpoint in _BEFORE_CHANGE:
        return None
    actor = current_actor()
    if actor is None:
        return None
    if actor.must_change_password:
        return redirect(url_for("accounts.password"), 303)
    if actor.must_begin_second_step and request.endpoint not in _BEFORE_SECOND_STEP:
        return redirect(url_for("accounts.second_step_of_mine"), 303)
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
    if not form.validate_on_submit():
        return _login_again(form)
    login = form.login.data or ""
    try:
        found = services.sign_in(login, form.password.data or "", _browser(), browsers.mark_for(login))
    except services.SignInRefused as refusal:
        form.refuse(refusal)
        return _login_again(form, refusal.wait)
    if isinstance(found, services.Halfway):
        db.session.commit()
        return _ask_code(
            CodeForm(formdata=None), str(_halfway().dumps([found.user_id, found.checked, login]))
        )
    return _enter(found, login)


def _browser() -> services.Browser:
    mobile = request.headers.get("Sec-CH-UA-Mobile", "")
    return services.Browser(client_address(), str(request.user_agent), mobile)


def _enter(actor: Actor, login: str, told: str = "") -> Page:
    """A session has begun: its cookie, and what was on the way."""
    with acting_as(actor):  # the audit names who signed in
        of_reset = services.told_of_reset(actor)
        db.session.commit()
    session.clear()  # a new cookie and a new CSRF secret: nothing fixed before sign-in lives on
    login_user(actor)
    unsaved.mark_session()
    for sentence in filter(None, (of_reset, told)):
        flash(sentence, "warning")
    answer = make_response(go_on(redirect(_safe_next(), 303), actor))
    browsers.remember(answer, login)
    return answer


# --- the code after the password -------------------------------------------------------------------


def _halfway() -> URLSafeTimedSerializer:
    """Signs that the right password was given, for the form that asks for the code. It opens nothing."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="halfway")


def _ask_code(form: CodeForm, half: str, status: int = 200, wait: int = 0) -> AnyResponse:
    end_writing()
    page = render_template(
        "accounts/code.html",
        form=form,
        half=half,
        following=request.form.get("next", ""),
        kept=request.form.get(unsaved.SEALED, ""),
    )
    return refused(page, wait) if status >= 400 else make_response(page)


@bp.post("/login/code")
@requires(PUBLIC)
def sign_in_code() -> Page:
    """登录：核对验证码."""
    form, half = CodeForm(), request.form.get("half", "")
    try:
        user_id, checked, login = _halfway().loads(half, max_age=_TO_TYPE_A_CODE)
    except BadData:
        return _from_the_start("输密码以后过了太久，请重新登录")
    if not form.validate_on_submit():
        return _ask_code(form, half, 422)
    try:
        known = services.Halfway(user_id, checked)
        actor, told = services.finish_sign_in(known, form.code.data or "", _browser())
    except services.SignInRefused as refusal:
        if refusal.starts_anew:
            return _from_the_start(str(refusal))
        form.code.errors = [*form.code.errors, str(refusal)]
        return _ask_code(form, half, 422, refusal.wait)
    return _enter(actor, login, told)


def _from_the_start(sentence: str) -> Page:
    form = SignInForm(formdata=None)
    form.refuse(RuleBroken(sentence))
    return _login_again(form)


def go_on(elsewhere: AnyResponse, actor: Actor) -> Page:
    """With the form that was sent before signing in, if there is one; not to somebody else. What has to be
    seen to first takes it along."""
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


def _login_again(form: SignInForm, wait: int = 0) -> Page:
    end_writing()
    page = render_template(
        "accounts/login.html",
        form=form,
        following=request.form.get("next", ""),
        kept=request.form.get(unsaved.SEALED, ""),
    )
    return refused(page, wait)


def refused(page: str, wait: int) -> AnyResponse:
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
