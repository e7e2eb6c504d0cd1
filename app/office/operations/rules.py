"""What a backup says of itself, and when it may be trusted. Values in, values out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

FORMAT = 1
MANIFEST = "manifest.json"
LAST_BACKUP = "last_backup.json"  # in the installation's folder: when and where


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file of a backup: path inside it, SHA-256 of its bytes, how many they are."""

    path: str
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. Counts, audit head and revision are those of the very snapshot."""

    made_at: str  # ISO, UTC
    engine: str  # sqlite | postgresql
    revision: str
    database: BackupFile
    files: tuple[BackupFile, ...]
    counts: Mapping[str, int]  # table -> rows
    audit_number: int
    audit_hash: str
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when it is no manifest of this format."""
        if read["format"] != FORMAT:
            raise ValueError(f"format {read['format']}")
        known = {name: read[name] for name in cls.__dataclass_fields__}
        known["database"] = BackupFile(**read["database"])
        known["files"] = tuple(BackupFile(**each) for each in read["files"])
        return cls(**known)


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Tables whose number of rows is not the expected one, as words."""
    names = sorted(expected.keys() | found.keys())
    return [
        f"{name} 应有 {expected.get(name, 0)} 行，实有 {found.get(name, 0)} 行"
        for name in names
        if expected.get(name, 0) != found.get(name, 0)
    ]
