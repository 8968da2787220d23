package dc

import (
	"crypto/sha1" //nolint:gosec // Mailman's permalink is defined with SHA-1
	"encoding/base32"
	"net/url"
	"strings"
)

// MailmanHash is Mailman 3's Message-ID-Hash, which HyperKitty uses in its permanent links: base32 of the SHA-1 of
// the Message-ID without brackets.
func MailmanHash(messageID string) string {
	sum := sha1.Sum([]byte(messageID)) //nolint:gosec // see above
	return base32.StdEncoding.EncodeToString(sum[:])
}

// urlEscape makes a Message-ID fit for the path and for the query of a link: in a query, "+" would be read as a blank,
// "&" as the end.
func urlEscape(s string) string {
	return strings.NewReplacer("+", "%2B", "&", "%26", "=", "%3D").Replace(url.PathEscape(s))
}
