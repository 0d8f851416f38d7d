"""The kit for plugin authors: pytest fixtures, and a contract suite over every installed plugin.

The fixtures come with the installation (`pytest11`); see aerostic/testing/plugin.py. The suite is run with
`pytest --pyargs aerostic.testing.contract`.
"""
