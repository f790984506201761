# Read before each script of benchmarks/: the rows, a clock, and how a script tells what it found.
suppressMessages(library(survival))
d <- read.csv("rows.csv")
clock <- function(expression, times = 3) {
  expression <- substitute(expression); frame <- parent.frame()
  median(sapply(seq_len(times), function(i) { t <- system.time(eval(expression, frame)); t[["user.self"]] + t[["sys.self"]] }))
}
told <- function(figures, seconds) {
  write.csv(format(figures, digits = 17, trim = TRUE), row.names = FALSE, quote = FALSE)
  cat("----\n"); write.csv(data.frame(seconds = seconds), quote = FALSE)
  cat("----\n", R.version.string, "; survival ", format(packageVersion("survival")), sep = "")
}
