package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
)

// BenchmarkImport imports whole archives with the real binary, a process each, everything on: parsing, threads, collecting, full-text
// index, a real file. It reports messages per second and the peak of the process's memory. `make bench-import` runs it.
func BenchmarkImport(b *testing.B) {
	binary := buildBinary(b)
	b.Run("archive", func(b *testing.B) {
		path := realArchive(b)
		benchImport(b, binary, path, "")
	})
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("generated-%d", n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "archive.mbox")
			archiveFile(b, path, n, testSurveyID, testNumbers)
			benchImport(b, binary, path, fmt.Sprint(n))
		})
	}
}

var imported = regexp.MustCompile(`: (\d+) messages in `)

func benchImport(b *testing.B, binary, path, wantMessages string) {
	for b.Loop() {
		dir := b.TempDir()
		conf := writeTestConfig(b, dir)
		cmd := exec.CommandContext(b.Context(), binary, "import", "--config", conf, "--survey", filepath.Join(dir, "survey.toml"), "--coalition", "dc-meter", path)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		m := imported.FindSubmatch(out)
		if m == nil || wantMessages != "" && string(m[1]) != wantMessages {
			b.Fatalf("not the %s messages expected:\n%s", wantMessages, out)
		}
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			b.Fatal(err)
		}
		// The kernel's own high-water mark of resident memory, in KB on Linux (getrusage(2)).
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		db, err := os.Stat(filepath.Join(dir, "dcbot.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
		b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB")
		b.ReportMetric(float64(db.Size())/(1<<20), "record-MB")
		b.Logf("%s%s", filepath.Base(path), out)
	}
}

// realArchive is the archive that DCBOT_ARCHIVE names, or the one that lies beside the project, unpacked.
func realArchive(b *testing.B) string {
	b.Helper()
	if path := os.Getenv("DCBOT_ARCHIVE"); path != "" {
		return path
	}
	packed := filepath.Join("..", "..", "..", "shared", "archives", "twisted-web.mbox.xz")
	if _, err := os.Stat(packed); err != nil {
		b.Skip("there is no archive: name one by DCBOT_ARCHIVE")
	}
	path := filepath.Join(b.TempDir(), "archive.mbox")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	xz := exec.CommandContext(b.Context(), "xz", "-dc", packed)
	xz.Stdout, xz.Stderr = f, os.Stderr
	if err := xz.Run(); err != nil {
		b.Fatalf("unpacking the archive: %v", err)
	}
	return path
}
