"""The administrator's pages of accounts."""

from functools import partial

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.errors import RuleBroken
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.core.web.pages import done, read_choice, refusal_leads_to, took, url_with
from app.register.accounts import passwords, services, tries
from app.register.accounts.enums import Permission, Role
from app.register.accounts.forms import RolesForm, UserForm
from app.register.accounts.models import User
from app.register.accounts.queries import (
    ROLL_VIEWS,
    choices_of,
    get_person,
    get_user,
    needs_second_step,
    people_without_user,
    roll,
    second_step_of,
    user_of,
)
from app.register.accounts.views.administering import form_page
from app.register.accounts.views.blueprint import REFUSED, Page, bp

FAILURES_SHOWN = 20


@bp.get("/admin/users")
@requires(Permission.ACCOUNTS_MANAGE)
def users() -> str:
    """人员和账号."""
    found = roll()
    view = read_choice("view", "视图", ROLL_VIEWS.items()) or "all"
    tabs = [
        {
            "label": label,
            "url": url_with(view=None if key == "all" else key),
            "count": len(found.of(key)),
            "active": key == view,
            "alert": key == "slowed" and bool(found.slowed),
        }
        for key, label in ROLL_VIEWS.items()
    ]
    people = found.of(view)
    return render_template(
        "accounts/users.html",
        people=people,
        accounts=found.accounts,
        slowed=found.slowed,
        tabs=tabs,
        view=view,
    )


def _user_form() -> UserForm:
    form = UserForm()
    form.person.choices = [("", "请选择"), *choices_of(people_without_user())]
    return form


@bp.get("/admin/users/new")
@requires(Permission.ACCOUNTS_MANAGE)
def new_user() -> Page:
    """开账号的表，`?person=` 先选好人."""
    asked = request.args.get("person", "")
    if asked and user_of(get_person(asked).id):
        raise RuleBroken({"person": "这个人已经有账号，请从人员和账号页面打开"})
    form = _user_form()
    form.person.data = asked
    return form_page("accounts/user_new.html", form)


@bp.post("/admin/users/new")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def create_user() -> Page:
    """开账号."""
    first = passwords.temporary()
    stored = passwords.hashed(first)  # before the first statement, which takes the write lock
    form = _user_form()
    made: list[User] = []

    def act() -> None:
        roles = [Role(code) for code in form.roles.data or []]
        made.append(services.create_user(get_person(form.person.data), form.login.data, roles, stored))

    if not took(form, act):
        return form_page("accounts/user_new.html", form, REFUSED)
    return _tell_password(made[0], first)


def _tell_password(found: User, first: str) -> AnyResponse:
    """The first password is shown once, on the next page, and kept nowhere."""
    told = f"{found.person.name} 的账号 {found.login}，初始密码 {first}。只显示这一次，请当面告诉本人"
    response = done(url_for("accounts.user", public_id=found.public_id))
    flash(told, "warning")
    return response


@bp.get("/admin/users/<public_id>")
@requires(Permission.ACCOUNTS_MANAGE)
def user(public_id: str) -> Page:
    """一个账号."""
    found = get_user(public_id)
    return _user_page(found, _roles_form(found))


def _roles_form(found: User) -> RolesForm:
    return RolesForm(formdata=None, roles=[role.value for role in found.roles], version=found.version)


def _user_page(found: User, form: RolesForm, status: int = 200) -> Page:
    failures, number = tries.failures_of(found.login, FAILURES_SHOWN)
    return form_page(
        "accounts/user.html",
        form,
        status,
        user=found,
        failures=failures,
        failed=number,
        of_codes=tries.OF_CODES,
        second_step=second_step_of(found.id),
        is_demanded=needs_second_step(found.id, found.roles),
    )


@bp.post("/admin/users/<public_id>/roles")
@requires(Permission.ACCOUNTS_MANAGE)
def set_roles(public_id: str) -> Page:
    """改角色."""
    found, form = get_user(public_id), RolesForm()

    def act() -> None:
        roles = [Role(code) for code in form.roles.data or []]
        services.set_roles(found, roles, version=form.seen)

    if not saved(form, act, partial(_roles_form, found)):
        return _user_page(found, form, REFUSED)
    return done(url_for("accounts.user", public_id=public_id), "已保存，下一次点击起生效")


@bp.post("/admin/users/<public_id>/reset")
@requires(Permission.ACCOUNTS_MANAGE)
def reset_password(public_id: str) -> AnyResponse:
    """重设密码."""
    first = passwords.temporary()
    stored = passwords.hashed(first)  # before the first statement, which takes the write lock
    found = get_user(public_id)
    services.reset_password(found, stored, version=seen_version())
    return _tell_password(found, first)


@bp.post("/admin/users/<public_id>/release")
@requires(Permission.ACCOUNTS_MANAGE)
def release(public_id: str) -> AnyResponse:
    """放行：输错的次数清零."""
    services.release(get_user(public_id))
    return done(url_for("accounts.user", public_id=public_id), "已放行，输错的次数清零，可以马上登录")


@bp.post("/admin/users/<public_id>/second-step/reset")
@requires(Permission.ACCOUNTS_MANAGE)
def reset_second_step(public_id: str) -> AnyResponse:
    """重置两步验证：手机和恢复码都丢了的人."""
    found = get_user(public_id)
    refusal_leads_to(url_for("accounts.user", public_id=public_id))
    services.reset_second_step(found)
    return done(
        url_for("accounts.user", public_id=public_id), "已重置，正在用的登录都已结束。本人下次登录时会看到"
    )


@bp.post("/admin/users/<public_id>/disable")
@requires(Permission.ACCOUNTS_MANAGE)
def disable(public_id: str) -> AnyResponse:
    """停用账号."""
    found = get_user(public_id)
    services.disable_user(found, version=seen_version())
    return done(url_for("accounts.user", public_id=public_id), "已停用，正在用的登录都已结束")


@bp.post("/admin/users/<public_id>/enable")
@requires(Permission.ACCOUNTS_MANAGE)
def enable(public_id: str) -> AnyResponse:
    """启用账号."""
    found = get_user(public_id)
    services.enable_user(found, version=seen_version())
    return done(url_for("accounts.user", public_id=public_id), "已启用")
