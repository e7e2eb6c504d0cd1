"""Schemes: all of them, a new one, its versions, the items of a draft, putting it in force."""

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.records.measures import MEASURES
from app.core.values.clock import today
from app.core.values.credit import By
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.promotion.assessments import policy, queries, rules, services
from app.promotion.assessments.enums import Counting, ItemPart, RuleKind, SpanKind
from app.promotion.assessments.forms import ItemForm, SchemeForm, StartForm
from app.promotion.assessments.models import AssessmentItem, AssessmentVersion
from app.promotion.assessments.rules import shown_points, shown_quantity
from app.promotion.assessments.services import SchemeData
from app.promotion.assessments.services.schemes import IN_FORCE
from app.promotion.assessments.views.blueprint import Answer, bp, page_of_rules
from app.register.accounts.enums import Permission as P


@bp.get("/assessments")
@requires(P.ASSESSMENTS_READ)
def index() -> str:
    """考核方案."""
    schemes = [(scheme, queries.spans_of(scheme)) for scheme in queries.list_schemes()]
    return render_template(
        "assessments/index.html",
        schemes=schemes,
        shipped=rules.SHIPPED,
        may_set=policy.may_set(require_actor()),
    )


def _new_page(form: SchemeForm, status: int = 200) -> Answer:
    shipped = rules.SHIPPED_BY_CODE.get(form.shipped.data or "")
    return render_template("assessments/new.html", form=form.ready(), shipped=shipped), status


@bp.get("/assessments/new")
@requires(P.ASSESSMENTS_SET)
def new() -> Answer:
    """定一个考核方案：空白的，或者照样例."""
    shipped = rules.SHIPPED_BY_CODE.get(pages.read_text("like", 30))
    first = rules.span_of(shipped.kind if shipped else SpanKind.MONTH, today()).first
    like: dict[str, Any] = {"starts_on": first}
    if shipped:
        like |= {"shipped": shipped.code, "name": shipped.name, "note": shipped.note}
        like |= {"by": shipped.by.value, "kind": shipped.kind.value}
    return _new_page(SchemeForm(formdata=None, **like))


@bp.post("/assessments/new")
@requires(P.ASSESSMENTS_SET)
@once
def create() -> Answer:
    """定一个考核方案：保存."""
    form, made = SchemeForm(), list[str]()

    def act() -> None:
        data = SchemeData(
            form.name.data,
            SpanKind(form.kind.data),
            By(form.by.data),
            form.starts_on.data,
            form.note.data or "",
        )
        shipped = rules.SHIPPED_BY_CODE.get(form.shipped.data or "")
        made.append(page_of_rules(services.create_scheme(data, shipped)))

    if not pages.took(form, act):
        return _new_page(form, 422)
    return pages.done(made[0], "已建好，看一遍各项，改好了启用")


@bp.get("/assessments/<public_id>/rules")
@requires(P.ASSESSMENTS_READ)
def rules_of(public_id: str) -> str:
    """一个方案怎么算分：现在用的、正在改的、以前的."""
    scheme = queries.get_scheme(public_id)
    begun = [version for version in scheme.versions if not version.is_draft]
    begun.sort(key=lambda version: version.valid_from or today(), reverse=True)
    draft = queries.draft_of(scheme)
    shown = [each for each in (draft, *begun) if each is not None]
    items = {each.id: [(row, row.as_scored) for row in each.items] for each in shown}
    return render_template(
        "assessments/rules.html",
        scheme=scheme,
        draft=draft,
        begun=begun,
        items=items,
        weights={each.id: shown_points(sum(row.weight for row in each.items)) for each in shown},
        holds=queries.version_for(scheme, scheme.span(today())),
        measures=MEASURES,
        words_of=rules.words_of,
        shown_points=shown_points,
        may_set=policy.may_set(require_actor()),
    )


@bp.post("/assessments/<public_id>/draft")
@requires(P.ASSESSMENTS_SET)
def draft(public_id: str) -> Response:
    """改一版：照现在的开始."""
    scheme = queries.get_scheme(public_id)
    services.begin_draft(scheme)
    return pages.done(page_of_rules(scheme), "照现在用的起了一份草稿，改好了启用")


@bp.post("/assessments/versions/<public_id>/drop")
@requires(P.ASSESSMENTS_SET)
def drop(public_id: str) -> Response:
    """草稿不要了."""
    version = _draft(queries.get_version(public_id))
    scheme = version.scheme
    services.drop_draft(version, seen_version())
    return pages.done(page_of_rules(scheme), "草稿已删，还照原来的算")


def _draft(version: AssessmentVersion) -> AssessmentVersion:
    pages.refusal_leads_to(page_of_rules(version.scheme))
    if not version.is_draft:
        raise NotAllowed(IN_FORCE)
    return version


# --- items -------------------------------------------------------------------------------------------


def _form(by: By, row: AssessmentItem | None = None, **values: Any) -> ItemForm:
    form = ItemForm(**values)
    offered = {
        code: f"{measure.of}：{measure.name}" for code, measure in MEASURES.items() if by in measure.holders
    }
    if row is not None and row.measure:
        offered.setdefault(row.measure, f"{row.measure}（系统里没有这个数了）")
    form.offer(offered.items())
    return form


def _item_page(
    form: ItemForm, version: AssessmentVersion, row: AssessmentItem | None = None, status: int = 200
) -> Answer:
    page = render_template("assessments/item.html", form=form.ready(), scheme=version.scheme, row=row)
    return page, status


@bp.get("/assessments/versions/<public_id>/items")
@requires(P.ASSESSMENTS_SET)
def new_item(public_id: str) -> Answer:
    """加一个考核项."""
    version = _draft(queries.get_version(public_id))
    last = max((row.position for row in version.items), default=0)
    form = _form(
        version.scheme.by,
        formdata=None,
        part=ItemPart.ACTIVITY.value,
        counting=Counting.COUNT.value,
        rule=RuleKind.TO_MAX.value,
        digits="2",
        position=min(last + 1, 99),
    )
    return _item_page(form, version)


@bp.post("/assessments/versions/<public_id>/items")
@requires(P.ASSESSMENTS_SET)
@once
def add_item(public_id: str) -> Answer:
    """加一个考核项：保存."""
    version = _draft(queries.get_version(public_id))
    form = _form(version.scheme.by)
    if not pages.took(form, lambda: services.add_item(version, form.item(), form.position.data or 0)):
        return _item_page(form, version, status=422)
    return pages.done(page_of_rules(version.scheme), "已加上")


def _opened(row: AssessmentItem) -> ItemForm:
    item = row.as_scored
    return _form(
        row.of_version.scheme.by,
        row,
        formdata=None,
        version=row.version,
        name=row.name,
        part=row.part.value,
        measure=row.measure,
        counting=row.counting.value,
        rule=row.rule.value,
        weight=_typed(row.weight),
        goal=shown_quantity(row.goal, row.counting) if row.goal else "",
        each=_typed(row.each) if row.each else "",
        steps=rules.written_steps(item.steps, row.counting),
        most=_typed(row.most),
        least=_typed(row.least),
        digits=str(row.digits),
        position=row.position,
    )


def _typed(points: int | None) -> str:
    return "" if points is None else shown_points(points).replace("−", "-")


def _item(public_id: str) -> AssessmentItem:
    row = queries.get_item(public_id)
    _draft(row.of_version)
    return row


@bp.get("/assessments/items/<public_id>/edit")
@requires(P.ASSESSMENTS_SET)
def edit_item(public_id: str) -> Answer:
    """改一个考核项."""
    row = _item(public_id)
    return _item_page(_opened(row), row.of_version, row)


@bp.post("/assessments/items/<public_id>/edit")
@requires(P.ASSESSMENTS_SET)
def update_item(public_id: str) -> Answer:
    """改一个考核项：保存."""
    row = _item(public_id)
    form = _form(row.of_version.scheme.by, row)

    def act() -> None:
        services.change_item(row, form.seen, form.item(), form.position.data or 0)

    if not saved(form, act, lambda: _opened(row)):
        return _item_page(form, row.of_version, row, 422)
    return pages.done(page_of_rules(row.of_version.scheme), "已保存")


@bp.post("/assessments/items/<public_id>/remove")
@requires(P.ASSESSMENTS_SET)
def remove_item(public_id: str) -> Response:
    """删掉一个考核项."""
    row = _item(public_id)
    back = page_of_rules(row.of_version.scheme)
    services.remove_item(row, seen_version())
    return pages.done(back, "已删掉")


# --- in force ----------------------------------------------------------------------------------------


def _start_page(form: StartForm, version: AssessmentVersion, status: int = 200) -> Answer:
    total = shown_points(sum(row.weight for row in version.items))
    return render_template("assessments/start.html", form=form, version=version, total=total), status


def _starting(version: AssessmentVersion) -> StartForm:
    is_first = len(version.scheme.versions) == 1
    day = version.scheme.starts_on if is_first else today()
    return StartForm(formdata=None, version=version.version, valid_from=day)


@bp.get("/assessments/versions/<public_id>/start")
@requires(P.ASSESSMENTS_SET)
def starting(public_id: str) -> Answer:
    """启用草稿."""
    version = _draft(queries.get_version(public_id))
    return _start_page(_starting(version), version)


@bp.post("/assessments/versions/<public_id>/start")
@requires(P.ASSESSMENTS_SET)
def start(public_id: str) -> Answer:
    """启用草稿：保存."""
    version, form = _draft(queries.get_version(public_id)), StartForm()

    def act() -> None:
        services.put_in_force(version, form.seen, form.valid_from.data, form.note.data or "")

    if not saved(form, act, lambda: _starting(version)):
        return _start_page(form, version, 422)
    return pages.done(
        url_for("assessments.show", public_id=version.scheme.public_id),
        f"已启用，{version.valid_from} 起按这一版",
    )
