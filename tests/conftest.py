"""The promises to readers in the tests: a mark says which one a test holds, and the end of a run counts them."""

import os
from collections import Counter, defaultdict
from functools import cache
from inspect import ismodule

import pytest
from hypothesis import settings

PROMISES = {
    "P1": "nothing about fewer units than the threshold can be found",
    "P2": "one gate, one decision for all languages",
    "P3": "hostile text is shown as text",
    "P4": "bad input stops the run with all its faults",
    "P5": "nothing is dropped, guessed or filled",
    "P6": "same inputs, same bytes",
    "P7": "published whole or not at all",
    "P8": "each page says what made it, and can be checked",
    "P9": "no secret, path or person in what is published",
    "P10": "accessible, and equal in Dutch and French",
}
FULL = os.environ.get("COOPEVAL_AUDIT") == "full"
settings.register_profile("no clock", deadline=None)  # a busy machine makes an example slow, and nothing wrong
settings.load_profile("no clock")


def pytest_configure(config):
    config.addinivalue_line("markers", "promise(*names): which promises to readers a test holds")


def pytest_collection_modifyitems(items):
    items.sort(key=_turn)  # keeps the order of the modules that take the same turn, and of the tests in a module
    for item in items:
        held = [name for mark in item.iter_markers("promise") for name in mark.args]
        unknown = set(held) - set(PROMISES)
        if unknown:
            raise pytest.UsageError(f"{item.nodeid}: there is no promise {', '.join(sorted(unknown))}")
        item.user_properties += [("promise", name) for name in dict.fromkeys(held)]


FIRST, EXAMPLES = "test_pages", "coopeval/"


def _turn(item) -> int:
    """First a module that has the whole report made, then those that do without, then those that read the report.

    One worker waits for the report while the other works; where both waited, a processor stood idle. The examples of
    the library come last: short modules, shared out until both workers are done.
    """
    module = getattr(item, "module", None)
    if module is None:
        return 3 if item.nodeid.startswith(EXAMPLES) else 1
    if item.path.stem == FIRST:
        return 0
    return 2 if ismodule(vars(module).get("published")) else 1


@pytest.fixture(autouse=True, scope="session")
def the_library_is_read_once():
    """No test changes a file of the library or of the reference data, and a run reads all of them ten times."""
    from coopeval.provenance import digests

    with pytest.MonkeyPatch.context() as patch:
        for name in ("_digest_below", "_area"):
            patch.setattr(digests, name, cache(getattr(digests, name)))
        yield


class Extent:
    """How far a check goes: bounded in `make test`, full in `make audit`."""

    is_full = FULL

    def __init__(self, record):
        self._record = record

    def of(self, bounded, full):
        """One of two numbers or lists."""
        return full if self.is_full else bounded

    def left_out(self, what):
        """Say in words what the bounded form leaves out."""
        if not self.is_full:
            self._record("left_out", what)

    def checks(self, n):
        """How many checks this one test makes."""
        self._record("checks", int(n))


@pytest.fixture
def extent(record_property):
    return Extent(record_property)


def pytest_terminal_summary(terminalreporter):
    """The table promise / checks / failures, and what was left out."""
    checks, failed, skipped, left_out = Counter(), Counter(), Counter(), defaultdict(list)
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            said = list(getattr(report, "user_properties", ()))
            held = [value for name, value in said if name == "promise"]
            n = max(1, sum(value for name, value in said if name == "checks"))
            for promise in held:
                checks[promise] += n if outcome != "skipped" else 0
                failed[promise] += outcome in ("failed", "error")
                skipped[promise] += outcome == "skipped"
                left_out[promise] += [value for name, value in said if name == "left_out"]
    if not checks and not skipped:
        return
    write = terminalreporter.write_line
    terminalreporter.section(f"promises to readers, {'in full' if FULL else 'in bounded form'}")
    write(f"{'':4} {'checks':>8} {'failures':>9} {'skipped':>8}   what is promised")
    for name, words in PROMISES.items():
        write(f"{name:4} {checks[name]:>8,} {failed[name]:>9,} {skipped[name]:>8,}   {words}")
        for what in dict.fromkeys(left_out[name]):
            write(f"{'':33}left out: {what}")


@pytest.fixture
def called(tmp_path, monkeypatch, capsys):
    """Calls a command in this process, in an empty folder; gives exit code, stdout and stderr."""
    from coopeval import pseudonyms
    from coopeval.cli import door

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("coopeval.runs.steady.begin_to_warm_up", lambda: None)
    of_the_user = ("LC_ALL", "LC_MESSAGES", "LANG", "COOPEVAL_LANG", "COOPEVAL_DEBUG")
    for name in (*of_the_user, pseudonyms.KEY, pseudonyms.KEY_FILE):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments):
        try:
            code = door.app(list(map(str, arguments)), prog_name="coopeval", standalone_mode=False)
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code or 0, said.out, said.err

    return call
