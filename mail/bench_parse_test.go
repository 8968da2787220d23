package mail

import (
	"os"
	"strings"
	"testing"
)

// benchMail is plain list mail of 10 KB, with the header that a list gives it.
func benchMail() []byte {
	var b strings.Builder
	b.WriteString("Return-Path: <dc-meter-bounces@lists.example.test>\r\n")
	for range 4 {
		b.WriteString("Received: from mx.example.org (mx.example.org [192.0.2.1])\r\n\tby lists.example.test (Postfix) with ESMTPS id ABCDEF0123\r\n\tfor <dc-meter@lists.example.test>; Mon, 26 Apr 2021 10:00:00 +0000 (UTC)\r\n")
	}
	b.WriteString("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=sel;\r\n\th=from:to:subject:date; bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;\r\n\tb=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZ\r\n" +
		"From: =?utf-8?Q?Ana_Lim=C3=A1?= <ana@example.org>\r\nTo: dc-meter@lists.example.test\r\nCc: Bo Ek <bo@example.org>, \"Ruiz, Marta\" <marta@example.org>\r\n" +
		"Date: Mon, 26 Apr 2021 10:00:00 +0200\r\nMessage-ID: <CAEabc@mail.example.org>\r\nIn-Reply-To: <q6@bot.example.test>\r\nReferences: <intro@bot.example.test>\r\n <q6@bot.example.test>\r\n" +
		"Subject: Re: [DC-Meter] Survey Q6: Membership\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit\r\n" +
		"Precedence: list\r\nX-Mailman-Version: 2.1.34\r\nList-Id: DC Meter <dc-meter.lists.example.test>\r\nList-Post: <mailto:dc-meter@lists.example.test>\r\nSender: dc-meter-bounces@lists.example.test\r\n\r\n")
	for b.Len() < 10_000 {
		b.WriteString("> What the coalition does between its meetings is decided on the list, and\r\nwe think that this works, see https://meter.example.org/rules – mostly.\r\n\r\n")
	}
	return []byte(b.String())
}

func benchParse(b *testing.B, raw []byte) {
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(raw, Limits{})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// One core must parse more than 8,000 list mails of 10 KB in a second, for an import to be quick.
func BenchmarkParseListMail(b *testing.B) { benchParse(b, benchMail()) }

func BenchmarkParseOutlookHTML(b *testing.B) {
	raw, err := os.ReadFile("testdata/parse/outlook-colour-en.eml")
	if err != nil {
		b.Fatal(err)
	}
	benchParse(b, raw)
}

func BenchmarkTextFromHTML(b *testing.B) {
	html := strings.Repeat("<p class=MsoNormal>The coalition meets <s>monthly</s> <span style='color:red'>every two months</span> and <a href='https://x.example/a'>publishes</a> minutes.</p>\n", 70)
	b.SetBytes(int64(len(html)))
	for b.Loop() {
		TextFromHTML(html)
	}
}
