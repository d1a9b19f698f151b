"""Factor models of items, by maximum likelihood from means and covariances; several groups; reliability by level.

No well-kept Python library fits several groups with means (semopy and statsmodels do not), so this is our own, held
against lavaan and psych (tests/validation/factor).
"""
