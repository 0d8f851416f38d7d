"""The detectors that come with Aerostic."""

from aerostic.sdk import Plugin

plugin = Plugin(
    name="anomaly",
    title="Anomaly detection",
    version="1.0.0",
    description="Finds spikes, brute force, botnets, scraping and fraud in the stream of what happens.",
    author="Aerostic",
    always_on=True,
)
