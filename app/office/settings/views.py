"""安全设置: the administrator sees what is set, what it was at first, and changes it."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.settings import Setting
from app.core.web.pages import done
from app.office.settings import queries, services
from app.office.settings.forms import SettingForm, form_of
from app.register.accounts.enums import Permission

bp = Blueprint("settings", __name__, url_prefix="/admin/settings")
REFUSED = 422
Shown = tuple[str, int] | Response


@bp.get("")
@requires(Permission.SETTINGS_MANAGE)
def index() -> str:
    """安全设置."""
    return render_template("settings/index.html", groups=queries.list_settings())


@bp.get("/<name>")
@requires(Permission.SETTINGS_MANAGE)
def edit(name: str) -> Shown:
    """改一项的表."""
    return _page(_opened(queries.get_setting(name)))


def _opened(setting: Setting) -> SettingForm:
    numbers, version = queries.kept_of(setting)
    return form_of(setting, numbers, formdata=None, version=version)


def _page(form: SettingForm, status: int = 200) -> Shown:
    setting = form.setting
    first = queries.in_words(setting, setting.defaults())
    return render_template("settings/setting.html", form=form.ready(), setting=setting, first=first), status


@bp.post("/<name>")
@requires(Permission.SETTINGS_MANAGE)
def update(name: str) -> Shown:
    """改一项."""
    form = form_of(queries.get_setting(name))

    def act() -> None:
        services.save(form.setting, form.numbers(), version=form.seen)

    if not saved(form, act, lambda: _opened(form.setting)):
        return _page(form, REFUSED)
    return done(url_for("settings.index"), "已保存，下一次点击起生效")
