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

# Effects: one stack of equations per unit, its root from glm, lm and the weights above, its derivative by numDeriv.
stack_of <- function(x, t, y, estimand, method, binary) {
  q <- ncol(x); link <- if (binary) plogis else identity
  fit <- function(a) if (binary) glm.fit(x[a, ], y[a], family = binomial(), control = tight)$coefficients else
    lm.fit(x[a, ], y[a])$coefficients
  g1 <- fit(t == 1); g0 <- fit(t == 0)
  told <- balancing_weights(x, t, rep(1, length(t)), estimand, method)
  z <- scale(x[, -1]); z1 <- cbind(1, z)
  arms <- if (method == "logistic") NULL else if (estimand == "ATT") 0 else 0:1
  beta <- if (method == "logistic") coef(glm(t ~ x[, -1], family = binomial, control = tight)) else
    c(if (estimand == "ATT") colMeans(z[t == 1, ]) else colMeans(z),
      unlist(lapply(arms, function(a) lm.fit(z1[t == a, ], log(told$weight[t == a]))$coefficients)))
  k <- length(beta)
  weights_of <- function(b) {
    if (method == "logistic") {
      e <- plogis(drop(x %*% b))
      return(switch(estimand, ATT = ifelse(t == 1, 1, e / (1 - e)), ATE = ifelse(t == 1, 1 / e, 1 / (1 - e)),
                    ATO = ifelse(t == 1, 1 - e, e)))
    }
    w <- rep(1, length(t)); tilt <- matrix(b[-seq_len(q - 1)], q)
    for (j in seq_along(arms)) w <- ifelse(t == arms[j], exp(drop(z1 %*% tilt[, j])), w)
    w
  }
  aim_of <- function(b) switch(estimand, ATT = t, ATE = rep(1, length(t)),
                               ATO = { e <- plogis(drop(x %*% b)); e * (1 - e) })
  psi <- function(th) {
    b <- th[seq_len(k)]; m1 <- link(drop(x %*% th[k + seq_len(q)])); m0 <- link(drop(x %*% th[k + q + seq_len(q)]))
    mu <- th[k + 2 * q + 1:12]; w <- weights_of(b); h <- aim_of(b)
    score <- if (method == "logistic") x * (t - plogis(drop(x %*% b))) else {
      target <- b[seq_len(q - 1)]; gap <- sweep(z, 2, target); total <- sum(aim_of(b))
      cbind((if (estimand == "ATT") t else 1) * gap,
            do.call(cbind, lapply(arms, function(a) cbind(w * (t == a) - total / length(t), w * (t == a) * gap))))
    }
    # means: unadjusted, weighted; then, for each arm, the prediction over the target and what is left over
    cbind(score, x * (t * (y - m1)), x * ((1 - t) * (y - m0)),
          t * (y - mu[1]), (1 - t) * (y - mu[2]), t * w * (y - mu[3]), (1 - t) * w * (y - mu[4]),
          h * (m1 - mu[5]), h * (m0 - mu[6]), t * w * (y - m1 - mu[7]), (1 - t) * w * (y - m0 - mu[8]),
          mu[9] - (mu[5] + mu[7]), mu[10] - (mu[6] + mu[8]), mu[11] - mu[5], mu[12] - mu[6])
  }
  w <- told$weight; h <- aim_of(beta); m1 <- link(drop(x %*% g1)); m0 <- link(drop(x %*% g0))
  mean_of <- function(v, u) sum(v * u) / sum(u)
  mu <- c(mean(y[t == 1]), mean(y[t == 0]), mean_of(y, t * w), mean_of(y, (1 - t) * w), mean_of(m1, h), mean_of(m0, h),
          mean_of(y - m1, t * w), mean_of(y - m0, (1 - t) * w))
  mu <- c(mu, mu[5] + mu[7], mu[6] + mu[8], mu[5], mu[6])
  root <- c(beta, g1, g0, mu)
  list(root = root, psi = psi)
}
effect_rows <- function(x, t, y, cluster, estimand, method, binary) {
  s <- stack_of(x, t, y, estimand, method, binary)
  each <- s$psi(s$root)
  stopifnot(max(abs(colSums(each))) < 1e-4 * length(y))
  bread <- solve(jacobian(function(th) colSums(s$psi(th)), s$root))
  of_rows <- -each %*% t(bread)
  base <- length(s$root) - 12
  do.call(rbind, lapply(list(unadjusted = c(1, 2), weighted = c(3, 4), doubly_robust = c(9, 10), standardised = c(11, 12)),
    function(k) {
      mean <- s$root[base + k]; gap <- of_rows[, base + k[1]] - of_rows[, base + k[2]]
      log_gap <- of_rows[, base + k[1]] / mean[1] - of_rows[, base + k[2]] / mean[2]
      data.frame(mean = mean[1], mean_reference = mean[2], se = sqrt(sum(gap^2)), se_log_ratio = sqrt(sum(log_gap^2)),
                 se_cluster = sqrt(sum(rowsum(gap, cluster)^2)))
    }))
}
rows <- list()
for (k in seq_len(nrow(ways))) for (outcome in c("alive", "jobs")) {
  told <- effect_rows(design, units$treated, units[[outcome]], units$team, ways$estimand[k], ways$method[k], outcome == "alive")
  rows[[length(rows) + 1]] <- data.frame(ways[k, ], outcome = outcome, group = rownames(told), told)
}
effects <- do.call(rbind, rows)
# a check from outside for one of them: svyglm's error takes the weights as known, so it can only come near
svy <- svyglm(jobs ~ treated, svydesign(~1, weights = ~w, data = transform(units, w =
  balancing_weights(design, treated, rep(1, nrow(units)), "ATT", "logistic")$weight)))
stopifnot(abs(coef(svy)[2] - diff(rev(unlist(subset(effects, estimand == "ATT" & method == "logistic" & outcome == "jobs" &
  group == "weighted")[c("mean", "mean_reference")])))) < 1e-8)
store(effects, "balance_effects.csv")

# Standardised differences: over the standard deviation of the treated (ATT), else the root of the mean variance.
rows <- list()
for (k in seq_len(nrow(ways))) {
  w <- balancing_weights(design, units$treated, rep(1, nrow(units)), ways$estimand[k], ways$method[k])$weight
  every <- cbind(design[, 2:3], model.matrix(~ theme - 1, units), has_enterprise = design[, "has_enterpriseyes"])
  for (name in colnames(every)) {
    v <- every[, name]; a <- units$treated == 1
    unit <- if (ways$estimand[k] == "ATT") sd(v[a]) else sqrt((var(v[a]) + var(v[!a])) / 2)
    rows[[length(rows) + 1]] <- data.frame(ways[k, ], covariate = name,
      before = (mean(v[a]) - mean(v[!a])) / unit,
      after = (weighted.mean(v[a], w[a]) - weighted.mean(v[!a], w[!a])) / unit)
  }
}
store(do.call(rbind, rows), "balance_differences.csv")
if (file.exists("lalonde.csv")) {
  data <- read.csv("lalonde.csv")
  x <- model.matrix(~ age + educ + black + hisp + marr + nodegree + re74 + re75, data)
  x[, c("re74", "re75")] <- x[, c("re74", "re75")] / 1000
  rows <- list()
  for (k in c(1, 3, 4)) rows[[length(rows) + 1]] <- { told <- effect_rows(x, data$treat, data$re78, seq_len(nrow(data)),
    ways$estimand[k], ways$method[k], FALSE); data.frame(ways[k, ], group = rownames(told), told) }
  store(do.call(rbind, rows), "balance_lalonde.csv")
}

# Threshold: weighted lines on both sides; HC3, and errors by score (CR1), by sandwich. balance_scores.csv is invented.
suppressMessages(library(sandwich))
scores <- read.csv("balance_scores.csv")
rows <- list()
for (outcome in c("alive", "jobs", "hours")) for (width in c(4, 8, 15)) {
  near <- subset(scores, abs(points - 62) < width)
  near <- transform(near, x = points - 62, above = as.numeric(points >= 62), y = near[[outcome]], w = 1 - abs(points - 62) / width)
  fit <- lm(y ~ above * x, near, weights = w)
  rows[[length(rows) + 1]] <- data.frame(outcome = outcome, bandwidth = width, n = sum(near$above),
    n_reference = sum(1 - near$above), estimate = coef(fit)["above"], se_hc3 = sqrt(vcovHC(fit, "HC3")["above", "above"]),
    se_by_score = sqrt(vcovCL(fit, near$points, type = "HC1")["above", "above"]), scores = length(unique(near$points)))
}
store(do.call(rbind, rows), "balance_jumps.csv")
