package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// handle is one connection with its prepared statements. Statements run on context.Background(): with a context that
// can end, the driver starts a goroutine for each of them, which costs more than the statement. A Tx looks at its
// context between statements instead.
type handle struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newHandle(ctx context.Context, pool *sql.DB) (*handle, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &handle{conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (h *handle) close() error {
	if h == nil {
		return nil
	}
	var errs []error
	for _, s := range h.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, h.conn.Close())...)
}

func (h *handle) prepare(query string) (*sql.Stmt, error) {
	if s := h.stmts[query]; s != nil {
		return s, nil
	}
	s, err := h.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	h.stmts[query] = s
	return s, nil
}

func (h *handle) run(query string, args ...any) error {
	s, err := h.prepare(query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(context.Background(), args...)
	return err
}

// Tx is a transaction. It is used by one goroutine, and not after the function that it was given to returned.
type Tx struct {
	ctx    context.Context
	h      *handle
	path   string
	writes bool
	memo   *memo // nil unless the transaction is a batch
	// failed is the first error after which SQLite may have rolled back by itself: whatever ran afterwards would be
	// committed statement by statement.
	failed error
}

// Update runs fn in a transaction that may write; it is IMMEDIATE, so that what fn reads cannot change before it
// writes. It commits when fn returns nil, durably: what was committed survives a power cut. It rolls back when fn
// fails or panics, when ctx ends, and when the disk is full (a dc.UserError). Updates run one at a time; fn must not
// call Update.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	return db.update(ctx, fn, "PRAGMA synchronous = FULL", nil)
}

// UpdateBatch is Update for what can be done again, such as a batch of an import with its cursor: it does not wait for
// the disk, so a power cut may lose the last batches, whole and in order (the WAL is one sequence: the next Update
// makes all before it durable, too). A killed process loses nothing.
func (db *DB) UpdateBatch(ctx context.Context, fn func(*Tx) error) error {
	return db.update(ctx, fn, "PRAGMA synchronous = NORMAL", &memo{})
}

func (db *DB) update(ctx context.Context, fn func(*Tx) error, synchronous string, memo *memo) error {
	h, err := db.acquire(ctx, db.writer)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { db.writer <- h }()
	if err := h.run(synchronous); err != nil {
		return fmt.Errorf("beginning a transaction: %w", sqliteError(err, db.path))
	}
	// With ctx: another process may hold the lock, and waiting for it has to end when ctx does.
	if _, err := h.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", sqliteError(err, db.path))
	}
	tx := &Tx{ctx: ctx, h: h, path: db.path, writes: true, memo: memo}
	done := false
	defer func() {
		if !done {
			tx.rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.usable(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	if err := h.run("COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", sqliteError(err, db.path))
	}
	done = true
	return nil
}

// View runs fn in a transaction that only reads, on one snapshot of the record. Views run beside Updates.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	h, err := db.acquire(ctx, db.readers)
	if err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() { db.readers <- h }()
	if h == nil {
		if h, err = newHandle(ctx, db.read); err != nil {
			return fmt.Errorf("beginning to read: %w", sqliteError(err, db.path))
		}
	}
	if err := h.run("BEGIN"); err != nil {
		return fmt.Errorf("beginning to read: %w", sqliteError(err, db.path))
	}
	tx := &Tx{ctx: ctx, h: h, path: db.path}
	defer tx.rollback() // nothing was written
	return fn(tx)
}

func (db *DB) acquire(ctx context.Context, from chan *handle) (*handle, error) {
	select {
	case <-db.closed:
		return nil, ErrClosed
	default:
	}
	select {
	case h := <-from:
		return h, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-db.closed:
		return nil, ErrClosed
	}
}

// rollback cannot fail in a way that matters: SQLite says that there is no transaction when it rolled back by itself.
func (tx *Tx) rollback() { _ = tx.h.run("ROLLBACK") }

func (tx *Tx) usable() error {
	if tx.failed != nil {
		return tx.failed
	}
	return tx.ctx.Err()
}

func (tx *Tx) fail(err error) error {
	mapped := sqliteError(err, tx.path)
	if tx.failed == nil && endsTransaction(err) {
		tx.failed = mapped
	}
	return mapped
}

func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	if err := tx.usable(); err != nil {
		return nil, err
	}
	if !tx.writes {
		return nil, errors.New("a View cannot write")
	}
	s, err := tx.h.prepare(query)
	if err != nil {
		return nil, tx.fail(err)
	}
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, tx.fail(err)
	}
	return r, nil
}

// change runs a statement and says how many rows it changed.
func (tx *Tx) change(query string, args ...any) (int64, error) {
	r, err := tx.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// changeOne is change for a statement that has to find its row.
func (tx *Tx) changeOne(query string, args ...any) error {
	n, err := tx.change(query, args...)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}

// insert runs an INSERT; created is false when ON CONFLICT DO NOTHING did nothing.
func (tx *Tx) insert(query string, args ...any) (id int64, created bool, err error) {
	r, err := tx.exec(query, args...)
	if err != nil {
		return 0, false, err
	}
	n, err := r.RowsAffected()
	if err != nil || n == 0 {
		return 0, false, err
	}
	id, err = r.LastInsertId()
	return id, true, err
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// all reads the whole result at once, because a prepared statement cannot be run again while its rows are open.
func all[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	if err := tx.usable(); err != nil {
		return nil, err
	}
	s, err := tx.h.prepare(query)
	if err != nil {
		return nil, tx.fail(err)
	}
	rows, err := s.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, tx.fail(err)
	}
	var ts []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		ts = append(ts, t)
	}
	if err := rows.Err(); err != nil {
		return nil, tx.fail(errors.Join(err, rows.Close()))
	}
	return ts, nil // Next closed the rows
}

// one reads the first row, or gives ErrNotFound.
func one[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var zero T
	if err := tx.usable(); err != nil {
		return zero, err
	}
	s, err := tx.h.prepare(query)
	if err != nil {
		return zero, tx.fail(err)
	}
	t, err := scan(s.QueryRowContext(context.Background(), args...))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return zero, ErrNotFound
	case err != nil:
		return zero, tx.fail(err)
	}
	return t, nil
}

func scanInt(r scanner) (n int64, err error) { err = r.Scan(&n); return }

func scanString(r scanner) (s string, err error) { err = r.Scan(&s); return }
