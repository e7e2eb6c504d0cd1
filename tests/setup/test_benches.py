"""What the benches measure is the product of today: the county they make up still fits its tables."""

import csv
import gzip
import importlib.util
import io
import json
from html import unescape
from pathlib import Path
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


def test_placing_says_which_files_it_has_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    placing = _bench("bench_placing")
    monkeypatch.setattr(placing.common, "DATA", tmp_path)
    placing.main([])
    assert "没有 chains/chains.json、" in capsys.readouterr().out


def test_placing_finds_the_weights_for_a_chain_on_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    placing = _bench("bench_placing")
    _small_chains(tmp_path)
    monkeypatch.setattr(placing.common, "DATA", tmp_path)
    placing.main(["--pairs", "1"])
    told = capsys.readouterr().out
    assert "每次留出 1 条链（3 次）" in told
    assert "每次留出 2 条链（1 次）" in told
    given = placing.read_given(tmp_path)
    assert given.companies["ranked"]["1"].products == ("齿轮", "包装纸")
    assert given.companies["unordered"]["1"].products == ("包装纸", "齿轮")
    assert given.companies["hidden"]["1"].products == ()
    assert given.companies["no_industry"]["1"].codes == ()


def _small_chains(data: Path) -> None:
    """Three chains of a node each, ten firms of each, and one that belongs on none."""
    words = {"齿轮": "3453", "毛巾": "1773", "酱油": "1462"}
    chains = [
        {
            "id": code,
            "name": word,
            "nodes": [{"id": f"N{code}", "name": word, "keywords": [word], "gbt4754": [code]}],
        }
        for word, code in words.items()
    ]
    firms = [
        (str(n), word) for n, word in enumerate(word for _ten in range(10) for word in ("包装纸", *words))
    ]
    (data / "chains").mkdir()
    (data / "ckg").mkdir()
    (data / "chains/chains.json").write_text(json.dumps(chains), encoding="utf-8")
    truth = [{"stock_code": stock, "node_id": f"N{words[word]}"} for stock, word in firms if word in words]
    listed = [
        {
            "stock_code": stock,
            "full_name": f"云浦{stock}",
            "short_name": stock,
            "sw_code": word,
            "sw_l3": word,
        }
        for stock, word in firms
    ]
    products = [
        {"stock_code": stock, "product": product, "weight": weight, "is_accounting_noise": "0"}
        for stock, word in firms
        for product, weight in ((word, "0.9"), ("包装纸", "0.1"))
    ]
    codes = [{"code": code, "name": f"{word}制造"} for word, code in words.items()]
    _write(data / "chains/chain_companies.csv", truth)
    _write(data / "ckg/listed_companies.csv", listed)
    _write(data / "ckg/company_products.csv.gz", products)
    _write(data / "gbt4754_2017.csv", codes)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    written = text.getvalue().encode()
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)
