"""The words of every finding of `verify`, by its code: what was found and expected, and what to do about it.

Codes are never used again for something else.
"""

from __future__ import annotations

from coopeval.wording import N_
from coopeval.wording.fault_words import Words

RESTORE = N_("Take the published file back from the publisher, or make the report again.")
MAKE_AGAIN = N_("Make the report again with coopeval run.")

CHECKS: dict[str, str] = {
    "manifest": N_("The manifest is there and says what it must"),
    "signature": N_("Signature of the manifest"),
    "files": N_("Files of the published folder"),
    "record": N_("Settings, thresholds, code and data named by run.json"),
    "inputs": N_("Tables the report was made from"),
    "private": N_("Files of the private folder"),
    "results": N_("Released tables, as the gate stamped them"),
    "downloads": N_("Downloads, equal to the released tables"),
    "stated": N_("Digests that pages state"),
    "links": N_("Links of the pages"),
    "requests": N_("Pages that ask for nothing from outside"),
    "secrets": N_("Files without paths, names of machines, keys or numbers of persons"),
    "crate": N_("Description for machines (RO-Crate)"),
    "disclosure": N_("Disclosure rules, worked out again from everything published"),
}

FINDINGS: dict[str, Words] = {
    "V-MAN-01": Words(N_("There is no manifest that can be read; expected {expected}."), RESTORE),
    "V-MAN-02": Words(N_("The manifest lacks {where}."), MAKE_AGAIN),
    "V-SIG-01": Words(
        N_("The signature does not belong to this manifest, or not to the key named beside it."),
        N_("Do not trust the report; take it back from the publisher."),
    ),
    "V-SIG-02": Words(
        N_("The manifest is signed, but by none of the keys you trust ({expected})."),
        N_("Ask the publisher which key is his; do not trust the report until then."),
    ),
    "V-SIG-03": Words(
        N_("The manifest is not signed, and you named the keys you trust."),
        N_("Ask the publisher for a signed report."),
    ),
    "V-SIG-04": Words(
        N_("A signature without the key it was made with: {expected} is missing."),
        N_("Take the file back from the publisher, or name the keys you trust with --signers."),
    ),
    "V-FILE-01": Words(N_("The file was changed: its digest is {found}, expected is {expected}."), RESTORE),
    "V-FILE-02": Words(N_("The file is missing; the manifest expects the digest {expected}."), RESTORE),
    "V-FILE-03": Words(
        N_("The file was added: the manifest does not name it."), N_("Take it away; nobody released it.")
    ),
    "V-FILE-04": Words(
        N_("This is a link to another place, expected is a file or a folder."), N_("Take the link away.")
    ),
    "V-RUN-01": Words(N_("run.json says {found}, the manifest {expected}."), RESTORE),
    "V-RUN-02": Words(N_("run.json cannot be read; expected is what a run wrote about itself."), RESTORE),
    "V-DATA-01": Words(
        N_("The delivery holds another {file} than the report was made from: digest {found}, expected {expected}."),
        N_("Give the delivery the report was made from, or make a new edition with --revise."),
    ),
    "V-DATA-02": Words(
        N_("The report was made from {file}, which the delivery does not hold."),
        N_("Give the delivery the report was made from."),
    ),
    "V-DATA-03": Words(
        N_("The delivery holds {file}, which the report was not made from."),
        N_("Give the delivery the report was made from, or make a new edition with --revise."),
    ),
    "V-DATA-04": Words(
        N_("The table kept beside the report is gone or was changed; expected is the digest {expected}."),
        N_("Restore the private folder from a copy, or make the report again from the same delivery."),
    ),
    "V-DATA-05": Words(
        N_("The tables are the same, but not what is said about them (name, day, synthetic): digest {found}, "
           "expected {expected}."),
        N_("Give the datapackage.json the report was made from."),
    ),
    "V-TAB-01": Words(
        N_("The table is not what the gate released: its cells no longer give the digest {expected}."), RESTORE
    ),
    "V-TAB-02": Words(N_("The table was released for {found}; expected is the public."), MAKE_AGAIN),
    "V-TAB-03": Words(N_("The download differs from the released table {expected}."), RESTORE),
    "V-TAB-04": Words(N_("No released table stands behind this download."), N_("Take it away; nobody released it.")),
    "V-PAGE-01": Words(
        N_("The page states the digest {found}, which belongs to nothing this report was made from."), RESTORE
    ),
    "V-PAGE-03": Words(N_("The page does not exist in this language; the other languages have it."), MAKE_AGAIN),
    "V-LINK-01": Words(N_("The link {found} leads nowhere."), MAKE_AGAIN),
    "V-OUT-01": Words(N_("The page asks for something from outside, or runs something: {found}."), MAKE_AGAIN),
    "V-OUT-02": Words(N_("The page does not forbid requests to other places (Content-Security-Policy)."), MAKE_AGAIN),
    "V-SECRET-01": Words(
        N_("The file holds {meaning}, which must not be published: {found}."),
        N_("Do not publish it. Find out how it got there, take it out at its source and make the report again."),
    ),
    "V-CRATE-01": Words(N_("The description for machines cannot be read: {found}."), MAKE_AGAIN),
    "V-CRATE-02": Words(N_("The description for machines does not name this file."), MAKE_AGAIN),
    "V-DISC-01": Words(
        N_("A withheld figure follows from others that are published: {found}."),
        N_("Do not publish the report; run it again with the rules in force."),
    ),
    "V-DISC-02": Words(
        N_("The tables contradict each other: no exact figures give all of them, once rounded."),
        N_("Do not publish the report; one of the tables was changed, or they count different things under one name."),
    ),
}  # fmt: skip
