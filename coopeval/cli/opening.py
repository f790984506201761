"""The notebooks in JupyterLab: the right one, with the kernel of this environment, nothing installed for the user."""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coopeval.cli import alone_here
from coopeval.cli.talking import BY_SIGNAL, Stopped, say
from coopeval.errors import ParameterError, refusal
from coopeval.wording import LANGUAGES, N_, translate, translate_markdown

STEADY = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # as in a run: other numbers of threads, other digits
KERNEL = "python3"  # as the stored notebooks name it
NO_NETWORK = (  # JupyterLab would ask for news, for newer versions of itself and for extensions
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


@dataclass(frozen=True)
class Opening:
    """What is started, and what it is told by the environment."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


def open_lab(root: Path, word: str | None, browser: bool, lang: str) -> int:
    """Start JupyterLab and wait for its end; returns its exit code."""
    with tempfile.TemporaryDirectory(prefix="coopeval-lab-") as kernels:
        opening = prepared(root, word, browser, Path(kernels), lang)
        tell_what_differs(browser)
        with subprocess.Popen(opening.command, cwd=root, env={**os.environ, **opening.environment}) as lab:
            try:
                return _end_of(lab)
            finally:
                lab.terminate()  # it has ended, or whoever waited for it is told to end


def tell_what_differs(browser: bool) -> None:
    """Says which settings of Jupyter are not followed, and what to do where no browser can be opened."""
    aside = alone_here.not_followed()
    if aside:
        msgid = N_(
            "Not followed here, since it may open your data to the network: {files}. The notebooks are opened for this "
            "machine alone and with a token. To work with settings of your own, start .venv/bin/jupyter lab instead."
        )
        say(msgid, files=", ".join(aside))
    if browser and not alone_here.has_screen():
        msgid = N_(
            "There is no screen here to open a browser on. Copy the address that begins with http://{host} below; from "
            "another machine, first: ssh -L 8888:{host}:8888, with the port of that address."
        )
        say(msgid, host=alone_here.HOST)


def _end_of(lab: subprocess.Popen) -> int:
    """Its exit code. Ctrl-C reaches it too, and it asks whether to stop; whoever ends this command ends it as well."""
    while True:
        try:
            code = lab.wait()
            return code if code >= 0 else BY_SIGNAL - code
        except Stopped:
            lab.terminate()
        except KeyboardInterrupt:
            continue


def prepared(root: Path, word: str | None, browser: bool, kernels: Path, lang: str = "en") -> Opening:
    """The command that opens a notebook, or their folder; `kernels` takes the description of the kernel.

    A tutorial is opened as a copy in the reader's language.

    Raises
    ------
    ParameterError
        JupyterLab is not in this environment; no notebook, or more than one, is meant.
    """
    notebook = None if word is None else meant(word, root / "notebooks")
    if importlib.util.find_spec("jupyterlab") is None:
        raise refusal(ParameterError, N_("JupyterLab is not in this environment. Make it whole: make environment."))
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")]))
    _describe_kernel(kernels, path)
    place = f"notebooks/{notebook}.ipynb" if notebook else "notebooks"
    if notebook and notebook.startswith("tutorial/"):
        place = own_copy(root, notebook, lang).relative_to(root).as_posix()
    command = (
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{place}",
        *alone_here.options(),
        *NO_NETWORK,
        *(("--allow-root",) if os.geteuid() == 0 else ()),  # as in a container; it is asked for on this machine alone
    )
    known = os.pathsep.join(filter(None, [str(kernels), os.environ.get("JUPYTER_PATH", "")]))
    command = command if browser and alone_here.has_screen() else (*command, "--no-browser")
    passing = kernels / "passing"  # Jupyter's empty settings and what kernels put aside: gone with the laboratory
    passing.mkdir()
    told = {**alone_here.environment(), "PYTHONPATH": path, "JUPYTER_PATH": known, "TMPDIR": str(passing)}
    return Opening(command, told)


def own_copy(root: Path, notebook: str, lang: str) -> Path:
    """A tutorial in the language of its reader, to be changed at will: its copy under `reports`, as it was left.

    Its prose stands in the catalogues as that of the chapters does; their pages are drawn in each language, but a
    notebook in JupyterLab shows what is written in it.
    """
    copy = root / "reports" / f"{notebook}_{lang}.ipynb"  # as deep as the stored one: its links hold in both
    if copy.exists():
        msgid = N_("{file} is opened as you left it; take it away for a fresh one.")
        say(msgid, file=copy.relative_to(root).as_posix())
    else:
        book = json.loads((root / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
        copy.parent.mkdir(parents=True, exist_ok=True)
        fresh = copy.with_suffix(".fresh")
        told = {**book, "cells": [_told(cell, lang) for cell in book["cells"]]}
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(copy)
    return copy


def _told(cell: dict, lang: str) -> dict:
    """A cell for a reader of a language, as if it had never run."""
    source = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return {**cell, "source": translate_markdown(source, lang)}
    if "parameters" in cell["metadata"].get("tags", ()):
        source = re.sub(r'^(lang: str = )"\w+"', rf'\1"{lang}"', source, flags=re.M)
    return {**cell, "source": source, "outputs": [], "execution_count": None}


def _describe_kernel(kernels: Path, path: str) -> None:
    """The Python that runs this, before any kernel of that name which the user or the machine has."""
    folder = kernels / "kernels" / KERNEL
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "Python 3", "language": "python", "metadata": {"debugger": True},
            "env": {"PYTHONPATH": path, **STEADY}}  # fmt: skip
    (folder / "kernel.json").write_text(json.dumps(told), encoding="utf-8")


def meant(word: str, folder: Path) -> str:
    """The notebook that is meant by its name, a part of it, a question (Q02) or words of its title in any language."""
    paths = [*sorted(folder.glob("*.ipynb")), *sorted(folder.glob("tutorial/*.ipynb"))]
    firsts = {path.relative_to(folder).with_suffix("").as_posix(): _first_cell(path) for path in paths}
    said = word.removesuffix(".ipynb").casefold()
    ways = (
        lambda name: name == said,
        lambda name: name[:2] == said or name[3:] == said,
        lambda name: re.fullmatch(r"q\d\d", said) and re.search(rf"\b{said}\b", firsts[name].casefold()),
        lambda name: said in name,
        lambda name: all(part in _titles(firsts[name]) for part in said.split()),
    )
    found = next((hits for way in ways if (hits := [name for name in firsts if way(name)])), [])
    if len(found) == 1:
        return found[0]
    if found:
        msgid = N_('"{word}" may mean {notebooks}. Name one of them.')
        raise refusal(ParameterError, msgid, word=word, notebooks=", ".join(found))
    near = difflib.get_close_matches(said, [*firsts, *(name[3:] for name in firsts)], n=1, cutoff=0.6)
    known = near or firsts
    msgid = N_('No notebook is called "{word}" or asks about it. Try: {notebooks}.')
    raise refusal(ParameterError, msgid, word=word, notebooks=", ".join(known))


def _first_cell(path: Path) -> str:
    try:
        return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    except (ValueError, LookupError, TypeError):  # one that is damaged can still be opened by its name
        return ""


def _titles(first: str) -> str:
    title = first.partition("\n")[0].lstrip("# ")
    return " ".join(translate(title, lang) for lang in LANGUAGES).casefold()
