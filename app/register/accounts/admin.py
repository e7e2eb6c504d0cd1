"""The administrator's pages of users and people. A room beside `views`, whose blueprint it shares."""

from functools import partial

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.errors import RuleBroken
from app.core.web.forms import BaseForm, seen_version
from app.core.web.idempotency import once
from app.core.web.pages import done, read_choice, refusal_leads_to, took, url_with
from app.register.accounts import passwords, services, tries
from app.register.accounts.enums import Permission, Role, UnitKind
from app.register.accounts.forms import (
    ArchivePersonForm,
    LeavingForm,
    MembershipForm,
    PersonForm,
    RolesForm,
    UserForm,
)
from app.register.accounts.models import Person, Unit, User
from app.register.accounts.queries import (
    ROLL_VIEWS,
    choices_of,
    get_membership,
    get_person,
    get_unit,
    get_user,
    list_units,
    memberships_of,
    needs_second_step,
    people_to_choose,
    people_without_user,
    roll,
    second_step_of,
    user_of,
)
from app.register.accounts.views import Page, bp

REFUSED = 422
FAILURES_SHOWN = 20


def form_page(template: str, form: BaseForm, status: int = 200, **more: object) -> Page:
    """A form, or the same one again with what is wrong with it."""
    return render_template(template, form=form.ready(), **more), status


def choices(rows: list[Unit]) -> list[tuple[str, str]]:
    """Units as a field offers them."""
    return [(row.public_id, row.name) for row in rows]


# --- users -----------------------------------------------------------------------------------------


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


# --- people ----------------------------------------------------------------------------------------


def _person_form(**values: object) -> PersonForm:
    form = PersonForm(**values)
    form.unit.choices = choices(list_units())
    return form


def _person_data(form: PersonForm) -> services.PersonData:
    return services.PersonData(
        form.name.data, form.post.data or "", form.phone.data, get_unit(form.unit.data)
    )


@bp.get("/admin/people/new")
@requires(Permission.ACCOUNTS_MANAGE)
def new_person() -> Page:
    """登记人员的表."""
    return form_page("accounts/person_form.html", _person_form(), person=None)


@bp.post("/admin/people/new")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def create_person() -> Page:
    """登记人员."""
    form = _person_form()
    made: list[Person] = []
    if not took(form, lambda: made.append(services.save_person(None, _person_data(form)))):
        return form_page("accounts/person_form.html", form, REFUSED, person=None)
    return done(url_for("accounts.person", public_id=made[0].public_id), "已登记")


@bp.get("/admin/people/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def edit_person(public_id: str) -> Page:
    """改人员信息的表."""
    found = get_person(public_id)
    return form_page("accounts/person_form.html", _filled_person_form(found), person=found)


def _filled_person_form(found: Person) -> PersonForm:
    return _person_form(
        formdata=None,
        name=found.name,
        post=found.post,
        phone=found.phone,
        unit=found.unit.public_id,
        version=found.version,
    )


@bp.post("/admin/people/<public_id>/edit")
@requires(Permission.ACCOUNTS_MANAGE)
def update_person(public_id: str) -> Page:
    """改人员信息."""
    found, form = get_person(public_id), _person_form()

    def act() -> None:
        services.save_person(found, _person_data(form), version=form.seen)

    if not saved(form, act, partial(_filled_person_form, found)):
        return form_page("accounts/person_form.html", form, REFUSED, person=found)
    return done(url_for("accounts.person", public_id=public_id), "已保存")


@bp.get("/admin/people/<public_id>")
@requires(Permission.ACCOUNTS_MANAGE)
def person(public_id: str) -> Page:
    """一个人：单位、驻点经历、账号."""
    return _person_page(get_person(public_id))


def _joining_form(**values: object) -> MembershipForm:
    form = MembershipForm(**values)
    form.team.choices = choices(list_units(UnitKind.RESIDENT_TEAM))
    return form


def _archive_form(found: Person, **values: object) -> ArchivePersonForm:
    form = ArchivePersonForm(**values)
    others = people_to_choose(signing_in=Permission.LEADS_WRITE, but=found)
    form.successor.choices = [("", "请选择"), *others]
    return form


def _person_page(
    found: Person,
    status: int = 200,
    *,
    joining: MembershipForm | None = None,
    leaving: tuple[str, LeavingForm] | None = None,
    archiving: ArchivePersonForm | None = None,
) -> Page:
    """The page, with whichever of its forms was refused as it was filled in; `leaving` names its term."""
    return form_page(
        "accounts/person.html",
        joining or _joining_form(formdata=None),
        status,
        person=found,
        account=user_of(found.id),
        memberships=memberships_of(found.id),
        leaving=leaving,
        archiving=archiving or _archive_form(found, formdata=None, version=found.version),
        held=services.held_of_person(found),
    )


@bp.post("/admin/people/<public_id>/archive")
@requires(Permission.ACCOUNTS_MANAGE)
def archive_person(public_id: str) -> Page:
    """人员离开."""
    found = get_person(public_id)
    form = _archive_form(found)

    def act() -> None:
        successor = get_person(form.successor.data) if form.successor.data else None
        services.archive_person(found, form.reason.data, successor=successor, version=form.seen)

    had_work = bool(services.held_of_person(found))  # handed over, which restoring does not take back
    if not took(form, act):
        return _person_page(found, REFUSED, archiving=form)
    undo = (url_for("accounts.restore_person", public_id=public_id), {"version": found.version})
    if had_work:
        return done(url_for("accounts.users"), "已归档，名下的事已交给接手的人，账号同时停用")
    return done(url_for("accounts.users"), "已归档，账号同时停用", undo=undo)


@bp.post("/admin/people/<public_id>/restore")
@requires(Permission.ACCOUNTS_MANAGE)
def restore_person(public_id: str) -> Page:
    """归档错了，或者回来了."""
    found = get_person(public_id)
    refusal_leads_to(url_for("accounts.person", public_id=public_id))
    services.restore_person(found, version=seen_version())
    return done(
        url_for("accounts.person", public_id=public_id), "已恢复。交出去的事还在接手的人名下，账号要另外启用"
    )


@bp.post("/admin/people/<public_id>/teams")
@requires(Permission.ACCOUNTS_MANAGE)
@once
def join_team(public_id: str) -> Page:
    """进驻点组."""
    found, form = get_person(public_id), _joining_form()

    def act() -> None:
        services.join_team(
            found,
            get_unit(form.team.data),
            form.starts_on.data,
            form.ends_on.data,
            is_head=form.is_head.data,
        )

    if not took(form, act):
        return _person_page(found, REFUSED, joining=form)
    return done(url_for("accounts.person", public_id=public_id), "已加入")


@bp.post("/admin/memberships/<public_id>/leave")
@requires(Permission.ACCOUNTS_MANAGE)
def leave_team(public_id: str) -> Page:
    """离开驻点组."""
    term, form = get_membership(public_id), LeavingForm()

    def act() -> None:
        services.leave_team(term, form.ends_on.data, version=form.seen)

    if not saved(form, act, lambda: LeavingForm(formdata=None, obj=term)):
        return _person_page(term.person, REFUSED, leaving=(public_id, form))
    return done(url_for("accounts.person", public_id=term.person.public_id), "已记下最后一天")
