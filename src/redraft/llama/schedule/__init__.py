"""Scheduling: which rows the next step computes, and for whom."""
