"""The process around the judging: buses in, flags and rows out, what it learns kept."""
