# Fits the tables of cases.py with lme4 at tolerance 1e-10, with lmerTest's degrees of freedom, and prints JSON.
suppressMessages({library(lmerTest); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
asked <- read_json(file.path(folder, "asked.json"))
tight <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
                     optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-10, xtol_rel = 1e-12, ftol_rel = 1e-16,
                                    maxeval = 1e5))
answer <- function(formula, data, reml) {
  fit <- suppressWarnings(suppressMessages(lmer(as.formula(formula), data, REML = reml, control = tight)))
  # A search without slopes stops early along a flat valley: Newton's steps on lme4's own criterion end it.
  criterion <- suppressWarnings(update(fit, devFunOnly = TRUE))
  theta <- getME(fit, "theta")
  free <- !(getME(fit, "lower") == 0 & theta < 1e-4)
  for (again in 1:2) {
    part <- function(some) { all <- theta; all[free] <- some; criterion(all) }
    bend <- numDeriv::hessian(part, theta[free])
    if (min(eigen(bend, TRUE)$values) < 1e-3) break
    theta[free] <- theta[free] - solve(bend, numDeriv::grad(part, theta[free]))
  }
  more <- suppressWarnings(suppressMessages(lmer(as.formula(formula), data, REML = reml, start = theta,
    control = lmerControl(optimizer = NULL, calc.derivs = FALSE, check.conv.singular = "ignore"))))
  if (logLik(more) >= logLik(fit)) fit <- more
  told <- coef(summary(fit))
  parts <- as.data.frame(VarCorr(fit))
  list(criterion = as.numeric(-2 * logLik(fit)), estimates = unname(told[, "Estimate"]),
       errors = unname(told[, "Std. Error"]), df = unname(told[, "df"]),
       groups = parts$grp, first = parts$var1, second = parts$var2, covariances = parts$vcov,
       lme4 = as.character(packageVersion("lme4")), lmerTest = as.character(packageVersion("lmerTest")))
}
answers <- lapply(seq_along(asked), function(place) {
  data <- read.csv(file.path(folder, paste0(place - 1, ".csv")))
  for (name in names(asked[[place]]$far)) data[[name]] <- data[[name]] - asked[[place]]$far[[name]]
  list(REML = answer(asked[[place]]$formula, data, TRUE), ML = answer(asked[[place]]$formula, data, FALSE))
})
cat(toJSON(answers, digits = NA, auto_unbox = TRUE, na = "null"))
