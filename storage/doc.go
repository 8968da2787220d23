// Package storage is the record: one SQLite file, with one file of Go for each table and its queries beside it.
//
// The store is concrete: there is one database and no store interface, and tests open a real file. A DB has one writer
// (its transactions begin IMMEDIATE) and a pool of readers. Times are UTC here; wall times and zones are kept beside
// them where people set them. Migrations are append-only and embedded; a schema newer than the binary is refused.
package storage
