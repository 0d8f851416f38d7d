"""Aerostic: WhatsApp marketing and automation for many tenants, on a plugin core. See docs/architecture.md."""

__version__ = "0.1.0"
