"""A command line typed before is answered without being parsed, if nothing changed; and only that very line."""

import json
import subprocess
import sys

import pytest

import coopeval.cli
from coopeval.cli import making, repeated
from coopeval.runs import unchanged
from coopeval.runs.asking import Options


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """A command line that made a report: its words; `typed.out`, `typed.note`."""
    monkeypatch.delenv(repeated.SIGNING_KEY, raising=False)
    data, out = tmp_path / "delivery", tmp_path / "reports"
    (out / "2026S1" / "site").mkdir(parents=True)
    data.mkdir()
    (data / "structures.csv").write_text("structure_id\nS0\n")
    options = Options(out=out, languages=("nl",))
    decided = unchanged.decided_by(data, "2026S1", options)
    unchanged.note_down(decided, "2026S1", options, out / "2026S1" / "site")
    words = ("run", f"--data={data}", "--semester", "2026S1", "--lang", "nl", "--out", f"{out}")
    monkeypatch.setattr(making, "_made", pytest.fail)
    line = repeated.WORDS.set(words)
    making.make_report("run", data, "2026S1", lang="nl", only=None, out=out, jobs=None, revise=None)
    repeated.WORDS.reset(line)
    (made,) = (out / ".cache" / "typed").iterdir()
    typed = lambda *more: repeated.pages_of((*words, *more))  # noqa: E731
    typed.words, typed.data, typed.out, typed.note = words, data, out, made
    return typed


def test_the_same_words_are_answered_with_the_pages_that_stand(typed):
    assert typed() == typed.out / "2026S1" / "site"
    assert typed.note.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("other", [("--lang=fr",), ("--revise", "why"), ("--sign", "key"), ("",)])
def test_other_words_are_for_the_parser(typed, other):
    assert typed(*other) is None


def test_what_was_typed_is_no_answer_once_something_changed(typed, monkeypatch):
    (typed.data / "structures.csv").write_text("structure_id\nS1\n")
    assert typed() is None
    (typed.data / "structures.csv").write_text("structure_id\nS0\n")
    assert typed() is not None
    (typed.out / "2026S1" / "site" / "more.html").write_text("more")
    assert typed() is None
    (typed.out / "2026S1" / "site" / "more.html").unlink()
    monkeypatch.setenv(repeated.SIGNING_KEY, "key")  # the parser would take it for --sign
    assert typed() is None


@pytest.mark.parametrize("harm", ["", "[]", "{}", "elsewhere", "unknown", "another line"])
def test_damaged_and_foreign_notes_only_cost_time(typed, harm, tmp_path):
    said = json.loads(typed.note.read_text())
    changed = {
        "elsewhere": {**said, "options": {**said["options"], "out": str(tmp_path)}},
        "unknown": {**said, "options": {**said["options"], "colour": "red"}},
        "another line": {**said, "words": ["run"]},
    }
    typed.note.write_text(json.dumps(changed[harm]) if harm in changed else harm)
    assert typed() is None


def test_nothing_is_noted_of_a_line_nobody_typed_or_that_gives_a_reason_or_a_key(typed):
    typed.note.unlink()
    repeated.note_down(typed.data, "2026S1", {"out": typed.out})
    line = repeated.WORDS.set(typed.words)
    for asked in ({"revise": "a reason"}, {"sign": "key"}):
        repeated.note_down(typed.data, "2026S1", {"out": typed.out, **asked})
    repeated.WORDS.reset(line)
    assert not list(typed.note.parent.iterdir())


def test_the_command_answers_before_the_door_is_loaded(typed):
    code = (
        "import sys; from coopeval.cli import main; main(); "
        "print(*sorted({'typer', 'babel', 'pydantic', 'pandas'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, *typed.words], capture_output=True, text=True, check=True,
        cwd=unchanged.LIBRARY.parent, env={"COOPEVAL_LANG": "nl"},
    )  # fmt: skip
    assert said.stdout.splitlines() == [str(typed()), ""]
    assert "niets" in said.stderr


def test_a_line_that_was_never_typed_goes_to_the_door(monkeypatch, typed):
    seen = []
    monkeypatch.setattr(sys, "argv", ["coopeval", "run", "--data", "nowhere"])
    monkeypatch.setattr("coopeval.cli.door.main", lambda: seen.append(repeated.WORDS.get()))
    coopeval.cli.main()
    assert seen == [("run", "--data", "nowhere")]
    repeated.WORDS.set(())
