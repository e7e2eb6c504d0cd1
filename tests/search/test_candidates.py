"""Who could fill a node: what an index is asked for, and in which order what it finds comes back."""

import pytest

from search.placing import Firm, Judge, Library, Node, learn, ranked, wanted_by

CELL = Node("cell", "battery", "电芯", ("锂电池", "电芯"), ("方形 电芯",), ("C3841",), ("锂离子电池制造",))
OTHER = Node("film", "battery", "隔膜", ("隔膜",), codes=("C2921",))
JUDGE = Judge((CELL, OTHER), Library())


def test_an_index_is_asked_for_the_words_of_a_node_and_the_names_and_beginnings_of_its_codes() -> None:
    wanted = wanted_by(CELL, Library())
    assert dict(wanted.words) == dict.fromkeys(("锂电池", "电芯", "方形电芯", "锂离子电池制造"), 1.0)
    assert dict(wanted.industries) == pytest.approx({"C384": 0.3, "C3841": 1.0})


def test_it_is_asked_for_industries_whose_firms_make_what_the_node_is_about() -> None:
    makers = [Firm(f"云浦{n}号有限公司", scope="锂电池制造", codes=("C3985",)) for n in range(30)]
    others = [Firm(f"丹阳{n}号有限公司", scope="锂电池制造；毛巾制造", codes=("C1773",)) for n in range(3)]
    others += [Firm(f"岚山{n}号有限公司", scope="毛巾制造", codes=("C1773",)) for n in range(97)]
    codes = dict(wanted_by(CELL, learn((*makers, *others), (CELL, OTHER))).industries)
    assert codes["C3985"] > 0.5
    assert "C1773" not in codes


def test_a_code_of_its_own_counts_in_full_whoever_else_has_it() -> None:
    others = [Firm(f"丹阳{n}号有限公司", scope="锂电池制造", codes=("C3841",)) for n in range(3)]
    assert dict(wanted_by(CELL, learn(others, (CELL,))).industries)["C3841"] == 1.0


def test_who_makes_it_comes_before_who_trades_it_and_who_excepts_it_and_tells_by_which_words() -> None:
    found = [
        ("excepts", Firm("岚水科技有限公司", scope="电池材料制造（不含锂电池）")),
        ("trades", Firm("岚山商贸有限公司", scope="锂电池销售")),
        ("makes", Firm("云浦新能源有限公司", scope="锂电池制造")),
    ]
    first, *others = ranked(JUDGE, "cell", found)
    assert first.key == "makes" and first.hits[0].word == "锂电池"
    assert sum(hit.points for hit in first.hits) == pytest.approx(first.score)
    assert [(one.key, one.score, one.hits) for one in others] == [("excepts", 0.0, ()), ("trades", 0.0, ())]


def test_of_equals_the_one_that_the_index_found_first_comes_first() -> None:
    firms = [(key, Firm(f"云浦{key}有限公司", scope="电芯制造")) for key in "丙甲乙"]
    assert [one.key for one in ranked(JUDGE, "cell", firms)] == ["丙", "甲", "乙"]


def test_a_chain_alone_is_judged_as_among_all_others() -> None:
    others = (Node("towel", "textile", "毛巾", ("毛巾", "电池布"), codes=("C1773",)), CELL, OTHER)
    makers = [Firm(f"云浦{n}号有限公司", scope="锂电池制造；毛巾制造", codes=("C3841",)) for n in range(20)]
    among_all = Judge(others, learn(makers, others))
    alone = among_all.of_chain("battery")
    assert [one.key for one in alone.nodes] == ["cell", "film"]
    firm = Firm("云浦锂电池有限公司", scope="锂电池、隔膜、毛巾制造", codes=("C3841",))
    expected = [one for one in among_all.propose(firm, cut=0.0) if one.node != "towel"]
    assert alone.propose(firm, cut=0.0) == expected
