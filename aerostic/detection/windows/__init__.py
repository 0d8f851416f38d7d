"""Sliding windows: hot in the process, shared by all processes that detect through Redis, in one call a tick."""

from aerostic.detection.windows.memory import MemoryWindows
from aerostic.detection.windows.store import WindowStore

__all__ = ["MemoryWindows", "WindowStore"]
