# Reference numbers of R's survival and geepack for tests/test_jobs_reference.py.
# Run in this folder: Rscript make_jobs.R   (R 4.2.2, survival 3.5, geepack 1.3; the tests themselves need no R)
# positions.csv and job_counts.csv are invented: ties, late entry, rows of one enterprise that end together, empty years.
suppressMessages({library(survival); library(geepack)})
positions <- read.csv("positions.csv")
# R sums influences within clusters over all groups; each group alone is what the tables hold
rows <- list()
for (set in c("late", "early")) for (group in c("all", sort(unique(positions$contract)))) {
  d <- if (group == "all") positions else positions[positions$contract == group, ]
  if (set == "early") d <- transform(d, exit = exit - entry, entry = 0)
  s <- survfit(Surv(entry, exit, event) ~ 1, d, id = position, cluster = enterprise, robust = TRUE, conf.type = "log-log")
  rows[[length(rows) + 1]] <- data.frame(set = set, group = group, at_months = s$time, at_risk = s$n.risk,
    n_events = s$n.event, estimate = s$surv, se = s$std.err, low = s$lower, high = s$upper)
}
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(rows, name, row.names = FALSE, quote = which(!numbers))
}
store(do.call(rbind, rows), "jobs_positions.csv")

counts <- read.csv("job_counts.csv")
counts$enterprise <- as.integer(factor(counts$enterprise))
counts <- counts[order(counts$enterprise, counts$year), ]
fit <- geeglm(count ~ year + later, id = enterprise, data = counts, family = poisson, corstr = "exchangeable",
  offset = log(exposure), scale.fix = TRUE, control = geese.control(epsilon = 1e-10, maxit = 200))
store(data.frame(term = c("intercept", "per_year", "later"), coefficient = coef(fit),
  se = summary(fit)$coefficients[, "Std.err"]), "jobs_gee.csv")
