"""Incidents: signals that share something are one matter, across tenants."""

from aerostic.detection.incidents.grouping import Group, Grouping
from aerostic.detection.incidents.writing import close_quiet, link, write_groups

__all__ = ["Group", "Grouping", "close_quiet", "link", "write_groups"]
