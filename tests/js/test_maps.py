"""maps.js: the map of a chain as ECharts draws it, walked over by keys, and what it opens beside itself."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.js.conftest import SCRIPTS, Stage

pytestmark = pytest.mark.browser

CHARTS: Path = SCRIPTS.parent / "vendor" / "echarts.min.js"
# One lane of two links, one of one: a supplies c, and b lies below a.
BOX = """<a class="map-node map-{state}" href="/chains/nodes/{id}" data-node="{id}">
<title>{id}，{state}</title><rect class="map-box" x="{x}" y="{y}" width="150" height="40"/>{mark}
<text x="{tx}" y="{ty}" font-size="13">{id}</text></a>"""
RECT = '<rect class="map-mark" x="30" y="70" width="12" height="12"/>'
PICTURE = (
    '<svg class="map" viewBox="0 0 500 300" aria-label="电池图谱">'
    '<text class="map-tier" x="24" y="38" font-size="15" font-weight="600">上游</text>'
    '<g class="map-lines" stroke="#999999"><path class="map-line" data-from="a" data-to="c" '
    'd="M174.0 80.0C200.0 80.0 212.0 80.0 238.0 80.0"/>'
    '<path class="map-tip" d="M238.0 80.0L230.0 76.0V84.0Z"/></g>'
    + BOX.format(id="a", state="missing", x=24, y=60, tx=54, ty=84, mark=RECT)
    + BOX.format(id="b", state="strong", x=24, y=110, tx=54, ty=134, mark="")
    + BOX.format(id="c", state="weak", x=238, y=60, tx=268, ty=84, mark="")
    + "</svg>"
)
CONTENT = f"""<link id="dark" media="not all"><script defer src="/charts.js" data-charts></script>
<div data-map data-panel="/panel/-node-">
<div class="map-sheet">{PICTURE}</div><aside data-map-side hidden></aside></div>
<a href="/chains/nodes/b" data-open="b">看 b</a>"""
PANEL = """<h2 tabindex="-1">{}</h2><button data-map-close>收起</button>
<a href="/chains/nodes/c" data-open="c">看 c</a>"""


@pytest.fixture
def map_of(stage: Stage) -> Stage:
    """A page on which the map is drawn."""
    stage.answers["/charts.js"] = lambda route: route.fulfill(path=CHARTS)
    for each in ("a", "b", "c"):
        stage.answer(f"/panel/{each}", body=PANEL.format(each))
    stage.show(CONTENT)
    stage.page.add_style_tag(content=".map-canvas { width: 900px } .is-drawn .map-sheet { display: none }")
    stage.run("maps", "({ enlivenMaps }) => enlivenMaps(document)")
    expect(stage.page.locator("[data-drawn]")).to_be_visible()
    return stage


def said(stage: Stage) -> str:
    return stage.page.locator("[role=status]").inner_text()


def asked(stage: Stage) -> list[str]:
    return [each.url.rpartition("/panel/")[2] for each in stage.sent if "/panel/" in each.url]


def test_everything_lies_where_the_picture_has_it(stage: Stage) -> None:
    stage.answers["/charts.js"] = lambda route: route.fulfill(path=CHARTS)
    stage.show(CONTENT)
    found = stage.run("maps", "({ readPicture }) => readPicture(document.querySelector('svg'))")
    assert [found["width"], found["height"]] == [500, 300]
    assert [(one["id"], one["x"], one["y"], one["width"]) for one in found["nodes"]] == [
        ("a", 24, 60, 150),
        ("b", 24, 110, 150),
        ("c", 238, 60, 150),
    ]
    assert found["lines"] == [{"at": [174, 80, 200, 80, 212, 80, 238, 80], "from": "a", "to": "c"}]
    assert found["tips"] == [[238, 80, 230, 76, 84]]
    assert found["nodes"][0]["mark"]["at"] == [30, 70, 12, 12]
    assert [word["text"] for word in found["heads"]] == ["上游"]


def test_the_picture_makes_room_and_stays_for_paper(map_of: Stage) -> None:
    expect(map_of.page.locator(".map-canvas canvas")).to_be_visible()
    expect(map_of.page.locator("svg.map")).to_be_hidden()
    assert map_of.page.locator("svg.map").count() == 1


@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ([], "a"),
        (["ArrowDown"], "b"),
        (["ArrowRight"], "c"),
        (["ArrowDown", "ArrowRight"], "c"),
        (["ArrowRight", "ArrowLeft"], "a"),
        (["ArrowUp"], "a"),
        (["End", "Home", "End"], "c"),
    ],
)
def test_arrows_walk_from_link_to_link_and_each_is_said(map_of: Stage, keys: list[str], there: str) -> None:
    map_of.page.focus(".map-canvas")
    for key in keys:
        map_of.page.keyboard.press(key)
    assert said(map_of).startswith(there)


def test_every_link_is_walked_over_one_after_another(map_of: Stage) -> None:
    map_of.page.focus(".map-canvas")
    walked = [said(map_of)[0]]
    for key in ("PageDown", "PageDown", "PageDown", "PageUp"):
        map_of.page.keyboard.press(key)
        walked.append(said(map_of)[0])
    assert walked == ["a", "b", "c", "c", "b"]


def test_enter_opens_a_link_beside_the_map_and_escape_leads_back(map_of: Stage) -> None:
    page = map_of.page
    page.focus(".map-canvas")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("aside h2")).to_be_focused()
    assert asked(map_of) == ["b"]
    page.keyboard.press("Escape")
    expect(page.locator("aside")).to_be_hidden()
    expect(page.locator(".map-canvas")).to_be_focused()


def test_a_click_on_a_box_opens_it(map_of: Stage) -> None:
    box = map_of.page.locator(".map-canvas").bounding_box()
    assert box
    scale = min(box["width"] / 500, box["height"] / 300, 1.3)
    map_of.page.mouse.click(box["x"] + 300 * scale, box["y"] + 80 * scale)
    expect(map_of.page.locator("aside h2")).to_have_text("c")


def test_a_link_of_the_table_and_one_beside_the_map_open_as_well(map_of: Stage) -> None:
    page = map_of.page
    page.get_by_text("看 b").click()
    expect(page.locator("aside h2")).to_have_text("b")
    page.get_by_text("看 c").click()
    expect(page.locator("aside h2")).to_have_text("c")
    page.get_by_text("收起").click()
    expect(page.get_by_text("看 b")).to_be_focused()


def test_where_nothing_can_be_fetched_the_page_of_the_link_opens(map_of: Stage) -> None:
    map_of.answer("/panel/b", status=503)
    map_of.page.get_by_text("看 b").click()
    map_of.page.wait_for_url("**/chains/nodes/b")


def test_it_zooms_by_buttons_and_by_keys(map_of: Stage) -> None:
    page = map_of.page
    chart = "echarts.getInstanceByDom(document.querySelector('.map-canvas'))"
    span = f"{chart}.getOption().dataZoom.map(each => Math.round(each.end - each.start))"
    page.get_by_text("放大").click()
    assert page.evaluate(span) == [71, 71]
    page.focus(".map-canvas")
    page.keyboard.press("+")
    assert page.evaluate(span) == [51, 51]
    page.keyboard.press("-")
    page.get_by_text("看全").click()
    assert page.evaluate(span) == [100, 100]
