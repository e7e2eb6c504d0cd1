"""Signing in and out, 我的, and the administrator's pages of users, people and units."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from app.accounts import passwords, services
from app.accounts.enums import Permission, Role, UnitKind
from app.accounts.forms import (
    LeavingForm,
    MembershipForm,
    PasswordForm,
    PersonForm,
    ReasonForm,
    RolesForm,
    SignInForm,
    UnitForm,
    UserForm,
)
from app.accounts.models import Person, Unit
from app.accounts.queries import (
    get_membership,
    get_person,
    get_unit,
    get_user,
    head_counts,
    list_people,
    list_units,
    list_users,
    memberships_of,
    open_sessions,
    people_without_user,
    unit_tree,
)
from app.accounts.session import token_hash
from app.core.auth import acting_as, current_actor, require_actor
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.idempotency import once
from app.core.pages import done
from app.core.permissions import PUBLIC, SIGNED_IN, requires

bp = Blueprint("accounts", __name__)
Page = str | tuple[str, int] | AnyResponse
# What may be opened before the first password has been changed.
_BEFORE_CHANGE = {"accounts.password", "accounts.logout", "static"}


@bp.before_app_request
def change_first_password() -> AnyResponse | None:
    """Nobody works with a password that somebody else has chosen."""
    if request.endpoint in _BEFORE_CHANGE:
        return None
    actor = current_actor()
    if actor is not None and actor.must_change_password:
        return redirect(url_for("accounts.password"), 303)
    return None


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
                request.remote_addr or "",
                str(request.user_agent),
            )
        except services.SignInRefused as refusal:
            form.refuse(refusal)
            return _login_again(form, 429 if refusal.locked else 422)
        with acting_as(actor):  # the audit names who signed in
            db.session.commit()
        session.clear()  # a new cookie and a new CSRF secret: nothing fixed before sign-in lives on
        login_user(actor)
        return redirect(_safe_next(), 303)
    return _login_again(form, 422)


def _login_again(form: SignInForm, status: int) -> tuple[str, int]:
    db.session.rollback()
    page = render_template("accounts/login.html", form=form, following=request.form.get("next", ""))
    return page, status


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
        sessions=open_sessions(actor.user_id or 0),
        this_session=token_hash(actor.session_token),
    )


@bp.post("/account/sessions/<int:session_id>/end")
@requires(SIGNED_IN)
def end_session(session_id: int) -> AnyResponse:
    """结束自己在别处的登录."""
    services.end_session(require_actor(), min(session_id, 2**62))
    return done(url_for("accounts.me"), "已结束那一处登录")


@bp.route("/account/password", methods=["GET", "POST"])
@requires(SIGNED_IN)
def password() -> Page:
    """改密码."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            services.change_password(
                require_actor(), form.old_password.data or "", form.new_password.data or ""
            )
            return done(url_for("home.index"), "密码已改，其他地方的登录都已结束")
        except services.SignInRefused as refusal:
            form.refuse(refusal)
            return _shown(form, "accounts/password.html", refused=429)
        except RuleBroken as broken:
            form.refuse(broken)
    return _shown(form, "accounts/password.html")


def _shown(
    form: SignInForm | PasswordForm | UserForm | PersonForm | UnitForm,
    template: str,
    refused: int = 422,
    **more: object,
) -> Page:
    """A form, or a form again: after a POST nothing half-written is kept and the status says so."""
    if request.method == "GET":
        return render_template(template, form=form.ready(), **more)
    db.session.rollback()
    return render_template(template, form=form.ready(), **more), refused


# --- users -----------------------------------------------------------------------------------------


def _choices(rows: list[Unit] | list[Person]) -> list[tuple[str, str]]:
    return [(row.public_id, row.name) for row in rows]


@bp.get("/admin/users")
@requires(Permission.ACCOUNTS_MANAGE)
def users() -> str:
    """人员和账号."""
    accounts = {user.person_id: user for user in list_users()}
    return render_template("accounts/users.html", people=list_people(), accounts=accounts)


@bp.route("/admin/users/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
@once
def new_user() -> Page:
    """开账号."""
    first = passwords.temporary()
    # Before the first statement, which takes the write lock.
    stored = passwords.hashed(first) if request.method == "POST" else ""
    form = UserForm()
    form.person.choices = [
        ("", "请选择"),
        *((row.public_id, f"{row.name}（{row.unit.name}）") for row in people_without_user()),
    ]
    if request.method == "GET" and request.args.get("person"):
        form.person.data = request.args["person"]
    if form.validate_on_submit():
        try:
            roles = [Role(code) for code in form.roles.data or []]
            user = services.create_user(get_person(form.person.data), form.login.data, roles, stored)
            return _tell_password(user.public_id, user.person.name, user.login, first)
        except RuleBroken as broken:
            form.refuse(broken)
    return _shown(form, "accounts/user_new.html")


def _tell_password(public_id: str, name: str, login_name: str, first: str) -> AnyResponse:
    """The first password is shown once, on the next page, and kept nowhere."""
    response = done(url_for("accounts.user", public_id=public_id))
    flash(f"{name} 的账号 {login_name}，初始密码 {first}。只显示这一次，请当面告诉本人", "warning")
    return response


@bp.get("/admin/users/<public_id>")
@requires(Permission.ACCOUNTS_MANAGE)
def user(public_id: str) -> str:
    """一个账号."""
    found = get_user(public_id)
    form = RolesForm(obj=found)
    form.roles.data = [role.value for role in found.roles]
    return render_template("accounts/user.html", user=found, form=form)


@bp.post("/admin/users/<public_id>/roles")
@requires(Permission.ACCOUNTS_MANAGE)
def set_roles(public_id: str) -> AnyResponse:
    """改角色."""
    found = get_user(public_id)
    form = RolesForm()
    if not form.validate():
        raise RuleBroken({name: "；".join(errors) for name, errors in form.errors.items() if name})
    found.must_be_at(form.version.data)
    services.set_roles(found, [Role(code) for code in form.roles.data or []])
    return done(url_for("accounts.user", public_id=public_id), "已保存，下一次点击起生效")


@bp.post("/admin/users/<public_id>/reset")
@requires(Permission.ACCOUNTS_MANAGE)
def reset_password(public_id: str) -> AnyResponse:
    """重设密码."""
    first = passwords.temporary()
    stored = passwords.hashed(first)  # before the first statement, which takes the write lock
    found = get_user(public_id)
    services.reset_password(found, stored)
    return _tell_password(public_id, found.person.name, found.login, first)


@bp.post("/admin/users/<public_id>/disable")
@requires(Permission.ACCOUNTS_MANAGE)
def disable(public_id: str) -> AnyResponse:
    """停用账号."""
    services.disable_user(get_user(public_id))
    return done(url_for("accounts.user", public_id=public_id), "已停用，正在用的登录都已结束")


@bp.post("/admin/users/<public_id>/enable")
@requires(Permission.ACCOUNTS_MANAGE)
def enable(public_id: str) -> AnyResponse:
    """启用账号."""
    services.enable_user(get_user(public_id))
    return done(url_for("accounts.user", public_id=public_id), "已启用")


# --- people ----------------------------------------------------------------------------------------


def _person_form(found: Person | None) -> PersonForm:
    form = PersonForm(obj=found)
    form.unit.choices = _choices(list_units())
    if found is not None and request.method == "GET":
        form.unit.data = found.unit.public_id
    return form


def _person_data(form: PersonForm) -> services.PersonData:
    return services.PersonData(
        form.name.data, form.post.data or "", form.phone.data, get_unit(form.unit.data)
    )


@bp.route("/admin/people/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
@once
def new_person() -> Page:
    """登记人员."""
    form = _person_form(None)
    if form.validate_on_submit():
        made = services.save_person(None, _person_data(form))
        return done(url_for("accounts.person", public_id=made.public_id), "已登记")
    return _shown(form, "accounts/person_form.html", person=None)


@bp.get("/admin/people/<public_id>")
@requires(Permission.ACCOUNTS_MANAGE)
def person(public_id: str) -> str:
    """一个人：单位、驻点经历、账号."""
    found = get_person(public_id)
    form = MembershipForm()
    form.team.choices = _choices(list_units(UnitKind.RESIDENT_TEAM))
    accounts = {user.person_id: user for user in list_users()}
    return render_template(
        "accounts/person.html",
        person=found,
        account=accounts.get(found.id),
        memberships=memberships_of(found.id),
        form=form.ready(),
        leaving=LeavingForm(),
        archiving=ReasonForm(),
    )


@bp.route("/admin/people/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
def edit_person(public_id: str) -> Page:
    """改人员信息."""
    found = get_person(public_id)
    form = _person_form(found)
    if form.validate_on_submit():
        found.must_be_at(form.version.data)
        services.save_person(found, _person_data(form))
        return done(url_for("accounts.person", public_id=public_id), "已保存")
    return _shown(form, "accounts/person_form.html", person=found)


@bp.post("/admin/people/<public_id>/archive")
@requires(Permission.ACCOUNTS_MANAGE)
def archive_person(public_id: str) -> AnyResponse:
    """人员离开."""
    form = ReasonForm()
    _must_be_valid(form)
    services.archive_person(get_person(public_id), form.reason.data)
    return done(url_for("accounts.users"), "已归档，账号同时停用")


@bp.post("/admin/people/<public_id>/teams")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def join_team(public_id: str) -> AnyResponse:
    """进驻点组."""
    form = MembershipForm()
    form.team.choices = _choices(list_units(UnitKind.RESIDENT_TEAM))
    _must_be_valid(form)
    services.join_team(
        get_person(public_id),
        get_unit(form.team.data),
        form.starts_on.data,
        form.ends_on.data,
        is_head=form.is_head.data,
    )
    return done(url_for("accounts.person", public_id=public_id), "已加入")


@bp.post("/admin/memberships/<public_id>/leave")
@requires(Permission.ACCOUNTS_MANAGE)
def leave_team(public_id: str) -> AnyResponse:
    """离开驻点组."""
    form = LeavingForm()
    _must_be_valid(form)
    membership = get_membership(public_id)
    services.leave_team(membership, form.ends_on.data)
    return done(url_for("accounts.person", public_id=membership.person.public_id), "已记下最后一天")


def _must_be_valid(form: ReasonForm | MembershipForm | LeavingForm) -> None:
    """Small forms on a page: their problems are told on the refusal page."""
    if not form.validate():
        raise RuleBroken({name or "": "；".join(map(str, errors)) for name, errors in form.errors.items()})


# --- units -----------------------------------------------------------------------------------------


@bp.get("/admin/units")
@requires(Permission.ACCOUNTS_MANAGE)
def units() -> str:
    """单位树."""
    return render_template("accounts/units.html", tree=unit_tree(), heads=head_counts())


def _unit_form(found: Unit | None) -> UnitForm:
    form = UnitForm(obj=found)
    form.parent.choices = [("", "没有上级"), *_choices(list_units())]
    if found is not None and request.method == "GET":
        form.parent.data = found.parent.public_id if found.parent else ""
        form.kind.data = found.kind.value
    return form


def _save_unit(found: Unit | None, form: UnitForm) -> AnyResponse:
    parent = get_unit(form.parent.data) if form.parent.data else None
    services.save_unit(found, form.name.data, UnitKind(form.kind.data), parent, form.position.data or 0)
    return done(url_for("accounts.units"), "已保存")


@bp.route("/admin/units/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
@once
def new_unit() -> Page:
    """设单位."""
    form = _unit_form(None)
    if form.validate_on_submit():
        try:
            return _save_unit(None, form)
        except RuleBroken as broken:
            form.refuse(broken)
    return _shown(form, "accounts/unit_form.html", unit=None)


@bp.route("/admin/units/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE)
def edit_unit(public_id: str) -> Page:
    """改单位."""
    found = get_unit(public_id)
    form = _unit_form(found)
    if form.validate_on_submit():
        try:
            found.must_be_at(form.version.data)
            return _save_unit(found, form)
        except RuleBroken as broken:
            form.refuse(broken)
    return _shown(form, "accounts/unit_form.html", unit=found, archiving=ReasonForm())


@bp.post("/admin/units/<public_id>/archive")
@requires(Permission.ACCOUNTS_MANAGE)
def archive_unit(public_id: str) -> AnyResponse:
    """撤销单位."""
    form = ReasonForm()
    _must_be_valid(form)
    services.archive_unit(get_unit(public_id), form.reason.data)
    return done(url_for("accounts.units"), "已撤销，历史还在")
