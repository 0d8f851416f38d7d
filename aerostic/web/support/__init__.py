"""Staff at work in somebody else's workspace: letting them in, what they may do there, and the end of it."""
