"""What clients see; the enums enter first, so that every type finds them described."""

from schema.kernel import enum

__all__ = ["enum"]
