"""Where, and whose land: areas, land parcels, streets, and the map they are shown on."""
