"""Maps and lists of chains: which there are, where they come from, what is uploaded and what is lacking."""

import io
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, Sought
from app.register.accounts.enums import Role
from app.register.chain_papers import queries, rules, services
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chain_papers.sources import NO_SOURCE, PAPER_SOURCES, label_of_source
from app.register.chains import services as chains
from app.register.chains.models import Chain
from tests.factories.accounts import actor_of, make_user
from tests.factories.chains import a_chain
from tests.factories.files import PDF, files_of, stored
from tests.factories.leads import County, a_county, sign_in

Db = scoped_session[Session]
DAY = timedelta(days=1)
KINDS = "/chain_papers"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    return a_chain(county.head)


def a_kind(county: County, name: str = "技术路线图", source: str = rules.FILE) -> PaperKind:
    with acting_as(county.head):
        kind = services.add_kind(services.KindData(name, PaperForm.MAP, source, 1))
        db.session.commit()
    return kind


@pytest.fixture
def kind(county: County) -> PaperKind:
    return a_kind(county)


def a_paper(
    county: County, chain: Chain, kind: PaperKind, as_of: date, name: str = "路线图.pdf"
) -> ChainPaper:
    with acting_as(county.officer):
        data = services.PaperData(as_of, "专班会议审过")
        paper = services.add_paper(chain, kind, data, stored(name))
        db.session.commit()
    return paper


def page_of(chain: Chain) -> str:
    return f"/chains/{chain.public_id}"


def upload(name: str = "路线图.pdf") -> dict[str, object]:
    return {"file": (io.BytesIO(PDF), name)}


# --- which there are ---------------------------------------------------------------------------------


def test_the_head_adds_a_kind_changes_its_order_and_archives_it(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.head)
    typed = {"name": "区域分布图", "form": "map", "source": "file", "position": "3"}
    assert me.submit("/paper_kinds/new", typed).location == KINDS
    assert "区域分布图" in me.get(KINDS).text
    [kind] = queries.kinds_in_use()
    page = f"/paper_kinds/{kind.public_id}"
    assert me.submit(f"{page}/edit", {"name": "同行分布图", "position": "1"}).status_code == 303
    db.session.expire_all()
    assert (kind.name, kind.position) == ("同行分布图", 1)
    assert me.submit(page, {"reason": "不再要"}, f"{page}/archive").status_code == 303
    assert queries.kinds_in_use() == [] and "不再要" in me.get(KINDS).text
    assert me.submit(page, action=f"{page}/restore").status_code == 303
    assert [each.name for each in queries.kinds_in_use()] == ["同行分布图"]


def test_the_example_set_is_loaded_with_one_button_labelled_and_never_twice(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.head)
    a_kind(county, "技术路线图")
    assert me.submit(KINDS, action=f"{KINDS}/examples").status_code == 303
    kinds = queries.kinds_in_use()
    assert [kind.name for kind in kinds] == [
        "技术路线图",
        *(each.name for each in rules.EXAMPLES if each.name != "技术路线图"),
    ]
    assert [kind.is_example for kind in kinds] == [False] + [True] * (len(rules.EXAMPLES) - 1)
    assert {kind.source for kind in kinds} == {"file", "map", "companies", "gaps", "targets"}
    text = me.get(KINDS).text
    assert "样例" in text and "装入四图五清单样例" not in text
    with acting_as(county.head):
        assert services.load_examples() == []


def test_a_name_in_use_is_given_to_no_other_kind_nor_by_one_that_comes_back(
    client: FlaskClient, county: County, kind: PaperKind
) -> None:
    me = sign_in(client, county.head)
    refused = me.submit("/paper_kinds/new", {"name": kind.name, "form": "list", "source": "file"})
    assert refused.status_code == 422 and "已经有「技术路线图」了" in refused.text
    with acting_as(county.head):
        services.KINDS.archive(kind, kind.version, "不再要")
        db.session.commit()
        a_kind(county, kind.name)
        with pytest.raises(RuleBroken, match="已经有「技术路线图」了"):
            services.KINDS.restore(kind, kind.version)


def test_there_are_only_so_many_kinds(county: County) -> None:
    db.session.add_all(
        PaperKind(name=f"图{number}", form=PaperForm.MAP) for number in range(rules.MOST_KINDS)
    )
    db.session.commit()
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        services.add_kind(services.KindData("又一张", PaperForm.MAP))
    assert "先归档不用的" in refused.value.problems["name"]


def test_officers_say_not_which_kinds_there_are_and_residents_upload_nothing(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    with acting_as(county.officer), pytest.raises(NotAllowed, match="招商局负责人"):
        services.add_kind(services.KindData("又一张", PaperForm.MAP))
    with acting_as(county.resident), pytest.raises(NotAllowed, match="招商干部"):
        services.add_paper(chain, kind, services.PaperData(today()), stored())
    page = sign_in(client, county.officer).get(KINDS).text
    assert kind.name in page and "加一项" not in page


def test_who_changes_a_kind_that_somebody_changed_meanwhile_is_told(county: County, kind: PaperKind) -> None:
    seen = kind.version
    with acting_as(county.head):
        services.change_kind(kind, seen, services.KindData("路线图", PaperForm.MAP))
        db.session.commit()
        with pytest.raises(Stale):
            services.change_kind(kind, seen, services.KindData("技术图", PaperForm.MAP))


# --- on the page of a chain --------------------------------------------------------------------------


def test_a_chain_counts_what_is_there_and_opens_what_the_system_has(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    with acting_as(county.head):
        services.load_examples()
        db.session.commit()
    route = next(kind for kind in queries.kinds_in_use() if kind.name == "技术路线图")
    a_paper(county, chain, route, today() - DAY)
    me = sign_in(client, county.officer)
    text = me.get(page_of(chain)).text
    assert "9 项有 5 项" in text and "路线图.pdf" in text and "还没有" in text
    for code in ("map", "gaps", "companies", "targets", "month"):
        with client.application.test_request_context():
            url = PAPER_SOURCES[code].url(chain)
        assert me.get(url).status_code == 200, code
        assert code == "month" or url.replace("&", "&amp;") in text, code


def test_who_may_not_open_a_list_reads_so(client: FlaskClient, county: County, chain: Chain) -> None:
    a_kind(county, "招商目标企业清单", "targets")
    text = sign_in(client, actor_of(make_user(Role.AUDITOR))).get(page_of(chain)).text
    assert "招商目标企业清单" in text and "您没有权限打开" in text


def test_a_source_that_no_feature_fills_any_more_reads_so_and_can_be_kept(
    client: FlaskClient, county: County, chain: Chain
) -> None:
    db.session.add(PaperKind(name="算力图", form=PaperForm.MAP, source="compute"))
    db.session.commit()
    assert label_of_source("compute") == NO_SOURCE
    me = sign_in(client, county.head)
    assert NO_SOURCE in me.get(page_of(chain)).text and "1 项有 0 项" in me.get(page_of(chain)).text
    [kind] = queries.kinds_in_use()
    assert me.submit(f"/paper_kinds/{kind.public_id}/edit", {"note": "等接上"}).status_code == 303
    refused = me.submit("/paper_kinds/new", {"name": "另一张", "form": "map", "source": "compute"})
    assert refused.status_code == 422


def test_without_kinds_a_chain_says_what_to_do(client: FlaskClient, county: County, chain: Chain) -> None:
    text = sign_in(client, county.head).get(page_of(chain)).text
    assert "还没有定要备哪些图和清单" in text and "去定" in text


# --- versions ----------------------------------------------------------------------------------------


def test_an_officer_uploads_versions_and_the_latest_day_counts(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    me = sign_in(client, county.officer)
    for days, name in ((0, "新图.pdf"), (30, "旧图.pdf")):
        typed = {"as_of": (today() - days * DAY).isoformat(), "note": "专班审过", **upload(name)}
        answer = me.submit(f"{KINDS}/on/{chain.public_id}?kind={kind.public_id}", typed)
        assert answer.location == page_of(chain)
    text = me.get(page_of(chain)).text
    assert "新图.pdf" in text and "旧图.pdf" not in text and "以前的也在" in text
    newest = queries.newest_of(chain.id)[kind.id]
    page = me.get(f"{KINDS}/{newest.paper.public_id}").text
    assert "旧图.pdf" in page and newest.paper.author.name in page
    [file] = newest.files
    assert me.get(f"/files/{file.public_id}").data == PDF


def test_a_version_is_put_right_and_archived_and_then_the_one_before_counts(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    old = a_paper(county, chain, kind, today() - 9 * DAY, "旧图.pdf")
    new = a_paper(county, chain, kind, today(), "新图.pdf")
    me = sign_in(client, county.officer)
    page = f"{KINDS}/{new.public_id}"
    assert me.submit(f"{page}/edit", {"note": "改了图例"}).location == page
    assert "改了图例" in me.get(page).text
    assert me.submit(page, {"reason": "传错了"}, f"{page}/archive").status_code == 303
    assert queries.newest_of(chain.id)[kind.id].paper is old
    assert "新图.pdf" in me.get(page).text and "已归档" in me.get(f"{KINDS}/{old.public_id}").text


def test_a_version_whose_files_were_taken_off_is_not_counted(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    paper = a_paper(county, chain, kind, today())
    me = sign_in(client, county.officer)
    [file] = files_of("chain_paper", paper.public_id)
    me.submit(f"{KINDS}/{paper.public_id}", action=f"/attachments/{file.public_id}/take-off")
    text = me.get(page_of(chain)).text
    assert "文件都取下了" in text and "1 项有 0 项" in text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"as_of": "2099-01-01"}, "日期还没有到"),
        ({"as_of": "1949-10-01"}, "看看年份"),
        ({"as_of": "not a day"}, "日期"),
        ({"kind": "nobody-has-this"}, "选"),
        ({"note": "长" * 301}, "最多 300 个字"),
    ],
)
def test_what_cannot_be_uploaded_is_told_and_nothing_is_written(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind, typed: dict[str, str], told: str
) -> None:
    sent = {"kind": kind.public_id, "as_of": today().isoformat(), **typed, **upload()}
    answer = sign_in(client, county.officer).submit(f"{KINDS}/on/{chain.public_id}", sent)
    assert answer.status_code == 422 and told in answer.text
    assert db.session.query(ChainPaper).count() == 0


def test_a_version_has_a_file_and_its_kind_is_one_of_files(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    answer = sign_in(client, county.officer).submit(
        f"{KINDS}/on/{chain.public_id}", {"kind": kind.public_id, "as_of": today().isoformat()}
    )
    assert answer.status_code == 422 and services.NO_FILE in answer.text
    of_system = a_kind(county, "产业链图", "map")
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.add_paper(chain, of_system, services.PaperData(today()), stored())
    assert [*refused.value.problems] == ["kind"]


def test_a_kind_that_has_files_keeps_its_source(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    a_paper(county, chain, kind, today())
    refused = sign_in(client, county.head).submit(f"/paper_kinds/{kind.public_id}/edit", {"source": "map"})
    assert refused.status_code == 422 and "来源不能改" in refused.text


def test_an_archived_chain_takes_no_version_and_keeps_those_it_has(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    paper = a_paper(county, chain, kind, today())
    with acting_as(county.head):
        chains.ARCHIVING.archive(chain, chain.version, "不做了")
        db.session.commit()
    me = sign_in(client, county.officer)
    assert me.get(f"{KINDS}/on/{chain.public_id}").status_code == 403
    text = me.get(f"{KINDS}/{paper.public_id}").text
    assert "路线图.pdf" in text and "/attachments/" not in text
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.change_paper(paper, paper.version, services.PaperData(today()))


def test_who_changes_a_version_that_somebody_changed_meanwhile_is_told(
    county: County, chain: Chain, kind: PaperKind
) -> None:
    paper = a_paper(county, chain, kind, today())
    seen = paper.version
    with acting_as(county.officer):
        services.change_paper(paper, seen, services.PaperData(today() - DAY))
        db.session.commit()
        with pytest.raises(Stale):
            services.change_paper(paper, seen, services.PaperData(today()))


def test_where_texts_name_somebody_is_found(
    client: FlaskClient, county: County, chain: Chain, kind: PaperKind
) -> None:
    paper = a_paper(county, chain, kind, today())
    with acting_as(county.officer):
        services.change_paper(paper, paper.version, services.PaperData(today(), "严总给的"))
    with acting_as(county.head):
        services.change_kind(kind, kind.version, services.KindData("图", PaperForm.MAP, note="问严总"))
        db.session.commit()
    sought = Sought("0123456789abcdef", county.enterprise.id, ("严总",))
    with client.application.test_request_context():
        found = NAMED_IN["papers"](sought, county.officer)
    assert {each.kind for each in found} == {"paper_kind", "chain_paper"}
