"""The webhook documents of this folder."""

from pathlib import Path

FOLDER = Path(__file__).parent / "webhooks"
DOCUMENTS = sorted(FOLDER.glob("*.json"))
NAMES = [document.stem for document in DOCUMENTS]
