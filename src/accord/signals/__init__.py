"""What deserves attention in one course: rules, the dip filter, and the order in which people are looked at."""
