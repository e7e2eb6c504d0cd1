"""What pages of companies and contacts are told of the imports that brought them."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.values.registries import Naming, RelatedRow, Sought
from app.exchange.imports import policy, services
from app.exchange.imports.companies import queries
from app.register.accounts.enums import Permission


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The file from which somebody came into the library, while it is kept. Who may not see the import reads
    that there is a file, which goes by itself, and not which one.
    """
    batch = queries.batch_that_made(sought.contact_id)
    if batch is None or services.is_file_gone(batch):
        return []
    words = f"最后一次处理满 {services.FILES_KEPT.days} 天以后，夜里自动删除"
    if actor.may(Permission.IMPORTS_RUN) and policy.may_see(actor, batch):
        page = url_for("imports.detail", public_id=batch.public_id)
        row = RelatedRow(f"导入的原文件：{batch.file_name}", page, words)
    else:
        row = RelatedRow("导入的原文件", "", words)
    return [Naming("import_batch", batch.public_id, row)]
