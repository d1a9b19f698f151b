"""Regressions of a yes or no with a random intercept per group: logit and cloglog, Laplace and adaptive quadrature."""
