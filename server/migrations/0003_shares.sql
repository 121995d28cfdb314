-- Graphs as they were when somebody made a link to them. They never change.
CREATE TABLE shares (
    id       TEXT    PRIMARY KEY NOT NULL,
    document TEXT    NOT NULL, -- JSON
    made_at  INTEGER NOT NULL  -- milliseconds since 1970
) STRICT;
