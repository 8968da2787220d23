package storage

import "dcbot/bot/dc"

const (
	auditColumns = `id, at, who, what, coalition, post`
	insertAudit  = `INSERT INTO audit (at, who, what, coalition, post) VALUES (?, ?, ?, ?, ?)`
	auditAll     = `SELECT ` + auditColumns + ` FROM audit ORDER BY id DESC LIMIT ?`
	auditOf      = `SELECT ` + auditColumns + ` FROM audit WHERE coalition = ? ORDER BY id DESC LIMIT ?`
)

func scanAudit(r scanner) (a dc.Audit, err error) {
	var at utc
	err = r.Scan(&a.ID, &at, &a.Who, &a.What, &a.Coalition, &a.Post)
	a.At = at.Time
	return
}

// Audit adds a line of who did what.
func (tx *Tx) Audit(a dc.Audit) error {
	_, err := tx.change(insertAudit, formatTime(a.At), a.Who, a.What, a.Coalition, a.Post)
	return doing(err, "recording what %s did", a.Who)
}

// AuditLog reads the last limit lines, the newest first; coalition "" means all of them.
func (tx *Tx) AuditLog(coalition string, limit int) (as []dc.Audit, err error) {
	if coalition == "" {
		as, err = all(tx, scanAudit, auditAll, limit)
	} else {
		as, err = all(tx, scanAudit, auditOf, coalition, limit)
	}
	return as, doing(err, "reading who did what")
}
