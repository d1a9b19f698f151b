"""The research frontiers: training, modality, equity, and how sound Accord's own instruments are."""
