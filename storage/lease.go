package storage

import "time"

const (
	takeLease = `INSERT INTO lease (name, holder, until) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?`
	releaseLease = `DELETE FROM lease WHERE name = ? AND holder = ?`
	leaseOf      = `SELECT holder, until FROM lease WHERE name = ?`
)

type lease struct {
	holder string
	until  time.Time
}

func scanLease(r scanner) (l lease, err error) {
	var until utc
	err = r.Scan(&l.holder, &until)
	l.until = until.Time
	return
}

// TakeLease takes or renews a lease until a time, and gives false while somebody else has it. It is free from the moment
// at which it ends.
func (tx *Tx) TakeLease(name, holder string, now, until time.Time) (bool, error) {
	n, err := tx.change(takeLease, name, holder, formatTime(until), formatTime(now))
	return n > 0, doing(err, "taking the lease %s", name)
}

// ReleaseLease gives up a lease; somebody else's is left alone.
func (tx *Tx) ReleaseLease(name, holder string) error {
	_, err := tx.change(releaseLease, name, holder)
	return doing(err, "releasing the lease %s", name)
}

// Lease reads who has a lease, and until when; ErrNotFound when nobody took it. It may have expired.
func (tx *Tx) Lease(name string) (holder string, until time.Time, err error) {
	l, err := one(tx, scanLease, leaseOf, name)
	return l.holder, l.until, doing(err, "reading the lease %s", name)
}
