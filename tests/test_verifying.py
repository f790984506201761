"""A published report can be checked: each changed byte is named, and so is each file that is missing or was added."""

import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import small_report
from rocrate.rocrate import ROCrate
from typer.testing import CliRunner

from coopeval import audit, provenance, runs
from coopeval.cli.door import app
from coopeval.errors import DisclosureError, ParameterError, refusal
from coopeval.provenance import signing
from coopeval.runs import recording
from coopeval.runs.finding_words import FINDINGS

pytestmark = pytest.mark.promise("P8")
NEEDS_SSH = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two keys without a passphrase, and one with."""
    folder = tmp_path_factory.mktemp("keys")
    for name, phrase in (("own", ""), ("other", ""), ("locked", "a phrase")):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-C", "els@desk", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        return small_report.write(tmp_path_factory.mktemp("made") / "2026S1", patch)


@pytest.fixture
def report(made, tmp_path, monkeypatch):
    """A copy to change; the code is the one that made it, without reading all of it again."""
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(provenance, "code_version", lambda: record["code"])
    monkeypatch.setattr(provenance, "reference_digest", lambda: record["reference"])
    return Path(shutil.copytree(made, tmp_path / "reports" / "2026S1"))


def codes(found):
    return {(finding.code, finding.file, finding.where) for finding in found.findings}


def flip(path: Path, at: int = -40) -> None:
    """Changes one byte, to another letter so that text stays text."""
    content = bytearray(path.read_bytes())
    content[at] = ord("x") if content[at] != ord("x") else ord("y")
    path.write_bytes(bytes(content))


def test_an_untouched_report_passes_every_check(report):
    found = runs.inspected(report)
    assert found.findings == ()
    done = {check.name: check.n_checked for check in found.checks if not check.left_out}
    assert {"files", "record", "inputs", "results", "downloads", "links", "requests", "secrets", "crate"} <= set(done)
    assert all(done.values())


def test_one_changed_byte_of_any_file_is_named(report, extent):
    names = ["site/nl/10_portfolio.html", "site/fr/figures/10_portfolio-1.svg", "site/style.css", "site/index.html"]
    for name in names:
        flip(report / name)
    assert codes(runs.inspected(report)) == {("V-FILE-01", name, "") for name in names}
    extent.checks(len(names))


def test_a_changed_figure_of_a_table_is_named_in_the_results_and_in_the_download(report):
    for name in ("results/shares.csv", "site/data/shares.csv"):
        path = report / name
        path.write_text(path.read_text(encoding="utf-8").replace("a,20,", "a,25,", 1), encoding="utf-8")
    found = codes(runs.inspected(report))
    assert {("V-FILE-01", "results/shares.csv", ""), ("V-FILE-01", "site/data/shares.csv", "")} <= found
    assert ("V-TAB-01", "results/shares.csv", "") in found


def test_a_figure_changed_everywhere_with_its_manifest_is_still_not_what_the_gate_released(report):
    for name in ("results/shares.csv", "site/data/shares.csv"):
        path = report / name
        path.write_text(path.read_text(encoding="utf-8").replace("a,20,", "a,25,", 1), encoding="utf-8")
    again(report)
    assert codes(runs.inspected(report)) == {("V-TAB-01", "results/shares.csv", "")}


def test_a_download_that_is_no_released_table_is_named(report):
    shutil.copy(report / "results" / "shares.csv", report / "site" / "data" / "sums.csv")
    shutil.copy(report / "results" / "shares.csv", report / "site" / "data" / "other_shares.csv")
    again(report)
    assert {code for code, *_ in codes(runs.inspected(report))} == {"V-TAB-03", "V-TAB-04"}


def test_each_changed_setting_is_named_with_both_values(report, extent):
    said = json.loads((report / "run.json").read_text(encoding="utf-8"))
    changed = {"parameters.audience": "internal", "as_of": "2026-06-29", "code.version": "9.9", "settings": "none"}
    before = {"parameters.audience": "public", "as_of": "2026-06-30", "code.version": "0.1.0", "settings": "-"}
    said["parameters"]["audience"], said["as_of"], said["code"]["version"] = list(changed.values())[:3]
    said["settings"] = changed["settings"]
    recording.write_json(report / "run.json", said)
    found = [finding for finding in runs.inspected(report).findings if finding.code == "V-RUN-01"]
    assert {finding.where: finding.found for finding in found} == changed
    assert {finding.where: finding.expected for finding in found} == before
    extent.checks(len(changed))


def test_a_changed_threshold_breaks_the_manifest_that_is_signed(report):
    said = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert said["thresholds"]["R1"]["persons"] >= 10
    assert said["inputs"]["tables"].keys() == {"projects", "structures"}
    assert said["tables"].keys() == {"shares", "other_shares"}
    del said["thresholds"]
    recording.write_json(report / "manifest.json", said)
    assert ("V-MAN-02", "manifest.json", "thresholds") in codes(runs.inspected(report))


def test_a_missing_and_an_added_file_are_named(report):
    (report / "site" / "nl" / "glossary.html").unlink()
    (report / "site" / "fr" / "note.txt").write_text("seen", encoding="utf-8")
    found = codes(runs.inspected(report))
    assert ("V-FILE-02", "site/nl/glossary.html", "") in found and ("V-FILE-03", "site/fr/note.txt", "") in found
    assert ("V-PAGE-03", "site/nl/glossary.html", "") in found
    assert any(code == "V-LINK-01" for code, *_ in found)


def test_a_link_among_the_files_is_named(report, tmp_path):
    (tmp_path / "elsewhere.html").write_text("x", encoding="utf-8")
    (report / "site" / "fr" / "more.html").symlink_to(tmp_path / "elsewhere.html")
    assert ("V-FILE-04", "site/fr/more.html", "") in codes(runs.inspected(report))


def test_a_changed_input_is_named_by_its_table(report, monkeypatch):
    monkeypatch.setattr("coopeval.tables.read", lambda data: small_report.delivery())
    assert runs.inspected(report, Path("delivery")).findings == ()
    monkeypatch.setattr("coopeval.tables.read", lambda data: small_report.delivery(41))
    assert codes(runs.inspected(report, Path("delivery"))) == {("V-DATA-01", "projects", "")}


def test_a_changed_kept_table_is_named(report):
    path = next((report / "private" / "tables").glob("projects-*.parquet"))
    path.write_bytes(path.read_bytes()[:-9])
    name = path.relative_to(report).as_posix()
    assert codes(runs.inspected(report)) == {("V-DATA-04", name, ""), ("V-FILE-01", name, "")}


def test_readers_without_the_private_folder_check_all_the_rest(report):
    shutil.rmtree(report / "private")
    found = runs.inspected(report)
    assert found.findings == ()
    assert {check.name for check in found.checks if check.left_out} >= {"inputs", "private"}


def again(report):
    """The manifest made again: as somebody would who changes a page and covers the tracks."""
    for name in ("manifest.json", "manifest.json.sig", "allowed_signers"):
        (report / name).unlink(missing_ok=True)
    recording.write_manifests(report)


PAGE = "site/nl/10_portfolio.html"


HARMFUL = (
    ('<img src="https://elsewhere.example/x.png" alt="">', "V-OUT-01"),
    ("<script>1</script>", "V-OUT-01"),
    ('<a href="javascript:1">x</a>', "V-OUT-01"),
    ('<p onclick="1">x</p>', "V-OUT-01"),
    ('<a href="nowhere.html">x</a>', "V-LINK-01"),
    ('<a href="about.html#nowhere">x</a>', "V-LINK-01"),
    ('<a href="../../../../../etc/hostname">x</a>', "V-LINK-01"),
    ("<p>0123456789abcdef0123</p>", "V-PAGE-01"),
    ("<p>made in /home/els/coopeval</p>", "V-SECRET-01"),
)


def test_what_no_page_may_hold_is_found_whatever_the_manifest_says(report, extent):
    pages = sorted(path for path in (report / "site").glob("??/*.html"))[: len(HARMFUL)]
    for page, (inserted, _) in zip(pages, HARMFUL, strict=True):
        html = page.read_text(encoding="utf-8")
        page.write_text(html.replace("</main>", f"{inserted}</main>"), encoding="utf-8")
    again(report)
    expected = {(code, page.relative_to(report).as_posix()) for page, (_, code) in zip(pages, HARMFUL, strict=True)}
    assert {(code, file) for code, file, _ in codes(runs.inspected(report))} == expected
    extent.checks(len(HARMFUL))


def test_a_link_to_a_source_elsewhere_is_no_request(report):
    path = report / PAGE
    html = path.read_text(encoding="utf-8").replace("</main>", '<a href="https://statbel.fgov.be/">x</a></main>')
    path.write_text(html, encoding="utf-8")
    again(report)
    assert runs.inspected(report).findings == ()


def test_a_page_without_its_policy_and_a_picture_that_fetches_are_named(report):
    page, picture = report / PAGE, report / "site" / "nl" / "figures" / "10_portfolio-1.svg"
    page.write_text(page.read_text(encoding="utf-8").replace("Content-Security-Policy", "x"), encoding="utf-8")
    svg = picture.read_text(encoding="utf-8").replace("</svg>", '<image xlink:href="http://e.example/x"/></svg>')
    picture.write_text(svg, encoding="utf-8")
    again(report)
    name = picture.relative_to(report).as_posix()
    assert codes(runs.inspected(report)) == {("V-OUT-02", PAGE, ""), ("V-OUT-01", name, "")}


@NEEDS_SSH
def test_a_signed_report_tells_its_key_and_a_change_breaks_it(report, keys):
    for name in ("manifest.json",):
        (report / name).unlink()
    by = signing.signer(keys / "own")
    recording.write_manifests(report, by)
    signature = (report / "manifest.json.sig").read_bytes()
    assert "els" not in (report / "allowed_signers").read_text(encoding="utf-8"), "the comment of a key names a user"
    fine = runs.inspected(report)
    assert fine.findings == () and any("SHA256:" in line for line in fine.lines("en"))
    signing.sign(report, by)
    assert (report / "manifest.json.sig").read_bytes() == signature, "the same key gives the same bytes"
    said = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    said["thresholds"]["R1"]["persons"] = 3
    recording.write_json(report / "manifest.json", said)
    assert codes(runs.inspected(report)) == {("V-SIG-01", "manifest.json.sig", "")}


@NEEDS_SSH
def test_a_report_signed_by_another_key_than_the_trusted_ones_is_refused(report, keys, tmp_path):
    trusted = tmp_path / "trusted"
    trusted.write_text(f"coopcity {(keys / 'own.pub').read_text(encoding='utf-8')}", encoding="utf-8")
    assert codes(runs.inspected(report, trusted=trusted)) == {("V-SIG-03", "manifest.json.sig", "")}
    signing.sign(report, signing.signer(keys / "other"))
    assert runs.inspected(report).findings == ()
    assert codes(runs.inspected(report, trusted=trusted)) == {("V-SIG-02", "manifest.json.sig", "")}
    signing.sign(report, signing.signer(keys / "own"))
    found = runs.inspected(report, trusted=trusted)
    assert found.findings == () and any("coopcity" in line for line in found.lines("en"))


@NEEDS_SSH
def test_without_ssh_keygen_the_rest_is_checked_and_that_is_said(report, keys, monkeypatch):
    signing.sign(report, signing.signer(keys / "own"))
    monkeypatch.setattr(signing.shutil, "which", lambda name: None)
    found = runs.inspected(report)
    assert found.findings == () and any("ssh-keygen" in line for line in found.lines("en"))


@NEEDS_SSH
@pytest.mark.parametrize(
    ("name", "said"),
    [("locked", "passphrase"), ("nowhere", "no signing key"), ("a_text", "no ssh key"), ("open", "600")],
)
def test_a_key_that_cannot_sign_is_refused_before_the_run(keys, name, said):
    (keys / "a_text").write_text("not a key\n", encoding="utf-8")
    (keys / "a_text").chmod(0o600)
    shutil.copy(keys / "own", keys / "open")
    (keys / "open").chmod(0o644)
    with pytest.raises(ParameterError, match=said):
        runs.run("data/demo", "2026S1", None, runs.Options(sign=keys / name))


@NEEDS_SSH
def test_a_key_in_the_repository_is_refused(keys, monkeypatch):
    monkeypatch.setattr(signing, "ROOT", keys)
    with pytest.raises(ParameterError, match="repository"):
        signing.signer(keys / "own")


def test_the_crate_parses_names_every_file_and_tells_no_time(report):
    crate = ROCrate(str(report))
    named = {entity.id for entity in crate.data_entities}
    there = {name for name in provenance.digests_of_folder(report) if not name.startswith("private/")}
    assert there - named == {"ro-crate-metadata.json"}
    languages = {entity.id: entity.get("inLanguage") for entity in crate.data_entities}
    assert (languages["site/nl/index.html"], languages["site/fr/index.html"]) == ("nl", "fr")
    action = crate.dereference("#run")
    assert action.type == "CreateAction" and action["endTime"] == "2026-06-30T00:00:00+00:00"
    assert action["agent"].type == "SoftwareApplication" and action["instrument"].id == "run.json"
    assert {one.id for one in action["object"]} >= {"#delivery", "#table-projects"}
    assert "ComputationalWorkflow" in crate.mainEntity.type
    assert {profile.id for profile in crate.root_dataset["conformsTo"]} >= {"https://w3id.org/ro/wfrun/workflow/0.5"}
    assert crate.root_dataset["datePublished"] == "2026-06-30" and crate.license.id.startswith("https://spdx.org/")


def test_a_crate_that_cannot_be_read_or_forgets_a_file_is_named(report):
    path = report / "ro-crate-metadata.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["@graph"] = [entity for entity in said["@graph"] if entity["@id"] != "site/nl/about.html"]
    path.write_text(json.dumps(said), encoding="utf-8")
    found = codes(runs.inspected(report))
    assert {("V-CRATE-02", "site/nl/about.html", ""), ("V-FILE-01", "ro-crate-metadata.json", "")} == found
    path.write_text("{", encoding="utf-8")
    assert "V-CRATE-01" in {code for code, *_ in codes(runs.inspected(report))}


def test_a_folder_that_is_no_report_is_refused_and_one_without_manifest_is_named(report, tmp_path):
    with pytest.raises(ParameterError, match="no published report"):
        runs.inspected(tmp_path)
    (report / "manifest.json").unlink()
    assert codes(runs.inspected(report)) == {("V-MAN-01", "manifest.json", "")}


def test_the_command_answers_in_the_language_asked_for_and_with_the_exit_code(report, tmp_path):
    assert CliRunner().invoke(app, ["verify", str(report)]).exit_code == 0
    flip(report / PAGE)
    lines = {}
    for lang in ("nl", "fr"):
        different = CliRunner().invoke(app, ["verify", str(report), "--lang", lang])
        assert different.exit_code == 1
        lines[lang] = next(line for line in different.stdout.splitlines() if line.startswith(f"V-FILE-01 {PAGE}"))
    assert "gewijzigd" in lines["nl"] and "modifié" in lines["fr"]
    assert CliRunner().invoke(app, ["verify", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(app, ["verify", str(report), "--signers", str(tmp_path / "none")]).exit_code == 2


def test_every_finding_has_words_and_a_remedy():
    for code, words in FINDINGS.items():
        assert words.says.endswith((".", "}")) and words.remedy.endswith("."), code


def test_what_made_a_table_is_told_by_its_name(report):
    no_indicators = pd.DataFrame({"id": []})
    facts = dict(runs.explain("shares", report.parent, "2026S1", "en", no_indicators))
    stamp = json.loads((report / "results" / "shares.about.json").read_text(encoding="utf-8"))["sha256"]
    assert facts["Digest of its content"] == stamp and facts["Chapter that makes it"] == "10_portfolio"
    assert facts["Tables and results it is made from"] == "projects"
    assert facts["Page"].endswith("10_portfolio.html") and facts["Delivery"] and facts["Code"]


@pytest.mark.promise("P1")
def test_what_the_auditor_finds_is_a_difference_unless_somebody_answers_for_it(report, monkeypatch):
    unsafe = {"period": "2026S1", "table": "shares", "group": "a", "what": "n", "is_safe": False}
    seen = []

    class Auditor:
        Published = audit.Published

        def findings(self, own, others):
            seen.append((own.period, sorted(own.tables), [other.period for other in others]))
            return audit.Findings(pd.DataFrame([unsafe]))

    monkeypatch.setattr("coopeval.runs.audit_check.auditor", Auditor)
    before = Path(shutil.copytree(report, report.parent / "2025S2"))
    said = json.loads((before / "run.json").read_text(encoding="utf-8"))
    recording.write_json(before / "run.json", {**said, "period": "2025S2"})
    found = runs.verify(report)
    assert [(finding.code, finding.file, finding.where) for finding in found.findings] == [
        ("V-DISC-01", "results/shares.csv", "a")
    ]
    assert seen == [("2026S1", ["other_shares", "shares"], ["2025S2"])]
    decided = {"table": "shares", "group": "a", "rule": "R5", "person": "x", "reason": "y", "until": "2027-01-01"}
    recording.write_json(report / "run.json", {**said, "settings": {"sha256": "0", "exceptions": [decided]}})
    again(report)
    assert runs.verify(report).findings == ()
    monkeypatch.setattr(Auditor, "findings", contradiction)
    assert codes(runs.verify(report)) == {("V-DISC-02", "results", "shares")}


def contradiction(*_):
    raise refusal(DisclosureError, "{tables}", tables="shares")


@NEEDS_SSH
@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_the_commands_of_the_page_on_checking_do_what_it_says(report, keys):
    """Those by hand; nothing of coopeval is needed for them."""
    signing.sign(report, signing.signer(keys / "own"))
    text = (provenance.digests.ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
    blocks = text.split("```")[1::2]
    start = {"sha256sum": None, "cd reports": None, "ssh-keygen -Y": None}
    for block in blocks:
        for word in start:
            if block.strip().startswith(word):
                place = report if word == "ssh-keygen -Y" else report.parent.parent
                start[word] = subprocess.run(
                    ["sh", "-ec", block], cwd=place, capture_output=True, text=True, check=True
                ).stdout
    one, other = start["sha256sum"].splitlines()
    assert one.split()[0] in other
    assert start["cd reports"].strip() == "every file is the one the manifest names"
    assert start["ssh-keygen -Y"].startswith(f'Good "{signing.PURPOSE}" signature for {signing.PUBLISHER}')
    options = {option for block in blocks for line in block.splitlines() for option in line.split() if "--" in option}
    told = "".join(
        CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).stdout
        for name in ("verify", "run", "explain")
    )
    assert all(option in told for option in options), options
