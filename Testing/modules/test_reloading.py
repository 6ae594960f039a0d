"""Reload must read the files of the libraries again, and nobody else's."""

import sys

from interventional_oncology.panels.reloading import forgetModules


def test_packages_are_forgotten_with_all_below_them(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    for package in ("reloaded_lib", "reloaded_lib_of_another"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("from . import value\n", encoding="utf-8")
        (tmp_path / package / "value.py").write_text("number = 1\n", encoding="utf-8")
        __import__(package)
    forgetModules("reloaded_lib")
    assert not [name for name in sys.modules if name in ("reloaded_lib", "reloaded_lib.value")]
    assert "reloaded_lib_of_another.value" in sys.modules
    (tmp_path / "reloaded_lib" / "value.py").write_text("number = 22\n", encoding="utf-8")
    assert __import__("reloaded_lib").value.number == 22
    forgetModules("reloaded_lib", "reloaded_lib_of_another")
