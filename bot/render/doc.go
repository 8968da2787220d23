// Package render turns the record into what people read: the mails of a survey, the consolidated draft as text, HTML,
// Markdown and JSON, and dcbot's replies and notices. All of it is pure: no clock, no files, no network.
//
// Wording stands in catalogue/*.toml, one file for each language; layout stands in page.go and template/. A document
// is built once, as a page of blocks, and written in each format from there, so that no format says more than another.
package render
