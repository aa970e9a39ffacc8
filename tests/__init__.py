"""The tests of simcare, laid out as the package is."""
