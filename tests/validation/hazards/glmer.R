# Fits the tables of cases.py with glmer, tightened, and prints JSON: log-likelihood, coefficients, SEs, SD.
suppressMessages({library(lme4); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
asked <- read_json(file.path(folder, "asked.json"))
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhobeg = 0.1, rhoend = 1e-9),
                      tolPwrss = 1e-11, check.conv.singular = "ignore")
answers <- lapply(seq_along(asked), function(place) {
  data <- read.csv(file.path(folder, paste0(place - 1, ".csv")))
  family <- binomial(asked[[place]]$link)
  fit <- suppressWarnings(glmer(left ~ alliance + fall + missed + log_session + (1 | therapist), data, family,
                                nAGQ = asked[[place]]$points, control = tight))
  # glmer leaves the logLik of nAGQ > 1 relative to the saturated model; for yes and no that one is 0.
  list(log_likelihood = as.numeric(logLik(fit)), estimates = unname(fixef(fit)),
       errors = unname(sqrt(diag(as.matrix(vcov(fit))))), sd = unname(getME(fit, "theta")),
       version = as.character(packageVersion("lme4")))
})
cat(toJSON(answers, digits = 12, auto_unbox = TRUE))
