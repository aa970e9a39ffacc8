"""Demand: who writes in and when, with all the chance of a replication drawn onto a Tape."""
