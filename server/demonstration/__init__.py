"""Demonstration data: the same on every machine, told with the resolvers' own steps."""
