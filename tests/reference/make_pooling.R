# Reference numbers for tests/test_uncertainty_pooling.py.
# Run in this folder: Rscript make_pooling.R   (R 4.2.2, metafor 3.8-1; the tests need no R)
# The data are invented and written beside the numbers.
suppressMessages(library(metafor))
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
  write.csv(rows, paste0("pooling_", name, ".csv"), row.names = FALSE, quote = which(!numbers))
}
sets <- list(
  four       = data.frame(n_events = c(12, 20, 9, 31), n = c(40, 45, 36, 80)),
  three      = data.frame(n_events = c(42, 57, 20), n = c(136, 124, 80)),
  alike      = data.frame(n_events = c(10, 20, 31), n = c(30, 60, 90)),
  far_apart  = data.frame(n_events = c(5, 40, 22, 71, 9), n = c(50, 60, 45, 80, 14)),
  with_none  = data.frame(n_events = c(0, 4, 7, 12, 3, 9), n = c(15, 30, 25, 60, 12, 33)),
  with_all   = data.frame(n_events = c(15, 24, 21, 52, 11, 8), n = c(15, 30, 25, 60, 12, 8)),
  many       = data.frame(n_events = c(8, 15, 3, 22, 10, 6, 31, 12, 18, 5), n = c(20, 25, 11, 60, 18, 22, 75, 30, 24, 16))
)
# search to the last digit: the score of the restricted likelihood is solved by Fisher scoring with a tight threshold
tight <- list(threshold = 1e-12, maxiter = 10000)
pooled <- do.call(rbind, lapply(names(sets), function(name) {
  d <- escalc(measure = "PLO", xi = sets[[name]]$n_events, ni = sets[[name]]$n, add = 1/2, to = "only0")
  do.call(rbind, lapply(c("knha", "adhoc"), function(test) {
    r <- suppressWarnings(rma(yi, vi, data = d, method = "REML", test = test, control = tight))
    limits <- suppressWarnings(confint(r, control = list(tol = 1e-12, maxiter = 100000, tau2.max = 1000)))$random
    ahead <- qt(0.975, r$k - 2) * sqrt(r$tau2 + r$se^2)
    data.frame(set = name, test = test, estimate = plogis(r$beta[1]), low = plogis(r$ci.lb), high = plogis(r$ci.ub),
      predicted_low = plogis(r$beta[1] - ahead), predicted_high = plogis(r$beta[1] + ahead), se = r$se, tau2 = r$tau2,
      tau2_low = limits["tau^2", "ci.lb"], tau2_high = limits["tau^2", "ci.ub"], q = r$QE, q_p = r$QEp, i2 = r$I2 / 100)
  }))
}))
store(pooled, "random")
store(do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]]))), "counts")
# the exact alternative, without any correction of zeros: a binomial-normal model
exact <- do.call(rbind, lapply(names(sets), function(name) {
  g <- suppressWarnings(rma.glmm(measure = "PLO", xi = sets[[name]]$n_events, ni = sets[[name]]$n))
  data.frame(set = name, estimate = plogis(g$beta[1]), tau2 = g$tau2)
}))
store(exact, "exact")
# funnel: interpolated binomial quantile from R's own distribution, searched count by count
quantile_of <- function(p, n, share) {
  r <- 0
  while (pbinom(r, n, share) < p) r <- r + 1
  (r - (pbinom(r, n, share) - p) / dbinom(r, n, share)) / n
}
funnel <- expand.grid(n = c(8, 25, 60, 136, 400), share = c(0.08, 0.37, 0.7), level = c(0.95, 0.998))
funnel$low <- mapply(function(n, s, l) quantile_of((1 - l) / 2, n, s), funnel$n, funnel$share, funnel$level)
funnel$high <- mapply(function(n, s, l) 1 - quantile_of((1 - l) / 2, n, 1 - s), funnel$n, funnel$share, funnel$level)
store(funnel, "funnel")
