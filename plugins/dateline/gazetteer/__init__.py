"""The gazetteer of the world's countries, regions and cities: from a name to rows, from a row to its record."""

from dateline.gazetteer.keys import toponym_key
from dateline.gazetteer.table import CITY, CONTINENT, COUNTRY, DISTRICT, REGION, Gazetteer, load_gazetteer

__all__ = ["CITY", "CONTINENT", "COUNTRY", "DISTRICT", "REGION", "Gazetteer", "load_gazetteer", "toponym_key"]
