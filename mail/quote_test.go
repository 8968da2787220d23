package mail

import (
	"strings"
	"testing"
)

// attributions are introductions as mail programs write them in many languages. Each is tried above a marked quote and,
// unless it begins with "m ", also above a flattened one.
var attributions = strings.Split(strings.TrimSpace(`
On Mon, May 4, 2026 at 10:12 AM Ana Lima <ana@example.org> wrote:
On Monday, May 4th, 2026 at 10:12 AM, Ana Lima <ana@example.org> wrote:
On 5/4/26 10:12, Ana Lima wrote:
On Mon, 2026-05-04 at 10:12 +0200, Ana Lima wrote:
On Monday 04 May 2026 10:12:33 CEST Ana Lima wrote:
At 10:12 04/05/2026, Ana Lima wrote:
m On Monday, May 4, 2026, Ana Lima wrote:
m Ana Lima wrote:
m From Ana Lima:
Ana Lima <ana@example.org> wrote:
Quoting Ana Lima <ana@example.org>:
---- On Mon, 04 May 2026 10:12:33 +0200 Ana Lima <ana@example.org> wrote ----
Le 04/05/2026 à 10:12, Ana Lima a écrit :
Le lun. 4 mai 2026 à 10:12, Ana Lima <ana@example.org> a écrit :
Le lundi 4 mai 2026 à 10:12:33 UTC+2, Ana Lima <ana@example.org> a écrit :
El 04/05/26 a las 10:12, Ana Lima escribió:
El lun, 4 may 2026 a las 10:12, Ana Lima (<ana@example.org>) escribió:
El lunes, 4 de mayo de 2026, 10:12:33 CEST, Ana Lima <ana@example.org> escribió:
Em 04/05/2026 10:12, Ana Lima escreveu:
Em seg., 4 de mai. de 2026 às 10:12, Ana Lima <ana@example.org> escreveu:
Am 04.05.26 um 10:12 schrieb Ana Lima:
Am Montag, 4. Mai 2026, 10:12:33 CEST schrieb Ana Lima:
Am Mo., 4. Mai 2026 um 10:12 Uhr schrieb Ana Lima <ana@example.org>:
Ana Lima <ana@example.org> schrieb am Mo., 4. Mai 2026, 10:12:
Il 04/05/26 10:12, Ana Lima ha scritto:
Il giorno lun 4 mag 2026 alle ore 10:12 Ana Lima <ana@example.org> ha scritto:
Op 04-05-2026 om 10:12 schreef Ana Lima:
Op ma 4 mei 2026 om 10:12 schreef Ana Lima <ana@example.org>:
Op 4 mei 2026 om 10:12 heeft Ana Lima <ana@example.org> het volgende geschreven:
W dniu 4.05.2026 o 10:12, Ana Lima pisze:
pon., 4 maj 2026 o 10:12 Ana Lima <ana@example.org> napisał(a):
Wiadomość napisana przez Ana Lima <ana@example.org> w dniu 04.05.2026, o godz. 10:12:
04.05.2026 10:12, Ana Lima пишет:
пн, 4 мая 2026 г. в 10:12, Ana Lima <ana@example.org>:
Понедельник, 4 мая 2026, 10:12 +03:00 от Ana Lima <ana@example.org>:
4 мая 2026 г., в 10:12, Ana Lima <ana@example.org> написал(а):
пн, 4 трав. 2026 р. о 10:12 Ana Lima <ana@example.org> пише:
في الاثنين، 4 مايو 2026 في 10:12 ص تمت كتابة ما يلي بواسطة Ana Lima <ana@example.org>:
في ٤ مايو ٢٠٢٦، الساعة ١٠:١٢ ص، كتب Ana Lima <ana@example.org>:
Ana Lima <ana@example.org> 于2026年5月4日周一 10:12写道：
在 2026年5月4日，上午10:12，Ana Lima <ana@example.org> 写道：
在2026年05月04 10时12分, "Ana Lima"<ana@example.org>写道:
Ana Lima <ana@example.org> 於 2026年5月4日 週一 上午10:12寫道：
m 李娜 写道：
2026年5月4日(月) 10:12 Ana Lima <ana@example.org>:
2026/05/04 10:12、Ana Lima <ana@example.org>のメール:
m 2026/05/04 10:12、Ana Limaのメッセージ:
2026년 5월 4일 (월) 오전 10:12, Ana Lima <ana@example.org>님이 작성:
Den mån 4 maj 2026 kl 10:12 skrev Ana Lima <ana@example.org>:
Den 2026-05-04 kl. 10:12, skrev Ana Lima:
man. 4. maj 2026 kl. 10.12 skrev Ana Lima <ana@example.org>:
ma 4. toukok. 2026 klo 10.12 Ana Lima (ana@example.org) kirjoitti:
po 4. 5. 2026 v 10:12 odesílatel Ana Lima <ana@example.org> napsal:
Dňa 4. 5. 2026 o 10:12 Ana Lima napísal(a):
Ana Lima <ana@example.org>, 4 May 2026 Pzt, 10:12 tarihinde şunu yazdı:
Ana Lima <ana@example.org> ezt írta (időpont: 2026. máj. 4., H, 10:12):
2026. 05. 04. 10:12 keltezéssel, Ana Lima írta:
În lun., 4 mai 2026 la 10:12, Ana Lima <ana@example.org> a scris:
Στις Δευ 4 Μαΐ 2026 στις 10:12 π.μ., ο χρήστης Ana Lima <ana@example.org> έγραψε:
בתאריך יום ב׳, 4 במאי 2026 ב-10:12 מאת Ana Lima <ana@example.org>:
Vào Th 2, 4 thg 5, 2026 lúc 10:12 Ana Lima <ana@example.org> đã viết:
Pada tanggal Sen, 4 Mei 2026 pukul 10.12 Ana Lima <ana@example.org> menulis:
El dl., 4 de maig 2026, 10:12, Ana Lima <ana@example.org> va escriure:
pon, 4. svi 2026. u 10:12 Ana Lima <ana@example.org> napisao je:
2026-05-04 10:12 GMT+02:00 Ana Lima <ana@example.org>:
2026-05-04 10:12 GMT+02:00 Ana Lima
`), "\n")

func TestAttributions(t *testing.T) {
	for _, a := range attributions {
		a, marked := strings.CutPrefix(a, "m ")
		t.Run(a, func(t *testing.T) {
			for _, quote := range []string{"> What do you think?\n", "What do you think?\n"} {
				if marked && quote[0] != '>' {
					continue
				}
				for _, text := range []string{"I agree.\n\n" + a + "\n\n" + quote, "I agree.\n\n" + wrap(a, 60) + "\n" + quote} {
					r := Read(text, ReadOptions{})
					if got := r.OwnText(OwnTextOptions{}); got != "I agree." {
						t.Errorf("own text %q of\n%s", got, listing(r))
					}
					for _, b := range r.Blocks {
						if b.Kind == Quote && strings.Contains(a, "Ana") && b.Author.Name != "Ana Lima" {
							t.Errorf("author %+v of\n%s", b.Author, text)
						}
					}
				}
			}
		})
	}
}

// wrap breaks a line at blanks so that none is longer than n octets.
func wrap(s string, n int) string {
	var b strings.Builder
	col := 0
	for i, w := range strings.Fields(s) {
		if i > 0 && col+len(w) >= n {
			b.WriteByte('\n')
			col = 0
		} else if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		col += len(w) + 1
	}
	return b.String()
}

// TestHeaderBlocks has the fields that Outlook and others write, by language.
func TestHeaderBlocks(t *testing.T) {
	for _, fields := range []string{
		"From|Sent|To|Subject", "From|Date|To|Subject", "De|Envoyé|À|Objet", "De|Enviado el|Para|Asunto", "De|Enviada em|Para|Assunto",
		"Von|Gesendet|An|Betreff", "Da|Inviato|A|Oggetto", "Van|Verzonden|Aan|Onderwerp", "Od|Wysłano|Do|Temat", "От|Отправлено|Кому|Тема",
		"Від|Надіслано|Кому|Тема", "من|تم الإرسال|إلى|الموضوع", "发件人|发送时间|收件人|主题", "寄件者|寄件日期|收件者|主旨", "差出人|送信日時|宛先|件名",
		"보낸 사람|보낸 날짜|받는 사람|제목", "Från|Skickat|Till|Ämne", "Fra|Sendt|Til|Emne", "Lähettäjä|Lähetetty|Vastaanottaja|Aihe", "Odesílatel|Odesláno|Komu|Předmět",
		"Kimden|Gönderildi|Kime|Konu", "Feladó|Elküldve|Címzett|Tárgy", "Από|Στάλθηκε|Προς|Θέμα",
	} {
		t.Run(fields, func(t *testing.T) {
			f := strings.Split(fields, "|")
			for _, sep := range []string{": ", " : ", ":* ", "："} {
				pre := ""
				if sep == ":* " {
					pre = "*"
				}
				text := "I agree.\n\n" + pre + f[0] + sep + "Ana Lima <ana@example.org>\n" + pre + f[1] + sep + "4.5.2026 10:12\n" +
					pre + f[2] + sep + "Bo Chen\n" + pre + f[3] + sep + "the fund\n\nWhat do you think?\n"
				r := Read(text, ReadOptions{})
				if got := r.OwnText(OwnTextOptions{}); got != "I agree." {
					t.Errorf("own text %q of\n%s", got, listing(r))
				}
				if last := r.Blocks[len(r.Blocks)-1]; last.Author != (Address{Name: "Ana Lima", Addr: "ana@example.org"}) {
					t.Errorf("author %+v", last.Author)
				}
			}
		})
	}
}

// TestOwnWordsAreNotCut has what looks like a quote, a signature or a footer but is none.
func TestOwnWordsAreNotCut(t *testing.T) {
	for _, text := range []string{
		"On the second point the chair wrote:\n\nwe need six weeks.\n\nI do not think so.",
		"As Ana wrote: the fund is audited every year.\n\nWe object.",
		"On Monday Ana wrote: please extend, and I agree.",
		"Our answer to 1.\n\n-----\n\nOur answer to 2.\n\n_______\n\nOur answer to 3.",
		"From: my point of view, yes\nTo: be discussed",
		"Date: 2 May 2026\nSubject: the fund\n\nis all that we were told.",
		"We sent the mail.",
		"Sent from the ministry, the form was late.\nWe could not answer in time.",
		"I sent it from my phone, sorry for the typos, but we do object.",
		"Thanks for the draft, we support it.",
		"Thank you Ana, this is a good start and we support it.",
		"Best option is B.",
		"- Yes\n- No\n- Maybe",
		"Yes",
		"No.",
		"+1",
		"All good.",
		"Question 3:\n--\nno",
		">From here on we disagree.",
		"Run this:\n\n>>> print(1)\n1\n\nIt works.",
		"Look at the page:\n>>> http://example.org <<<\nand tell us.",
		"| option | votes |\n| A | 3 |\n| B | 4 |",
		"To unsubscribe from the idea of growth is what we propose.",
		"The mailing list is open.\n\n-----\nEverybody can join the mailing list, which is what we want.",
		"The report is confidential; unauthorized disclosure is prohibited, says the ministry.\n\nWe do not accept that any attachments are secret.",
		"第一，我们不同意。\n谢谢大家的工作，但是期限太短。",
		"On 4 May 2026 at 10:12 the server stopped.",
		"At 10:12 we voted:\n\nyes: 4, no: 2",
		"In 2026 we shall meet in Geneva:\n\nhotel and flights are paid.",
		"Best regards from Geneva, where it rains, and yes, we agree.",
		"Von: 2. Mai\nBis: 16. Mai\n\nso lange brauchen wir.",
		"Hello, I agree.",
		"Hi, no objection from us!",
		"1) yes\n2) no",
		"Original message lost, sorry.\n\nWe agree.",
	} {
		for _, opt := range []OwnTextOptions{{}, {CutCourtesy: true}} {
			r := Read(text+"\n", ReadOptions{Author: Address{Name: "Femi Okafor"}})
			if got := r.OwnText(opt); got != text {
				t.Errorf("own text with %+v is %q of\n%s", opt, got, listing(r))
			}
		}
	}
}
