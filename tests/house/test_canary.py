"""A confidential lead and all that hangs on it: to whoever is not named on it, every page is as without it.

The same small county stands twice, once with the canary. What differs between the two for a role that is not
named would tell that it exists: a byte, a count, a facet, a suggestion, a refusal.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, true
from sqlalchemy.engine import make_url

from app.core.access.auth import acting_as
from app.core.index.searching import SOURCES
from app.core.records import listed
from app.core.records.listing import Listing
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.delivery.projects.enums import ProjectKind, ProjectStage
from app.delivery.projects.models import Project
from app.promotion.leads import services
from app.promotion.leads import services as leads
from app.promotion.leads.enums import AgreementKind, LeadSource
from app.promotion.steps.models import Step
from app.promotion.steps.queries import is_about
from app.promotion.visits import services as visits
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import User
from app.register.accounts.queries import actor_for_user
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode
from app.register.comments import services as comments
from app.register.enterprises.models import Enterprise
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from tests.factories.files import attach
from tests.house.conftest import Filled, NewHouse
from tests.house.county import EVERYTHING, new_unit, new_user
from tests.house.walking import MUTATING, House, counted_queries
from tests.services.index import drained, the_writer

LISTS = ("enterprises", "leads", "visits", "projects", "steps")
KEEPER = "keeper"  # the only one named on the canary
WORD = "赤鹞"  # in every text of the canary
# Who sees least of leads, and who may do everything in the whole county; for others no other page is made.
LOGINS = (Role.RESIDENT.value, EVERYTHING)
# These count all events and all documents, for who looks after them, and tell no word of any.
WHOLE = {"auditing.index", "operations.index"}
MADE_AT = "docProps/core.xml"  # of a workbook or a document
# What differs from one answer to the next: tokens, keys of forms, numbers of answers.
CHANGING = re.compile(
    r"\.?(?:I|eJ)[\w-]{4,}\.[\w-]{4,}\.[\w-]{10,}|(?<=编号 <code>)\w+"
    r"|(?<=name=\"idempotency_key\" type=\"hidden\" value=\")[^\"]+"
    r"|(?<=name=\"idempotency_key\" value=\")[^\"]+"
)
# Pages that only ask, and addresses that no page stands at by themselves.
WITHOUT_WORDS = {
    *("/agreements/", "/attachments/", "/attachments/new/", "/comments/", "/comments/on/"),
    *("/steps/", "/steps/new/", "/tags/on/"),
}
ABSENT = "0123456789abcdef"
LEEWAY = 0.2
BALLAST = 100  # times


@dataclass(frozen=True, slots=True)
class Canary:
    """The two counties, and the ids of what is in the second alone by the path its pages begin with."""

    without: House
    with_it: House
    ids: dict[str, str]


def _keeper(house: House) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    with house.app.app_context():
        new_user(KEEPER, [Role.OFFICER], new_unit("秘书科", UnitKind.DEPARTMENT, None))
        _charge(Role.RESIDENT.value)
        db.session.commit()
        drained()
        _ballast()
        db.session.remove()
        db.engine.dispose()


def _ballast() -> None:
    """What is said in the county, many times over, in documents that nobody finds. What is common in all
    documents, seen or not, decides which of two hits is the more relevant: among thirty one record more would
    be felt, among the thousands of a county it is not.
    """
    own = [document for source in SOURCES.values() for document in source.documents(source.live())]
    with the_writer() as backend:
        for number in range(BALLAST):
            backend.apply(
                [replace(one, id=f"{one.id}-{number}", access=("nobody",), tail_access=()) for one in own], ()
            )


def _charge(login: str) -> None:
    """Who is charged with a chain to which the company of the canary belongs."""
    user = db.session.scalars(select(User).where(User.login == login)).one()
    company = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
    chain = Chain(code="CANARY", name="鸟类产业链")
    db.session.add(chain)
    db.session.flush()
    node = ChainNode(chain_id=chain.id, code="C-1", live_code="C-1", name="鸟笼", tier=ChainTier.UPSTREAM)
    db.session.add(node)
    db.session.flush()
    assert company is not None
    placed = {"state": PlacementState.CONFIRMED, "hits": [], "proposed_on": today()}
    db.session.add(NodePlacement(node_id=node.id, enterprise_id=company.id, **placed))
    db.session.add(
        ChainPost(chain_id=chain.id, person_id=user.person_id, post=PostKind.LEADER, starts_on=today())
    )
    actor = actor_for_user(user.id)
    assert actor is not None and chain.id in actor.charge_ids


def _plant(house: House) -> dict[str, str]:
    """On a company of the county, with everything that can hang on a lead."""
    day = today()
    with house.app.app_context():
        user = db.session.scalars(select(User).where(User.login == KEEPER)).one()
        actor = actor_for_user(user.id)
        assert actor is not None and actor.person_id is not None
        company = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
        assert company is not None
        whom = company.contacts[0].personal.name  # whose erasing is asked for
        with acting_as(actor):
            lead = leads.create_lead(
                leads.NewLead(
                    name=f"{WORD}一号工程",
                    enterprise_id=company.id,
                    source=LeadSource.FUND,
                    owner_id=actor.person_id,
                    registered_on=day - timedelta(days=20),
                    amount=read_amount("73.7亿"),
                    industry_code="C2641",
                    content=f"{WORD}的内容，{whom}拍板",
                    next_what=f"{WORD}下一步，找{whom}",
                    next_on=day + timedelta(days=1),
                    confidential=True,
                )
            )
            visit = visits.log_visit(
                visits.VisitData(
                    kind=VisitKind.OUTBOUND,
                    held_on=day,
                    enterprise=company,
                    lead=lead,
                    summary=f"{WORD}的走访，见到{whom}",
                    contacts=tuple(company.contacts[:1]),
                )
            )
            agreement = services.add_agreement(
                lead,
                services.AgreementData(
                    kind=AgreementKind.INTENT,
                    title=f"{WORD}意向书",
                    drafter_id=actor.person_id,
                    signed_on=day,
                    amount=read_amount("73.7亿"),
                ),
                None,
            )
            held = {"unit_id": lead.unit_id, "owner_id": actor.person_id, "author_id": actor.person_id}
            project = Project(
                number="QY-2026-7777",
                name=f"{WORD}项目，{whom}的",
                kind=ProjectKind.SIGNED,
                stage=ProjectStage.SIGNED,
                enterprise_id=company.id,
                lead_id=lead.id,
                stage_since=day,
                signed_on=day,
                amount=7_370_000_000,
                confidential=True,
                **held,
            )
            db.session.add(project)
            db.session.flush()
            scan = f"%PDF-1.7 {WORD}".encode()
            papers = [
                attach(record, actor, f"{WORD}的附件，{whom}.pdf", scan) for record in (lead, visit, project)
            ]
            said = [
                comments.say(subject_of(record), f"{WORD}的留言，{whom}", [user.person.public_id])
                for record in (lead, visit, project)
            ]
            db.session.commit()
        step = db.session.scalars(select(Step).where(is_about(subject_of(lead)))).first()
        assert step is not None and isinstance(visit, Visit)
        found = {
            "/leads/": lead.public_id,
            "/visits/": visit.public_id,
            "/agreements/": agreement.public_id,
            "/projects/": project.public_id,
            "/steps/": step.public_id,
            "/steps/new/": project.public_id,
            "/tags/on/": project.public_id,
            "/comments/": said[0].public_id,
            "/comments/on/": project.public_id,
            "/attachments/": papers[0].public_id,
            "/attachments/new/": project.public_id,
            "/files/": papers[0].public_id,
        }
        drained()
        db.session.remove()
    return found


@pytest.fixture(scope="module")
def canary(filled: Filled, new_house: NewHouse) -> Canary:
    without = new_house(filled)
    _keeper(without)
    path = str(make_url(without.app.config["SQLALCHEMY_DATABASE_URI"]).database)
    with_it = new_house((path, without.ids))
    own = Path(with_it.app.config["INSTANCE_PATH"]) / "index"
    shutil.copytree(Path(without.app.config["INSTANCE_PATH"]) / "index", own, dirs_exist_ok=True)
    with_it.app.config["WTF_CSRF_ENABLED"] = False
    return Canary(without, with_it, _plant(with_it))


def asked_of(house: House) -> Iterator[tuple[str, str]]:
    """Every page, and those that take words or narrow with what would find the canary."""
    routes = house.routes("GET")
    yield from ((route.endpoint, route.path) for route in routes if not route.path.endswith(".xlsx"))
    for route in routes:
        if route.endpoint in {f"{part}.index" for part in LISTS}:
            yield from ((route.endpoint, f"{route.path}?q={word}") for word in (WORD, "储能"))
    for narrowed in ("source=fund", "mode=snapshot", "from=2020-01-01&mode=snapshot&figure=stock&stage=lead"):
        yield "reports.funnel", f"/funnel?{narrowed}"
    for word in (WORD, "储能", "chiyao"):
        yield from (("finder", f"/search{path}?q={word}") for path in ("", "/suggest"))
    yield "leads.index", "/leads?confidential=1"


def told(client: FlaskClient, path: str, method: str = "GET") -> str:
    """Status and body, without what differs each time."""
    answer = client.open(
        path, method=method, data={"reason": "试"} if method != "GET" else None, buffered=True
    )
    return CHANGING.sub("", f"{answer.status_code} {text_of(answer.get_data())}")


def text_of(body: bytes) -> str:
    """What an answer says; of a workbook or document its parts, without when it was made."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with ZipFile(BytesIO(body)) as parts:
        told = (name for name in parts.namelist() if name != MADE_AT)
        return "".join(f"{name} {parts.read(name).decode(errors='replace')}" for name in told)


def difference(before: str, after: str) -> str:
    place = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return " | ".join(text[max(0, place - 80) : place + 40] for text in (before, after))


def telling(canary: Canary, login: str, asked: Iterable[tuple[str, str]]) -> list[str]:
    """The pages that are others where the canary is, or tell a word of it."""
    without, with_it = (house.client(login) for house in (canary.without, canary.with_it))
    found = []
    for endpoint, path in asked:
        before, after = (told(client, path) for client in (without, with_it))
        if WORD in after.replace(path.rpartition("=")[2], ""):
            found.append(f"{path} tells a word")
        if before != after and endpoint not in WHOLE:
            found.append(f"{path}: {difference(before, after)}")
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_is_another_one_because_of_it(canary: Canary, login: str) -> None:
    assert telling(canary, login, asked_of(canary.without)) == []


def test_no_file_of_a_list_is_another_one_because_of_it(canary: Canary) -> None:
    asked = {"format": "csv", "purpose": "试"}
    for part in LISTS:
        files = [
            house.client(EVERYTHING).post(f"/{part}/export?state=all", data=asked)
            for house in (canary.without, canary.with_it)
        ]
        assert {file.mimetype for file in files} == {"text/csv"}, part
        assert files[0].data == files[1].data, part


def test_those_who_look_after_the_system_read_no_word_of_it(canary: Canary) -> None:
    for login, path in ((Role.AUDITOR, "/audit"), (Role.ADMINISTRATOR, "/operations")):
        answer = told(canary.with_it.client(login), path)
        assert answer.startswith("200") and WORD not in answer


def test_a_list_that_counts_it_is_noticed(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    show = listed.show

    def shown_to_all(listing: Listing[Any], template: str, **more: Any) -> str:
        return show(replace(listing, visible=lambda _actor: true()), template, **more)

    monkeypatch.setattr(listed, "show", shown_to_all)
    found = telling(canary, Role.OFFICER.value, [("leads.index", "/leads")])
    assert found[0] == "/leads tells a word" and len(found) == 2


def test_what_is_hidden_answers_as_what_is_not_there(canary: Canary) -> None:
    """The same status and page on every route, after as many questions to the database within a fifth: they
    are the time that an answer takes.
    """
    house, wrong = canary.with_it, []
    client = house.client()
    for route in house.routes("GET", *MUTATING):
        hidden = next((own for start, own in canary.ids.items() if route.rule.startswith(f"{start}<")), None)
        if hidden is None:
            continue
        known = next(own for start, own in house.ids.items() if route.rule.startswith(f"{start}<"))
        answers, questions = [], []
        for own in (hidden, ABSENT):
            with counted_queries(house) as statements:
                answers.append(told(client, route.path.replace(known, own), route.method).replace(own, ""))
            questions.append(len(statements))
        if answers[0] != answers[1]:
            wrong.append(f"{route}: {difference(*answers)}")
        elif abs(questions[0] - questions[1]) > max(questions) * LEEWAY:
            wrong.append(f"{route} asks {questions[0]} times and {questions[1]}")
    assert wrong == []


def test_whoever_is_named_on_it_sees_it(canary: Canary) -> None:
    """Else the two counties would be alike whatever the pages tell."""
    client = canary.with_it.client(KEEPER)
    for path, own in canary.ids.items():
        if path not in WITHOUT_WORDS:
            assert WORD in told(client, f"{path}{own}"), path
    assert WORD in told(client, "/leads?confidential=1") and WORD in told(client, "/search?q=chiyao")
