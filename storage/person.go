package storage

import (
	"fmt"
	"strings"

	"dcbot/bot/dc"
)

const (
	personByAddress = `SELECT p.id, p.name FROM person_address a JOIN person p ON p.id = a.person WHERE a.address = ?`
	insertPerson    = `INSERT INTO person (name) VALUES (?)`
	namePerson      = `UPDATE person SET name = ? WHERE id = ? AND name = ''`
	linkAddress     = `INSERT INTO person_address (address, person) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET person = excluded.person`
	addressesOf     = `SELECT address FROM person_address WHERE person = ? ORDER BY address`
	deleteNobody    = `DELETE FROM person WHERE id = ? AND NOT EXISTS (SELECT 1 FROM person_address WHERE person = ?)`
)

func scanPerson(r scanner) (p dc.Person, err error) {
	err = r.Scan(&p.ID, &p.Name)
	return
}

func normalAddress(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// PersonByAddress reads who has a mail address or Matrix id, in any case.
func (tx *Tx) PersonByAddress(addr string) (dc.Person, error) {
	p, err := one(tx, scanPerson, personByAddress, normalAddress(addr))
	if err == nil {
		p.Addresses, err = all(tx, scanString, addressesOf, p.ID)
	}
	return p, doing(err, "reading the person at %s", addr)
}

// EnsurePerson reads who has an address and makes a person when nobody has it; name fills in a name not known so far.
func (tx *Tx) EnsurePerson(addr, name string) (dc.Person, error) {
	p, err := tx.PersonByAddress(addr)
	if absent, err := missing(err); err != nil {
		return p, err
	} else if absent {
		p = dc.Person{Name: name, Addresses: []string{normalAddress(addr)}}
		if p.ID, _, err = tx.insert(insertPerson, name); err != nil {
			return p, fmt.Errorf("recording the person at %s: %w", addr, err)
		}
		return p, tx.LinkAddress(p.ID, addr)
	}
	if p.Name == "" && name != "" {
		p.Name = name
		_, err = tx.change(namePerson, name, p.ID)
	}
	return p, doing(err, "naming the person at %s", addr)
}

// LinkAddress gives an address to a person, taking it from whoever had it; the caller has seen the proof. Only that
// address moves: a person who is left without any is removed.
func (tx *Tx) LinkAddress(person int64, addr string) error {
	before, err := one(tx, scanPerson, personByAddress, normalAddress(addr))
	if _, err := missing(err); err != nil {
		return fmt.Errorf("linking %s: %w", addr, err)
	}
	if _, err := tx.change(linkAddress, normalAddress(addr), person); err != nil {
		return fmt.Errorf("linking %s: %w", addr, err)
	}
	if before.ID != 0 && before.ID != person {
		_, err := tx.change(deleteNobody, before.ID, before.ID)
		return doing(err, "linking %s", addr)
	}
	return nil
}
