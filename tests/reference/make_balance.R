# Balancing weights, balance and effects by base R and numDeriv, for tests/test_balancing.py and tests/test_balance*.py.
# Run in this folder: Rscript make_balance.R   (R 4.2.2, numDeriv, survey; the tests themselves need no R)
# balance_units.csv and balance_replicates.csv (times drawn) are invented. lalonde.csv, which is not kept, comes from
# the Python package causaldata (the 185 treated of nsw_mixtape, then cps_mixtape):
#   python -c "import pandas as pd, causaldata as c; pd.concat([c.nsw_mixtape.load_pandas().data.query('treat == 1'),
#   c.cps_mixtape.load_pandas().data]).to_csv('lalonde.csv', index=False)"
# Scores are those of glm; entropy weights are found by optim on the dual; the errors are a sandwich of one stack of
# estimating equations, written down for one unit and differentiated numerically: no formula is shared with the library.
suppressMessages({library(numDeriv); library(survey)})
options(digits = 17)
units <- read.csv("balance_units.csv")
tight <- glm.control(epsilon = 1e-14, maxit = 100)
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
  write.csv(rows, name, row.names = FALSE, quote = which(!numbers))
}
design <- model.matrix(~ entry_year + n_holders + theme + has_enterprise, units)
balancing_weights <- function(x, t, drawn, estimand, method) {
  if (method == "logistic") {
    e <- suppressWarnings(glm(t ~ x[, -1], family = binomial, weights = drawn, control = tight))
    e <- plogis(drop(x %*% coef(e)))
    w <- switch(estimand, ATT = ifelse(t == 1, 1, e / (1 - e)), ATE = ifelse(t == 1, 1 / e, 1 / (1 - e)),
                ATO = ifelse(t == 1, 1 - e, e))
    return(list(weight = drawn * w, score = e))
  }
  z <- scale(x[, -1])
  target <- if (estimand == "ATT") colSums(drawn * t * z) / sum(drawn * t) else colSums(drawn * z) / sum(drawn)
  w <- drawn
  for (arm in if (estimand == "ATT") 0 else 0:1) {
    a <- t == arm
    gap <- sweep(z[a, , drop = FALSE], 2, target)
    dual <- function(l) log(sum(drawn[a] * exp(gap %*% l)))
    slope <- function(l) { v <- drawn[a] * exp(drop(gap %*% l)); colSums(v * gap) / sum(v) }
    l <- rep(0, ncol(z))
    for (k in 1:5) l <- optim(l, dual, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000))$par
    v <- drawn[a] * exp(drop(gap %*% l))
    w[a] <- v / sum(v) * if (estimand == "ATT") sum(drawn * t) else sum(drawn)
  }
  list(weight = w, score = NA)
}
ways <- data.frame(estimand = c("ATT", "ATE", "ATO", "ATT", "ATE"),
                   method = c("logistic", "logistic", "logistic", "entropy", "entropy"))
draws <- cbind(data = 1, read.csv("balance_replicates.csv"))
rows <- list()
for (k in seq_len(nrow(ways))) for (r in names(draws)) {
  told <- balancing_weights(design, units$treated, draws[[r]], ways$estimand[k], ways$method[k])
  rows[[length(rows) + 1]] <- data.frame(ways[k, ], replicate = r, unit = units$unit, weight = told$weight,
                                         score = told$score)
}
store(do.call(rbind, rows), "balance_weights.csv")
