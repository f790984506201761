# Reference numbers of R's survival for tests/test_survival_reference.py and tests/test_competing.py.
# Run in this folder: Rscript make_survival.R   (R 4.2.2, survival 3.5; the tests themselves need no R)
# spells.csv is invented: ties, delayed entry, three arms, two layers, three causes, weights.
suppressMessages(library(survival))
spells <- read.csv("spells.csv", na.strings = "NA", colClasses = c(cause = "character"))
spells$event <- spells$cause == "ceased"
early <- transform(spells, exit = exit - entry, entry = 0)
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(rows, paste0("survival_", name, ".csv"), row.names = FALSE, quote = which(!numbers))
}
sets <- list(late = spells, early = early)

# an unweighted survfit keeps the error of log S, a robust one that of S itself
curves <- list(); medians <- list(); weighted <- list(); ends <- list(); means <- list(); tests <- list()
for (set in names(sets)) {
  d <- sets[[set]]
  for (interval in c("log-log", "log", "plain", "logit")) {
    s <- survfit(Surv(entry, exit, event) ~ arm, d, conf.type = interval)
    curves[[length(curves) + 1]] <- data.frame(set = set, interval = interval,
      group = sub("arm=", "", rep(names(s$strata), s$strata)), at_months = s$time, at_risk = s$n.risk,
      n_events = s$n.event, estimate = s$surv, se = s$std.err * s$surv, low = s$lower, high = s$upper)
    q <- quantile(s, 0.5)
    medians[[length(medians) + 1]] <- data.frame(set = set, interval = interval,
      group = sub("arm=", "", rownames(q$quantile)), estimate = q$quantile[, 1], low = q$lower[, 1], high = q$upper[, 1])
  }
  s <- survfit(Surv(entry, exit, event) ~ arm, d, weights = weight, id = enterprise_id, robust = TRUE, conf.type = "log-log")
  weighted[[length(weighted) + 1]] <- data.frame(set = set, group = sub("arm=", "", rep(names(s$strata), s$strata)),
    at_months = s$time, estimate = s$surv, se = s$std.err, low = s$lower, high = s$upper)
  d$state <- factor(ifelse(d$cause == "", "on", d$cause), levels = c("on", "ceased", "merged", "moved_away"))
  s <- survfit(Surv(entry, exit, state) ~ 1, d, id = enterprise_id)
  for (i in seq_along(s$states)) {
    ends[[length(ends) + 1]] <- data.frame(set = set, cause = sub("\\(s0\\)", "active", s$states[i]), at_months = s$time,
      estimate = s$pstate[, i], se = s$std.err[, i])
  }
  # with exact ties the score test of Cox's model at zero is the log-rank test, and it knows delayed entry
  plain <- coxph(Surv(entry, exit, event) ~ arm, d, ties = "exact", iter.max = 0)
  layers <- coxph(Surv(entry, exit, event) ~ arm + strata(layer), d, ties = "exact", iter.max = 0)
  tests[[length(tests) + 1]] <- data.frame(set = set, weight = "none", strata = c("", "layer"),
    group = "", observed = NA, expected = NA, statistic = c(plain$score, layers$score))
}
table <- summary(survfit(Surv(exit, event) ~ arm, early), rmean = 20)$table
means <- data.frame(group = sub("arm=", "", rownames(table)), estimate = table[, "rmean"], se = table[, "se(rmean)"])
for (rho in c(0, 0.5, 1)) {
  for (strata in c("", "layer")) {
    form <- if (strata == "") Surv(exit, event) ~ arm else Surv(exit, event) ~ arm + strata(layer)
    x <- survdiff(form, early, rho = rho)
    total <- function(m) if (is.matrix(m)) rowSums(m) else m
    tests[[length(tests) + 1]] <- data.frame(set = "early", weight = sprintf("fleming-harrington(%g,0)", rho),
      strata = strata, group = c("a", "b", "c"), observed = total(x$obs), expected = total(x$exp), statistic = x$chisq)
  }
}
yearly <- c(0.92, 0.85, 0.80)                       # a published curve at 12, 24 and 36 months
height <- approxfun(c(0, 12, 24, 36), c(0, -log(yearly)), rule = 2)
inside <- subset(spells, exit <= 36)
expected <- tapply(height(inside$exit) - height(inside$entry), inside$arm, sum)
observed <- tapply(inside$event, inside$arm, sum)
limits <- t(mapply(function(o, e) poisson.test(o, e)$conf.int, observed, expected))
store(data.frame(group = names(observed), observed = as.numeric(observed), expected = as.numeric(expected),
  estimate = as.numeric(observed / expected), low = limits[, 1], high = limits[, 2],
  statistic = as.numeric((observed - expected)^2 / expected)), "published")
store(do.call(rbind, curves), "curves"); store(do.call(rbind, medians), "medians")
store(do.call(rbind, weighted), "weighted"); store(do.call(rbind, ends), "ends")
store(means, "means"); store(do.call(rbind, tests), "tests")
