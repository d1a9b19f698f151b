"""Logistic mixed models and discrete-time hazards with one random intercept."""
