"""The machine-learning service: the forest behind HTTP, so that it scales apart from the stream."""
