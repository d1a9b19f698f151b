"""How well chances foretell: discrimination, calibration, decisions, landmarks; with intervals that heed clusters."""
