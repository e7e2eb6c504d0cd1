"""Pages of samples: list, one sample, its form."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, must_be_live, serve_archiving
from app.core.records.bulk import serve_acts
from app.core.records.editing import saved
from app.core.records.kinds import naming, subject_kind
from app.core.records.routes import serve
from app.core.records.timeline import About, timeline
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.samples import policy, queries, services
from app.promotion.samples.forms import SampleForm
from app.promotion.samples.listing import SAMPLES
from app.promotion.samples.models import Sample
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import get_person, people_to_choose
from app.register.tags.views import on_many

bp = Blueprint("samples", __name__)
Answer = str | Response | tuple[str, int]

serve(bp, SAMPLES, "samples/index.html")
serve_acts(bp, SAMPLES, on_many("sample", P.SAMPLES_WRITE), *services.ARCHIVING.acts)


def page_of(sample: Sample) -> str:
    return url_for("samples.detail", public_id=sample.public_id)


def _form(*already: Person, **values: object) -> SampleForm:
    form = SampleForm(**values)
    form.owner.choices = [("", "请选择"), *people_to_choose(*already, signing_in=P.SAMPLES_WRITE)]
    return form


def _data(form: SampleForm) -> services.SampleData:
    return services.SampleData(
        name=form.name.data,
        day=form.day.data,
        owner=get_person(form.owner.data),
        notes=form.notes.data or "",
    )


def _form_page(form: SampleForm, sample: Sample | None = None, status: int = 200) -> Answer:
    return render_template("samples/form.html", form=form.ready(), sample=sample), status


@bp.get("/samples/new")
@requires(P.SAMPLES_WRITE)
def new() -> Answer:
    """登记样例."""
    me = db.session.get_one(Person, require_actor().person_id)
    return _form_page(_form(me, formdata=None, day=today(), owner=me.public_id))


@bp.post("/samples/new")
@requires(P.SAMPLES_WRITE)
@once
def create() -> Answer:
    """登记样例：保存."""
    form, made = _form(), list[Sample]()
    if not pages.took(form, lambda: made.append(services.create_sample(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(page_of(made[0]), "已登记")


@bp.get("/samples/<public_id>")
@requires(P.SAMPLES_READ)
def detail(public_id: str) -> str:
    """一个样例."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, sample = require_actor(), queries.get_sample(public_id)
    steps = open_about(subject_of(sample))
    first = next_step(steps)
    return render_template(
        "samples/detail.html",
        sample=sample,
        may_change=policy.may_change(actor, sample),
        may_restore=sample.is_archived and policy.may_write(actor, sample),
        archiving=archiving or ArchiveForm(formdata=None, version=sample.version),
        next_step=first,
        steps=[step for step in steps if step is not first],
        past=timeline(About((subject_of(sample),)), actor, pages.read_page_number()),
    )


serve_archiving(bp, services.ARCHIVING, _detail_page)


def for_change(public_id: str) -> Sample:
    """The sample that is to be changed; a refusal leads back to its page."""
    sample = queries.get_sample(public_id)
    pages.refusal_leads_to(page_of(sample))
    must_be_live(sample)
    if not policy.may_change(require_actor(), sample):
        raise NotAllowed
    return sample


def _opened(sample: Sample) -> SampleForm:
    return _form(sample.owner, formdata=None, obj=sample)


@bp.get("/samples/<public_id>/edit")
@requires(P.SAMPLES_WRITE)
def edit(public_id: str) -> Answer:
    """改样例."""
    sample = for_change(public_id)
    return _form_page(_opened(sample), sample)


@bp.post("/samples/<public_id>/edit")
@requires(P.SAMPLES_WRITE)
def update(public_id: str) -> Answer:
    """改样例：保存."""
    sample = for_change(public_id)
    form = _form(sample.owner)
    if not saved(
        form, lambda: services.change_sample(sample, form.seen, _data(form)), lambda: _opened(sample)
    ):
        return _form_page(form, sample, 422)
    return pages.done(page_of(sample), "已保存")


KIND = subject_kind(
    policy.SAMPLE_ACCESS,
    endpoint="samples.detail",
    reads=P.SAMPLES_READ,
    found=queries.get_sample,
    may_change=policy.may_change,
)
NAMED_IN = naming(
    policy.SAMPLE_ACCESS,
    Sample.name,
    Sample.notes,
    Sample.archive_reason,
    endpoint="samples.detail",
    reads=P.SAMPLES_READ,
    where="样例：名称、说明、归档原因",
)
