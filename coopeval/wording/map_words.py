"""The words of faults in maps of lists (map.toml), and of lists that cannot bear what they are used for."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

SEE = N_("See docs/register.md.")
DECLARE = N_('Under [dates], write for instance {column} = "dd/mm/yyyy", as its producer says.')
NOT_FOR_SURVIVAL = N_(
    'Take a list that holds those that ended too; or write used_for = "description", and map observed_from to the day '
    "of the snapshot."
)

MAPS: dict[str, Words] = {
    "E-MAP-01": Words(N_("The map cannot be read as TOML ({form})."), SEE),
    "E-MAP-02": Words(N_('"{found}" is not a key of a map.'), N_("Did you mean one of these: {expected}?")),
    "E-MAP-03": Words(N_('"{found}" cannot be the value of this key.'), N_("Write for instance: {expected}.")),
    "E-MAP-04": Words(N_("This key is missing from the map."), N_("Add it, for instance: {expected}.")),
    "E-MAP-05": Words(N_('"{found}" is not a column of {table}.'), N_("Did you mean one of these: {expected}?")),
    "E-MAP-06": Words(N_('"{found}" gets its value from {n} places.'), N_("Keep the right one.")),
    "E-MAP-07": Words(
        N_("The column {column} ({meaning}) is required and gets no value."),
        N_("Under [columns] say from which heading it comes, or under [constants] what it is for all rows."),
    ),
    "E-MAP-08": Words(N_('"{found}" holds no days, so a form of days says nothing.'), N_("Take the line out.")),
    "E-MAP-09": Words(N_('"{found}" is not in our code list.'), N_("Did you mean one of these: {expected}?")),
    "E-MAP-10": Words(N_("The file does not exist."), N_("Check how its name is written.")),
    "E-MAP-11": Words(
        N_("This is neither CSV, TSV, Parquet nor an Excel workbook (.xlsx)."), N_("Save it in one of these forms.")
    ),
    "E-MAP-12": Words(
        N_("The workbook has no sheet {sheet}; it has {files}."), N_("Correct the key sheet of the map.")
    ),
    "E-MAP-13": Words(
        N_("The workbook has several sheets, or none that can be seen: {files}."),
        N_("Say which one with the key sheet of the map."),
    ),
    "E-MAP-14": Words(
        N_("The map asks for the heading {column}, which the file does not have."),
        N_("Did you mean one of these: {expected}?"),
    ),
    "E-MAP-20": Words(
        N_('The column has {n} days in other forms than YYYY-MM-DD, such as "{found}"; no one form fits all.'), DECLARE
    ),
    "E-MAP-21": Words(
        N_('The column has {n} days in another form than YYYY-MM-DD, such as "{found}".'),
        N_("The form {form} fits all of them. If that is what is meant, under [dates] write {column} = \"{form}\"."),
    ),
    "E-MAP-22": Words(
        N_('Nobody can tell day from month: {n} days such as "{found}" fit each of {others}.'), DECLARE
    ),
    "E-MAP-23": Words(
        N_('"{found}" stands on {n} rows and has no code of ours.'),
        N_('If {instead} is meant, write so under [codes.{column}].'),
    ),
    "E-MAP-24": Words(
        N_('"{found}" stands on {n} rows and has no code of ours.'),
        N_("Under [codes.{column}], write which code of the list {list} is meant; unknown is one of them."),
    ),
    "E-MAP-25": Words(
        N_('"{found}" may be read in two ways, as {n} cells of this column may.'),
        N_('Write decimal = "," or decimal = "." in the map.'),
    ),
    "E-MAP-26": Words(
        N_('"{found}" stands on {n} rows, and the map does not say whether that is active or ended.'),
        N_("Add it to active or to ended under [status]."),
    ),
    "E-MAP-30": Words(
        N_("Of {total} rows {n} are refused, more than {high} %. Nothing was written."),
        N_("Mend the list or the map; or raise refused_at_most, if what is left still stands for the whole."),
    ),
    "E-MAP-31": Words(N_("Of {n} rows none is left. Nothing was written."), N_("Mend the list or the map.")),
    "E-LIST-01": Words(
        N_(
            "Nobody says since when an end would have been seen. Counted from the founding date, every enterprise "
            "would seem to have been watched since its birth, and those that ended before the list began would be "
            "missing."
        ),
        N_(
            "Map observed_from, or under [constants] write the first day from which the list keeps those that end; for "
            "a list made on one day that is the day of the snapshot."
        ),
    ),
    "E-LIST-02": Words(
        N_("The map says that the list holds active enterprises only: nobody in it can have ended."), NOT_FOR_SURVIVAL
    ),
    "E-LIST-03": Words(
        N_("The map says that the list was chosen by how it ended: no share of survivors can be told from it."),
        N_("Take a list chosen at birth or at entry, whatever became of it."),
    ),
    "E-LIST-04": Words(
        N_("The map says that the list holds ended enterprises only: those that go on are missing."),
        N_("Take a list that holds those that go on too."),
    ),
    "E-LIST-05": Words(
        N_("All {n} rows ended: this is a list of closures, and no share of survivors can be told from it."),
        N_("Take a list that holds those that go on too."),
    ),
    "E-LIST-06": Words(
        N_("By this column all {n} rows are active: the list was chosen on having survived."), NOT_FOR_SURVIVAL
    ),
    "E-LIST-07": Words(
        N_("A list chosen on being active, or by how it ended, seems to have been watched before its snapshot."),
        N_("Give observed_from the day of the snapshot."),
    ),
    "E-LIST-08": Words(N_("The row is said to have ended, and no day says when."), N_("Find the day.")),
    "E-LIST-09": Words(N_("The row is said to be active, and has a day of end."), N_("Find out which is right.")),
    "W-LIST-01": Words(
        N_(
            "None of {n} enterprises ended, where about {expected} ends were to be expected: of new enterprises "
            "{share} % are still there after {years} years ({source}, figure {figure})."
        ),
        N_('Ask its producer whether ended ones were taken out. If so, write holds = "active_only".'),
    ),
    "W-LIST-02": Words(
        N_(
            "No end lies before {first}, where about {expected} were to be expected: of new enterprises {share} % are "
            "still there after {years} years ({source}, figure {figure})."
        ),
        N_("Ask its producer since when ended ones are kept, and give observed_from that day, not the founding date."),
    ),
}  # fmt: skip
