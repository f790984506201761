# Ratios of sums with Fieller limits on the units of the demonstration data (cost_units.csv), by base R.
# The limits are found from their definition, not from the formula: theta is in the set as long as the t statistic of
# sum(a - theta * b), with variance n * var(a - theta * b), stays below the quantile. uniroot finds its two ends.
# Run: Rscript tests/reference/make_costs.R   (R 4.2.2, no packages)
units <- read.csv("tests/reference/cost_units.csv")
limit <- function(a, b, side, level = 0.95) {
  n <- length(a)
  crossing <- function(theta) {
    gap <- a - theta * b
    sum(gap)^2 / (n * var(gap)) - qt(0.5 + level / 2, n - 1)^2
  }
  point <- sum(a) / sum(b)
  step <- if (side == "low") 0.5 else 2
  far <- point
  while (crossing(far) < 0 && far > 1e-9 && far < 1e12) far <- far * step
  uniroot(crossing, sort(c(point, far)), tol = 1e-9)$root
}
rows <- lapply(split(units, units$outcome), function(part) {
  data.frame(outcome = part$outcome[1], n = nrow(part), estimate = sum(part$cost_eur) / sum(part$amount),
             low = limit(part$cost_eur, part$amount, "low"), high = limit(part$cost_eur, part$amount, "high"))
})
write.csv(do.call(rbind, rows), "tests/reference/cost_ratios.csv", row.names = FALSE, quote = FALSE)
