"""Maps: made from an OSM file the site brings, kept side by side, one of them current."""
