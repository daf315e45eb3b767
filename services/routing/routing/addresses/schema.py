"""The tables of the address file. Streets are few and searched by words; numbers are many and found by street."""

SCHEMA = """
CREATE TABLE streets (
    street_id INTEGER PRIMARY KEY,
    street TEXT NOT NULL,
    street_key TEXT NOT NULL,
    place TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    city TEXT NOT NULL,
    UNIQUE (street, place, postal_code, city)
);
CREATE INDEX streets_by_key ON streets (street_key);
CREATE TABLE houses (
    address_id TEXT PRIMARY KEY,
    street_id INTEGER NOT NULL REFERENCES streets,
    house_number TEXT NOT NULL,
    number_key TEXT NOT NULL,
    number_order INTEGER NOT NULL,
    lon_e6 INTEGER NOT NULL,
    lat_e6 INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX houses_by_number ON houses (street_id, number_key);
CREATE VIRTUAL TABLE street_words USING fts5 (words, content='', detail='none', prefix='1 2 3');
"""
