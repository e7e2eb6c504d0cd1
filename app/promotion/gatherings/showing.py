"""From events to what lists and pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.values.clock import today
from app.core.values.lights import Light
from app.core.values.terms import light_on
from app.promotion.gatherings.enums import SigningKind
from app.promotion.gatherings.models import Gathering, Signing


def light_cell(row: Gathering) -> Light:
    """How it stands, and in how many days it begins."""
    return light_on(row.first_on, row.last_on, today())


@dataclass(frozen=True, slots=True)
class SignedPart:
    """What was signed of one kind: contracts and intents are never summed up together. The amount in 元."""

    kind: SigningKind
    rows: Sequence[Signing]
    amount: int


def signed_parts(rows: Sequence[Signing]) -> list[SignedPart]:
    """Contracts, then intents, each that there are."""
    parts = []
    for kind in SigningKind:
        theirs = [row for row in rows if row.kind is kind]
        if theirs:
            parts.append(SignedPart(kind, theirs, sum(row.amount or 0 for row in theirs)))
    return parts
