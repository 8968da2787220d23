package mail

import (
	"strings"
	"testing"
)

// TestMobileLines has the lines that telephones and mail programs put below an answer.
func TestMobileLines(t *testing.T) {
	for l := range strings.Lines(strings.TrimSpace(`
Sent from my iPhone
Sent from my phone, please excuse the brevity
Sent from Yahoo Mail for iPad
Sent from Outlook for Android
Sent from Mail for Windows
Sent with Proton Mail secure email.
Sent via BlackBerry by AT&T
Sent using Zoho Mail
(sent from a phone)
Get Outlook for iOS
Get [Outlook for Android](https://aka.example.org/x)
Sent on the go
Envoyé de mon iPhone
Envoyé depuis mon smartphone Samsung Galaxy.
Envoyé à partir d'Outlook pour iOS
Envoyé avec la messagerie sécurisée Proton Mail.
Télécharger Outlook pour Android
Enviado desde mi iPhone
Enviado desde Outlook para Android
Enviado desde Correo para Windows 10
Enviado do meu iPhone
Enviado a partir do Outlook para Android
Gesendet von meinem iPhone
Von meinem iPhone gesendet
Von meinem Samsung Galaxy Smartphone gesendet.
Gesendet mit der GMX Mail App
Gesendet von Outlook für iOS
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Inviato da iPhone
Inviato dal mio dispositivo Samsung
Inviato da Outlook per Android
Verstuurd vanaf mijn iPhone
Verzonden vanuit Outlook voor Android
Wysłane z iPhone'a
Wysłano z telefonu Samsung
Отправлено с iPhone
Отправлено из мобильной Почты Mail.ru для Android
Надіслано з iPhone
Изпратено от моя iPhone
أرسلت من الـ iPhone
تم الإرسال من هاتفي
发自我的iPhone
从我的 iPad 发送
從我的 iPhone 傳送
iPhoneから送信
나의 iPhone에서 보냄
Skickat från min iPhone
Skickat från Outlook för iOS
Sendt fra min iPhone
Sendt fra Outlook for Android
Lähetetty iPhonesta
Odesláno z iPhonu
Odoslané z iPhonu
iPhone'umdan gönderildi
Az iPhone-omról küldve
Trimis de pe iPhone-ul meu
Εστάλη από το iPhone μου
נשלח מה-iPhone שלי
Đã gửi từ iPhone của tôi
Dikirim dari iPhone saya
Poslano s mojega iPhonea
Enviat des del meu iPhone
`)) {
		l = strings.TrimSpace(l)
		t.Run(l, func(t *testing.T) {
			for _, text := range []string{"We agree.\n\n" + l + "\n", "We agree.\n" + l, "We agree.\n\n" + l + "\n\nOn Mon, 4 May 2026 at 10:12, Ana <ana@example.org> wrote:\n> Well?\n"} {
				r := Read(text, ReadOptions{})
				if got := r.OwnText(OwnTextOptions{}); got != "We agree." {
					t.Errorf("own text %q of\n%s", got, listing(r))
				}
			}
		})
	}
}

// TestClosings: the closing phrase and the name are a sign-off, what stands below is a signature.
func TestClosings(t *testing.T) {
	for l := range strings.Lines(strings.TrimSpace(`
Best regards,
Kind regards
Thanks and regards,
Many thanks!
Yours sincerely,
All the best -
Cheers
Bien cordialement,
Bien à vous
Saludos cordiales,
Un abrazo
Atenciosamente,
Abraços
Mit freundlichen Grüßen
Mit freundlichen Gruessen
MfG
Vielen Dank und viele Grüße
Cordiali saluti,
Met vriendelijke groet,
Pozdrawiam
Z poważaniem,
С уважением,
З повагою
مع خالص التحية،
此致
よろしくお願いいたします。
Med vänlig hälsning
Med venlig hilsen
Vennlig hilsen
Ystävällisin terveisin
S pozdravem
Saygılarımla,
Üdvözlettel,
Cu stimă,
Με εκτίμηση,
בברכה,
Trân trọng,
`)) {
		l = strings.TrimSpace(l)
		t.Run(l, func(t *testing.T) {
			for _, blank := range []string{"\n", "\n\n"} {
				text := "We agree with the draft.\n\n" + l + blank + "Femi Okafor\n\nChair, DC Data\nfemi@example.test | +44 20 7946 0000\n"
				r := Read(text, ReadOptions{})
				if got := r.OwnText(OwnTextOptions{CutCourtesy: true}); got != "We agree with the draft." {
					t.Errorf("without courtesy %q of\n%s", got, listing(r))
				}
				got := r.OwnText(OwnTextOptions{})
				if !strings.HasSuffix(got, "Femi Okafor") && !strings.HasSuffix(got, "Chair, DC Data") {
					t.Errorf("with courtesy %q of\n%s", got, listing(r))
				}
			}
		})
	}
}

func TestGreetings(t *testing.T) {
	for l := range strings.Lines(strings.TrimSpace(`
Dear all,
Dear Ana, dear Bo,
Hi Ana!
Hello everybody
Good morning colleagues,
Bonjour à tous,
Chères et chers collègues,
Estimados colegas:
Hola a todos:
Prezados,
Bom dia, Ana,
Sehr geehrte Damen und Herren,
Liebe Ana,
Hallo zusammen
Ciao a tutti,
Gentile Ana,
Beste Ana,
Szanowni Państwo,
Здравствуйте!
Уважаемые коллеги,
السلام عليكم،
各位好：
皆様
Hej Ana,
Hei kaikki,
Dobrý den,
Merhaba,
Kedves Ana!
`)) {
		l = strings.TrimSpace(l)
		t.Run(l, func(t *testing.T) {
			r := Read(l+"\n\nWe agree with the draft.\n", ReadOptions{})
			if got := r.OwnText(OwnTextOptions{CutCourtesy: true}); got != "We agree with the draft." {
				t.Errorf("without courtesy %q", got)
			}
		})
	}
}

// TestAuthorsName: who wrote the mail signs with a name; anybody else's name at the end is an answer.
func TestAuthorsName(t *testing.T) {
	const text = "Who shall write the report?\n\nFemi\n"
	if got := Read(text, ReadOptions{Author: Address{Name: "Femi Okafor"}}).OwnText(OwnTextOptions{CutCourtesy: true}); got != "Who shall write the report?" {
		t.Errorf("own name: %q", got)
	}
	if got := Read(text, ReadOptions{Author: Address{Name: "Ana Lima"}}).OwnText(OwnTextOptions{CutCourtesy: true}); got != "Who shall write the report?\n\nFemi" {
		t.Errorf("another name: %q", got)
	}
}
