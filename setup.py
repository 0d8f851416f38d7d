"""Packages come from two roots: the core beside this file, and one package a plugin under plugins/."""

from setuptools import find_packages, setup

core = find_packages(include=["aerostic", "aerostic.*"])
plugins = find_packages("plugins")
setup(packages=core + plugins, package_dir={name: f"plugins/{name}" for name in plugins if "." not in name})
