"""Seating plans outside the API's operations: plausible halls made to measure, pictures with live colours, documents of geometry.

sheets      a plan in the format of pretix, put together row by row
theatre     a theatre: stalls, circle and gallery in curved rows around a stage
arena       an arena: rings of angled blocks around a floor on which people stand
picture     a plan as SVG, coloured by what each seat is now
routes      the raw routes that serve documents and pictures
"""
