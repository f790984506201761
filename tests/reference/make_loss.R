# Reference numbers of R for tests/test_survival_loss.py: the model of loss and the weighted curve.
# Run in this folder: Rscript make_loss.R   (R 4.2.2, survival 3.5; the tests themselves need no R)
# loss_spells.csv is invented: delayed entry, two groups lost at different rates, ends that depend on the group.
suppressMessages(library(survival))
d <- read.csv("loss_spells.csv")
d$event <- d$event == "True"
d$lost <- d$end_kind == "lost_contact"
step <- 6

# the model: enterprise-semesters, complementary log-log with the length seen as offset
rows <- do.call(rbind, lapply(seq_len(nrow(d)), function(i) {
  first <- floor(d$entry[i] / step); last <- ceiling(d$exit[i] / step) - 1
  k <- first:last
  until <- if (d$lost[i]) max(d$followed_until[i], d$exit[i]) else d$exit[i]
  data.frame(i = i, k = k, length = pmin(until / step, k + 1) - pmax(d$entry[i] / step, k),
    lost = as.numeric(d$lost[i] & k == last), g = d$g[i])
}))
rows$year <- (rows$k + 0.5) * step / 12
each <- glm(lost ~ year + g, binomial("cloglog"), rows, offset = log(length), control = glm.control(epsilon = 1e-14))
all <- glm(lost ~ year, binomial("cloglog"), rows, offset = log(length), control = glm.control(epsilon = 1e-14))

# weights at each time of exit, with the hazard even within a step; then the curve in counting-process form
height <- function(model, g) {
  year <- (0:60 + 0.5) * step / 12
  h <- exp(predict(model, data.frame(year = year, g = g, length = 1)))
  approxfun(0:61 * step, c(0, cumsum(h)))
}
cuts <- sort(unique(d$exit))
long <- survSplit(Surv(entry, exit, event) ~ ., d, cut = cuts, end = "stop", start = "start", event = "event")
of <- lapply(split(seq_len(nrow(long)), long$g), function(at) {
  H <- height(each, long$g[at[1]]); H0 <- height(all, long$g[at[1]])
  begin <- d$entry[match(long$enterprise_id[at], d$enterprise_id)]
  data.frame(at = at, w = exp((H(long$stop[at]) - H(begin)) - (H0(long$stop[at]) - H0(begin))))
})
w <- do.call(rbind, of); long$w <- w$w[order(w$at)]
cat("rows", nrow(long), "\n")
n <- sapply(cuts, function(t) sum(long$w[long$start < t & long$stop >= t]))
s <- survfit(coxph(Surv(start, stop, event) ~ 1, long, weights = w, cluster = enterprise_id), stype = 1, se.fit = FALSE)
k <- try(survfit(Surv(start, stop, event) ~ 1, long, weights = w, id = enterprise_id, robust = TRUE, conf.type = "log-log"))
out <- data.frame(at_months = k$time, estimate = k$surv, se = k$std.err, low = k$lower, high = k$upper, weight_at_risk = k$n.risk)
stopifnot(max(abs(n[match(out$at_months, cuts)] - out$weight_at_risk)) < 1e-9)
num <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))
out[] <- lapply(out, num)
write.csv(out, "loss_curve.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(model = rep(c("each", "all"), c(3, 2)), term = c(names(coef(each)), names(coef(all))),
  estimate = num(c(coef(each), coef(all)))), "loss_model.csv", row.names = FALSE, quote = FALSE)
