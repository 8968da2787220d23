package mail

import (
	"strings"
	"testing"
)

func TestCase23AutoMail(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header []string
		bounce bool
		reason string
	}{
		{"Auto-Submitted", []string{"Auto-Submitted: auto-replied (vacation)"}, false, "Auto-Submitted"},
		{"Auto-Submitted with a parameter", []string{"Auto-Submitted: auto-generated; owner-email=x@y"}, false, "Auto-Submitted"},
		{"through a list", append([]string{"Auto-Submitted: auto-replied", "Precedence: list"}, meterIDs...), false, "Auto-Submitted"},
		{"empty Return-Path", []string{"Return-Path: <>"}, false, "Return-Path"},
		{"bounce with empty Return-Path", []string{"Return-Path: <>", "Subject: Undeliverable: Question 6"}, true, "Return-Path"},
		{"report", []string{"Content-Type: multipart/report; report-type=delivery-status; boundary=b"}, true, "multipart/report"},
		{"receipt", []string{"Content-Type: multipart/report; report-type=disposition-notification; boundary=b"}, false, "multipart/report"},
		{"mailer-daemon", []string{"From: Mail Delivery System <MAILER-DAEMON@mx.example>"}, true, "mailer-daemon"},
		{"Exchange", []string{"X-Auto-Response-Suppress: DR, OOF, AutoReply"}, false, "X-Auto-Response-Suppress"},
		{"X-Autoreply", []string{"X-Autoreply: yes"}, false, "X-Autoreply"},
		{"X-Autorespond", []string{"X-Autorespond: Re: hello"}, false, "X-Autorespond"},
		{"Precedence auto_reply", []string{"Precedence: auto_reply"}, false, "Precedence"},
		{"Precedence auto_reply below a list's own", []string{"List-Id: <dc-x.lists.example.org>", "Precedence: list", "Precedence: auto_reply"}, false, "Precedence"},
		{"bulk without a list", []string{"Precedence: bulk"}, false, "Precedence"},
		{"Mailman's confirmation", []string{"From: dc-meter-request@lists.example.test", "Subject: confirm 8b1a9953c4611296a827abf8c47804d7e6c49c6b"}, false, "list software"},
		{"Mailman's moderation", []string{"From: dc-meter-owner@lists.example.test", "Subject: DC-Meter post from eve@example.org requires approval"}, false, "list software"},
		{"Mailman's hold notice", []string{"From: dc-meter-bounces@lists.example.test", "Subject: Your message to DC-Meter awaits moderator approval"}, true, "list software"},
		{"administrivia", []string{"X-List-Administrivia: yes"}, false, "list software"},
		{"calendar reply", []string{"Subject: Accepted: meeting", "Content-Type: text/calendar; method=REPLY"}, false, "invitation"},
		{"en", []string{"Subject: Automatic reply: Question 6"}, false, "absence"},
		{"en through a list", append([]string{"Subject: [DC-Meter] Out of Office: Question 6", "Precedence: list"}, meterIDs...), false, "absence"},
		{"fr", []string{"Subject: Réponse automatique : Question 6"}, false, "absence"},
		{"es", []string{"Subject: Respuesta automática: Pregunta 6"}, false, "absence"},
		{"pt", []string{"Subject: Resposta automática: Pergunta 6"}, false, "absence"},
		{"de", []string{"Subject: Automatische Antwort: Frage 6"}, false, "absence"},
		{"de 2", []string{"Subject: Abwesenheitsnotiz"}, false, "absence"},
		{"it", []string{"Subject: Risposta automatica: Domanda 6"}, false, "absence"},
		{"nl", []string{"Subject: Automatisch antwoord: Vraag 6"}, false, "absence"},
		{"pl", []string{"Subject: Automatyczna odpowiedź: Pytanie 6"}, false, "absence"},
		{"ru", []string{"Subject: Автоматический ответ: Вопрос 6"}, false, "absence"},
		{"ar", []string{"Subject: رد تلقائي: السؤال 6"}, false, "absence"},
		{"zh", []string{"Subject: 自动回复: 问题 6"}, false, "absence"},
		{"ja", []string{"Subject: 自動応答: 質問6"}, false, "absence"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := tt.header
			if !strings.Contains(strings.Join(header, "\n"), "From:") {
				header = append([]string{"From: Ana Lima <ana@example.org>"}, header...)
			}
			got := AutoMail(parseLines(header...))
			if !got.Auto || got.Bounce != tt.bounce || !strings.Contains(got.Reason, tt.reason) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestCase23PeoplesMailIsNotAutoMail(t *testing.T) {
	for name, header := range map[string][]string{
		"plain":                         {"Subject: Question 6"},
		"list post":                     append([]string{"Precedence: list", "Sender: dc-meter-bounces@lists.example.test", "Return-Path: <dc-meter-bounces@lists.example.test>", "Errors-To: dc-meter-bounces@lists.example.test"}, meterIDs...),
		"bulk list post":                append([]string{"Precedence: bulk"}, meterIDs...),
		"Auto-Submitted: no":            {"Auto-Submitted: no"},
		"answer to an absence notice":   {"Subject: Re: Automatic reply: Question 6"},
		"about absences":                {"Subject: Our out of office policy"},
		"about vacations":               {"Subject: Vacation in August"},
		"suppressing receipts":          {"X-Auto-Response-Suppress: DR, RN, NRN"},
		"welcome by a person":           append([]string{"Subject: Welcome to the DC-Meter mailing list, Bo!"}, meterIDs...),
		"confirming a date":             {"Subject: confirm Tuesday"},
		"an admin":                      {"From: site-admin@example.org"},
		"about delivery":                {"Subject: Undeliverable promises"},
		"long word after a known start": {"Subject: Afwezigheidsbeleid"},
		"invitation with a letter":      {"Content-Type: text/calendar; method=REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(strings.Join(header, "\n"), "From:") {
				header = append([]string{"From: Ana Lima <ana@example.org>"}, header...)
			}
			if got := AutoMail(parseLines(header...)); got.Auto || got.Bounce {
				t.Errorf("%+v", got)
			}
		})
	}
}
