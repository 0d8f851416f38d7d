"""`aerostic ...`: the commands, the supervisor of processes and the private servers."""
