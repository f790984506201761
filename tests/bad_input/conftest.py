"""A clean folder for each test, and further ones."""

import pytest
from faulty_folder import Folder


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "delivery")


@pytest.fixture
def spoiled(tmp_path):
    """Makes further folders, each clean until edited."""
    made = iter(range(1000))
    return lambda: Folder(tmp_path / f"other{next(made)}")
