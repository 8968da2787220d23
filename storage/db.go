package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver: pure Go, so that the binary needs no C compiler

	"dcbot/bot/dc"
)

// readers is how many read transactions run at once; each holds a page cache of its own.
const readers = 4

// Pragmas of every connection. They stand in the DSN because an Exec would reach one pooled connection only.
//
// synchronous is FULL: CommitAttempt and BeginAttempt are promises about the outside world (a final dot was or will be
// sent), and with NORMAL a WAL commit survives kill -9 but not a power cut: the row would be pending again and
// the mail sent twice. It costs 0.4 ms for a transaction instead of 0.07 (measured), which a bot for lists does not feel;
// UpdateBatch lowers it for imports.
var (
	commonPragmas = []string{
		"busy_timeout(5000)", "page_size(4096)", "synchronous(FULL)", "foreign_keys(1)",
		"temp_store(MEMORY)", "trusted_schema(0)", "cell_size_check(1)",
	}
	writerPragmas = []string{
		"cache_size(-24576)",           // KiB
		"wal_autocheckpoint(8000)",     // pages: more commits share one copy of a hot page
		"journal_size_limit(33554432)", // bytes kept of the WAL after a checkpoint
		"secure_delete(FAST)",          // erased words shall not linger in free pages where that costs no extra I/O
	}
	readerPragmas = []string{"cache_size(-4096)", "query_only(1)"}
)

// ErrClosed says that the DB was closed.
var ErrClosed = errors.New("the record is closed")

// DB is the record: one file, one writer, some readers. It may be used by many goroutines.
type DB struct {
	path    string
	write   *sql.DB
	read    *sql.DB
	writer  chan *handle // holds the one writer
	readers chan *handle // holds idle readers; nil stands for one that was not opened yet
	closing sync.Once
	closed  chan struct{}
}

// Open opens the record at path, creates it when there is none (readable by its owner only: it holds tokens and
// private mail), and brings its schema up to date. A schema newer than the binary, a file of another program and
// whatever an operator can mend give a dc.UserError.
func Open(ctx context.Context, path string) (*DB, error) {
	all, err := migrations(migrationFiles)
	if err != nil {
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	return open(ctx, path, all)
}

func open(ctx context.Context, path string, all []migration) (_ *DB, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	if err := create(path); err != nil {
		return nil, err
	}
	db := &DB{path: path, writer: make(chan *handle, 1), readers: make(chan *handle, readers), closed: make(chan struct{})}
	if db.write, err = pool(path, 1, writerPragmas); err != nil {
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	if db.read, err = pool(path, readers, readerPragmas); err != nil {
		return nil, fmt.Errorf("opening the record: %w", err)
	}
	w, err := newHandle(ctx, db.write)
	if err == nil {
		err = migrate(ctx, w.conn, path, all)
	}
	if err != nil {
		err = fmt.Errorf("opening the record: %w", sqliteError(err, path))
		return nil, errors.Join(err, db.write.Close())
	}
	db.writer <- w
	for range readers {
		db.readers <- nil
	}
	return db, nil
}

// create makes the file with narrow permissions, which SQLite's WAL and shared-memory files inherit.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &dc.UserError{Message: "the record cannot be opened: " + err.Error(),
			Remedy: "check that the directory exists and that dcbot's user may read and write there", Err: err}
	}
	return f.Close()
}

func pool(path string, size int, pragmas []string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, pragmas))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxLifetime(0)
	return db, nil
}

// dsn escapes the path: in an SQLite URI "?", "#" and "%" have a meaning.
func dsn(path string, pragmas []string) string {
	q := url.Values{"_txlock": {"immediate"}, "_time_format": {"sqlite"}, "_error_rc": {"1"}, "_dqs": {"0"}, "_journal_mode": {"WAL"}}
	q["_pragma"] = append(append([]string{}, commonPragmas...), pragmas...)
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// Path is the absolute path of the file.
func (db *DB) Path() string { return db.path }

// Close waits for running transactions and closes the file. Later transactions fail with ErrClosed.
func (db *DB) Close() error {
	var errs []error
	db.closing.Do(func() {
		close(db.closed)
		for range readers {
			errs = append(errs, (<-db.readers).close())
		}
		errs = append(errs, db.read.Close())
		// The writer goes last: the last connection to close folds the WAL into the file.
		errs = append(errs, (<-db.writer).close(), db.write.Close())
	})
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the record: %w", sqliteError(err, db.path))
	}
	return nil
}
