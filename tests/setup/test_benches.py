"""What the benches measure is the product of today: the county they make up still fits its tables."""

import importlib.util
from html import unescape
from types import ModuleType

import pytest

from app.promotion.leads.models import Lead, LeadEntry
from config import ROOT

COMPANIES, LEADS = 30, 40


def _common() -> ModuleType:
    return _bench("_common")


def _bench(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_made_up_county_of_the_benches_stands_in_the_lists() -> None:
    common = _common()
    with common.county() as app:
        head = common.people()
        common.fill_enterprises(COMPANIES)
        common.fill_leads(LEADS, COMPANIES)
        client = common.reader(app, head)
        assert f"共 <strong>{COMPANIES}</strong> 家" in client.get("/enterprises").get_data(as_text=True)
        assert f"共 <strong>{LEADS}</strong> 条" in client.get("/leads?state=all").get_data(as_text=True)


@pytest.mark.parametrize("bench", sorted(path.stem for path in (ROOT / "bench").glob("bench_*.py")))
def test_every_measure_speaks_of_the_program_as_it_is(bench: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    assert _bench(bench)


def test_people_of_the_soak_open_leads_by_the_addresses_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    soak, common = _bench("bench_soak"), _common()
    with common.county() as app:
        head = common.people()
        common.fill_enterprises(COMPANIES)
        common.fill_leads(LEADS, COMPANIES)
        client = common.reader(app, head)
        opened = [unescape(address) for address in soak.LEAD.findall(client.get("/leads").text)]
        assert opened
        assert {client.get(address).status_code for address in opened[:3]} == {200}


def test_the_move_that_the_bench_of_the_funnel_times_is_one_that_the_ledger_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    funnel, common = _bench("bench_funnel"), _common()
    with common.county():
        common.people()
        common.fill_enterprises(COMPANIES)
        common.fill_leads(LEADS, COMPANIES)
        before = common.db.session.query(LeadEntry).count()
        for keep in (True, False):
            funnel.a_move(common.db.session.query(Lead.id).first().id, keep)
        assert common.db.session.query(LeadEntry).count() == before + 2
