"""What the county sets for itself."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.office.settings import views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(MenuPart.OFFICE, 60, "安全设置", "settings.index", "lock", P.SETTINGS_MANAGE),),
)
