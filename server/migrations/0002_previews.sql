-- What people set for the previews of a saved graph: grants, and requests to send again. JSON.
CREATE TABLE preview_settings (
    graph    TEXT PRIMARY KEY NOT NULL REFERENCES graphs (id) ON DELETE CASCADE,
    settings TEXT NOT NULL
) STRICT;

-- What the previews of a saved graph store, where that is to last.
CREATE TABLE stored_values (
    graph  TEXT NOT NULL REFERENCES graphs (id) ON DELETE CASCADE,
    bucket TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  BLOB NOT NULL,
    PRIMARY KEY (graph, bucket, key)
) STRICT, WITHOUT ROWID;
