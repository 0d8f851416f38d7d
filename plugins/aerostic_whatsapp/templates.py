"""Templates at the provider: reading them all, and submitting one for review (templates/template-management)."""

from typing import Any

from aerostic.sdk import Account, TemplateData
from aerostic_whatsapp.graph import BAD_CURSOR, Graph, GraphError
from aerostic_whatsapp.reading import mapping, objects, text
from aerostic_whatsapp.sending import open_session

FIELDS = "id,name,language,category,status,quality_score,components,parameter_format,rejected_reason"


async def fetch_templates(account: Account) -> list[TemplateData]:
    """All templates of the account; once more from the start when the provider forgets its place in the list."""
    async with open_session(account, 1) as session:
        graph = Graph(session, account)
        try:
            return await _all(graph, account)
        except GraphError as error:
            if error.code != BAD_CURSOR:
                raise
            return await _all(graph, account)


async def submit_template(account: Account, template: TemplateData) -> TemplateData:
    """Hand a new template in for review. Its category may come back changed: a promotional text is marketing."""
    value = {
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "parameter_format": template.parameter_format.lower(),
        "components": template.components,
    }
    async with open_session(account, 1) as session:
        answer = await Graph(session, account).post(f"{account.external_id}/message_templates", value)
    return read_template({**value, **answer})


def read_template(item: dict[str, Any]) -> TemplateData:
    """One template of the provider's list."""
    reason = text(item.get("rejected_reason"))
    return TemplateData(
        external_id=text(item.get("id")),
        name=text(item.get("name")),
        language=text(item.get("language")),
        category=text(item.get("category")).upper(),
        status=text(item.get("status")).upper(),
        quality=text(mapping(item.get("quality_score")).get("score")).upper() or "UNKNOWN",
        components=list(objects(item.get("components"))),
        parameter_format=text(item.get("parameter_format")).upper() or "POSITIONAL",
        reason="" if reason == "NONE" else reason,
    )


async def _all(graph: Graph, account: Account) -> list[TemplateData]:
    pages = graph.pages(f"{account.external_id}/message_templates", fields=FIELDS)
    return [read_template(item) async for item in pages]
