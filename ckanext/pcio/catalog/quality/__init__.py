"""How good the description of each dataset is, explained."""
