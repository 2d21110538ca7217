"""The editions of the survey, their results and what is counted from them."""
