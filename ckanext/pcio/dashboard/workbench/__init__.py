"""The pages on which a province answers a survey."""
