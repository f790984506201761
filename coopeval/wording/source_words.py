"""The words of faults in real sources: files as such, Eurostat, the National Bank, Statbel and the NSSO."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

LOAD_AGAIN = N_("Download the file again.")
SEE_MAP = N_("Compare the map with the example in docs/sources.md.")
SEE_SOURCES = N_("Compare the file with docs/sources.md.")

SOURCES: dict[str, Words] = {
    # the file as such
    "E-SRC-01": Words(N_("The file does not exist."), N_("Check how its name is written.")),
    "E-SRC-02": Words(N_("The packed file ends too early or is damaged; nothing was read of it."), LOAD_AGAIN),
    "E-SRC-03": Words(N_("There is a sign that cannot be seen and does not belong in a text."), LOAD_AGAIN),
    "W-SRC-01": Words(
        N_("The last line has no end, so the file may have been cut off there. Kept as given."),
        N_("Look at the last line, or download the file again."),
    ),
    "E-SRC-04": Words(N_("This is a folder, and one file is needed."), N_("Name the file in it.")),
    "E-SRC-05": Words(
        N_("This is a zip file or a workbook; what it holds is not guessed."),
        N_("Unpack it and name the file inside, or save the sheet as CSV."),
    ),
    "E-SRC-06": Words(
        N_("There are headings and no rows; a statistic without a figure is not brought in."),
        N_("Look at what was asked for when it was downloaded, and download it again."),
    ),
    # Eurostat
    "E-EURO-01": Words(
        N_('"{found}" is not a flag that is known here ({expected}); its meaning is not guessed.'),
        N_("Look it up in the notes of the data set; then keep it as given with --flags and the letter."),
    ),
    "E-EURO-02": Words(
        N_("The first heading does not name the dimensions, then a backslash and TIME_PERIOD (or time)."), LOAD_AGAIN
    ),
    "E-EURO-03": Words(
        N_("The first cell has {n} codes; the heading names {expected} dimensions."),
        N_("Download the file again; footnotes and remarks below the figures do not belong in it."),
    ),
    "E-EURO-04": Words(N_("This column of SDMX-CSV 1.0 is missing."), N_("Download it as SDMX-CSV 1.0, not as 2.0.")),
    "E-EURO-05": Words(
        N_("The file holds {n} data sets ({found}); an import reads one."), N_("Download each of them apart.")
    ),
    "E-EURO-06": Words(N_("This part of the JSON-stat file does not fit the others."), LOAD_AGAIN),
    "E-EURO-07": Words(N_("The file is not valid JSON."), LOAD_AGAIN),
    "E-EURO-08": Words(N_('"{found}" cannot be a code of the dimension {dimension}.'), LOAD_AGAIN),
    "E-EURO-09": Words(N_("The cell holds neither a figure nor a colon, which says that there is none."), LOAD_AGAIN),
    "E-EURO-10": Words(
        N_("The file is neither TSV nor SDMX-CSV 1.0 nor JSON-stat 2.0 of Eurostat."),
        N_("Download the data set in one of these forms; docs/sources.md says how."),
    ),
    "E-EURO-11": Words(
        N_("There are {n} faults of the kind {code}; the first {most} are listed."),
        N_("Mend what they have in common, and import again."),
    ),
    "E-EURO-12": Words(
        N_("The columns are parted by semicolons, as a spreadsheet does when it saves; figures may be changed too."),
        N_("Download the file again as SDMX-CSV 1.0, and do not open it before the import."),
    ),
    "W-EURO-01": Words(
        N_("{n} codes are in no code list here ({found}); they are kept, and shown as they stand."),
        N_("Look them up, and add them with their source to data/reference/codelists/statistics_codes.csv."),
    ),
    # annual accounts of the National Bank
    "E-NBB-01": Words(
        N_("The filing does not say this."),
        N_("Download it again; with a filing in JSON give the list of references of the web service too."),
    ),
    "E-NBB-02": Words(N_('"{found}" stands under the same name as "{first}".'), LOAD_AGAIN),
    "E-NBB-03": Words(N_("This rubric is not a code, a value and a period."), LOAD_AGAIN),
    "E-NBB-04": Words(N_("This is not a filing of the central balance sheet office, in CSV or in JSON."), SEE_SOURCES),
    "E-NBB-05": Words(
        N_("Of several filings for this year ({references}) nothing tells which is the last."),
        N_("Give the list of references with the days of deposit, or name the right one with --keep."),
    ),
    "E-NBB-06": Words(N_('"{found}" is not a period that is known here ({expected}).'), SEE_SOURCES),
    "E-NBB-07": Words(N_("The same reference stands in {other} with other contents."), N_("Keep the right file.")),
    "E-NBB-08": Words(N_("The file is not valid JSON."), LOAD_AGAIN),
    "Q-NBB-01": Words(
        N_("The filing was replaced by a later one ({other}). It was set aside."), N_("Nothing, if that is right.")
    ),
    "Q-NBB-02": Words(
        N_("The data hold no enterprise with this number. The filing was set aside."),
        N_("Add the number to the enterprise, or leave the file out."),
    ),
    "Q-NBB-03": Words(N_("The filing came already in {other}. It was set aside."), N_("Leave one of the files out.")),
    "W-NBB-01": Words(N_("This is neither a rubric nor a known fact; it was not read."), SEE_SOURCES),
    "W-NBB-02": Words(
        N_('"{found}" for the year before differs from {due} in the filing of that year ({other}), which counts.'),
        N_("Look for a correction of one of the two filings."),
    ),
    "W-NBB-03": Words(
        N_('"{found}" differs from {due}, which is {sum}. Kept as given.'), N_("Look at the filing itself.")
    ),
    "W-NBB-04": Words(
        N_('"{found}" workers at closing date differ from {due}: those of {other}, who came, who left. Kept as given.'),
        N_("Look for a merger or a correction."),
    ),
    "W-NBB-05": Words(
        N_("The filing has no social balance sheet: its jobs are not known, and not zero."),
        N_("Use job records, payroll or a survey for this year."),
    ),
    "W-NBB-06": Words(
        N_("Heads and full-time equivalents are not both told, so there is no count for this group."),
        N_("Look at the filing itself."),
    ),
    "W-NBB-07": Words(
        N_('"{found}" is not a joint committee of the code list; the count is written as not split by committee.'),
        N_("Add the committee to the code list, with its source."),
    ),
    "W-NBB-08": Words(
        N_("The financial year has {months} months: its averages are not those of a calendar year. Kept as given."),
        N_("Mind it where years are compared."),
    ),
    "W-NBB-09": Words(
        N_("The filing names several joint committees ({found}) and does not split its workers by them."),
        N_("Use job records or payroll where the committee matters."),
    ),
    "W-NBB-10": Words(
        N_("Without --data the key of an enterprise is its number, which other tables do not use."),
        N_("Give the folder with the tables, and the keys are those of its enterprises."),
    ),
    "W-NBB-11": Words(
        N_('The year begins on "{found}", before that of {other} ends. Both are kept as given.'),
        N_("Look for a correction of one of the two filings."),
    ),
    # official statistics in sheets
    "E-STAT-01": Words(N_("The map cannot be read as TOML ({form})."), SEE_MAP),
    "E-STAT-02": Words(N_("The map has no such entry."), N_("Take it out, or write one of these: {expected}.")),
    "E-STAT-03": Words(
        N_("The map names this heading and the file does not have it. It has: {there}."),
        N_("Correct the heading in the map, or the number of the row of headings."),
    ),
    "E-STAT-04": Words(
        N_('"{found}" is not among the words of the map for this column ({expected}).'), N_("Add it to the map.")
    ),
    "E-STAT-05": Words(
        N_("The sheet {sheet} is hidden."), N_("Look at it, and make it visible if it is the right one.")
    ),
    "E-STAT-06": Words(
        N_("It is not clear which sheet to read. Visible are: {sheets}."), N_("Name one of them in the map.")
    ),
    "E-STAT-07": Words(
        N_('The largest share is "{found}", so these are not percentages.'), N_('Write unit = "share" in the map.')
    ),
    "E-STAT-08": Words(N_('"{found}" cannot stand here in the map.'), SEE_MAP),
    "E-STAT-09": Words(N_("The table has no such column; it has: {expected}."), N_("Correct the map.")),
    "E-STAT-10": Words(
        N_("No heading is this column. The headings are: {there}."),
        N_("Say in a map which heading it is; docs/sources.md shows one."),
    ),
    "E-STAT-12": Words(
        N_("The table that was imported cannot be read back as it was: {form}"),
        N_("Take its folder away, and import the file again."),
    ),
    "E-STAT-11": Words(
        N_('"{found}" is not the number of a joint committee ({expected}).'),
        N_("Give the column the format of text and copy it from its source; a last zero may be lost."),
    ),
    "W-STAT-08": Words(
        N_("{n} joint committees are in no code list here ({found}); they are kept, and shown as they stand."),
        N_("Compare them with the source, and add them with it to data/reference/codelists/joint_committees.csv."),
    ),
    "W-STAT-01": Words(N_("The sheet {sheet} is hidden and was not read."), N_("Look at what it holds.")),
    "W-STAT-02": Words(
        N_("These headings are not in the map; what stands under them was not read."), N_("Add what is needed.")
    ),
    "W-STAT-03": Words(
        N_("{n} figures of this column are stored as text; they were read as they stand."),
        N_("Give the column the format of a number."),
    ),
    "W-STAT-04": Words(
        N_('"{found}" is more than {due} a year earlier: a share cannot rise. Kept as given.'),
        N_("Compare it with the source."),
    ),
    "W-STAT-05": Words(
        N_('"{found}" differs from {due}, the numbers of the same row. Kept as given.'),
        N_("Compare it with the source."),
    ),
    "W-STAT-06": Words(
        N_('"{found}" stands beside its sub-committees; whether it holds them is not known. Kept as given.'),
        N_("Look it up before you add them."),
    ),
    "W-STAT-07": Words(
        N_('The total "{found}" differs from {due}, the sum of the rows. The total was set aside.'),
        N_("Compare the rows with the source."),
    ),
}
