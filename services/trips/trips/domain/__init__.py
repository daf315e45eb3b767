"""The rules of trips, pure: no database, no clock, no framework. Whole metres, whole øre, local driving dates."""
