"""What may be done to many records of a list at once, declared; `bulk` does it."""

from collections.abc import Callable, Iterable
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
    `begun_at` says from which other page than the list it was begun, by the `at` of its address: the words
    and the address that lead back there, or None where it is gone.
    """

    name: str
    verb: str  # 归档
    right: StrEnum
    form: Callable[..., BaseForm]
    on: Callable[[str, Any], None]
    hint: str = ""
    of_archived: bool = False
    undo: str = ""
    begun_at: Callable[[str], tuple[str, str] | None] | None = None


MOST = 200  # records of one act
ACTS: Registry[Act] = Registry("acts")


def key_of(kind: str, name: str) -> str:
    """The entry of an act on records of a kind: a higher feature adds its own to the lists of lower ones."""
    return f"{kind}/{name}"


def add_acts(kind: str, acts: Iterable[Act]) -> None:
    for act in acts:
        ACTS.add(key_of(kind, act.name), act)


def acts_for(listing: Listing[Any], actor: Actor, *, archived: bool) -> list[Act]:
    """What somebody may do to many records of a list, or of its archive."""
    own = key_of(listing.kind, "")
    acts = (act for key, act in ACTS.items() if key.startswith(own))
    return [act for act in acts if actor.may(act.right) and act.of_archived == archived]
