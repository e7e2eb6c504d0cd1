"""What people call the records that events name, and which of them are confidential: one statement a page.

Confidential is what a record is today, whenever the event happened. An event is as confidential as the most
confidential record it is about or names.
"""

from app.office.auditing.records.called import MOST_NAMED, subjects_called
from app.office.auditing.records.named import Named, Records, named_kinds, records_of
from app.office.auditing.records.speaking import vocabulary

__all__ = [
    "MOST_NAMED",
    "Named",
    "Records",
    "named_kinds",
    "records_of",
    "subjects_called",
    "vocabulary",
]
