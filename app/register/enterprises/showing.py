"""From companies to what their list shows.

A room beside `views`: it reads nothing that is not handed to it and decides nothing.
"""

from app.core.records.columns import Cell
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.queries import ListedCompany


def status(row: ListedCompany) -> Cell:
    """On a card only what is unusual."""
    found = row.record.status
    return Cell(found.label, phone="off" if found is EnterpriseStatus.ACTIVE else "")
