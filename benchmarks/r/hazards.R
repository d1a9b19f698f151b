# Fits one table of persons at risk with glmer as fast as it goes (bobyqa, no derivative check); prints JSON.
suppressMessages({library(lme4); library(jsonlite)})
data <- read.csv(commandArgs(TRUE)[1])
fixed <- setdiff(names(data), c("left", "therapist"))
formula <- as.formula(paste("left ~", paste(fixed, collapse = " + "), "+ (1 | therapist)"))
control <- glmerControl(optimizer = "bobyqa", calc.derivs = FALSE)
took <- system.time(fit <- glmer(formula, data, binomial("cloglog"), nAGQ = 9, control = control))[["elapsed"]]
cat(toJSON(list(seconds = took, log_likelihood = as.numeric(logLik(fit)), estimates = unname(fixef(fit)),
                sd = unname(getME(fit, "theta")), version = as.character(packageVersion("lme4"))),
           digits = 12, auto_unbox = TRUE))
