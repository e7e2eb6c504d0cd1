"""The pages of what the county sets by dated versions: the history, one version beside the one before it, the
form of the next with a look at what would change.
"""

from dataclasses import dataclass
from typing import Any, Generic

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.configuring import BEGUN, Configuration, D, DatedForm, VersionState
from app.core.records.editing import saved
from app.core.storage.db import end_writing
from app.core.values.errors import NotAllowed, NotFound
from app.core.values.registries import Registry
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once

Answer = str | Response | tuple[str, int]
CONFIGURED: Registry[Configuration[Any]] = Registry("configured")  # by the blueprint of its pages


def serve_configuration(bp: Blueprint, config: Configuration[D]) -> None:
    """Gives a configuration its pages at /<blueprint>: history, one version, the form of the next."""
    CONFIGURED.add(bp.name, config)
    of, at = _Pages(bp.name, config), f"/{bp.name}"
    reads, writes = requires(config.reads), requires(config.writes)
    bp.get(at, endpoint="index")(reads(of.index))
    bp.get(f"{at}/<public_id>", endpoint="detail")(reads(of.detail))
    bp.get(f"{at}/new", endpoint="new")(writes(of.new))
    bp.post(f"{at}/new", endpoint="create")(writes(once(of.create)))
    bp.get(f"{at}/<public_id>/edit", endpoint="edit")(writes(of.edit))
    bp.post(f"{at}/<public_id>/edit", endpoint="update")(writes(of.update))
    bp.post(f"{at}/<public_id>/withdraw", endpoint="withdraw")(writes(of.withdraw))


@dataclass(frozen=True, slots=True)
class _Pages(Generic[D]):
    name: str  # of the blueprint
    config: Configuration[D]

    def index(self) -> str:
        """What holds, what comes, what was."""
        versions = self.config.versions()
        holds = next(one for one in versions if one.standing is VersionState.HOLDS)
        told = self.config.told(holds.row)
        return self._render("dated/index.html", versions=versions, holds=holds, told=told)

    def detail(self, public_id: str) -> str:
        """One version, beside the one before it."""
        row = self.config.get(public_id)
        shown = next((one for one in self.config.versions() if one.row is row), None)
        if shown is None:  # withdrawn since
            raise NotFound
        was = self.config.before(row.valid_from, row) if shown.number > 1 else row
        changed = self.config.differences(was, row)
        return self._render("dated/version.html", shown=shown, told=self.config.told(row), changed=changed)

    def new(self) -> Answer:
        """The next version, as the last one says it."""
        return self._form_page(self._opened(None), None)

    def create(self) -> Answer:
        """A look at the next version, or the version entered."""
        form, made = self.config.form(), list[D]()
        if "look" in request.form:
            return self._looked(form, None)
        if not pages.took(form, lambda: made.append(self.config.enter(form))):
            return self._form_page(form, None, 422)
        return pages.done(self._page_of(made[0]), f"已保存，{made[0].valid_from} 起按这一版")

    def edit(self, public_id: str) -> Answer:
        """A version that has not begun."""
        row = self._planned(public_id)
        return self._form_page(self._opened(row), row)

    def update(self, public_id: str) -> Answer:
        """A look at a version that has not begun, or the version changed."""
        row, form = self._planned(public_id), self.config.form()
        if "look" in request.form:
            return self._looked(form, row)
        if not saved(form, lambda: self.config.change(row, form), lambda: self._opened(row)):
            return self._form_page(form, row, 422)
        return pages.done(self._page_of(row), "已保存")

    def withdraw(self, public_id: str) -> Response:
        """A version that has not begun, withdrawn."""
        self.config.withdraw(self._planned(public_id), seen_version())
        return pages.done(url_for(f"{self.name}.index"), "已撤销，还照原来的办")

    def _looked(self, form: DatedForm, row: D | None) -> Answer:
        made: list[D] = []
        taken = pages.took(form, lambda: made.append(self.config.preview(form, row)))
        end_writing()
        if not taken:
            return self._form_page(form, row, 422)
        before = self.config.before(made[0].valid_from, row)
        changed, effects = self.config.differences(before, made[0]), self.config.effects(made[0], before)
        return self._form_page(form, row, changed=changed, effects=effects)

    def _form_page(self, form: DatedForm, row: D | None, status: int = 200, **look: object) -> Answer:
        return self._render("dated/form.html", form=form.ready(), row=row, **look), status

    def _render(self, template: str, **shown: object) -> str:
        may_write = require_actor().may(self.config.writes)
        return render_template(template, of=self.name, config=self.config, may_write=may_write, **shown)

    def _opened(self, row: D | None) -> DatedForm:
        like = row or self.config.versions()[0].row
        own = {"version": row.version, "valid_from": row.valid_from, "note": row.note} if row else {}
        return self.config.form(formdata=None, **own, **self.config.opened(like))

    def _planned(self, public_id: str) -> D:
        row = self.config.get(public_id)
        pages.refusal_leads_to(self._page_of(row))
        if row.has_begun:
            raise NotAllowed(BEGUN)
        return row

    def _page_of(self, row: D) -> str:
        return url_for(f"{self.name}.detail", public_id=row.public_id)
