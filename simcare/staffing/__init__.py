"""Staffing: who is on duty, who may serve whom; Roster and Rules."""
