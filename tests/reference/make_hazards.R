# Reference numbers of R's survival for tests/test_hazards_reference.py.
# Run in this folder: Rscript make_hazards.R   (R 4.2.2, survival 3.5; the tests themselves need no R)
# hazards_spells.csv is invented: ties, delayed entry, three arms, 26 enterprises with several rows, weights.
# Firth's fit is found by brute force: R's own likelihood and information, the penalised sum maximised numerically.
suppressMessages(library(survival))
options(digits = 17)
d <- read.csv("hazards_spells.csv")
d$arm <- relevel(factor(d$arm), "register")
d$legal_family <- relevel(factor(d$legal_family), "coop")
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
  write.csv(rows, paste0("hazards_", name, ".csv"), row.names = FALSE, quote = which(!numbers))
}
tight <- coxph.control(eps = 1e-12, iter.max = 60, toler.inf = 1e-10)
named <- function(x) sub("^(arm|legal_family)(.+)$", "\\1=\\2", x)
parts <- c("arm", "legal_family", "age_at_zero")

# coefficients, errors from the model and by cluster (Lin & Wei), tests of proportionality
fits <- list(); zph <- list(); residuals <- list()
for (set in c("plain", "weighted", "stratified", "both")) {
  f <- Surv(entry, exit, event) ~ arm + legal_family + age_at_zero
  if (set %in% c("stratified", "both")) f <- update(f, . ~ . + strata(layer))
  w <- if (set %in% c("weighted", "both")) d$weight else rep(1, nrow(d))
  d$w <- w
  m <- coxph(f, d, weights = w, control = tight, robust = FALSE)
  k <- coxph(f, d, weights = w, cluster = enterprise, control = tight)
  fits[[set]] <- data.frame(set = set, term = named(names(coef(m))), estimate = coef(m),
    se_model = sqrt(diag(m$var)), se_cluster = sqrt(diag(k$var)), loglik = m$loglik[2])
  for (transform in c("km", "identity")) {
    z <- cox.zph(m, transform = transform)$table
    zph[[paste(set, transform)]] <- data.frame(set = set, transform = transform, term = rownames(z),
      statistic = z[, "chisq"], df = z[, "df"], p = z[, "p"])
  }
  r <- residuals(m, type = "score")
  residuals[[set]] <- data.frame(set = set, row = d$row, arm = r[, 1], age_at_zero = r[, ncol(r)])
}
store(do.call(rbind, fits), "fits")
store(do.call(rbind, zph), "zph")
store(do.call(rbind, residuals), "residuals")
schoenfeld <- cox.zph(coxph(Surv(entry, exit, event) ~ arm + legal_family + age_at_zero, d, control = tight), terms = FALSE)
store(data.frame(at_months = schoenfeld$time, scale = schoenfeld$x, programme = schoenfeld$y[, 1],
  age_at_zero = schoenfeld$y[, 5]), "schoenfeld")

# curves of a model with the arm as stratum, averaged over who is in the programme, and over all
m <- coxph(Surv(entry, exit, event) ~ legal_family + age_at_zero + strata(arm), d, control = tight)
at <- c(6, 12, 24, 36)
averaged <- list()
for (target in c("programme", "all")) for (arm in levels(d$arm)) {
  mix <- if (target == "all") d else d[d$arm == target, ]
  new <- mix; new$arm <- factor(arm, levels(d$arm))
  h <- basehaz(m, centered = FALSE)
  h <- h[h$strata == arm, ]
  height <- sapply(at, function(t) { k <- h$hazard[h$time <= t]; if (length(k)) max(k) else 0 })
  x <- model.matrix(~ legal_family + age_at_zero, mix)[, -1]
  e <- exp(x %*% coef(m))
  averaged[[length(averaged) + 1]] <- data.frame(target = target, group = arm, at_months = at,
    estimate = sapply(height, function(v) mean(exp(-v * e))))
}
store(do.call(rbind, averaged), "averaged")

# weighted curves with robust errors by enterprise, and the area under them, from the influence R keeps
values <- list(); areas <- list(); tau <- 36
for (late in c(TRUE, FALSE)) for (arm in levels(d$arm)) for (by in c("row", "enterprise")) {
  own <- d[d$arm == arm, ]
  if (!late) own <- transform(own, exit = exit - entry, entry = 0)
  own$unit <- own[[by]]
  s <- survfit(Surv(entry, exit, event) ~ 1, own, weights = weight, id = row, cluster = unit, robust = TRUE,
    conf.type = "log-log", influence = 1)
  q <- summary(s, times = at)
  values[[length(values) + 1]] <- data.frame(late = late, group = arm, by = by, at_months = q$time, estimate = q$surv,
    se = q$std.err)
  grid <- c(0, s$time[s$time < tau]); high <- c(1, s$surv[s$time < tau])
  width <- diff(c(grid, tau))
  pull <- cbind(0, s$influence.surv[, s$time < tau, drop = FALSE])
  areas[[length(areas) + 1]] <- data.frame(late = late, group = arm, by = by, tau = tau, estimate = sum(high * width),
    se = sqrt(sum((pull %*% width)^2)))
}
store(do.call(rbind, values), "values")
store(do.call(rbind, areas), "areas")

# Firth: log likelihood + half the log determinant of the information, limits where it has fallen by half of chi-square
few <- subset(d, arm != "structure" & exit <= 40)
few$event[few$arm == "programme"] <- 0   # nobody of the programme ceases: without a penalty its ratio is 0
few$arm <- droplevels(few$arm)
penalised <- function(beta, data) {
  m <- suppressWarnings(coxph(Surv(entry, exit, event) ~ arm + legal_family + age_at_zero, data, init = beta,
    control = coxph.control(iter.max = 0)))
  m$loglik[1] - 0.5 * as.numeric(determinant(m$var)$modulus)
}
largest <- function(data, fixed = integer(0), value = numeric(0), start = rep(0, 4)) {
  free <- setdiff(1:4, fixed)
  full <- function(b) { beta <- numeric(4); beta[free] <- b; beta[fixed] <- value; beta }
  scale <- c(1, 1, 1, 0.05)[free]
  goal <- function(b) -penalised(full(b * scale), data)
  b <- start[free] / scale
  for (turn in 1:4) b <- optim(b, goal, method = "BFGS", control = list(reltol = 1e-15, maxit = 500, ndeps = rep(1e-5, length(b))))$par
  list(beta = full(b * scale), value = -goal(b))
}
firth <- list()
for (set in c("few", "all")) {
  data <- if (set == "few") few else subset(d, arm != "structure")
  data$arm <- droplevels(data$arm)
  best <- largest(data)
  reach <- qchisq(0.95, 1) / 2
  for (j in 1:4) {
    gap <- function(v) largest(data, j, v, best$beta)$value - best$value + reach
    step <- c(0.5, 0.5, 0.5, 0.03)[j]
    side <- function(sign) { far <- best$beta[j] + sign * step
      while (gap(far) > 0) far <- far + sign * step
      uniroot(gap, sort(c(far, far - sign * step)), tol = 1e-8)$root }
    firth[[length(firth) + 1]] <- data.frame(set = set, term = c("arm=programme", "legal_family=company",
      "legal_family=nonprofit", "age_at_zero")[j], estimate = best$beta[j], low = side(-1), high = side(1),
      p = pchisq(2 * (best$value - largest(data, j, 0, best$beta)$value), 1, lower.tail = FALSE), value = best$value)
  }
}
store(do.call(rbind, firth), "firth")
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
