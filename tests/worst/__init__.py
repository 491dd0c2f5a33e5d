"""Searches for the request that costs the event loop most before anything is read (ADR 0054)."""
