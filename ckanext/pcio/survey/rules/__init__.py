"""The derivation rules, one file per question of the survey."""
