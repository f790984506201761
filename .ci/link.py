"""Makes the library importable and the `coopeval` command available in the environment that runs this file.

A lock file with hashes and an editable install cannot share one pip run, and the lock brings no build tools; two
small files do the same.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m coopeval "$@"\n'


def main() -> None:
    if sys.prefix == sys.base_prefix:
        sys.exit("Run this with the Python of an environment, for instance .venv/bin/python .ci/link.py")
    Path(sysconfig.get_path("purelib"), "coopeval.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts"), "coopeval")
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
