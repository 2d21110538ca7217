"""Official results of past years, entered by hand."""
