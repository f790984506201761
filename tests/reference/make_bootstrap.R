# Reference numbers for tests/test_uncertainty_bootstrap_reference.py: a comparison under given weights.
# Run in this folder: Rscript make_bootstrap.R   (R 4.2.2, survival 3.5-3; the tests need no R)
# The data are invented and written beside the numbers; whole months, so that ends, entries and losses tie.
suppressMessages(library(survival))
set.seed(20261126)
n <- 60; arms <- c("blossom", "rejected", "seeds"); at <- c(12, 30, 48); tau <- 36
units <- data.frame(arm = rep(arms, c(25, 20, 15)), entry = ifelse(runif(n) < 0.3, sample(1:8, n, TRUE), 0))
units$exit <- units$entry + sample(2:70, n, TRUE); units$event <- as.integer(runif(n) < 0.6)
units$cost_eur <- ifelse(runif(n) < 0.15, NA, round(exp(rnorm(n, 9, 1)), 2))
units$jobs <- ifelse(runif(n) < 0.15, NA, rpois(n, 2))
jobs <- data.frame(cluster = rep(1:n, sample(0:5, n, TRUE)))
jobs$entry <- ifelse(runif(nrow(jobs)) < 0.2, sample(1:5, nrow(jobs), TRUE), 0)
jobs$exit <- jobs$entry + sample(2:60, nrow(jobs), TRUE); jobs$event <- as.integer(runif(nrow(jobs)) < 0.5)
counts <- t(replicate(12, unlist(lapply(c(25, 20, 15), function(m) tabulate(sample(m, m, TRUE), m)))))
weights <- rbind(counts, counts[1:8, ] * matrix(round(runif(8 * n, 0.2, 3), 3), 8))  # counts; counts times decimals

fitted <- function(rows, weight) {
  rows$weight <- weight; rows <- rows[weight > 0, ]
  survfit(Surv(entry, exit, event) ~ 1, data = rows, weights = weight)
}
shares <- function(fit) { s <- summary(fit, times = at, extend = TRUE)$surv; ifelse(at > max(fit$time) & s > 0, NA, s) }
area <- function(fit) if (max(fit$time) < tau && min(fit$surv) > 0) NA else summary(fit, rmean = tau)$table[["rmean"]]
rows <- do.call(rbind, lapply(seq_len(nrow(weights)), function(b) do.call(rbind, lapply(arms, function(arm) {
  w <- weights[b, ]; own <- units$arm == arm; own_jobs <- units$arm[jobs$cluster] == arm
  known <- own & !is.na(units$cost_eur); both <- known & !is.na(units$jobs)
  fit <- fitted(units[own, ], w[own]); kept <- fitted(jobs[own_jobs, ], w[jobs$cluster[own_jobs]])
  data.frame(replicate = b, group = arm, what = c(rep("survival", 3), rep("persistence", 3), "rmst", "cost_eur", "cost_per_job"),
             at = c(at, at, tau, NA, NA),
             estimate = c(shares(fit), shares(kept), area(fit), weighted.mean(units$cost_eur[known], w[known]),
                          sum((w * units$cost_eur)[both]) / sum((w * units$jobs)[both])))
}))))
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(rows, paste0("bootstrap_", name, ".csv"), row.names = FALSE, quote = which(!numbers))
}
store(units, "units"); store(transform(jobs, cluster = cluster - 1), "jobs"); store(rows, "figures")
write.table(format(weights, digits = 17, trim = TRUE), "bootstrap_weights.csv", sep = ",", quote = FALSE, row.names = FALSE, col.names = FALSE)
