# R boot on the comparison of benchmarks/bootstrap.py, which writes the tables and starts this: Rscript bootstrap.R folder replicates
suppressMessages({library(boot); library(survival)})
given <- commandArgs(TRUE); folder <- given[1]; replicates <- as.integer(given[2])
units <- read.csv(file.path(folder, "units.csv")); jobs <- read.csv(file.path(folder, "jobs.csv"))
arms <- sort(unique(units$arm)); jobs$arm <- units$arm[jobs$cluster + 1]
at <- c(12, 36, 60); kept_at <- c(12, 24, 36); tau <- 60

reading <- function(rows, weight, months, area) {
  drawn <- weight > 0
  rows <- rows[drawn, ]; rows$weight <- weight[drawn]
  fit <- survfit(Surv(entry, exit, event) ~ 1, data = rows, weights = weight, se.fit = FALSE)
  curve <- stepfun(fit$time, c(1, fit$surv))
  inside <- fit$time < tau
  c(curve(months), if (area) sum(c(1, fit$surv[inside]) * diff(c(0, fit$time[inside], tau))))
}
figures <- function(data, weight) {
  of_arm <- sapply(arms, function(arm) { own <- units$arm == arm; reading(units[own, ], weight[own], at, TRUE) })
  kept <- sapply(arms, function(arm) {
    own <- jobs$arm == arm; reading(jobs[own, ], weight[jobs$cluster[own] + 1], kept_at, FALSE) })
  means <- sapply(c("cost_eur", "jobs"), function(column)
    sapply(arms, function(arm) { own <- units$arm == arm; sum((weight * units[[column]])[own]) / sum(weight[own]) }))
  c(of_arm[1:3, ], of_arm[4, ], kept, means)
}
peak <- function() as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
if (is.na(replicates)) {  # the same weights as the others
  weights <- as.matrix(read.csv(file.path(folder, "weights.csv"), header = FALSE))
  found <- t(apply(weights, 1, function(w) figures(units, w)))
  write.table(format(found, digits = 17), file.path(folder, "r.csv"), sep = ",", quote = FALSE, row.names = FALSE, col.names = FALSE)
} else {
  set.seed(1); before <- peak()
  taken <- system.time({
    found <- boot(units, figures, R = replicates, stype = "f", strata = as.integer(factor(units$arm)))$t
    cost <- found[, 29:32]; effect <- found[, 33:36]
    best <- sapply(seq(0, 100000, 1000), function(k) tabulate(max.col(k * effect - cost, "first"), 4))
  })
  cat(taken["elapsed"], taken["user.self"] + taken["sys.self"], peak() - before)
}
