"""Giving a process its keyring: the provider that the settings choose, and the data keys of its database."""

from aerostic.registry import Registry
from aerostic.security.errors import KeyMissingError
from aerostic.security.keyring import Keyring
from aerostic.security.providers import KeyProvider
from aerostic.security.roots import RootKeys
from aerostic.security.store import DatabaseStore
from aerostic.security.vault import use_keyring
from aerostic.settings import Settings


def init_keys(settings: Settings, registry: Registry) -> None:
    """Give the process its keyring.

    Raises:
        KeyMissingError: the provider is not there, or has no key; the message says what to do.
    """
    use_keyring(Keyring(_provider(settings, registry), DatabaseStore(settings.database_url)))


def _provider(settings: Settings, registry: Registry) -> KeyProvider:
    if settings.key_provider == RootKeys.name:
        return RootKeys.of(settings)
    brought: dict[str, KeyProvider] = {
        item.value.name: item.value for item in registry.declared("register_key_providers")
    }
    if settings.key_provider not in brought:
        names = ", ".join((RootKeys.name, *brought))
        raise KeyMissingError(
            f"AEROSTIC_KEY_PROVIDER names {settings.key_provider!r}, which nobody brings: install its plugin, or take one of"
            f" {names}."
        )
    return brought[settings.key_provider]
