"""The words of faults between facts that belong together: take-overs, steps, referrals, jobs, prices, funding."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

CORRECT_A_DAY = N_("Correct one of the two days.")

TIED: dict[str, Words] = {
    # who lives on in whom
    "E-CHAIN-01": Words(
        N_('"{found}" is part of a circle of enterprises that live on in one another.'),
        N_("Correct continued_by so that one of them lasts."),
    ),
    "E-CHAIN-02": Words(
        N_("An enterprise cannot live on in itself."), N_("Name the other enterprise, or leave the cell empty.")
    ),
    "E-CHAIN-03": Words(
        N_('"{found}" ended on {last}, before it took this enterprise over on {started}.'),
        N_("Correct one of the two days, or continued_by."),
    ),
    "W-CHAIN-01": Words(
        N_('It should live on in "{found}", but was neither taken over nor merged. Kept as given; it is not followed.'),
        N_("Correct the kind of end, or leave continued_by empty."),
    ),
    # steps towards a recognition
    "E-STEP-01": Words(
        N_('"{found}" lies before the application, {started}.'),
        N_("Correct one of the two days, or add the application that was decided here."),
    ),
    "W-STEP-01": Words(
        N_('No application comes before this step ("{found}"). Kept as given; how long it took is not known.'),
        N_("Add the application with its day."),
    ),
    "E-STEP-02": Words(
        N_('"{found}" lies before the SDO recognition that a mandate needs, {started}.'),
        N_("Correct one of the two days, or add the earlier recognition."),
    ),
    "W-STEP-02": Words(
        N_("There is a mandate without an SDO recognition. Kept as given; it counts as a mandate alone."),
        N_("Add the recognition with its day."),
    ),
    "E-STEP-03": Words(
        N_('"{found}" lies before the recognition that expired, {started}.'),
        N_("Correct one of the two days, or add the earlier recognition."),
    ),
    "W-STEP-03": Words(
        N_("There is no recognition that could expire. Kept as given."), N_("Add the recognition with its day.")
    ),
    # referrals
    "W-REF-01": Words(N_('"{found}" lies before the entry of the project, {started}. Kept as given.'), CORRECT_A_DAY),
    "W-REF-02": Words(
        N_("The project was handed over, and no referral says to whom. Kept as given."), N_("Add the referral.")
    ),
    # work
    "W-FTE-01": Words(
        N_('"{found}" is above the full time of one job (1). Kept as given, and counted so.'),
        N_("Check the hours and the full time of the joint committee."),
    ),
    "W-FTE-02": Words(
        N_("With line {others}, of the same holder, it adds up to {total}, above the full time. Kept as given."),
        N_("End the job that was over, or correct the working time."),
    ),
    # counts of jobs
    "W-STOCK-01": Words(
        N_('"{found}" ({source}) differs from {due} ({used}) on the same day. Kept as given; {used} goes first.'),
        N_("Find out which is right."),
    ),
    "W-STOCK-02": Words(
        N_('"{found}" differs from {due}, the sum of the lines split by {columns}. Kept as given; "{found}" counts.'),
        N_("Add the part that is missing, or correct the total."),
    ),
    "W-STOCK-03": Words(
        N_('"{found}" differs from {due} in the job records of that day. Kept as given; the job records go first.'),
        N_("Complete the job records, or leave the count out."),
    ),
    # prices
    "E-PRICE-01": Words(
        N_('"{found}" lies within another price of the same expert (line {first}): two prices hold on one day.'),
        N_("End one price before the next begins."),
    ),
    "W-PRICE-01": Words(
        N_('The expert has no price on "{found}". Kept as given; the hours have no price.'),
        N_("Add the price of that day."),
    ),
    "W-PRICE-02": Words(
        N_('"{found}" lies after the last price of the expert, {last}. Kept as given; the hours have no price.'),
        N_("Add the price of that day, or correct the last day of the price."),
    ),
    # costs and their funding
    "E-FUND-01": Words(
        N_('"{found}": no day of this cost lies in the period of its funding {other} ({expected}).'),
        N_("Correct the days, or name the funding of those days."),
    ),
    "W-FUND-01": Words(
        N_('"{found}" lies outside the period of its funding {other} ({expected}). Kept as given; all of it counts.'),
        N_("Split the cost, or correct the days."),
    ),
    "E-FUND-02": Words(
        N_('"{found}" is a funding of another structure ({owner}).'),
        N_("Name a funding of the structure that bears the cost."),
    ),
    "W-FUND-02": Words(
        N_('"{found}" is less than the costs that name this funding, {due}. Kept as given; the costs count in full.'),
        N_("Check the amount, and which funding each cost names."),
    ),
    "W-FUND-03": Words(
        N_('"{found}": the same cost stands on line {first}, paid from elsewhere. Kept as given; both count.'),
        N_("Check that it is not paid for twice."),
    ),
}
