"""Seating plans: where every seat of a hall is, what it is called and in which price category it is.

geometry    what a plan is made of: sections, rows, seats, standing areas, drawn areas, price categories
documents   its canonical JSON, by whose SHA-256 a version is known, and back
reading     a seating plan in the format of pretix becomes a geometry, or a refusal with every fault in it
places      which seats of a row are neighbours
plans       plans and their versions as an organization keeps them
"""
