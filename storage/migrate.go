package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"dcbot/bot/dc"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks the file as a record of dcbot ("dcbt"), so that a wrong path is not mistaken for an empty record.
const applicationID = 0x64636274

type migration struct {
	version int
	name    string
	script  string
}

// migrations reads the scripts of a directory in order. They are numbered from 1 without gaps; PRAGMA user_version
// is the number of the last one applied.
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	all := make([]migration, 0, len(names))
	for i, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		v, err := strconv.Atoi(number)
		if err != nil || v != i+1 {
			return nil, fmt.Errorf("migration %s: expected number %d", name, i+1)
		}
		script, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{v, name, string(script)})
	}
	return all, nil
}

// migrate brings the schema up to date, each script in its own transaction.
func migrate(ctx context.Context, conn *sql.Conn, path string, all []migration) error {
	for {
		done, err := migrateOnce(ctx, conn, path, all)
		if err != nil || done {
			return err
		}
	}
}

// migrateOnce applies the next script. The version is read inside the transaction: another process may be migrating
// the same file.
func migrateOnce(ctx context.Context, conn *sql.Conn, path string, all []migration) (done bool, err error) {
	version, err := schemaVersion(ctx, conn, path, len(all))
	if err != nil || version == len(all) {
		return true, err // without a write lock: the usual case
	}
	tx, err := conn.BeginTx(ctx, nil) // IMMEDIATE by the DSN
	if err != nil {
		return false, fmt.Errorf("migrating: %w", err)
	}
	defer func() {
		if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) && err == nil {
			err = e
		}
	}()
	version, err = schemaVersion(ctx, tx, path, len(all))
	if err != nil || version == len(all) {
		return true, err
	}
	m := all[version]
	if _, err := tx.ExecContext(ctx, m.script); err != nil {
		return false, fmt.Errorf("migrating with %s: %w", m.name, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", m.version, applicationID)); err != nil {
		return false, fmt.Errorf("migrating with %s: %w", m.name, err)
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("migrating with %s: %w", m.name, err)
	}
	return m.version == len(all), nil
}

type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func schemaVersion(ctx context.Context, q queryer, path string, newest int) (int, error) {
	var version, application, tables int
	err := q.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`).Scan(&version, &application, &tables)
	switch {
	case err != nil:
		return 0, fmt.Errorf("reading the schema's version: %w", err)
	case application != applicationID && (version != 0 || tables != 0):
		return 0, dc.Userf("check the path, or name a file that does not exist yet", "%s is a database of another program", path)
	case version > newest:
		return 0, dc.Userf("use the newer dcbot, or restore the backup made before it ran",
			"%s was written by a newer dcbot (schema %d; this one knows %d)", path, version, newest)
	}
	return version, nil
}
