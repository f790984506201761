# Numbers of base R (4.2.2) for tests/test_balance_league.py. Run in this folder: Rscript make_league.R
# Wilson's limits from prop.test, exact ones from binom.test; strata put together by hand, as MOVER says.
rows <- data.frame(
  structure = rep(c("A", "B", "C"), each = 4), kind = rep(c("t", "x", "y", "z"), 3),
  n = c(25, 12, 30, 8, 10, 40, 22, 5, 15, 15, 9, 31), made = c(10, 3, 21, 8, 3, 15, 17, 4, 9, 0, 6, 20))
write.csv(rows, "league_counts.csv", row.names = FALSE)
mix <- tapply(rows$n, rows$kind, sum)
mix <- mix / sum(mix)
all <- tapply(rows$made, rows$kind, sum) / tapply(rows$n, rows$kind, sum)
overall <- sum(rows$made) / sum(rows$n)
one <- function(part) {
  share <- part$made / part$n
  wilson <- mapply(function(x, n) prop.test(x, n, correct = FALSE)$conf.int, part$made, part$n)
  weight <- mix[part$kind]
  centre <- sum(weight * share)
  exact <- binom.test(sum(part$made), sum(part$n))$conf.int
  expected <- sum(part$n * all[part$kind])
  by <- overall * sum(part$n) / expected
  data.frame(
    structure = part$structure[1], standardised = centre,
    low = centre - sqrt(sum((weight * (share - wilson[1, ]))^2)),
    high = centre + sqrt(sum((weight * (wilson[2, ] - share))^2)),
    expected = expected / sum(part$n), indirect = by * sum(part$made) / sum(part$n),
    indirect_low = by * exact[1], indirect_high = by * exact[2])
}
found <- suppressWarnings(do.call(rbind, lapply(split(rows, rows$structure), one)))
write.csv(found, "league_shares.csv", row.names = FALSE)
