"""Campaigns: what must hold under crashes, lost answers, throttling, outages and impatient people, tried out.

`make campaigns` runs the long forms and prints their figures; test_campaigns.py runs a short form of each. Every
campaign first runs against a build with a defect seeded on purpose; one that does not find it has *no verdict*.
"""
