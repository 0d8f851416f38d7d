"""The distributions here are collected where they are installed, not in the repository."""

collect_ignore = ["acme_loyalty"]
