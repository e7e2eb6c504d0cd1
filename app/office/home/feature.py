"""The first page of everybody."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.office.home import views

FEATURE = Feature(
    pages=(views.bp,),
    menu=(
        MenuLine(MenuPart.DAILY, 10, "工作台", "home.index", "clipboard-check"),
        MenuLine(MenuPart.PHONE, 10, "工作台", "home.index", "clipboard-check"),
    ),
)
