"""A stored template as channels take it."""

from aerostic.messaging.contract import TemplateData
from aerostic.messaging.models import Template


def data_of(template: Template) -> TemplateData:
    """The template as the provider has it."""
    return TemplateData(
        external_id=template.external_id,
        name=template.name,
        language=template.language,
        category=template.category,
        status=template.status,
        quality=template.quality,
        components=template.components,
        parameter_format=template.parameter_format,
        reason=template.reason,
    )
