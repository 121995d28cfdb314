-- Saved graphs. The document is kept as the JSON text that people also download.
CREATE TABLE graphs (
    id       TEXT    PRIMARY KEY NOT NULL,
    name     TEXT    NOT NULL,
    nodes    INTEGER NOT NULL,
    document TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    saved_at INTEGER NOT NULL -- milliseconds since 1970
) STRICT;

CREATE INDEX graphs_by_time ON graphs (saved_at DESC);

-- What is known of each component that is kept; its bytes are a blob of the same digest, written before the row.
CREATE TABLE components (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest   TEXT    NOT NULL UNIQUE,
    package  TEXT    NOT NULL,
    info     TEXT    NOT NULL, -- JSON
    listed   INTEGER NOT NULL, -- 0 for a sample that is kept because a saved graph uses it
    added_at INTEGER NOT NULL  -- milliseconds since 1970
) STRICT;
