"""The other names of a company, kept as rows of their own."""

from collections.abc import Iterable
from typing import Any

from app.core.storage import audit, outbox
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.rules import (
    name_key,
)
from app.register.enterprises.services.data import EnterpriseData


def _wanted_names(row: Enterprise, data: EnterpriseData) -> dict[str, tuple[NameKind, str]]:
    """Other names by key, each once; what equals the legal name is none."""
    wanted: dict[str, tuple[NameKind, str]] = {}
    for kind, names in ((NameKind.FORMER, data.former_names), (NameKind.ALIAS, data.aliases)):
        for name in names:
            key = name_key(name)
            if key and key != row.name_key:
                wanted.setdefault(key, (kind, name))
    return wanted


def named_rows(row: Enterprise, data: EnterpriseData) -> list[EnterpriseName]:
    return [
        EnterpriseName(kind=kind, name=name, name_key=key)
        for key, (kind, name) in _wanted_names(row, data).items()
    ]


def sync_names(row: Enterprise, data: EnterpriseData) -> None:
    before = {other.name_key: (other.kind, other.name) for other in row.other_names}
    wanted = _wanted_names(row, data)
    if before == wanted:
        return
    kept = [other for other in row.other_names if wanted.get(other.name_key) == (other.kind, other.name)]
    kept_keys = {other.name_key for other in kept}
    row.other_names = [*kept, *(new for new in named_rows(row, data) if new.name_key not in kept_keys)]
    # The names stand in a table of their own: the record is changed all the same.
    row.updated_at = now()
    changes: dict[str, Any] = {
        field: [_listed(before.values(), kind), _listed(wanted.values(), kind)]
        for field, kind in (("aliases", NameKind.ALIAS), ("former_names", NameKind.FORMER))
        if _listed(before.values(), kind) != _listed(wanted.values(), kind)
    }
    audit.record("enterprise.names", subject_of(row), **changes)
    outbox.touch("enterprise", row.public_id)


def _listed(names: Iterable[tuple[NameKind, str]], kind: NameKind) -> str:
    return "、".join(sorted(name for its_kind, name in names if its_kind is kind))
