"""How well chances foretell: discrimination, calibration, decision curves, landmarks, with intervals by cluster."""
