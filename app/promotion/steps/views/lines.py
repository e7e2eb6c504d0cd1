"""Steps on the pages of others."""

from typing import Any

from flask import request, url_for

from app.core.access.auth import Actor
from app.core.storage.db import read_once
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.promotion.steps import queries
from app.promotion.steps.models import Step
from app.promotion.steps.views.grounds import stands_on
from app.register.accounts.enums import Permission as P

_SHOWN = 8  # steps at the side of a company


def next_of_enterprise(enterprise_id: int, actor: Actor) -> dict[str, Any] | None:
    """The next-step bar above the page of a company."""
    step = queries.next_step(_open_of_company(actor, enterprise_id))
    return None if step is None else bar(step, may_change=actor.may(P.VISITS_WRITE))


def _open_of_company(actor: Actor, enterprise_id: int) -> list[Step]:
    """For the bar above a page and for its side, read once."""
    asked = ("open steps of a company", actor.person_id, enterprise_id)
    return read_once(asked, lambda: queries.open_of_company(actor, enterprise_id))


def bar(step: Step, *, may_change: bool) -> dict[str, Any]:
    """A step as the macro `next_step` of components/status.html takes it."""
    back = request.full_path if request.query_string else request.path
    links = {
        "tick": {
            "url": url_for("steps.tick", public_id=step.public_id),
            "version": step.version,
            "back": back,
        },
        "move_url": url_for("steps.moving", public_id=step.public_id, back=back),
    }
    return {
        "text": step.what,
        "due_on": step.due_on,
        "who": step.owner.name,
        "kind": step.light.kind,
        "words": step.light.words,
        **(links if may_change else {}),
    }


def related_of_enterprise(enterprise_id: int, actor: Actor) -> Related | None:
    """Promises and next steps at the side of a company."""
    steps = _open_of_company(actor, enterprise_id)
    rows = [_row(step) for step in steps[: _SHOWN + 1]]
    return beside(
        "承诺和下一步",
        rows,
        lambda: url_for("steps.index", view="all", q=stands_on(steps[0]).title),
        _SHOWN,
    )


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The steps whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.VISITS_READ):
        return []
    return [
        Naming(
            "step",
            step.public_id,
            RelatedRow(
                step.what,
                url_for("steps.detail", public_id=step.public_id),
                f"{step.kind.label}：{step.owner.name}，{step.state.label}",
            ),
        )
        for step in queries.naming(sought, actor)
    ]


def _row(step: Step) -> RelatedRow:
    words = step.kind.label
    return RelatedRow(
        title=step.what,
        url=url_for("steps.detail", public_id=step.public_id),
        words=f"{words}，期限 {step.due_on.month}月{step.due_on.day}日，{step.owner.name}",
        light=step.light,
    )
