"""What a beginner writes in an afternoon: Flask, SQLAlchemy, two tables. No rights, history or checks."""

import csv
import io
from datetime import date, datetime

from flask import Flask, redirect, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
PAGE_SIZE = 20


class Company(Base):
    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    capital: Mapped[int | None]
    founded: Mapped[str | None]
    scope: Mapped[str | None]


class Project(Base):
    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    stage: Mapped[str]
    stage_since: Mapped[date]
    amount: Mapped[int]
    owner: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(default=datetime.now, onupdate=datetime.now)
    company: Mapped[Company] = relationship()


LIST = """<!doctype html><title>项目</title><form><input name="q" value="{{ q }}"></form>
<p>共 {{ total }} 个</p>
<table>{% for row in rows %}<tr><td>{{ row.name }}<td>{{ row.company.name }}<td>{{ row.stage }}
<td>{{ row.amount }}<td>{{ row.owner }}<td>{{ row.updated_at }}</tr>{% endfor %}</table>
<a href="?page={{ page + 1 }}">下一页</a>"""


def create_app(database_url: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)

    @app.get("/projects")
    def index() -> str:
        page, q = int(request.args.get("page", 1)), request.args.get("q", "")
        query = select(Project).where(Project.name.like(f"%{q}%"))
        total = db.session.scalar(select(func.count()).select_from(query.subquery()))
        rows = db.session.scalars(
            query.options(joinedload(Project.company))
            .order_by(Project.updated_at.desc())
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        ).all()
        return render_template_string(LIST, rows=rows, total=total, page=page, q=q)

    @app.post("/projects/<int:number>/stage")
    def stage(number: int):  # type: ignore[no-untyped-def]
        project = db.get_or_404(Project, number)
        project.stage, project.stage_since = request.form["stage"], date.today()  # noqa: DTZ011
        db.session.commit()
        return redirect("/projects")

    @app.post("/import")
    def load():  # type: ignore[no-untyped-def]
        text = io.TextIOWrapper(request.files["file"].stream, "utf-8")
        for row in csv.DictReader(text):
            db.session.add(
                Company(name=row["name"], founded=row["registered_on"], scope=row["business_scope"])
            )
        db.session.commit()
        return redirect("/projects")

    return app
