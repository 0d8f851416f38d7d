"""Runs: started by events, kept between their steps, and brought to their end whatever happens to a process."""
