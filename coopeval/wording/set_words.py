"""The words of faults in settings.toml."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

SET: dict[str, Words] = {
    "E-SET-01": Words(
        N_("The settings cannot be read as TOML ({form})."),
        N_("Compare the file with the example in docs/publishing.md."),
    ),
    "E-SET-02": Words(
        N_("This setting does not exist."),
        N_("Take it out, or write one of these: {expected}. See docs/publishing.md."),
    ),
    "E-SET-03": Words(N_('"{found}" cannot be the value of this setting.'), N_("Write for instance: {expected}.")),
    "E-SET-04": Words(N_("This setting is missing."), N_("Add it, for instance: {expected}.")),
}
