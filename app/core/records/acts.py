"""What may be done to many records of a list at once, declared; `bulk` does it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.access.auth import Actor
from app.core.records.listing import Listing
from app.core.values.registries import Registry
from app.core.web.forms import BaseForm


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What may be done to many. `form` makes its form, a fresh one with `formdata=None`; `on` does it to one
    record, by its public id, and raises what the act on one record raises. `of_archived` are offered where a
    list shows its archive, all others where it does not. `undo` names the act that takes it back.
    """

    name: str
    verb: str  # 归档
    right: StrEnum
    form: Callable[..., BaseForm]
    on: Callable[[str, Any], None]
    hint: str = ""
    of_archived: bool = False
    undo: str = ""


MOST = 200  # records of one act
ACTS: Registry[tuple[Act, ...]] = Registry("acts")  # by the kind of the records of a list


def acts_for(listing: Listing[Any], actor: Actor, *, archived: bool) -> list[Act]:
    """What somebody may do to many records of a list, or of its archive."""
    acts = ACTS.get(listing.kind) or ()
    return [act for act in acts if actor.may(act.right) and act.of_archived == archived]
