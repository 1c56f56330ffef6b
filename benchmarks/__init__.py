"""Measurements. They print figures and ratios and assert nothing on a clock."""
