-- The first version of the record. Append-only: a later change is a later file.
-- Times are UTC, RFC 3339 with a fixed width of milliseconds, so that they sort as text.

CREATE TABLE cursor (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Everything that came in; immutable but for its state and for erasure. key is the first 16 bytes of the SHA-256 of
-- source, NUL, external_id: ids are long and come in random order, and an index of short digests stays in the cache
-- where one of texts does not. 128 bits are out of reach even for a sender who looks for a collision.
CREATE TABLE post (
  id          INTEGER PRIMARY KEY,
  key         BLOB NOT NULL,
  source      TEXT NOT NULL,
  external_id TEXT NOT NULL,
  coalition   TEXT NOT NULL DEFAULT '',
  list        TEXT NOT NULL DEFAULT '',
  author      TEXT NOT NULL DEFAULT '',
  author_name TEXT NOT NULL DEFAULT '',
  sent        TEXT NOT NULL,
  received    TEXT NOT NULL,
  proven      INTEGER NOT NULL DEFAULT 0,
  imported    INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX post_key ON post (key);
CREATE INDEX post_pending ON post (id) WHERE state = 'pending';

-- The raw bytes (zstd) apart from the row, so that a change of state does not write them again.
CREATE TABLE post_raw (
  post INTEGER PRIMARY KEY REFERENCES post (id),
  raw  BLOB NOT NULL
) STRICT;

-- The same mail seen again: direct, through a second list, in an archive. The post is one.
CREATE TABLE copy (
  post     INTEGER NOT NULL REFERENCES post (id),
  place    TEXT NOT NULL,      -- "imap:INBOX/7/1201", "import:/path#offset", "list:<List-Id>"
  list     TEXT NOT NULL DEFAULT '',
  raw      BLOB,               -- zstd; only when it differs enough to matter
  PRIMARY KEY (place, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_post ON copy (post);

-- Message-IDs within a coalition (mail case 21): who bears an id, and what it replied to. A row with post and outbox
-- both NULL is a ghost: somebody referred to it, nobody has seen it. The keys are 8 bytes of SHA-256, for narrow indexes
-- again; they only find candidates, and every query compares the text as well. (coalition, mid) is unique because
-- rows are inserted where none exists, by one writer at a time.
CREATE TABLE message (
  id          INTEGER PRIMARY KEY,
  key         INTEGER NOT NULL,             -- of mid
  coalition   TEXT NOT NULL,
  mid         TEXT NOT NULL,
  post        INTEGER REFERENCES post (id),
  outbox      INTEGER REFERENCES outbox (id),
  parent      TEXT NOT NULL DEFAULT '',     -- mid of the nearest message referred to, within the coalition
  parent_key  INTEGER,                      -- of parent; NULL without one
  subject     TEXT NOT NULL DEFAULT '',     -- base subject, for threading by subject
  subject_key INTEGER,                      -- of subject; NULL without one
  sent        TEXT NOT NULL DEFAULT '',
  day         INTEGER NOT NULL DEFAULT 0    -- of sent, since 1970
) STRICT;
CREATE INDEX message_key ON message (key);
CREATE INDEX message_post ON message (post) WHERE post IS NOT NULL;
CREATE INDEX message_parent ON message (parent_key) WHERE parent_key IS NOT NULL;
CREATE INDEX message_subject ON message (subject_key, day) WHERE subject_key IS NOT NULL;

-- What a message is to a survey: the root of a question's thread, of a section, of the whole.
CREATE TABLE anchor (
  coalition TEXT NOT NULL,
  mid       TEXT NOT NULL,
  survey    TEXT NOT NULL,
  question  TEXT NOT NULL DEFAULT '',   -- '' : introduction, section or the whole questionnaire
  PRIMARY KEY (coalition, mid, survey, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX anchor_survey ON anchor (coalition, survey);

-- The author's new words of a post, for search and for later readers; rowid is the post's id.
CREATE TABLE post_text (
  id      INTEGER PRIMARY KEY REFERENCES post (id),
  author  TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE post_search USING fts5 (author, subject, body, content = 'post_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
-- An import writes one segment for each batch (hashsize holds a batch), and segments are merged 64 at a time, not four:
-- measured, that halves what the index costs. secure-delete: what is erased leaves the index at once.
INSERT INTO post_search (post_search, rank) VALUES ('hashsize', 16777216);
INSERT INTO post_search (post_search, rank) VALUES ('automerge', 0);
INSERT INTO post_search (post_search, rank) VALUES ('crisismerge', 64);
INSERT INTO post_search (post_search, rank) VALUES ('secure-delete', 1);

CREATE TABLE person (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE person_address (
  address TEXT PRIMARY KEY,            -- lower-case mail address or Matrix id
  person  INTEGER NOT NULL REFERENCES person (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_address_person ON person_address (person);

CREATE TABLE survey (
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  loaded  TEXT NOT NULL,
  loaded_by TEXT NOT NULL,
  content TEXT NOT NULL,               -- dc.Survey as JSON
  PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE response (
  survey    TEXT NOT NULL,
  coalition TEXT NOT NULL,
  state     TEXT NOT NULL,
  launched  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (survey, coalition)
) STRICT, WITHOUT ROWID;

-- The history of deadlines. A coalition's newest row is in force when it was set after the survey's newest (coalition '')
-- or ends later; otherwise the survey's is.
CREATE TABLE deadline (
  id        INTEGER PRIMARY KEY,
  survey    TEXT NOT NULL,
  coalition TEXT NOT NULL DEFAULT '',
  wall      TEXT NOT NULL,
  zone      TEXT NOT NULL,
  utc       TEXT NOT NULL,
  by        TEXT NOT NULL,
  reason    TEXT NOT NULL DEFAULT '',
  at        TEXT NOT NULL
) STRICT;
CREATE INDEX deadline_survey ON deadline (survey, coalition);

CREATE TABLE contribution (
  id          INTEGER PRIMARY KEY,
  post        INTEGER NOT NULL REFERENCES post (id),
  seq         INTEGER NOT NULL,
  coalition   TEXT NOT NULL,
  survey      TEXT NOT NULL,
  question    TEXT NOT NULL DEFAULT '',
  author      TEXT NOT NULL,
  author_name TEXT NOT NULL DEFAULT '',
  kind        TEXT NOT NULL,
  stance      TEXT NOT NULL DEFAULT '',
  text        TEXT NOT NULL,
  quoted      TEXT NOT NULL DEFAULT '',
  target      INTEGER NOT NULL DEFAULT 0,
  line_first  INTEGER NOT NULL,
  line_last   INTEGER NOT NULL,
  link        TEXT NOT NULL DEFAULT '',
  why         TEXT NOT NULL DEFAULT '',
  status      TEXT NOT NULL,
  by          TEXT NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  supersedes  INTEGER NOT NULL DEFAULT 0,
  late        INTEGER NOT NULL DEFAULT 0,
  assigned    INTEGER NOT NULL DEFAULT 0,
  at          TEXT NOT NULL,
  UNIQUE (post, seq)
) STRICT;
CREATE INDEX contribution_question ON contribution (survey, coalition, question, at);
CREATE VIRTUAL TABLE contribution_search USING fts5 (author, author_name, text, content = 'contribution', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO contribution_search (contribution_search, rank) VALUES ('secure-delete', 1);

CREATE TABLE draft (
  survey    TEXT NOT NULL,
  coalition TEXT NOT NULL,
  question  TEXT NOT NULL,
  version   INTEGER NOT NULL,
  text      TEXT NOT NULL,
  adopted   TEXT NOT NULL,             -- JSON array of contribution ids
  by        TEXT NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (survey, coalition, question, version)
) STRICT;

CREATE TABLE submission (
  id          INTEGER PRIMARY KEY,
  survey      TEXT NOT NULL,
  coalition   TEXT NOT NULL,
  version     INTEGER NOT NULL,
  content     BLOB NOT NULL,
  digest      TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at TEXT NOT NULL,
  outbox      INTEGER REFERENCES outbox (id),
  UNIQUE (survey, coalition, version)
) STRICT;

CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY,
  channel      TEXT NOT NULL,
  destination  TEXT NOT NULL,
  key          TEXT NOT NULL UNIQUE,
  message_id   TEXT NOT NULL UNIQUE,
  token        TEXT NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  coalition    TEXT NOT NULL DEFAULT '',
  survey       TEXT NOT NULL DEFAULT '',
  question     TEXT NOT NULL DEFAULT '',
  content      TEXT NOT NULL,          -- dc.Content as JSON
  state        TEXT NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_attempt TEXT NOT NULL,
  created      TEXT NOT NULL,
  sent         TEXT NOT NULL DEFAULT '',
  returned     TEXT NOT NULL DEFAULT '',
  error        TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt) WHERE state = 'pending';
CREATE INDEX outbox_state ON outbox (state);
CREATE INDEX outbox_sent ON outbox (destination, sent);

CREATE TABLE attempt (
  id        INTEGER PRIMARY KEY,
  outbox    INTEGER NOT NULL REFERENCES outbox (id),
  started   TEXT NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0, -- the point of no return was reached
  ended     TEXT NOT NULL DEFAULT '',
  code      INTEGER NOT NULL DEFAULT 0,
  error     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempt_outbox ON attempt (outbox);

CREATE TABLE timer (
  id      INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  due_at  TEXT NOT NULL,
  key     TEXT NOT NULL UNIQUE,
  state   TEXT NOT NULL DEFAULT 'waiting'
) STRICT;
CREATE INDEX timer_due ON timer (due_at) WHERE state = 'waiting';
CREATE INDEX timer_subject ON timer (kind, subject);

-- Questions that the bot asked and that wait for a person: a withdrawal or a command by unproven mail.
CREATE TABLE confirmation (
  token    TEXT PRIMARY KEY,
  kind     TEXT NOT NULL,               -- withdraw, command
  address  TEXT NOT NULL,               -- who may answer
  subject  TEXT NOT NULL,               -- contribution id, or the command lines
  post     INTEGER NOT NULL,
  expires  TEXT NOT NULL,
  state    TEXT NOT NULL DEFAULT 'waiting'
) STRICT;
CREATE INDEX confirmation_subject ON confirmation (kind, subject) WHERE state = 'waiting';

-- What a command printed, for whoever waits for it (dcbot do).
CREATE TABLE answer (
  post INTEGER PRIMARY KEY REFERENCES post (id),
  ok   INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  id        INTEGER PRIMARY KEY,
  at        TEXT NOT NULL,
  who       TEXT NOT NULL,
  what      TEXT NOT NULL,
  coalition TEXT NOT NULL DEFAULT '',
  post      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX audit_coalition ON audit (coalition);

-- Who runs the worker: one process at a time.
CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (                  -- paused, ...
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the first dcbot left behind.
PRAGMA application_id = 1684234868;
PRAGMA user_version = 1;
INSERT INTO post (id, key, source, external_id, coalition, list, author, author_name, sent, received, state)
  VALUES (1, x'310fd94d45cf76dd5299b6c9fcc323f8', 'mail', 'old@example.org', 'dc-reefs', 'reefs.example.org', 'ana@example.org', 'Ana Lima', '2025-01-02T03:04:05.678Z', '2025-01-02T03:04:06.000Z', 'processed');
INSERT INTO post_raw VALUES (1, x'28b52ffd0400e100005375626a6563743a206f6c640d0a0d0a4f6c6420776f7264732e0d0a516c561d');
INSERT INTO message (key, coalition, mid, post, parent, parent_key, subject, subject_key, sent, day)
  VALUES (7000112287629997660, 'dc-reefs', 'old@example.org', 1, 'root@example.org', 5307449932653979720, 'old', -3773898465407732098, '2025-01-02T03:04:05.678Z', 20090);
INSERT INTO post_text VALUES (1, 'Ana Lima', 'old', 'Old words.');
INSERT INTO post_search (rowid, author, subject, body) VALUES (1, 'Ana Lima', 'old', 'Old words.');
INSERT INTO setting VALUES ('paused', 'holidays');
