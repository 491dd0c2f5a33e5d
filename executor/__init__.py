"""Compiled reads: the same schema, bindings and scope, without graphql-core's walk.

A document is planned once, then run level by level: one statement per level and argument set.
Whatever a plan can't answer, or would answer with an error, steps aside for the reference path.
"""
