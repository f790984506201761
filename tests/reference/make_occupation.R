# Stored numbers for tests/test_pathways.py: state occupation by R survival's multi-state survfit.
#   Rscript tests/reference/make_occupation.R     (from the project root)
# Reads occupation_stays.csv (made by hand-set rules in test_pathways.py: ties, a way back, late entrants), writes
# occupation_r.csv: case, at_months, state, estimate, se. Errors of survfit are infinitesimal jackknife ones.
library(survival)
stays <- read.csv("tests/reference/occupation_stays.csv", stringsAsFactors = FALSE)
states <- c("accompanied", "created", "recognised", "stopped", "ceased")
out <- NULL
for (case in unique(stays$case)) {
  rows <- stays[stays$case == case, ]
  rows$event <- factor(ifelse(rows$next_state == "", "censor", rows$next_state), levels = c("censor", states))
  rows$istate <- factor(rows$state, levels = states)
  fit <- survfit(Surv(entry, exit, event) ~ 1, data = rows, id = project_id, istate = istate)
  found <- summary(fit, times = c(3, 6, 12, 18, 24, 30))
  for (i in seq_along(found$time)) for (k in seq_along(found$states))
    out <- rbind(out, data.frame(case = case, at_months = found$time[i], state = found$states[k],
                                 estimate = found$pstate[i, k], se = found$std.err[i, k]))
}
write.csv(out, "tests/reference/occupation_r.csv", row.names = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
