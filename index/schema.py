"""The tables of `record.sqlite3`."""

SCHEMA = 3
"""Raised when an older program could not read the tables, or a newer one must convert them."""

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    current INTEGER NOT NULL DEFAULT 1,   -- 0: a newer version has replaced it; kept as history, not searched
    successor TEXT,                       -- id of the version that replaced it
    cluster INTEGER NOT NULL,             -- the same for near-identical articles; its own number otherwise
    sketched INTEGER NOT NULL DEFAULT 0,  -- how many rows of `prints` it has
    title TEXT, source TEXT, source_key TEXT NOT NULL, author TEXT, url TEXT,
    url_key TEXT,                         -- the same for every spelling of one address (index/addresses.py)
    published TEXT, day INTEGER NOT NULL, -- 20250214; 0 when unknown
    language TEXT, section TEXT, updated TEXT, place TEXT,
    derived TEXT NOT NULL DEFAULT '',     -- names of fields that were read from the text, not told: "language place"
    text TEXT NOT NULL,
    removed TEXT NOT NULL,                -- JSON [[at, text, rule], ...]
    raw BLOB NOT NULL,                    -- zlib
    cleaner TEXT NOT NULL,
    added TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_url_key ON articles (url_key) WHERE url_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_successor ON articles (successor) WHERE successor IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_day ON articles (day);
CREATE INDEX IF NOT EXISTS articles_cluster ON articles (cluster);

CREATE TABLE IF NOT EXISTS origins (
    origin TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, article TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS origins_article ON origins (article);

CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: the vector index knows passages by it
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL,  -- characters of articles.text
    vector BLOB NOT NULL,                          -- float16
    synced INTEGER NOT NULL DEFAULT 0              -- 1: the vector index has it
);
CREATE INDEX IF NOT EXISTS passages_article ON passages (article);
CREATE INDEX IF NOT EXISTS passages_pending ON passages (synced) WHERE synced = 0;

-- Addresses that were fetched, by which the next `add` asks for changes only (index/visits.py).
CREATE TABLE IF NOT EXISTS fetched (
    url TEXT PRIMARY KEY,
    mark TEXT NOT NULL,          -- how it was read: cleaner, flags, columns
    etag TEXT, modified TEXT,    -- as the server said them
    dated TEXT,                  -- as the feed that announced it dates it
    articles INTEGER NOT NULL    -- how many it gave
) WITHOUT ROWID;

-- Hashes of word runs of current articles, by which near-identical ones meet (index/copies.py).
CREATE TABLE IF NOT EXISTS prints (
    hash INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (hash, article)
) WITHOUT ROWID;

-- Lines that recur across articles of a source and are none of their words (index/furniture.py).
CREATE TABLE IF NOT EXISTS furniture (
    source TEXT NOT NULL, line INTEGER NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (source, line)
) WITHOUT ROWID;

-- Files of which all that can be read is stored, by which an unchanged one is passed over. failures: JSON [[what, why], ...]
CREATE TABLE IF NOT EXISTS files (
    place TEXT PRIMARY KEY, digest TEXT NOT NULL, articles INTEGER NOT NULL, failures TEXT NOT NULL
) WITHOUT ROWID;

-- Passages that the vector index must forget.
CREATE TABLE IF NOT EXISTS dropped (passage INTEGER PRIMARY KEY);

-- Contentless: the words are in articles.text already. Rows are deleted by giving the same words again.
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    title, body, content = '', tokenize = "porter unicode61 remove_diacritics 2"
);
"""

COLUMNS = "id, title, source, author, url, published, language, section, updated, place"
