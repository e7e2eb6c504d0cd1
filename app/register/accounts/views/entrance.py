"""Who is not signed in does so first; so does who has a password to change, a second step to begin."""

from flask import redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.auth import current_actor
from app.core.web import unsaved
from app.core.web.app import refusal_page
from app.core.web.receiving import is_by_script
from app.register.accounts.forms import SignInForm
from app.register.accounts.views.blueprint import Page, bp

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
    demands of their roles.
    """
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
