"""How the writing of an import and its undo are named in the ledger. Pure."""

from dataclasses import dataclass

UNDO_REASON = "撤销导入"  # what an undo says of what it archives


@dataclass(frozen=True, slots=True)
class Run:
    """The writing of an import, or its undo, as its audit events name it: `id` is their run, `mark` what they
    say to readers.
    """

    id: str
    mark: str

    def wrote(self, run_id: str | None, summary: str) -> bool:
        """Whether an audit event is of this run. Events from before runs were kept name none, and the chain
        is never written anew: those, and those alone, are known by what they say.
        """
        return run_id == self.id or (run_id is None and summary == self.mark)


def writing_of(public_id: str, file_name: str) -> Run:
    return Run(f"{_WRITING}{public_id}", f"{_SAYS}{public_id}：{file_name}")


def batch_of(run_id: str | None, summary: str) -> str:
    """The public id of the batch whose writing left an event; empty for one of no import."""
    named = run_id or summary.partition("：")[0]
    begins = _WRITING if run_id else _SAYS
    return named.removeprefix(begins) if named.startswith(begins) else ""


_WRITING, _SAYS = "import:", "导入 "


_UNDOING = "undo:"


def undo_of(public_id: str) -> Run:
    return Run(f"{_UNDOING}{public_id}", f"撤销导入 {public_id}")


def is_undo(run_id: str | None) -> bool:
    """Whether an event that names this run is of the undo of an import, whichever."""
    return (run_id or "").startswith(_UNDOING)
