"""Linear mixed models, exact, from cross-products: the cost after one scan grows with groups, not with rows."""
