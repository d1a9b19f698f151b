# References for accord.statistics.factor: lavaan (factor models of several groups), psych (alpha, omega).
# Run in this folder: Rscript reference.R. Data are drawn here: two groups that differ in a loading and an intercept.
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
set.seed(6)
n <- 300
school <- rep(c("one", "other"), c(170, 130))
g <- school == "other"
common <- rnorm(n)
f <- sapply(1:3, function(k) .8 * common + .6 * rnorm(n) + .3 * g)
loading <- c(.8, .7, .9, .6, .8, .7, .9, .5, .7)
data <- data.frame(sapply(1:9, function(i) 50 + 10 * ((loading[i] - .3 * g * (i == 2)) * f[, (i + 2) %/% 3] +
  rnorm(n, 0, .6) + .4 * g * (i == 5))))
names(data) <- paste0("x", 1:9)
data$school <- school
items <- paste0("x", 1:9)
one <- paste("f =~", paste(items, collapse = " + "))
three <- "a =~ x1+x2+x3\n b =~ x4+x5+x6\n c =~ x7+x8+x9"
visual <- "f =~ x1+x2+x3+x4"
tell <- function(fit) {
  m <- fitMeasures(fit, c("chisq", "df", "cfi", "rmsea", "srmr", "logl", "bic", "npar"))
  as.list(m)
}
cases <- list()
for (name in c("one", "three", "visual")) {
  model <- get(name)
  fit <- cfa(model, data, std.lv = TRUE, meanstructure = TRUE)
  cases[[name]] <- c(tell(fit), list(loadings = parameterEstimates(fit)[parameterEstimates(fit)$op == "=~", "est"]))
  # SRMR of one group leaves means out, as lavaan does unless it is told to model them.
  cases[[name]]$srmr <- tell(cfa(model, data, std.lv = TRUE))$srmr
  if (name == "three") {
    pe <- parameterEstimates(fit)
    keep <- pe$op == "~~" & pe$lhs != pe$rhs
    cases[[name]]$correlations <- pe$est[keep]; cases[[name]]$correlation_se <- pe$se[keep]
  }
  for (step in c("configural", "metric", "scalar")) {
    equal <- switch(step, configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))
    fit <- cfa(model, data, std.lv = TRUE, group = "school", group.equal = equal)
    told <- tell(fit)
    if (step == "scalar") {
      pe <- parameterEstimates(fit)
      keep <- pe$op == "~1" & pe$group == 2 & !(pe$lhs %in% items)
      told$factor_mean <- pe$est[keep]; told$factor_mean_se <- pe$se[keep]
    }
    cases[[paste(name, step, sep = "_")]] <- told
  }
}
a <- psych::alpha(data[, items], check.keys = FALSE)$total$raw_alpha
fit <- cfa(one, data, std.lv = TRUE)
pe <- parameterEstimates(fit)
l <- pe$est[pe$op == "=~"]; r <- pe$est[pe$op == "~~" & pe$lhs == pe$rhs & pe$lhs != "f"]
o <- psych::fa(cor(data[, c("x4","x5","x6","x7")]), nfactors = 1, fm = "minres", n.obs = nrow(data))
po <- sum(o$loadings)^2 / (sum(o$loadings)^2 + sum(o$uniquenesses))
cases$reliability <- list(alpha = a, omega = sum(l)^2 / (sum(l)^2 + sum(r)), psych_omega = po)
# Two levels: 60 clusters of 5, so that maximum likelihood has a closed form to compare with.
set.seed(7)
u <- rnorm(60); two <- data.frame(cluster = rep(1:60, each = 5))
w <- rnorm(300)
for (i in 1:4) two[[paste0("y", i)]] <- 5 + c(.8,.7,.9,.6)[i] * u[two$cluster] + rnorm(60, 0, .3)[two$cluster] +
  c(.6,.7,.5,.6)[i] * w + rnorm(300, 0, .5)
fit <- cfa("level: 1\n fw =~ y1+y2+y3+y4\n level: 2\n fb =~ y1+y2+y3+y4", two, cluster = "cluster", std.lv = TRUE)
h1 <- fit@h1$implied$cov
mlr <- psych::alpha(two[, -1])$total$raw_alpha
cases$levels <- list(rows = two, within = h1[[1]], between = h1[[2]])
cases$data <- data[, c(items, "school")]
write(toJSON(cases, digits = 12, auto_unbox = TRUE, dataframe = "columns"), "reference.json")
