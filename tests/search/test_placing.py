"""Placing companies on nodes: what is read out of a scope, what speaks for a node, and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.placing import CUT, Firm, Judge, Library, Node, Place, ProposedNode, Why, learn
from search.placing.scopes import Stance, pieces_of
from search.placing.wordlist import folded

NODES = (
    Node("cathode", "battery", "正极材料", ("磷酸铁锂", "三元材料"), codes=("3985",)),
    Node("precursor", "battery", "前驱体", ("磷酸铁", "硫酸镍"), codes=("2613",)),
    Node("cell", "battery", "电芯", ("锂电池", "电芯"), codes=("3841",)),
    Node("equipment", "battery", "锂电设备", ("锂电池设备", "涂布机"), codes=("3562",)),
    Node("solvent", "other", "电解液", ("锂电池", "电解液"), codes=("2614",)),
    Node("drugstore", "medicine", "药店", ("中成药", "药品"), codes=("5251",)),
    Node("tcm", "medicine", "中成药", ("中成药", "颗粒剂"), codes=("2740",)),
    Node("reducer", "robot", "减速器", ("减速器", "RV"), codes=("3453",)),
    Node("power", "grid", "售电", ("售电",), codes=("4420",)),
    Node("services", "medicine", "研发外包", ("技术开发", "CRO"), codes=("7340",)),
)
JUDGE = Judge(NODES, Library())
GENERIC = ("货物进出口", "技术开发", "企业管理咨询", "技术服务", "信息咨询服务", "会议及展览服务")


def a_county() -> list[Firm]:
    """Forty firms of which most write the same phrases, and a few make something."""
    phrases = "；".join(GENERIC)
    return [Firm(f"丹阳湖{n}号商行", scope=f"{phrases}；日用百货销售") for n in range(400)] + [
        Firm(f"云浦{n}新能源有限公司", scope=f"锂电池制造；{phrases}", codes=("3841",)) for n in range(8)
    ]


def scores(company: Firm, judge: Judge = JUDGE) -> dict[str, float]:
    return {one.node: one.score for one in judge.propose(company, cut=0.1)}


def of_scope(scope: str, judge: Judge = JUDGE) -> dict[str, float]:
    return scores(Firm("云浦有限公司", scope=scope), judge)


def why(scope: str, node: str) -> set[tuple[str, Why]]:
    held = JUDGE.held(Firm("云浦有限公司", scope=scope))
    return {(one.word, one.why) for one in held.get(node, ())}


def proposal(company: Firm, node: str, judge: Judge = JUDGE) -> ProposedNode:
    return next(one for one in judge.propose(company, cut=0.1) if one.node == node)


# --- what is done with the goods of a scope -------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "stances"),
    [
        ("锂电池制造", {"锂电池": Stance.MAKES}),
        ("锂电池销售", {"锂电池": Stance.TRADES}),
        ("锂电池、电解液的研发、生产、销售", {"锂电池": Stance.MAKES, "电解液": Stance.MAKES}),
        ("锂电池、电解液批发及零售", {"锂电池": Stance.TRADES, "电解液": Stance.TRADES}),
        (
            "生产锂电池、电芯;销售电解液",
            {"锂电池": Stance.MAKES, "电芯": Stance.MAKES, "电解液": Stance.TRADES},
        ),
        ("批发、零售:中成药、电芯", {"中成药": Stance.TRADES, "电芯": Stance.TRADES}),
        ("锂电池研发,电解液销售", {"锂电池": Stance.MAKES, "电解液": Stance.TRADES}),
        ("电子产品(锂电池、电芯)制造", {"锂电池": Stance.MAKES, "电芯": Stance.MAKES}),
        ("销售自产的锂电池", {"锂电池": Stance.MAKES}),
        ("加工、制造:减速器", {"减速器": Stance.MAKES}),
        ("代理电解液进出口", {"电解液": Stance.TRADES}),
        ("锂电池、五金交电", {"锂电池": Stance.UNSAID}),
        ("锂电池制造(不含电芯)", {"锂电池": Stance.MAKES, "电芯": Stance.NEGATED}),
        ("化工产品(电解液除外)生产", {"化工产品": Stance.MAKES, "电解液": Stance.NEGATED}),
        ("除电解液外的化工产品生产", {"化工产品": Stance.MAKES, "电解液": Stance.NEGATED}),
        ("电解液以外的化工产品制造", {"化工产品": Stance.MAKES, "电解液": Stance.NEGATED}),
        ("新能源技术研发,不得从事锂电池、电芯生产", {"锂电池": Stance.NEGATED, "电芯": Stance.NEGATED}),
        ("除尘设备制造", {"除尘设备": Stance.MAKES}),
    ],
)
def test_a_scope_says_what_is_done_with_each_of_its_goods(scope: str, stances: dict[str, Stance]) -> None:
    read = list(pieces_of(folded(scope)))
    found = {word: piece.stance for word in stances for piece in read if word in piece.text}
    assert found == stances


def test_what_is_excepted_takes_nothing_else_with_it() -> None:
    scope = "锂电池制造（不含危险化学品）；减速器加工（国家限定经营的除外）"
    assert {"cell", "reducer"} <= set(of_scope(scope))


# --- making, trading, excepting -------------------------------------------------------------------------


def test_who_makes_is_proposed_and_who_only_sells_is_told_why_not() -> None:
    assert of_scope("锂电池制造；锂电池销售")["cell"] >= CUT
    assert "cell" not in of_scope("锂电池销售；五金批发")
    assert why("锂电池销售；五金批发", "cell") == {("锂电池", Why.ONLY_TRADED)}


def test_a_node_of_trade_is_for_those_who_sell() -> None:
    found = of_scope("中成药零售")
    assert "drugstore" in found
    assert "tcm" not in found


@pytest.mark.parametrize(
    "scope",
    [
        "电子产品制造（不含锂电池）",
        "电子产品制造（锂电池除外）",
        "电子产品制造，不得从事锂电池生产",
        "除锂电池外的电子产品制造",
    ],
)
def test_what_a_scope_excepts_speaks_for_nothing(scope: str) -> None:
    assert "cell" not in of_scope(scope)
    assert why(scope, "cell") == {("锂电池", Why.NEGATED)}


def test_products_that_are_listed_as_sold_are_products() -> None:
    assert "cell" in scores(Firm("云浦有限公司", products=("锂电池销售",)))


# --- words ----------------------------------------------------------------------------------------------


def test_the_longest_word_wins_within_a_chain() -> None:
    found = of_scope("磷酸铁锂制造")
    assert "cathode" in found
    assert "precursor" not in found
    held = JUDGE.held(Firm("云浦", scope="磷酸铁锂制造"))["precursor"]
    assert [(one.word, one.why, one.by) for one in held] == [("磷酸铁", Why.IN_A_LONGER_WORD, "磷酸铁锂")]


def test_what_stands_apart_is_found_beside_the_longer_word() -> None:
    assert {"cathode", "precursor"} <= set(of_scope("磷酸铁锂、磷酸铁制造"))


def test_a_chain_is_not_changed_by_the_words_of_another() -> None:
    found = of_scope("锂电池设备制造")
    assert "equipment" in found
    assert "cell" not in found
    assert "solvent" in found


def test_a_word_of_letters_is_none_inside_others() -> None:
    assert "reducer" in of_scope("RV减速机制造")
    assert "reducer" not in of_scope("DRV芯片、RVS钢材制造")
    assert "services" not in of_scope("CROSS家具制造")


def test_a_word_made_of_halves_of_two_is_none() -> None:
    assert "power" not in of_scope("生产销售电动机")
    assert why("生产销售电动机", "power") == {("售电", Why.CUT)}
    assert "power" in of_scope("售电业务")


def test_full_width_and_traditional_script_are_read_alike() -> None:
    plain = of_scope("RV減速器製造；锂电池制造")
    assert plain == of_scope("ＲＶ减速器制造；鋰電池製造")


def test_what_every_tenth_firm_writes_weighs_nothing() -> None:
    county = a_county()
    judge = Judge(NODES, learn(county, NODES))
    assert "services" not in of_scope("技术开发；会议及展览服务", judge)
    held = judge.held(Firm("云浦有限公司", scope="技术开发"))["services"]
    assert [(one.word, one.why) for one in held] == [("技术开发", Why.COMMON)]
    assert "services" in of_scope("技术开发")


# --- name, industry, codes --------------------------------------------------------------------------------


def test_name_and_industry_speak_too() -> None:
    named = scores(Firm("云浦减速器有限公司"))
    told = scores(Firm("云浦有限公司", industry="减速器"))
    assert 0 < named["reducer"] < told["reducer"]


def test_four_digits_of_a_code_say_more_than_three_and_a_wider_class_nothing() -> None:
    four, three, two = (
        scores(Firm("云浦有限公司", codes=(code,))).get("cell", 0.0) for code in ("3841", "3849", "3899")
    )
    assert four > three > two == 0


def test_a_code_that_many_nodes_share_says_less_of_each() -> None:
    sharing = (*NODES, *(Node(f"more{n}", "battery", f"更多{n}", codes=("3841",)) for n in range(3)))
    company = Firm("云浦有限公司", codes=("3841",))
    assert scores(company, Judge(sharing, Library()))["cell"] < scores(company)["cell"]


def test_a_code_that_many_firms_have_says_less() -> None:
    company = Firm("云浦有限公司", codes=("3841",))
    crowded = Judge(NODES, Library(firms=1_000, codes={"3841": 60}))
    assert scores(company, crowded)["cell"] < scores(company)["cell"]


def test_what_the_others_of_its_code_make_speaks_for_a_firm() -> None:
    county = [Firm(f"云浦{n}有限公司", scope="减速器制造", codes=("9999",)) for n in range(30)]
    judge = Judge(NODES, learn(county, NODES))
    found = proposal(Firm("丹阳湖有限公司", codes=("9999",)), "reducer", judge)
    assert [(hit.word, hit.place) for hit in found.hits] == [("9999", Place.FELLOWS)]


def test_a_firm_is_no_fellow_of_its_own() -> None:
    alone = Firm("云浦有限公司", scope="减速器制造", codes=("9999",))
    found = proposal(alone, "reducer", Judge(NODES, learn([alone], NODES)))
    assert {hit.place for hit in found.hits} == {Place.SCOPE}


# --- the answer -----------------------------------------------------------------------------------------


def test_the_points_of_the_words_are_the_score_and_each_says_where_it_stands() -> None:
    company = Firm(
        "云浦锂电池有限公司", scope="锂电池、电芯研发；货物进出口", products=("电芯",), codes=("3841",)
    )
    found = proposal(company, "cell")
    assert sum(hit.points for hit in found.hits) == pytest.approx(found.score)
    assert {(hit.word, hit.place) for hit in found.hits} == {
        ("锂电池", Place.NAME),
        ("锂电池", Place.SCOPE),
        ("电芯", Place.SCOPE),
        ("电芯", Place.PRODUCTS),
        ("3841", Place.CODE),
    }


def test_the_best_node_comes_first_and_what_is_below_the_cut_not_at_all() -> None:
    company = Firm("云浦有限公司", scope="锂电池制造；减速器制造；五金加工；磷酸铁制造")
    found = JUDGE.propose(company)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.score >= CUT for one in found)


def test_the_main_business_stands_first_in_a_scope_and_among_ranked_products() -> None:
    others = ("五金加工", "塑料制品制造", "纸箱制造")
    assert (
        of_scope("；".join(("减速器制造", *others)))["reducer"]
        > of_scope("；".join((*others, "减速器制造")))["reducer"]
    )
    first, last = ("减速器", *others), (*others, "减速器")

    def of_products(products: tuple[str, ...], *, ranked: bool) -> float:
        return scores(Firm("云浦", products=products, ranked=ranked))["reducer"]

    assert of_products(first, ranked=True) > of_products(last, ranked=True)
    assert of_products(first, ranked=False) == of_products(last, ranked=False)


@pytest.mark.parametrize(
    "company", [Firm(""), Firm("", scope="；；（）、"), Firm("云浦", scope="（（不含", codes=("",))]
)
def test_of_whom_nothing_is_known_nothing_is_said(company: Firm) -> None:
    assert JUDGE.propose(company) == []


# --- what holds for all -----------------------------------------------------------------------------------

WORDS = st.sampled_from(sorted({word for node in NODES for word in node.keywords}))
GOODS = st.one_of(WORDS, st.sampled_from(["五金", "塑料制品", "机电产品", "纸箱"]))
CLAUSES = st.builds(str.__add__, GOODS, st.sampled_from(["制造", "加工", "的研发、生产", "销售", "批发", ""]))
SCOPES = st.lists(CLAUSES, min_size=1, max_size=8).map("；".join)
EXCEPTED = st.builds(
    str.format, st.sampled_from(["（不含{}）", "（{}除外）", "；不得从事{}生产", "；禁止{}经营"]), WORDS
)


@given(SCOPES, st.permutations(range(len(NODES))), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_of_their_words_changes_no_score(scope: str, order: list[int], chance) -> None:
    shuffled = []
    for number in order:
        node, words = NODES[number], list(NODES[number].keywords)
        chance.shuffle(words)
        shuffled.append(Node(node.key, node.chain, node.name, tuple(words), codes=node.codes))
    assert of_scope(scope, Judge(shuffled, Library())) == pytest.approx(of_scope(scope))


@given(SCOPES, EXCEPTED)
def test_what_is_excepted_never_raises_a_score(scope: str, excepted: str) -> None:
    before, after = of_scope(scope), of_scope(scope + excepted)
    assert {node: score for node, score in after.items() if score > before.get(node, 0.0) + 1e-9} == {}


LEARNED = Judge(NODES, learn(a_county(), NODES))


@given(SCOPES, st.sampled_from(GENERIC), st.booleans())
def test_a_generic_phrase_changes_next_to_nothing(scope: str, phrase: str, first) -> None:
    longer = f"{phrase}；{scope}" if first else f"{scope}；{phrase}"
    before, after = of_scope(scope, LEARNED), of_scope(longer, LEARNED)
    assert before.keys() == after.keys()
    assert after == pytest.approx(before, abs=3)


@given(SCOPES)
def test_a_judge_says_the_same_twice_and_points_never_exceed_a_hundred(scope: str) -> None:
    company = Firm("云浦有限公司", scope=scope, codes=("3841",))
    found = JUDGE.propose(company, cut=0.1)
    assert found == JUDGE.propose(company, cut=0.1)
    assert all(0 <= one.score <= 100 for one in found)
