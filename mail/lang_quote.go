package mail

// The words with which mail programs introduce quotes, by language. Sources: the message catalogues of Thunderbird,
// Gmail, Outlook, Apple Mail, K-9, Roundcube and Yahoo, as seen in mail. Written as they are printed; compared
// folded (see fold).

// wroteVerbs say that somebody wrote something.
var wroteVerbs = phrases(
	"wrote|writes|has written",            // en
	"a écrit|écrit|ha escrit|va escriure", // fr ca
	"escribió|ha escrito|escribe",         // es
	"escreveu|escreve",                    // pt
	"schrieb|hat geschrieben|geschrieben", // de
	"ha scritto|scrisse|scrive",           // it
	"schreef|geschreven",                  // nl
	"napisał|napisała|napisał(a)|pisze|napisana przez|napisano przez", // pl
	"написал|написала|писал|писала|пишет",                             // ru
	"пише|написав|писав|написа|написао",                               // uk bg sr
	"كتب|كتبت|نوشت",                                      // ar fa
	"skrev|har skrevet|skreiv|skrifaði",                  // sv da no is
	"kirjoitti|kirjutas",                                 // fi et
	"napsal|napsala|napísal|napísala",                    // cs sk
	"şunu yazdı|yazdı|şöyle yazdı|yazmış",                // tr
	"ezt írta|írta|a következőt írta",                    // hu
	"a scris",                                            // ro
	"έγραψε",                                             // el
	"đã viết|viết",                                       // vi
	"menulis",                                            // id
	"je napisao|je napisala|napisao|napisala|je napisal", // hr sl
	"rašė|rakstīja",                                      // lt lv
	"כתב|כתבה|מאת",                                       // he
	"skribis",                                            // eo
)

// wroteInside are such verbs of languages that put no blank before them.
var wroteInside = phraseList("写道|寫道|写了|寫了|撰写|来信|のメッセージ|書きました|作成|작성|썼습니다|씀|เขียน|wrote")

// sentVerbs say it more weakly: they need a date and a time beside them.
var sentVerbs = phrases("sent|said|a envoyé|envió|enviou|sendte|skickade|отправил|отправила")

// quotingWords begin an attribution that has no verb behind the name ("Quoting Ana Lima <...>:").
var quotingWords = phrases("quoting|zitat von|zitiere|citando a|citando|citation de|citat från|quoted from|from|cytowanie|цитирование|quota")

// introWords begin an attribution, before its date.
var introWords = foldSet("on|at|in|giorno|dniu|dni|dne|dňa|dia|día|data|tanggal|hari|thứ|les|in data|le|el|em|no dia|op|am|il|den|dnia|w dniu|w|v|v dni|dne|dňa|på|pa|vào|vao|pe|la|на|в|во|у|от|στις|" +
	"în|a|kl|pada|dana|el dia|el día|d.|lau|li|den|em|al|ngày|ב|בתאריך|في|بتاريخ|در|em data de|a les|ob")

// weekdays and months by their beginnings, as they stand next to intro words.
var dayNames = foldSet("mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|" +
	"lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|" +
	"mié|jue|vie|sáb|dom|lunes|martes|miércoles|jueves|viernes|sábado|domingo|" +
	"seg|ter|qua|qui|sex|segunda|terça|quarta|quinta|sexta|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|" +
	"mo|di|mi|do|fr|sa|so|don|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|" +
	"gio|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|" +
	"ma|wo|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|" +
	"pon|wt|śr|czw|pt|sob|niedz|poniedziałek|wtorek|środa|środę|czwartek|piątek|sobota|sobotę|niedziela|niedzielę|" +
	"пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|среду|четверг|пятница|пятницу|суббота|субботу|воскресенье|нд|" +
	"الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد|" +
	"mån|tis|ons|tors|fre|lör|sön|man|tir|tor|lør|søn|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag|mandag|tirsdag|lørdag|søndag|" +
	"ma|ti|ke|to|pe|la|su|po|út|st|čt|pá|so|ne|pzt|sal|çar|per|cum|cmt|paz|luni|marți|miercuri|joi|vineri")

var monthNames = foldSet("jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december|" +
	"janv|févr|mars|avr|mai|juin|juil|août|déc|janvier|février|avril|juillet|septembre|octobre|novembre|décembre|" +
	"ene|abr|ago|dic|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|" +
	"fev|set|out|dez|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|" +
	"jän|mär|mrz|okt|januar|jänner|februar|märz|juni|juli|oktober|dezember|" +
	"gen|mag|giu|lug|ott|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|" +
	"mrt|mei|januari|februari|maart|augustus|" +
	"sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|" +
	"янв|фев|мар|апр|мая|май|июн|июл|авг|сен|сент|окт|ноя|нояб|дек|января|февраля|марта|апреля|июня|июля|августа|сентября|октября|ноября|декабря|" +
	"січ|лют|бер|квіт|трав|черв|лип|серп|вер|жовт|лист|груд|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|" +
	"يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|" +
	"marts|augusti|des|desember|kesäkuuta|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|tháng|thg")

// headerLabels are the fields of a header block that Outlook and its kin put above an unmarked quote.
var headerLabels = labelTable(map[label]string{
	labelFrom: "from|de|von|van|da|od|от|от кого|від|من|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|från|fra|lähettäjä|odesílatel|odosielateľ|" +
		"kimden|gönderen|feladó|expéditeur|mittente|absender|remitente|de la|από|מאת|từ|dari|nuo|no|saatja|از|frá",
	labelSent: "sent|date|envoyé|enviado|enviado el|enviada em|enviado em|gesendet|gesendet am|verzonden|verstuurd|inviato|data|datum|wysłano|wysłane|" +
		"отправлено|дата|дата отправки|надіслано|تاريخ الإرسال|التاريخ|تم الإرسال|أرسلت|发送时间|发送日期|日期|时间|傳送時間|寄件日期|傳送日期|日時|送信日時|送信日|" +
		"보낸 날짜|날짜|skickat|sendt|lähetetty|päiväys|päivämäärä|odesláno|odoslané|dátum|gönderildi|gönderilme tarihi|tarih|elküldve|fecha|dato|" +
		"trimis|trimis la|στάλθηκε|ημερομηνία|נשלח|תאריך|đã gửi|ngày|dikirim|tanggal|išsiųsta|nosūtīts|saadetud|enviat|تاریخ|poslano|послато|sendt den|enviado a las|date d'envoi|送信",
	labelTo: "to|à|a|para|an|aan|do|кому|إلى|الى|收件人|收件者|宛先|받는 사람|받는사람|till|til|vastaanottaja|komu|pro|kime|alıcı|címzett|destinataire|destinatario|către|προς|אל|đến|kepada|kam|saaja|به|per a",
	labelCc: "cc|copie|copie à|kopie|kopia|kopi|копия|копія|نسخة|نسخة إلى|抄送|副本|抄送人|참조|c.c.|cópia|kopio|másolatot kap|bilgi|c/c|bcc|cci|κοιν.|עותק|con copia|copia|dw|udw",
	labelSubject: "subject|objet|asunto|assunto|betreff|onderwerp|oggetto|temat|тема|الموضوع|主题|主旨|件名|제목|ämne|emne|aihe|otsikko|" +
		"předmět|predmet|konu|tárgy|subiect|θέμα|נושא|chủ đề|tiêu đề|perihal|subjek|tema|teema|موضوع|assumpte|efni",
	labelOther: "reply-to|reply to|répondre à|antwort an|rispondi a|risposta|responder a|odpowiedz do|importance|priority|attachments|pièces jointes|anlagen|anhänge|bijlagen|allegati|" +
		"adjuntos|anexos|załączniki|вложения|organization|newsgroups|message-id|resent-from|sender|list|when|where|mailing list|mailing-list|附件|重要性|添付ファイル|wichtigkeit|priorità|importanza|x-mailer|return-path|delivered-to",
})

// originalPhrases stand between dashes above an original.
var originalPhrases = foldSet("original message|reply message|original mail|original email|original e-mail|original appointment|replied message|message original|" +
	"message d'origine|message original|courriel original|message initial|e-mail d'origine|mail original|" +
	"mensaje original|correo original|mensagem original|mensagem original|e-mail original|" +
	"ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht|originalmeldung|ursprüngliche mail|ursprüngliche e-mail|" +
	"messaggio originale|messaggio original|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|" +
	"wiadomość oryginalna|oryginalna wiadomość|wiadomosc oryginalna|исходное сообщение|оригинальное сообщение|первоначальное сообщение|исходное письмо|вихідне повідомлення|оригінальне повідомлення|" +
	"الرسالة الأصلية|رسالة أصلية|原始邮件|原始郵件|原始信息|原邮件|原始訊息|元のメッセージ|元のメール|オリジナルメッセージ|originalメッセージ|원본 메시지|원본 메일|원본메시지|" +
	"ursprungligt meddelande|originalmeddelande|ursprungsmeddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|originalmelding|" +
	"alkuperäinen viesti|původní zpráva|původní e-mail|pôvodná správa|orijinal mesaj|orjinal mesaj|özgün ileti|asıl ileti|eredeti üzenet|mesaj original|mesajul original|" +
	"αρχικό μήνυμα|ההודעה המקורית|הודעה מקורית|thư gốc|tin nhắn gốc|pesan asli|missatge original|izvorna poruka|originalna poruka|izvirno sporočilo|pradinis laiškas|پیام اصلی|quoted text|quoted message|previous message")

// forwardPhrases mark an original that is forwarded whole.
var forwardPhrases = foldSet("forwarded message|begin forwarded message|forwarded mail|forwarded email|start of forwarded message|original forwarded message|forwarded by|" +
	"message transféré|début du message transféré|début du message réexpédié|message réexpédié|courriel transféré|" +
	"mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|início da mensagem reenviada|início da mensagem encaminhada|" +
	"weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitete mail|weitergeleitete e-mail|" +
	"messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|doorgestuurde bericht|" +
	"przekazana wiadomość|wiadomość przekazana dalej|początek przekazanej wiadomości|treść przekazanej wiadomości|пересылаемое сообщение|перенаправленное сообщение|пересланное сообщение|начало переадресованного сообщения|начало пересылаемого сообщения|" +
	"пересланное письмо|переслане повідомлення|перенаправлене повідомлення|رسالة معاد توجيهها|رسالة مُعاد توجيهها|بداية الرسالة المعاد توجيهها|" +
	"转发的邮件|转发邮件|轉寄郵件|已转发邮件|转发信息|轉寄的郵件|开始转发的邮件|開始轉寄郵件|下面是被转发的邮件|以下是转发的邮件|転送されたメッセージ|転送メッセージ|転送メール|" +
	"전달된 메시지|전달한 메시지|vidarebefordrat meddelande|vidarebefordrat mejl|videresendt meddelelse|videresendt besked|videresendt melding|videresendt e-post|start på videresendt besked|" +
	"edelleenlähetetty viesti|välitetty viesti|přeposlaná zpráva|přeposlaný e-mail|preposlaná správa|iletilen mesaj|yönlendirilmiş mesaj|iletilmiş ileti|iletilen ileti|továbbított üzenet|mesaj redirecționat|" +
	"προωθημένο μήνυμα|הודעה שהועברה|thư đã chuyển tiếp|pesan terusan|missatge reenviat|proslijeđena poruka|prosleđena poruka|posredovano sporočilo")

// replyAbove are the lines that ticket systems and project tools ask to write above of.
var replyAbove = phrases("reply above this line|please reply above this line|please type your reply above this line|write your reply above this line|type your response above this line|" +
	"répondez au-dessus de cette ligne|veuillez répondre au-dessus de cette ligne|répondre au-dessus de cette ligne|" +
	"responda por encima de esta línea|responda encima de esta línea|escriba su respuesta por encima de esta línea|responda acima desta linha|" +
	"bitte antworten sie oberhalb dieser linie|antworten sie oberhalb dieser linie|bitte oberhalb dieser linie antworten|bitte antwort oberhalb dieser linie|" +
	"rispondi sopra questa riga|rispondere sopra questa linea|antwoord boven deze lijn|gelieve boven deze lijn te antwoorden|odpowiedz powyżej tej linii|" +
	"ответьте выше этой линии|пожалуйста, отвечайте выше этой линии|请在此行上方回复|この行より上に返信してください|svara ovanför denna linje|svar over denne linje|vastaa tämän rivin yläpuolelle")
