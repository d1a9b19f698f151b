# Fits one table of sessions with lmer as fast as it goes (nloptwrap, no derivative check); prints JSON. Reading the
# table is not part of the time; it is part of the memory, as it is of ours, and is told what comes so as to need less.
suppressMessages({library(lme4); library(jsonlite)})
data <- read.csv(commandArgs(TRUE)[1], colClasses = "numeric")
invisible(gc())
for (name in c("client", "therapist")) data[[name]] <- factor(data[[name]])
fixed <- setdiff(names(data), c("client", "therapist", "wellbeing"))
formula <- as.formula(paste("wellbeing ~", paste(fixed, collapse = " + "),
                            "+ (1 + log_session | client) + (1 | therapist)"))
control <- lmerControl(optimizer = "nloptwrap", calc.derivs = FALSE)
took <- system.time(fit <- lmer(formula, data, control = control))[["elapsed"]]
peak <- as.numeric(strsplit(grep("VmHWM", readLines("/proc/self/status"), value = TRUE), " +")[[1]][2]) / 1024
cat(toJSON(list(seconds = took, peak_mib = peak, criterion = as.numeric(REMLcrit(fit)),
                version = as.character(packageVersion("lme4"))), digits = 14, auto_unbox = TRUE))
