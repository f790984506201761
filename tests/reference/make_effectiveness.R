# Numbers for tests/test_effectiveness.py, written out by hand because dampack and BCEA are not in Debian:
# the same definitions by other ways of computing (next cheapest step instead of removing the dominated, loops
# instead of matrices), and sandwich for the robust errors.
#   Rscript tests/reference/make_effectiveness.R   (R 4.x, sandwich)
library(sandwich)
set.seed(20261126)
here <- "tests/reference/"
put <- function(x, name) write.csv(format(x, digits = 15, trim = TRUE), paste0(here, name), row.names = FALSE, quote = FALSE)

# 1. Increments: from the cheapest of the best, walk to the option with the least euro per unit more.
sets <- do.call(rbind, lapply(1:6, function(s) data.frame(
  set = s, option = letters[1:9], cost_eur = round(runif(9, 0, 100)), effect = round(runif(9, 0, 10), 1))))
walk <- function(d) {
  at <- d[order(d$cost_eur, -d$effect), ][1, ]
  d$icer <- NA; d$on <- d$option == at$option
  repeat {
    more <- d[d$effect > at$effect, ]
    if (!nrow(more)) break
    slope <- (more$cost_eur - at$cost_eur) / (more$effect - at$effect)
    pick <- more[slope == min(slope), ]
    pick <- pick[which.min(pick$effect), ]
    d$icer[d$option == pick$option] <- min(slope); d$on[d$option == pick$option] <- TRUE
    at <- pick
  }
  d
}
put(do.call(rbind, lapply(split(sets, sets$set), walk)), "effectiveness_increments.csv")

# 2. Draws: net benefit, acceptability, expected loss, EVPI, EVPPI.
n <- 60
draws <- data.frame(draw = rep(1:n, 3), option = rep(c("a", "b", "c"), each = n),
  cost_eur = round(c(rep(0, n), rnorm(n, 9000, 2500), rnorm(n, 12000, 1500))),
  effect = round(c(rnorm(n, .4, .1), rnorm(n, .7, .25), rnorm(n, .9, .2)), 3))
write.csv(draws, paste0(here, "effectiveness_draws.csv"), row.names = FALSE, quote = FALSE)
out <- NULL
for (k in c(0, 10000, 20000, 40000)) {
  nb <- sapply(c("a", "b", "c"), function(o) with(draws[draws$option == o, ], k * effect - cost_eur))
  loss <- colMeans(apply(nb, 1, max) - nb)
  best <- table(factor(c("a", "b", "c")[apply(nb, 1, which.max)], c("a", "b", "c"))) / n
  x <- draws$effect[draws$option == "b"]
  fitted <- apply(nb, 2, function(y) fitted(lm(y ~ x + I(x^2) + I(x^3))))
  out <- rbind(out, data.frame(k_eur = k, group = c("a", "b", "c"), benefit = colMeans(nb), share = as.numeric(best),
    loss = loss, evpi = mean(apply(nb, 1, max)) - max(colMeans(nb)),
    evppi_b = mean(apply(fitted, 1, max)) - max(colMeans(nb))))
}
put(out, "effectiveness_benefit.csv")

# 3. Net-benefit regression with HC3 errors.
m <- 70
units <- data.frame(project_id = sprintf("P%03d", 1:m), option = sample(c("programme", "rejected", "S2"), m, TRUE),
  cost_eur = 0, jobs = rpois(m, 1.2), project_type = sample(c("x", "y", "z"), m, TRUE), n_holders = sample(1:4, m, TRUE))
units$cost_eur <- ifelse(units$option == "rejected", 0, round(rexp(m, 1 / 8000)))
write.csv(units, paste0(here, "effectiveness_units.csv"), row.names = FALSE, quote = FALSE)
units$option <- relevel(factor(units$option), "rejected")
out <- NULL
for (k in c(0, 20000)) {
  fit <- lm(k * jobs - cost_eur ~ option + project_type + n_holders, units)
  se <- sqrt(diag(vcovHC(fit, "HC3")))
  for (o in c("programme", "S2")) {
    b <- coef(fit)[paste0("option", o)]; s <- se[paste0("option", o)]; t <- qt(.975, fit$df.residual)
    out <- rbind(out, data.frame(k_eur = k, group = o, estimate = b, low = b - t * s, high = b + t * s))
  }
}
put(out, "effectiveness_regression.csv")
