"""What a plugin says about itself."""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel

API = 1
NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin's metadata: `plugin = Plugin(...)` in its package's `__init__.py`.

    Args:
        name: lower-case identifier; prefix of its tables, blueprints, templates and queues.
        title: what a person reads in the list of plugins.
        version: the plugin's own version.
        description: one sentence.
        author: who keeps it.
        api: the plugin API it was written for.
        always_on: on for every tenant, without a choice.
        priority: lower ones are asked first; ties go by name.
        settings: a pydantic model of what a tenant may set, refusing unknown keys; `SecretStr` fields are stored encrypted.
        depends: plugins whose tables this one's may point at.

    Raises:
        ValueError: a name that is no identifier, an API this core does not know, or settings that take unknown keys.
    """

    name: str
    title: str
    version: str
    description: str
    author: str
    api: int = API
    always_on: bool = False
    priority: int = 100
    settings: type[BaseModel] | None = None
    depends: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or "__" in self.name:
            raise ValueError(f"plugin name {self.name!r}: use lower-case letters, digits and single underscores")
        if self.api != API:
            raise ValueError(f"plugin {self.name}: written for plugin API {self.api}, this core speaks {API}")
        if self.settings and self.settings.model_config.get("extra") != "forbid":
            raise ValueError(f"plugin {self.name}: its settings need `model_config = ConfigDict(extra='forbid')`")
