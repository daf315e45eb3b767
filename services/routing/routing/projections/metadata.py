"""The tables of routing's read models, in one place for the migrations."""

from sqlalchemy import MetaData

METADATA = MetaData()
