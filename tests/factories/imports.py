"""Files as officials send them, and imports in the states that matter."""

import csv
import gzip
import io

import xlsxwriter

from app.core.storage.db import db
from app.exchange.imports import jobs, services
from app.exchange.imports.companies.target import COMPANIES

HEADINGS = ("企业名称", "统一社会信用代码", "注册资本（万元）", "成立日期", "经营范围")


def csv_file(*rows, headings=HEADINGS, encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def gzipped(content):
    return gzip.compress(content, mtime=0)


def xlsx_file(*rows, headings=HEADINGS, above=0, sheets=("企业",)):
    """The rows stand on the last sheet, under `above` rows of title."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = [book.add_worksheet(name) for name in sheets][-1]
        for number in range(above):
            sheet.write(number, 0, "青岚县企业台账")
        for place, heading in enumerate(headings):
            sheet.write(above, place, heading)
        for number, row in enumerate(rows, start=above + 1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell) if isinstance(cell, str) else sheet.write(
                    number, place, cell
                )
    return target.getvalue()


def company_rows(count, start=0):
    """Companies that resemble none of the others."""
    return [
        (f"青岚{_word(number)}制造有限公司", "", 500 + number, "2016-09-02", "制造")
        for number in range(start, start + count)
    ]


_LETTERS = "澜川景榕盈阡星澍柏舸泰禾岳麓辰曜朗泽宏图远航瑞丰恒昌"


def _word(number):
    letters = []
    for _place in range(5):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def started(content, name="企业.csv", target=COMPANIES):
    """A batch whose file is kept and not yet read; the caller acts for somebody."""
    batch = services.start(io.BytesIO(content), name, target)
    db.session.commit()
    return batch


def checked(content, name="企业.csv", target=COMPANIES):
    """A batch after its dry run."""
    batch = started(content, name, target)
    jobs.check(batch, commit_only)
    return batch


def written(content, name="企业.csv", target=COMPANIES):
    """A batch after dry run and writing."""
    batch = checked(content, name, target)
    write(batch)
    return batch


def write(batch):
    services.ask_for_writing(batch, services.will_write(batch)[0])
    db.session.commit()
    return jobs.write(batch, commit_only)


def at_once(path, target=COMPANIES):
    """The batch and its counts of an import as the shell makes it."""
    return jobs.import_at_once(path, commit_only, target)


def commit_only(_done, _total):
    db.session.commit()


def stopping_after(rows):
    """A report that ends the run once so many rows are committed, as a lost process would."""

    def report(done, _total):
        db.session.commit()
        if done >= rows:
            raise InterruptedError

    return report
