# Fits the tables of robust.py with lmer, tightened, and prints JSON: CR2 standard errors and Satterthwaite's degrees of
# freedom of clubSandwich, clustered by the outermost grouping.
suppressMessages({library(lme4); library(clubSandwich); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
asked <- read_json(file.path(folder, "asked.json"))
tight <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
                     optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12, xtol_rel = 1e-12, ftol_rel = 1e-14, maxeval = 1e5))
answers <- lapply(seq_along(asked), function(place) {
  data <- read.csv(file.path(folder, paste0(place - 1, ".csv")))
  fit <- suppressWarnings(lmer(as.formula(asked[[place]]$formula), data, control = tight))
  told <- coef_test(fit, vcov = "CR2", cluster = data[[asked[[place]]$cluster]], test = "Satterthwaite")
  list(estimates = told$beta, errors = told$SE, freedom = told$df_Satt,
       version = as.character(packageVersion("clubSandwich")))
})
cat(toJSON(answers, digits = 14, auto_unbox = TRUE))
