package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"
)

// Mode says how a connection is protected.
type Mode string

const (
	TLS      Mode = "tls"      // TLS from the first byte (IMAP 993, submission 465; RFC 8314)
	StartTLS Mode = "starttls" // TLS after the STARTTLS command, which must succeed
	Plain    Mode = "none"     // no TLS: accepted for loopback addresses only
)

// Server says where a server is and how to reach it.
type Server struct {
	Addr    string // host:port
	Mode    Mode   // "" means TLS
	RootCAs *x509.CertPool
	Timeout time.Duration // for connecting and for the TLS handshake together
	// Dial replaces the network in tests; nil means TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Validate reports what is wrong with s before any connection is tried.
func (s Server) Validate() error {
	host, port, err := net.SplitHostPort(s.Addr)
	switch {
	case err != nil || host == "" || port == "":
		return fmt.Errorf("server address %q is not host:port", s.Addr)
	case s.Mode == TLS, s.Mode == StartTLS, s.Mode == "":
		return nil
	case s.Mode != Plain:
		return fmt.Errorf("unknown TLS mode %q: use %q, %q or %q", s.Mode, TLS, StartTLS, Plain)
	case !loopback(host):
		return fmt.Errorf("TLS mode %q would send the password in clear to %s: it is allowed for 127.0.0.1, ::1 and localhost only; use %q or %q",
			Plain, host, TLS, StartTLS)
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// TLSConfig is for both kinds of TLS; the name in the certificate must be the host of Addr.
func (s Server) TLSConfig() *tls.Config {
	host, _, _ := net.SplitHostPort(s.Addr)
	return &tls.Config{ServerName: host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}
}

// Connect opens the connection and, in mode TLS, completes the handshake. Errors are of type *Error.
func (s Server) Connect(ctx context.Context) (*Guard, error) {
	if err := s.Validate(); err != nil {
		return nil, &Error{Doing: "use " + s.Addr, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	dial := s.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.Addr)
	if err != nil {
		return nil, s.Explain("connect to "+s.Addr, err)
	}
	if s.Mode == Plain {
		// "localhost" is only a name: what it led to decides.
		if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
			conn.Close()
			return nil, &Error{Doing: "connect to " + s.Addr, Err: fmt.Errorf("%s is not a loopback address", a.IP),
				Remedy: "set the TLS mode to \"tls\" or \"starttls\""}
		}
	}
	if s.Mode == TLS || s.Mode == "" {
		tc := tls.Client(conn, s.TLSConfig())
		if err := tc.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, s.Explain("start TLS with "+s.Addr, err)
		}
		conn = tc
	}
	return NewGuard(conn), nil
}

// Error is a failure to reach, to trust or to log in to a server, with what a person can do about it.
type Error struct {
	Doing  string // what was being done: "log in to imap.example.org:993 as bot"
	Err    error
	Remedy string // may be empty
}

func (e *Error) Error() string {
	if e.Remedy == "" {
		return fmt.Sprintf("cannot %s: %v", e.Doing, e.Err)
	}
	return fmt.Sprintf("cannot %s: %v (remedy: %s)", e.Doing, e.Err, e.Remedy)
}

func (e *Error) Unwrap() error { return e.Err }

// Explain finds the remedy that fits err, from its type.
func (s Server) Explain(doing string, err error) *Error {
	e := &Error{Doing: doing, Err: err}
	host, port, _ := net.SplitHostPort(s.Addr)
	var (
		dns     *net.DNSError
		record  tls.RecordHeaderError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		op      *net.OpError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, context.Canceled):
	case errors.As(err, &dns):
		e.Remedy = fmt.Sprintf("check the host name %q and this machine's DNS", host)
	case errors.As(err, &record):
		e.Remedy = fmt.Sprintf("port %s does not speak TLS from the start: set the TLS mode to \"starttls\", or use the TLS port", port)
	case errors.As(err, &unknown):
		e.Remedy = "the certificate is signed by nobody this machine trusts: if it is your own authority's, name its file as ca_file in the config; else use the name and port for which the provider has a public certificate"
	case errors.As(err, &name):
		e.Remedy = fmt.Sprintf("the certificate is not for %q: use the host name that the provider documents", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Remedy = "the certificate is not valid at this time: check this machine's clock, else the server's operator must renew it"
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Remedy = "nothing answered in time: check host and port, firewalls, and whether the TLS mode fits the port (\"tls\" for 993 and 465, \"starttls\" for 143 and 587)"
	case errors.As(err, &op) && op.Op == "dial":
		e.Remedy = fmt.Sprintf("check that the server runs and that port %s is right and open", port)
	}
	return e
}
