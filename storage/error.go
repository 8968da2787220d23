package storage

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"dcbot/bot/dc"
)

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// sqliteError turns what an operator can mend into a dc.UserError; path is the database file. Other errors pass.
func sqliteError(err error, path string) error {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return err
	}
	if _, ok := dc.AsUser(err); ok {
		return err
	}
	user := func(remedy, format string, args ...any) error {
		return &dc.UserError{Message: fmt.Sprintf(format, args...), Remedy: remedy, Err: err}
	}
	switch code := se.Code(); code & 0xff {
	case sqlite3.SQLITE_FULL:
		return user("free some space; nothing was half-written: a running dcbot goes on by itself, and any other command can be given again",
			"the disk (or the quota) is full: %s cannot grow", path)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return user("let dcbot's user write to the file and to its directory",
			"%s cannot be written to", path)
	case sqlite3.SQLITE_CANTOPEN:
		return user("check that the directory exists and that dcbot's user may read and write there",
			"%s cannot be opened", path)
	case sqlite3.SQLITE_NOTADB:
		return user("check the path; restore the file from a backup if it was the record",
			"%s is not an SQLite database", path)
	case sqlite3.SQLITE_CORRUPT:
		return user("stop dcbot, keep a copy of the file, check the disk, and restore the last backup (or try sqlite3's .recover)",
			"%s is damaged", path)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return user("end the other program that holds it (a second dcbot, an sqlite3 shell, a backup) and try again",
			"%s is locked by another program", path)
	case sqlite3.SQLITE_IOERR:
		// A file system that runs full while the WAL is mapped or synced reports an I/O error, not SQLITE_FULL.
		return user("check the disk and the space on it, and the system's log",
			"%s cannot be read or written (I/O error)", path)
	}
	return err
}

// endsTransaction says whether SQLite may have rolled the transaction back by itself
// (https://www.sqlite.org/lang_transaction.html section 3).
func endsTransaction(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}
