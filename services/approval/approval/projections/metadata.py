"""Where the read models' tables are registered, for the migrations."""

from sqlalchemy import MetaData

METADATA = MetaData()
