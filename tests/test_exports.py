"""`helpers.name` is what the table of exports says, in whatever order things are imported."""

import importlib
import pkgutil

import helpers


def test_no_export_has_the_name_of_a_module():
    modules = {module.name for module in pkgutil.iter_modules(helpers.__path__)}
    assert modules & set(helpers.__all__) == set()


def test_every_export_is_there():
    for name, module in helpers._EXPORTS.items():
        assert hasattr(importlib.import_module(module), name), name
