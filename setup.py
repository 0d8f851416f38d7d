"""Packages come from two roots: the core beside this file, and one package a plugin under plugins/. Themes go along as data."""

from setuptools import find_packages, setup

THEMES = "aerostic_themes"
core = find_packages(include=["aerostic", "aerostic.*"])
plugins = find_packages("plugins")
setup(
    packages=[*core, *plugins, THEMES],
    package_dir={name: f"plugins/{name}" for name in plugins if "." not in name} | {THEMES: "themes"},
    package_data={THEMES: ["**/*"]},
)
