"""A JupyterLab for this machine and this user alone, whatever the machine's or the user's own settings of Jupyter say.

Such a setting, made for another server, may listen to the whole network, ask for no token, take orders from any page
in a browser, or run kernels elsewhere. Personal data are opened here, so none of them is followed, and that is said.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
EXTENSIONS = ("jupyter_server_terminals", "jupyter_lsp", "nbdime")  # of the lock; their settings are not read either
SETTINGS = ("jupyter*config.py", "jupyter*config.json", "jupyter*config.d/*.json")
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
NO_ORDERS = {
    "JUPYTER_GATEWAY_URL": "",
    "JUPYTER_TOKEN": "",
    "JUPYTER_TOKEN_FILE": "",
    "JUPYTER_SERVER_ALLOW_UNAUTHENTICATED_ACCESS": "",
}


def options() -> tuple[str, ...]:
    """What JupyterLab is told on its command line: where it listens, and which parts of it are switched on."""
    there = [name for name in EXTENSIONS if importlib.util.find_spec(name)]
    return (f"--ServerApp.ip={HOST}", *(f"--ServerApp.jpserver_extensions={name}=True" for name in there))


def environment() -> dict[str, str]:
    """What makes Jupyter read no settings; how the user likes JupyterLab to look is kept."""
    from jupyter_core.paths import jupyter_config_dir

    looks = Path(jupyter_config_dir()) / "lab"
    kept = {"JUPYTERLAB_SETTINGS_DIR": looks / "user-settings", "JUPYTERLAB_WORKSPACES_DIR": looks / "workspaces"}
    return {
        "JUPYTER_NO_CONFIG": "1",
        **{name: os.environ.get(name) or str(place) for name, place in kept.items()},
        **NO_ORDERS,
    }


def not_followed() -> list[str]:
    """The settings of Jupyter on this machine that are left aside, those that come with its packages not counted."""
    from jupyter_core.paths import jupyter_config_path

    places = [Path(place) for place in jupyter_config_path() if not Path(place).is_relative_to(sys.prefix)]
    found = (path for place in places for shape in SETTINGS for path in sorted(place.glob(shape)))
    return list(dict.fromkeys(map(str, found)))


def has_screen(environment: Mapping[str, str] | None = None) -> bool:
    """Whether a browser can be opened: without a screen, one of text would take the terminal.

    >>> has_screen({"DISPLAY": ":0"})
    True
    """
    environment = os.environ if environment is None else environment
    return sys.platform in ("darwin", "win32") or any(environment.get(name) for name in SCREENS)
