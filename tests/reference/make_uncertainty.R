# Reference numbers for tests/test_uncertainty_reference.py.
# Run in this folder: Rscript make_uncertainty.R   (R 4.2.2, clubSandwich 0.5.8, boot 1.3-28; the tests need no R)
# The data are invented and written beside the numbers.
suppressMessages({library(clubSandwich); library(boot)})
store <- function(rows, name) {
  numbers <- vapply(rows, is.numeric, TRUE)
  rows[numbers] <- lapply(rows[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(rows, paste0("uncertainty_", name, ".csv"), row.names = FALSE, quote = which(!numbers))
}

# rates: exact Poisson limits
rates <- expand.grid(n_events = c(0, 1, 4, 17, 120), exposure = c(0.5, 6.5, 240), level = c(0.9, 0.95))
limits <- t(mapply(function(e, x, l) poisson.test(e, x, conf.level = l)$conf.int, rates$n_events, rates$exposure, rates$level))
store(cbind(rates, low = limits[, 1], high = limits[, 2]), "rates")

# two shares: Newcombe's method 10 by hand from R's Wilson limits, Fisher's p
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
pairs <- data.frame(n_events = c(8, 0, 10, 3, 25, 60), n = c(10, 10, 10, 40, 30, 100),
                    n_events_reference = c(5, 6, 10, 9, 18, 45), n_reference = c(12, 20, 14, 40, 30, 90))
figures <- suppressWarnings(t(apply(pairs, 1, function(r) {
  p <- r[1] / r[2]; q <- r[3] / r[4]; a <- wilson(r[1], r[2]); b <- wilson(r[3], r[4])
  c(p - q, p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2),
    fisher.test(matrix(c(r[1], r[2] - r[1], r[3], r[4] - r[3]), 2))$p.value)
})))
colnames(figures) <- c("estimate", "low", "high", "p")
store(cbind(pairs, figures), "differences")

# detectable difference upward, equal groups
power <- expand.grid(n = c(12, 30, 100, 400), share_reference = c(0.1, 0.6), power = c(0.8, 0.9))
power$other <- mapply(function(n, p, b) tryCatch(power.prop.test(n = n, p1 = p, power = b, tol = 1e-12)$p2,
  error = function(e) NA), power$n, power$share_reference, power$power)
power$other[power$other > 1] <- NA  # R warns and goes on
store(power, "detectable")
p <- c(0.001, 0.04, 0.03, 0.2, 0.011, 0.9, 0.011)
store(data.frame(p = p, holm = p.adjust(p, "holm"), benjamini_hochberg = p.adjust(p, "BH")), "adjusted")

# ratios: roots of (a - r b)^2 = t^2 var(a - r b), found by uniroot and not by the formula
set.seed(20260630)
units <- do.call(rbind, lapply(c(4, 9, 45), function(n) data.frame(group = sprintf("n%02d", n),
  cost_eur = round(exp(rnorm(n, 8.5, 0.8))), jobs = rpois(n, 2))))
units <- rbind(units, data.frame(group = "rare", cost_eur = c(900, 4000, 2500, 7000, 1200, 3100), jobs = c(0, 0, 0, 0, 0, 2)))
store(units, "units")
ratios <- do.call(rbind, lapply(split(units, units$group), function(u) {
  n <- nrow(u); a <- sum(u$cost_eur); b <- sum(u$jobs); r <- a / b; t <- qt(0.975, n - 1)
  gap <- function(x) (a - x * b)^2 - t^2 * n * var(u$cost_eur - x * u$jobs)
  if (b^2 <= t^2 * n * var(u$jobs)) return(data.frame(group = u$group[1], estimate = r, low = NA, high = NA))
  data.frame(group = u$group[1], estimate = r, low = uniroot(gap, c(0, r), tol = 1e-10)$root,
             high = uniroot(gap, c(r, 1000 * r), tol = 1e-10)$root)
}))
store(ratios, "ratios")

# clusters: CR2 and Satterthwaite by clubSandwich
rows <- do.call(rbind, lapply(c(3, 7, 20), function(g) {
  size <- sample(1:12, g, TRUE); cl <- rep(seq_len(g), size)
  data.frame(group = sprintf("g%02d", g), enterprise_id = sprintf("E%03d", cl), fte = sample(1:10, sum(size), TRUE) / 10,
             n_jobs = sample(1:9, sum(size), TRUE), wage_eur = round(2000 + 300 * rnorm(g)[cl] + 200 * rnorm(sum(size))),
             open_ended = as.numeric(runif(sum(size)) < plogis(1 + rnorm(g)[cl])))
}))
store(rows, "clustered_rows")
errors <- do.call(rbind, lapply(split(rows, rows$group), function(d) do.call(rbind, lapply(c("open_ended", "wage_eur"),
  function(y) do.call(rbind, lapply(c("", "fte", "n_jobs"), function(w) {
    d$y <- d[[y]]; d$w <- if (w == "") rep(1, nrow(d)) else d[[w]]
    fit <- if (w == "") lm(y ~ 1, d) else lm(y ~ 1, d, weights = w)
    r <- coef_test(fit, vcovCR(fit, d$enterprise_id, "CR2"), test = "Satterthwaite")
    share <- r$beta; size <- if (w == "fte") sum(d$w)^2 / sum(d$w^2) else sum(d$w)
    tq <- qt(0.975, r$df)
    n <- min(size, share * (1 - share) / r$SE^2 * (qt(0.975, size - 1) / tq)^2)
    ends <- if (y == "wage_eur") share + c(-1, 1) * tq * r$SE else   # Korn-Graubard
      c(qbeta(0.025, share * n, n - share * n + 1), qbeta(0.975, share * n + 1, n - share * n))
    data.frame(group = d$group[1], value = y, weight = w, estimate = share, se = r$SE, df = r$df, low = ends[1], high = ends[2])
  }))))))
store(errors, "clustered")

# bootstrap: the replicates of boot, and the acceleration from the jackknife (centred at its mean: Efron 1987)
u <- subset(units, group == "n09")
of <- function(d, i) sum(d$cost_eur[i]) / sum(d$jobs[i])
b <- boot(u, of, 999)
left <- vapply(1:9, function(i) of(u, -i), 1)
jack <- mean(left) - left
store(data.frame(t = b$t[, 1]), "replicates")
store(data.frame(estimate = b$t0, acceleration = sum(jack^3) / (6 * sum(jack^2)^1.5), se = sd(b$t)), "bootstrap")

# quantities: Hodges-Lehmann with Moses' limits and the exact rank-sum p, no ties; qwilcox beside for large groups
sizes <- list(c(4, 4), c(7, 5), c(15, 9), c(30, 22))
drawn <- do.call(rbind, lapply(seq_along(sizes), function(k) { s <- sizes[[k]]
  data.frame(set = k, arm = rep(c("b", "a"), s), hours = round(exp(rnorm(sum(s), 3, 1)), 4)) }))
stopifnot(!anyDuplicated(drawn[c("set", "hours")]))
store(drawn, "quantities_rows")
store(do.call(rbind, lapply(split(drawn, drawn$set), function(d) {
  w <- wilcox.test(d$hours[d$arm == "b"], d$hours[d$arm == "a"], conf.int = TRUE, exact = TRUE)
  data.frame(set = d$set[1], estimate = w$estimate, low = w$conf.int[1], high = w$conf.int[2], p = w$p.value)
})), "quantities")
