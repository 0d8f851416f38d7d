"""The kit for plugin authors: fixtures and a contract suite over every installed plugin."""
