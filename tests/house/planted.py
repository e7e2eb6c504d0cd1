"""Routes with the very faults that the guards are there to find."""

from flask import Blueprint, Flask, Response, render_template, request
from sqlalchemy import select, update

from app.core.access.permissions import PUBLIC, SIGNED_IN, requires
from app.core.records.typed import contains
from app.core.storage.db import db, writing
from app.core.values.clock import now
from app.core.web.app import csrf
from app.finding.saved_searches.models import RecentSearch
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import Unit, User
from tests.house.walking import House

BELOW = "/planted/"


def plant(house: House) -> None:
    """Adds the faulty routes to an app that has not served anything yet."""
    bp = Blueprint("planted", __name__)
    _plant_looks(bp)
    _plant_costs(bp)
    _plant_writes(bp, house.app)
    _plant_crashes(bp)
    house.app.register_blueprint(bp)


def _plant_looks(bp: Blueprint) -> None:
    @bp.get("/planted/undeclared")
    def undeclared() -> str:
        return "您好"

    @bp.get("/planted/unlisted")
    @requires(SIGNED_IN)
    def unlisted() -> str:
        return "您好"

    @bp.get("/planted/open")
    @requires(PUBLIC)
    def too_open() -> str:
        return "名单"

    @bp.get("/planted/closed")
    @requires(Permission.AUDIT_READ)
    def too_closed() -> str:
        return "名单"

    @bp.get("/planted/headers")
    @requires(SIGNED_IN)
    def weak_headers() -> Response:
        return Response("您好", headers={"Content-Security-Policy": "default-src *"})

    @bp.get("/planted/page")
    @requires(SIGNED_IN)
    def bad_page() -> str:
        return (
            "<!doctype html><html><head><title></title><style>a{}</style></head><body><h1>一</h1><h1>二</h1>"
            '<p style="color:red" onclick="go()" id="a"></p><p id="a"></p><script>go()</script>'
            '<form method="post" action="/planted/crash"><input name="size"></form>'
            '<svg><use href="/assets/icons.svg#no-such-icon"/></svg><img src="x.png"></body></html>'
        )

    @bp.get("/planted/growing")
    @requires(SIGNED_IN)
    def growing() -> str:
        units = db.session.scalars(select(Unit)).all()
        return "、".join(unit.parent.name for unit in units if unit.parent) + "".join(
            user.person.name for user in db.session.scalars(select(User))
        )


def _plant_costs(bp: Blueprint) -> None:
    @bp.get("/planted/searching")
    @requires(SIGNED_IN)
    def searching() -> str:
        return "、".join(
            db.session.scalars(select(Unit.name).where(contains(request.args.get("q", ""), Unit.name)))
        )

    @bp.get("/planted/names.csv")
    @requires(SIGNED_IN)
    def handed_out() -> str:
        return "单位"


def _plant_writes(bp: Blueprint, app: Flask) -> None:
    @bp.get("/planted/remembers")
    @requires(SIGNED_IN)
    def remembering_look() -> Response:
        """Writes once its answer is sent, to a table that nothing but the results of a search may touch."""
        answer = Response("您好")
        answer.call_on_close(lambda: _touch_recent(app))
        return answer

    @bp.get("/planted/writes")
    @requires(SIGNED_IN)
    def writing_look() -> str:
        db.session.add(Unit(name="不该有的单位", kind=UnitKind.DEPARTMENT))
        db.session.commit()
        return "您好"

    @bp.post("/planted/exempt")
    @requires(SIGNED_IN)
    def without_token() -> str:
        db.session.add(Unit(name="也不该有的单位", kind=UnitKind.DEPARTMENT))
        db.session.commit()
        return "已保存"

    csrf.exempt(without_token)

    @bp.post("/planted/refused")
    @requires(SIGNED_IN)
    def refused_under_lock() -> tuple[str, int]:
        code = db.session.scalars(select(Unit.name).limit(1)).one()
        return render_template("errors/error.html", code=422, what=code, todo="", kept=""), 422


def _touch_recent(app: Flask) -> None:
    with app.app_context(), writing():
        db.session.execute(update(RecentSearch).values(asked_at=now()))
        db.session.commit()


def _plant_crashes(bp: Blueprint) -> None:
    @bp.get("/planted/crash")
    @requires(SIGNED_IN)
    def crashing_look() -> str:
        return str(int(request.args.get("page", "1")))

    @bp.post("/planted/crash")
    @requires(SIGNED_IN)
    def crashing_post() -> str:
        return str(int(request.form.get("size") or "0"))

    @bp.get("/planted/english")
    @requires(SIGNED_IN)
    def english() -> tuple[str, int]:
        return "Bad request", 400 if request.args else 200
