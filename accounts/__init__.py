"""People, organisations, teams, roles, sign-in and devices."""
