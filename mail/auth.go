package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"
)

// Verdict says whether the address in From is proven to have sent the message.
type Verdict struct {
	Proven bool
	Why    string // in words for an operator
}

// AuthOptions is what the proof may rest on.
type AuthOptions struct {
	// AuthservID is the name that our own receiving server puts first in Authentication-Results (RFC 8601 section 2.5);
	// "" trusts no such field. The server must remove fields that outsiders send under its name (section 5): most do,
	// and see Authenticate for what holds where one does not.
	AuthservID string
	// LookupTXT asks the DNS; nil switches the check of signatures off.
	LookupTXT func(name string) ([]string, error)
}

// maxSignatures bounds the work (and the DNS questions) that one mail can cause.
const maxSignatures = 5

// Authenticate says whether the author of direct mail is proven. One proof suffices, and a second one that is broken takes
// nothing away (mail case 20). Either of these is a proof:
//
//   - a valid DKIM signature (RFC 6376) that covers From and the whole body (no l= tag) and whose domain has the same
//     organizational domain as From (RFC 7489 section 3.1.1, relaxed);
//   - an Authentication-Results field of our own server with dmarc=pass for the domain of From, or an aligned dkim=pass.
//     SPF proves a host, not an author.
//
// Of the Authentication-Results only the topmost run counts: the first such fields, with no Received between them and at
// most one above (the local delivery adds it on many servers). Our server puts its own on top, so what stands below its
// Received came in with the mail, whoever it names. A server that neither adds this field to each mail nor removes
// fields with its own name would let a sender forge one: AuthservID must stay empty for it.
//
// Several From fields or several addresses in From prove nothing: a signature does not tell which one a reader sees.
func Authenticate(ctx context.Context, raw []byte, m *Message, opt AuthOptions) Verdict {
	if n := len(m.Values("From")); n != 1 || len(m.From) != 1 {
		return Verdict{Why: "not exactly one From address"}
	}
	domain := domainOf(m.From[0].Addr)
	if domain == "" {
		return Verdict{Why: "From has no address"}
	}
	if m.Truncated {
		return Verdict{Why: "the message was cut by a limit, so what was read is not what was signed"}
	}
	why := []string{}
	if opt.AuthservID != "" {
		ok, reason := byResults(m, domain, opt.AuthservID)
		if ok {
			return Verdict{Proven: true, Why: reason}
		}
		why = append(why, reason)
	}
	if opt.LookupTXT != nil {
		ok, reason := bySignature(ctx, raw, domain, opt.LookupTXT)
		if ok {
			return Verdict{Proven: true, Why: reason}
		}
		why = append(why, reason)
	}
	if len(why) == 0 {
		return Verdict{Why: "nothing to prove it with: neither authserv_id nor DNS is set up"}
	}
	return Verdict{Why: strings.Join(why, "; ")}
}

// bySignature looks for one valid aligned DKIM signature.
func bySignature(ctx context.Context, raw []byte, domain string, lookup func(string) ([]string, error)) (bool, string) {
	verifs, err := dkim.VerifyWithOptions(bytes.NewReader(crlf(raw)), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT: func(name string) ([]string, error) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return lookup(name)
		},
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return false, "DKIM: " + err.Error()
	}
	if len(verifs) == 0 {
		return false, "no DKIM signature"
	}
	why := ""
	for _, v := range verifs {
		switch {
		case !aligned(v.Domain, domain):
			why = fmt.Sprintf("DKIM signature of %s, but From is of %s", oneLine(v.Domain), domain)
		case v.Err != nil:
			why = fmt.Sprintf("DKIM signature of %s: %v", oneLine(v.Domain), v.Err)
		default:
			return true, "DKIM signature of " + v.Domain
		}
	}
	return false, why
}

// crlf gives the lines the ends that they had when they were signed (RFC 6376 section 5.3): stores turn them into LF.
func crlf(raw []byte) []byte {
	if bytes.Count(raw, []byte("\n")) == bytes.Count(raw, []byte("\r\n")) {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/40)
	for i, c := range raw {
		if c == '\n' && (i == 0 || raw[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

// byResults looks for a verdict of our own server.
func byResults(m *Message, domain, id string) (bool, string) {
	received, inRun, seen := 0, false, false
	for _, f := range m.Header {
		if f.Name == "Received" {
			if received++; received > 1 || inRun {
				break
			}
		}
		if f.Name != "Authentication-Results" {
			continue
		}
		inRun = true
		who, results, err := authres.Parse(f.Value)
		// A version may follow the name (RFC 8601 section 2.2).
		if name := strings.Fields(who); err != nil || len(name) == 0 || !strings.EqualFold(name[0], id) {
			continue
		}
		seen = true
		for _, r := range results {
			switch r := r.(type) {
			case *authres.DMARCResult:
				if r.Value == authres.ResultPass && strings.EqualFold(domainOf("@"+strings.TrimPrefix(r.From, "@")), domain) {
					return true, "dmarc=pass by " + id
				}
			case *authres.DKIMResult:
				d := r.Domain
				if d == "" {
					d = domainOf(r.Identifier)
				}
				if r.Value == authres.ResultPass && aligned(d, domain) {
					return true, "dkim=pass for " + d + " by " + id
				}
			}
		}
	}
	if !seen {
		return false, "no Authentication-Results by " + id
	}
	return false, "Authentication-Results by " + id + " proves nothing about " + domain
}

// aligned compares organizational domains (RFC 7489 section 3.2). A public suffix itself ("co.uk") has none and aligns
// with nothing but itself.
func aligned(a, b string) bool {
	a, b = strings.ToLower(strings.Trim(a, ". ")), strings.ToLower(strings.Trim(b, ". "))
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	oa, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return false
	}
	ob, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && oa == ob
}
