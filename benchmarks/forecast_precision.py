"""Does a forecast of precision come true? Seen from earlier years, the error of survival at 36 months of mid-2024.

    python benchmarks/forecast_precision.py

One row per seed and year looked from: the error then, the one expected for mid-2024, and the one found. In these
worlds the programme takes in more projects from year to year, so there are more enterprises in the end than the inflow
of the past makes, and the forecast is on the cautious side the further it looks.
"""

from pathlib import Path

import pandas as pd

from coopeval import cohort, synthetic
from coopeval.indicators.choices import MONTHS
from coopeval.indicators.forecast import known, spells_of
from coopeval.indicators.survival_choices import at_month

SEEDS, UNTIL = range(2, 12), pd.Timestamp("2024-06-30")
FROM = ("2020-06-30", "2021-06-30", "2022-06-30", "2023-06-30")


def rows(seed: int) -> list[dict[str, object]]:
    whole = synthetic.delivery(synthetic.world(structures=1, seed=seed), "2024S1")
    later = spells_of(cohort.as_of(whole, UNTIL), "programme")
    found = []
    for day in map(pd.Timestamp, FROM):
        early = spells_of(cohort.as_of(whole, day), "programme")
        start, then = known(early, day, day), known(early, day, UNTIL)
        now = at_month(early, MONTHS).se
        found.append({
            "seed": seed, "seen_from": day.date(), "n": len(early), "n_expected": then.n, "n_found": len(later),
            "error": round(now, 4), "error_expected": round(now * then.se / start.se, 4),
            "error_found": round(at_month(later, MONTHS).se, 4),
        })  # fmt: skip
    return found


if __name__ == "__main__":
    table = pd.DataFrame([row for seed in SEEDS for row in rows(seed)])
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False, lineterminator="\n")
    ratio = table["error_expected"] / table["error_found"]
    print(ratio.groupby(table["seen_from"]).agg(["median", "min", "max"]).round(2))
