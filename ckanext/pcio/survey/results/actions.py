"""API actions of official results and what is counted from them."""
