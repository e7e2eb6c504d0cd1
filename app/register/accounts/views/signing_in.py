"""Signing in, with a code after the password where there is one, and out."""

from flask import current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.address import client_address
from app.core.access.auth import Actor, acting_as, current_actor, require_actor
from app.core.access.permissions import PUBLIC, SIGNED_IN, requires
from app.core.storage.db import db, end_writing
from app.core.values.errors import RuleBroken
from app.core.web import unsaved
from app.register.accounts import browsers, services
from app.register.accounts.forms import CodeForm, SignInForm
from app.register.accounts.views.blueprint import Page, bp, refused
from app.register.accounts.views.going_on import go_on

_TO_TYPE_A_CODE = 10 * 60  # s


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


def _login_again(form: SignInForm, wait: int = 0) -> Page:
    end_writing()
    page = render_template(
        "accounts/login.html",
        form=form,
        following=request.form.get("next", ""),
        kept=request.form.get(unsaved.SEALED, ""),
    )
    return refused(page, wait)


@bp.post("/logout")
@requires(SIGNED_IN)
def logout() -> AnyResponse:
    """退出登录."""
    services.sign_out(require_actor().session_token)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("accounts.login"), 303)
