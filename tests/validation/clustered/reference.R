# Reference for accord.statistics.clustered: clubSandwich's CR2 with Satterthwaite t. Run here: Rscript reference.R
suppressMessages({library(clubSandwich); library(jsonlite)})
set.seed(3)
sizes <- c(1, 2, 3, 5, 8, 13, 21, 4, 4, 7, 2, 9)
cluster <- rep(seq_along(sizes), sizes)
n <- length(cluster)
a <- rnorm(n) + rnorm(12)[cluster]
b <- as.numeric(cluster %% 2 == 0)
y <- 50 + 2 * a - 1 * b + 3 * rnorm(12)[cluster] + 5 * rnorm(n)
fit <- lm(y ~ a + b)
told <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
v <- vcovCR(fit, cluster, "CR2")
write(toJSON(list(cluster = cluster, a = a, b = b, y = y, estimate = coef(fit), se = told$SE, df = told$df_Satt,
  p = told$p_Satt, covariance = matrix(v, 3)), digits = 12, auto_unbox = TRUE), "reference.json")
