"""What every plugin keeps to: a suite that runs unchanged over all installed ones.

`pytest --pyargs aerostic.testing.contract`; `-k loyalty` limits it to one plugin.
"""
