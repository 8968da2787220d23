package mbox

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// Identity names the archive at path as it is now, so that SameArchive can tell later whether an offset into it is still
// good: how long it is, and the hash of its first 64 KB.
func Identity(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", &Error{path, errors.Unwrap(err), "check the path"}
	}
	if info.IsDir() {
		names, err := maildirNames(path)
		if err != nil {
			return "", err
		}
		return dirIdentity(names), nil
	}
	return fileIdentity(path, info.Size())
}

// SameArchive reports whether the archive at path is the one that identity was made of, or that one with more behind it.
// A Maildir has no "behind": any mail more or less makes it another.
func SameArchive(path, identity string) (bool, error) {
	now, err := Identity(path)
	if err != nil || now == identity {
		return err == nil, err
	}
	var was, is int64
	if _, err := fmt.Sscanf(identity, "mbox:%d:", &was); err != nil {
		return false, nil
	}
	if _, err := fmt.Sscanf(now, "mbox:%d:", &is); err != nil || is < was {
		return false, nil
	}
	now, err = fileIdentity(path, was)
	return now == identity, err
}

// fileIdentity is the identity of the file as it was when it had size bytes.
func fileIdentity(path string, size int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", &Error{path, errors.Unwrap(err), "check that this user may read it"}
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, min(size, headSize))); err != nil {
		return "", &Error{Path: path, Err: err}
	}
	return fmt.Sprintf("mbox:%d:%x", size, h.Sum(nil)[:16]), nil
}

// dirIdentity leaves out flags and folders of delivery: reading a mail does not make another Maildir.
func dirIdentity(names []string) string {
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s\n", unique(n))
	}
	return fmt.Sprintf("maildir:%d:%x", len(names), h.Sum(nil)[:16])
}
