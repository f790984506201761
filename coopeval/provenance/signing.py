"""The signature of a manifest, by the user's own ssh key: made and checked by ssh-keygen, without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coopeval.errors import CoopevalError, ParameterError, refusal
from coopeval.provenance.digests import ROOT
from coopeval.provenance.manifest import MANIFEST, SIGNATURE, SIGNERS
from coopeval.wording import N_

PROGRAM = "ssh-keygen"
PURPOSE = "coopeval"  # a signature made for something else does not pass
PUBLISHER = "publisher"  # stands for whoever holds the key; the comment of a key names a user and a machine
SECONDS = 60
UNSIGNED, NO_PROGRAM, GOOD, WRONG, UNKNOWN, NO_SIGNERS = (
    "unsigned", "no_program", "good", "wrong", "unknown", "no_signers",
)  # fmt: skip


@dataclass(frozen=True)
class Signer:
    """A key that was tried out: it can sign without asking anything."""

    key: Path
    public: str  # its public half, without the comment


@dataclass(frozen=True)
class Signed:
    """What the signature of a manifest is worth."""

    state: str  # one of the words above
    by: str = ""  # as the list of trusted keys names whoever signed
    fingerprint: str = ""


def signer(key: str | Path) -> Signer:
    """A key, tried out before anything is made.

    Parameters
    ----------
    key
        File of an ssh key outside the repository: a private key without a passphrase, or the public half of one that
        ssh-agent holds.

    Raises
    ------
    ParameterError
        The file is missing, lies in the repository, asks for a passphrase, or is no key; or there is no ssh-keygen.
    """
    path = Path(key).expanduser().resolve()
    if shutil.which(PROGRAM) is None:
        raise refusal(ParameterError, N_("Signing needs ssh-keygen, which is not on this machine. Install OpenSSH."))
    if not path.is_file():
        raise refusal(ParameterError, N_("There is no signing key {key}. Check how its name is written."), key=path)
    if path.is_relative_to(ROOT):
        msgid = N_("The signing key {key} lies in the repository. Keep it elsewhere, and make a new one: {command}")
        raise refusal(ParameterError, msgid, key=path, command="ssh-keygen -t ed25519 -N '' -f ~/.ssh/coopeval")
    tried = _called(["-Y", "sign", "-q", "-f", str(path), "-n", PURPOSE], b"coopeval\n")
    if tried.returncode != 0:
        raise _why_not(path, tried.stderr.decode(errors="replace"))
    return Signer(path, _public_half(path))


def sign(folder: Path, by: Signer) -> None:
    """Signs the manifest of a folder: its signature, and the key it is checked with, stand beside it."""
    made = _called(["-Y", "sign", "-q", "-f", str(by.key), "-n", PURPOSE], (folder / MANIFEST).read_bytes())
    if made.returncode != 0:
        raise _why_not(by.key, made.stderr.decode(errors="replace"))
    (folder / SIGNATURE).write_bytes(made.stdout)
    line = f'{PUBLISHER} namespaces="{PURPOSE}" {by.public}\n'
    (folder / SIGNERS).write_text(line, encoding="utf-8", newline="\n")


def signed(folder: Path, trusted: Path | None = None) -> Signed:
    """Who signed the manifest of a folder.

    Parameters
    ----------
    trusted
        A list of keys in the form of ssh (`man ssh-keygen`, ALLOWED SIGNERS) that came to you by another way than the
        report. Without one the key beside the manifest is taken: it tells that nothing changed since that key
        signed, and its fingerprint can be compared with the one the publisher tells.
    """
    signature = folder / SIGNATURE
    if not signature.is_file():
        return Signed(UNSIGNED)
    if shutil.which(PROGRAM) is None:
        return Signed(NO_PROGRAM)
    keys = Path(trusted) if trusted is not None else folder / SIGNERS
    if not keys.is_file():
        return Signed(NO_SIGNERS)
    found = _called(["-Y", "find-principals", "-s", str(signature), "-f", str(keys)], b"")
    names = found.stdout.decode(errors="replace").splitlines()
    if found.returncode != 0 or not names:
        return Signed(UNKNOWN if trusted is not None else WRONG)
    named = ["-I", names[0].split(",")[0], "-s", str(signature), "-f", str(keys)]
    checked = _called(["-Y", "verify", *named, "-n", PURPOSE], (folder / MANIFEST).read_bytes())
    if checked.returncode != 0:
        return Signed(WRONG)
    told = checked.stdout.decode(errors="replace").split()
    return Signed(GOOD, names[0], next((word for word in told if word.startswith("SHA256:")), ""))


def _why_not(key: Path, said: str) -> CoopevalError:
    """The refusal that fits what ssh-keygen said."""
    if "passphrase" in said:
        msgid = N_(
            "The signing key {key} asks for a passphrase. Give it to ssh-agent (ssh-add) and name its public half "
            "(.pub), or make a key without one for this purpose."
        )
    elif "agent" in said or key.suffix == ".pub":
        msgid = N_("ssh-agent does not hold the key whose public half is {key}. Add it with ssh-add.")
    elif "UNPROTECTED" in said or "too open" in said:
        msgid = N_("Others can read the signing key {key}. Close it: chmod 600.")
    else:
        msgid = N_("{key} is no ssh key that can sign. Name the file of a private key, such as ~/.ssh/id_ed25519.")
    return refusal(ParameterError, msgid, key=key)


def _public_half(key: Path) -> str:
    if key.suffix == ".pub":
        text = key.read_text(encoding="utf-8")
    else:
        text = _called(["-y", "-P", "", "-f", str(key)], b"").stdout.decode()
    return " ".join(text.split()[:2])


def _called(arguments: Sequence[str], given: bytes) -> subprocess.CompletedProcess:
    """ssh-keygen, in plain English and away from any terminal, so that it fails rather than asks."""
    environment = {**os.environ, "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    environment.pop("SSH_ASKPASS", None)
    with tempfile.TemporaryDirectory() as elsewhere:
        return subprocess.run(
            [PROGRAM, *arguments], input=given, capture_output=True, env=environment, cwd=elsewhere,
            timeout=SECONDS, start_new_session=True, check=False,
        )  # fmt: skip
