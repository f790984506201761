"""The monitor fits two printed pages in each language: printed by chromium, where there is one."""

import re
import shutil
import subprocess

import published
import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
MONITOR = "80_semester_monitor"
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--no-pdf-header-footer",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages():
    return published.report() / "site"


@pytest.mark.skipif(
    BROWSER is None, reason="no chromium here: the monitor is not printed (Debian: apt install chromium)"
)
def test_the_monitor_fits_two_printed_pages_in_each_language(pages, tmp_path):
    for lang in ("nl", "fr", "en"):
        printed = tmp_path / f"{lang}.pdf"
        page = pages / lang / f"{MONITOR}.html"
        command = [BROWSER, *QUIET, f"--user-data-dir={tmp_path / lang}", f"--print-to-pdf={printed}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) == 2, lang


def test_the_monitor_begins_with_five_messages_made_of_its_table(pages):
    text = (pages / "en" / f"{MONITOR}.html").read_text(encoding="utf-8")
    first = text[text.index("Five messages") : text.index("Every indicator")]
    assert first.count('class="say') == 5 and "withheld" not in first
