"""The environment in which notebooks run, and a warm parent started in it early. Loads nothing heavy."""

from __future__ import annotations

import os
from contextlib import suppress

from coopeval.provenance.digests import ROOT
from coopeval.runs import warm

# One thread per process and one hash seed: more of either changes last digits and orders, not speed.
STEADY = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "", "PYTHONUTF8": "1",
    "DO_NOT_TRACK": "1", "JUPYTER_PREFER_ENV_PATH": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}  # fmt: skip
JUPYTER = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
OF_THE_USER = (*JUPYTER, "MPLBACKEND", "PYTHONSTARTUP", "PYTHONWARNINGS", "MATPLOTLIBRC", "SOURCE_DATE_EPOCH")


def quiet() -> dict[str, str]:
    """The environment of this process without the settings of its user, and with what keeps figures the same."""
    here = {name: value for name, value in os.environ.items() if name not in OF_THE_USER}
    path = os.pathsep.join(dict.fromkeys([str(ROOT), *filter(None, here.get("PYTHONPATH", "").split(os.pathsep))]))
    return {**here, **STEADY, "PYTHONPATH": path}


def begin_to_warm_up() -> None:
    """Begin with the imports of every notebook, beside whatever comes before the first of them."""
    if warm.can_fork():
        with suppress(OSError):
            warm.place_of(quiet())
