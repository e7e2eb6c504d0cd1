"""The rows of a file that are kept for the page and the workbook: those that want eyes, the first others."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from app.core.storage.db import db
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Decision, RowVerdict
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.rows import Judged
from app.exchange.imports.surveys import Survey, rows_again
from app.exchange.imports.targets import Target
from app.exchange.imports.workbooks import ProblemSheet, write_problems

KEPT = 500  # rows of each harmless verdict that are kept for the page
DOUBTS_KEPT = 5000  # rows with a doubt that are kept
PROBLEMS = "problems.xlsx"


def is_kept(judged: Judged, counts: Counter[str], *, doubtful: bool) -> bool:
    """Whether a dry run keeps a row, after so many of its verdict and so many with a doubt."""
    if judged.verdict in {RowVerdict.ERROR, RowVerdict.DUPLICATE}:
        return True
    return counts[judged.verdict] <= KEPT or (doubtful and counts["doubtful"] <= DOUBTS_KEPT)


def keep(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]


def forget_rows(batch_id: int, numbers: Collection[int] | None = None) -> None:
    """Those of these numbers, or all of a batch."""
    gone = delete(ImportRow).where(ImportRow.batch_id == batch_id)
    db.session.execute(gone if numbers is None else gone.where(ImportRow.number.in_(numbers)))


def row_of(batch_id: int, judged: Judged, target: Target) -> dict[str, Any]:
    """A row to be kept, as the table has it."""
    one, personal = judged.reading, target.personal
    return {
        "batch_id": batch_id,
        "number": one.number,
        "verdict": judged.verdict,
        "doubtful": judged.is_doubtful,
        "match_id": judged.match.id if judged.match else None,
        "reason": judged.reason,
        "decision": Decision.SKIP,
        "candidates": list(judged.candidates),
        "follows": judged.follows,
        "cells": {
            # Who the people of a record are stands in one table only, where it can be erased.
            str(column): "已填" if column in personal else text[:200]
            for column, text in one.cells.items()
        },
        "problems": {str(column): sentence for column, sentence in one.problems.items()},
        "doubts": {str(column): sentence for column, sentence in one.doubts.items()},
        "changes": target.shows.in_words(judged),
    }


# --- what was left, as a workbook ---


def write_problem_book(
    batch: ImportBatch, folder: Path, layout: Layout, survey: Survey, target: Target
) -> None:
    """The user's rows that are wrong or left undecided, with the problem of each, those written that want a
    look, and those that are no record.
    """
    kept = select(ImportRow).where(ImportRow.batch_id == batch.id).execution_options(yield_per=500)
    left = ImportRow.verdict.in_([RowVerdict.ERROR, RowVerdict.DUPLICATE]) & (
        ImportRow.decision == Decision.SKIP
    )
    told = {
        row.number: (ProblemSheet.LEFT, problem_of(row, target))
        for row in db.session.scalars(kept.where(left))
    }
    doubtful = db.session.scalars(kept.where(~left, ImportRow.doubtful))
    told |= {row.number: (ProblemSheet.DOUBTED, doubt_of(row, target)) for row in doubtful}
    db.session.rollback()
    told |= {
        number: (ProblemSheet.ASIDE, f"第 {number} 行{why}，没有当作{target.noun}")
        for number, why in survey.asides.items()
    }
    rows = rows_again(folder, layout, survey) if told else iter(())
    write_problems(
        folder / PROBLEMS,
        layout.headings_to_send,
        ((*told[number], cells) for number, cells in rows if number in told),
        with_asides=bool(survey.asides),
        noun=target.noun,
    )


def doubt_of(row: ImportRow, target: Target) -> str:
    """Everything that was guessed in a kept row, or not understood."""
    return f"第 {row.number} 行，{'；'.join(_said(row.doubts, target))}"


def problem_of(row: ImportRow, target: Target) -> str:
    """Everything that is wrong with a kept row, in one sentence."""
    found = _said(row.problems, target)
    if row.reason:
        found.append(f"疑似重复：{row.reason}")
    return "；".join(found)


def _said(sentences: dict[str, str], target: Target) -> list[str]:
    labels = target.labels
    return [f"{labels[column]}：{sentence}" for column, sentence in sentences.items()]
