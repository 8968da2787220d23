package storage_test

import (
	"errors"
	"path/filepath"
	"testing"

	"dcbot/storage"
)

// What failed or panicked inside a Try leaves nothing; what succeeded around it stays.
func TestTry(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "try.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	broken := errors.New("broken")
	err = db.Update(t.Context(), func(tx *storage.Tx) error {
		set := func(name string) {
			t.Helper()
			if err := tx.SetSetting(name, "set"); err != nil {
				t.Error(err)
			}
		}
		set("before")
		if err := tx.Try(func() error { set("failed"); return broken }); !errors.Is(err, broken) {
			t.Errorf("Try returned %v", err)
		}
		if err := tx.Try(func() error { set("kept"); return nil }); err != nil {
			t.Error(err)
		}
		// Nested: the inner failure is undone, the outer success kept; and the other way round.
		if err := tx.Try(func() error {
			set("outer")
			if err := tx.Try(func() error { set("inner failed"); return broken }); !errors.Is(err, broken) {
				t.Errorf("the inner Try returned %v", err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := tx.Try(func() error {
			if err := tx.Try(func() error { set("inner kept"); return nil }); err != nil {
				t.Error(err)
			}
			return broken
		}); !errors.Is(err, broken) {
			t.Errorf("the outer Try returned %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = tx.Try(func() error { set("panicked"); panic("upside down") })
		}()
		set("after")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.View(t.Context(), func(tx *storage.Tx) error {
		for name, want := range map[string]string{
			"before": "set", "kept": "set", "outer": "set", "after": "set",
			"failed": "", "inner failed": "", "inner kept": "", "panicked": "",
		} {
			if got, err := tx.Setting(name); err != nil || got != want {
				t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
