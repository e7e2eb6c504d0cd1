"""Writes tests/house/route_table.py anew from the app: `python -m tests.house.write_route_table`.

For use after adding a route; what it changed is then read line by line: the table is what the test believes.
"""

import tempfile
from pathlib import Path

from flask import Flask

from app.core.access.permissions import DECLARED, PUBLIC, SIGNED_IN
from app.factory import create_app
from app.register.accounts.enums import Permission, Role
from app.register.accounts.rules import PERMISSIONS
from tests.services.databases import testing_config

TABLE = Path(__file__).with_name("route_table.py")
SHORT = {
    Role.ADMINISTRATOR: "ADM",
    Role.BUREAU_HEAD: "HEAD",
    Role.OFFICER: "OFF",
    Role.RESIDENT: "RES",
    Role.LEADER: "LEAD",
    Role.AUDITOR: "AUD",
}
HEAD = '''"""Who gets through to what: endpoint -> roles, as data, so that every change of a right is seen.

A new route needs a line here.
ADM 管理员, HEAD 招商局负责人, OFF 招商干部, RES 驻点队员, LEAD 县领导, AUD 审计员.
"""

EVERYBODY = "nobody ADM HEAD OFF RES LEAD AUD"  # also without signing in
SIGNED_IN = "ADM HEAD OFF RES LEAD AUD"

ROUTES = {
'''


def through(rights: tuple[str, ...]) -> str:
    """The roles that hold one of these rights, as the table writes them."""
    if {PUBLIC, SIGNED_IN} & set(rights):
        return "EVERYBODY" if PUBLIC in rights else "SIGNED_IN"
    asked = {Permission(right) for right in rights}
    return '"' + " ".join(short for role, short in SHORT.items() if asked & PERMISSIONS[role]) + '"'


def table_of(app: Flask) -> str:
    lines = [
        f'    "{endpoint}": {through(getattr(view, DECLARED))},\n'
        for endpoint, view in sorted(app.view_functions.items())
        if hasattr(view, DECLARED)
    ]
    return HEAD + "".join(lines) + "}\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(testing_config(folder, f"sqlite:///{folder / 'county.sqlite3'}"))
        TABLE.write_text(table_of(app), encoding="utf-8")


if __name__ == "__main__":
    main()
