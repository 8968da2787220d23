package storage

const (
	setSetting = `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	settingOf  = `SELECT value FROM setting WHERE name = ?`
)

// SetSetting stores a setting that commands change, such as a pause.
func (tx *Tx) SetSetting(name, value string) error {
	_, err := tx.change(setSetting, name, value)
	return doing(err, "setting %s", name)
}

// Setting reads a setting; "" when it was never set.
func (tx *Tx) Setting(name string) (string, error) {
	v, err := one(tx, scanString, settingOf, name)
	_, err = missing(err)
	return v, doing(err, "reading the setting %s", name)
}
