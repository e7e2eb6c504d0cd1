"""Maps and lists of a chain in a browser, at the desk and on a phone: the head loads the example set, an
officer uploads one of it from the page of the chain.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.storage.db import db
from app.register.accounts.enums import Role
from app.register.chains.models import Chain
from tests.factories.files import PDF
from tests.house.looking import grave_faults, small_targets
from tests.journeys.people import in_county, settle_in, signed_in
from tests.services.chromium import DESK, PHONE
from tests.services.product import Product

pytestmark = pytest.mark.browser


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        db.session.add(Chain(code="CELL", name="动力电池"))
        db.session.commit()
    return product


def must_be_readable(page: Page, *, phone: bool) -> None:
    """By everybody, at both widths and in both themes; then at the width of before."""
    assert grave_faults(page) == []
    assert not phone or small_targets(page) == []
    page.set_viewport_size(PHONE if phone else DESK)


@pytest.mark.parametrize("phone", [False, True])
def test_the_head_loads_the_example_set_and_an_officer_uploads_what_is_lacking(
    browser: Browser, county: Product, phone: bool
) -> None:
    with in_county(county):
        chain = db.session.query(Chain).filter_by(code="CELL").one().public_id
    with signed_in(browser, county, Role.BUREAU_HEAD, phone=phone) as page:
        page.goto("/chain_papers")
        page.get_by_role("button", name="装入四图五清单样例").click()
        expect(page.get_by_text("已装入 9 项样例")).to_be_visible()
        must_be_readable(page, phone=phone)
        page.get_by_role("link", name="短板清单").click()
        must_be_readable(page, phone=phone)
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        page.goto(f"/chains/{chain}")
        expect(page.get_by_text("9 项有 4 项")).to_be_visible()
        must_be_readable(page, phone=phone)
        page.get_by_role("link", name="传一份").first.click()
        page.get_by_label("文件", exact=True).set_input_files(
            {"name": "路线图.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        page.get_by_label("说明").fill("专班会议审过")
        must_be_readable(page, phone=phone)
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("9 项有 5 项")).to_be_visible()
        expect(page.get_by_role("link", name="路线图.pdf")).to_be_visible()
