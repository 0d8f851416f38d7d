"""Detection: what the platform sees is judged by detectors of plugins, and answered in graded steps. See docs/detection.md."""
