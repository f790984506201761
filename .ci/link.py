"""Makes the library importable and the `coopeval` command available in the environment that runs this file.

A lock file with hashes and an editable install cannot share one pip run, and the lock brings no build tools; a few
small files do the same: a path, a command, and the names under which other programs find what the library offers them.
"""

import re
import shutil
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m coopeval "$@"\n'
VERSION = re.compile(r'^__version__ = "(.+)"', re.M)


def main() -> None:
    if sys.prefix == sys.base_prefix:
        sys.exit("Run this with the Python of an environment, for instance .venv/bin/python .ci/link.py")
    link(Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("scripts")))


def link(library: Path, scripts: Path) -> None:
    """Write the files into the folders of an environment; what an earlier version left there goes."""
    (library / "coopeval.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = scripts / "coopeval"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)
    for left in library.glob("coopeval-*.dist-info"):
        shutil.rmtree(left)
    version = VERSION.search((ROOT / "coopeval" / "__init__.py").read_text(encoding="utf-8"))[1]
    told = library / f"coopeval-{version}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: coopeval\nVersion: {version}\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(entry_points(), encoding="utf-8")


def entry_points() -> str:
    """The entry points of pyproject.toml, in the form in which an installed package tells them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": project["scripts"], **project["entry-points"]}
    lines = [[f"[{group}]", *(f"{name} = {place}" for name, place in names.items())] for group, names in groups.items()]
    return "\n\n".join("\n".join(group) for group in lines) + "\n"


if __name__ == "__main__":
    main()
