package mail

// Courtesy and signatures by language; compared folded (see fold).

// closings end a letter: the whole line is the phrase, perhaps with a name behind it.
var closings = phrases(
	"thanks and regards|thanks & regards|thanks and best regards|thank you and best regards|thanks and kind regards|thanks, best regards|thank you and regards|thanks and cheers|best|best regards|best wishes|all the best|with best regards|with best wishes|with kind regards|kind regards|kindest regards|warm regards|warmest regards|warmest|"+
		"warm wishes|regards|many regards|my best regards|with regards|with warm regards|with respect|respectfully|respectfully yours|best greetings|greetings|friendly greetings|"+
		"sincerely|yours sincerely|sincerely yours|yours|yours truly|yours faithfully|faithfully|truly|very truly yours|cordially|yours cordially|cheers|many cheers|take care|"+
		"br|rgds|brgds|kr|kind wishes|in solidarity|solidarity|warmly|hugs|ciao|talk soon|speak soon|see you|see you soon|bye|good bye|goodbye|have a nice day|have a great day|have a good day|"+
		"have a nice weekend|have a great weekend|have a good weekend|best of luck|peace|love|xoxo|in peace|looking forward to hearing from you|looking forward|i look forward to hearing from you|respects|with gratitude|gratefully",
	"cordialement|bien cordialement|très cordialement|cordialement vôtre|bien à vous|bien à toi|bien amicalement|amicalement|amitiés|sincères salutations|salutations|salutations distinguées|"+
		"meilleures salutations|mes salutations|respectueusement|bonne journée|bonne fin de journée|bonne soirée|bon week-end|bonne continuation|à bientôt|au revoir|bises|bisous|"+
		"sincèrement|cdlt|cdt|bàv|veuillez agréer|je vous prie d'agréer|dans l'attente de votre réponse|avec mes meilleures salutations|chaleureusement|bonne réception",
	"saludos|un saludo|saludos cordiales|cordiales saludos|atentamente|atte|un abrazo|abrazos|cordialmente|saludos atentos|muy atentamente|reciba un cordial saludo|un cordial saludo|salud|"+
		"hasta pronto|que tenga un buen día|buen día|respetuosamente|afectuosamente|fraternalmente|con afecto|quedo atento|quedo atenta|quedamos atentos|mis saludos|adiós",
	"atenciosamente|att|cumprimentos|os meus cumprimentos|com os melhores cumprimentos|melhores cumprimentos|saudações|cordiais saudações|abraço|abraços|um abraço|abs|cordialmente|grande abraço|"+
		"respeitosamente|até logo|até breve|com estima|at.te|tenha um bom dia|bom trabalho|beijos|beijinhos",
	"mit freundlichen grüßen|mit freundlichen gruessen|freundliche gruesse|viele gruesse|beste gruesse|liebe gruesse|herzliche gruesse|schoene gruesse|gruesse|mit freundlichem gruß|freundliche grüße|freundliche grüsse|viele grüße|viele grüsse|beste grüße|beste grüsse|liebe grüße|liebe grüsse|herzliche grüße|herzliche grüsse|"+
		"schöne grüße|gruß|gruss|grüße|grüsse|mfg|lg|vg|hg|bg|mit besten grüßen|mit herzlichen grüßen|mit lieben grüßen|mit vielen grüßen|hochachtungsvoll|es grüßt|es grüßt sie|einen schönen tag|schönen tag noch|"+
		"mit freundlichen grüssen|mit bestem gruß|freundlicher gruß|schöne grüsse|tschüss|bis bald|ihr|ihre|herzlich|herzlichst|sonnige grüße|auf wiedersehen|schönes wochenende|mit kollegialen grüßen|mit solidarischen grüßen",
	"cordiali saluti|distinti saluti|saluti|un saluto|un caro saluto|cari saluti|tanti saluti|cordialmente|a presto|buona giornata|buona serata|buon lavoro|i migliori saluti|i miei migliori saluti|in fede|con i migliori saluti|un cordiale saluto|ciao|un abbraccio|arrivederci",
	"met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|groet|groeten|groetjes|mvg|m.v.g.|hartelijke groet|hartelijke groeten|met hartelijke groet|met groet|hoogachtend|fijne dag|"+
		"beste groeten|beste groet|tot ziens|vr.gr.|vr. groet|een fijne dag|met dank",
	"pozdrawiam|z poważaniem|serdecznie pozdrawiam|pozdrawiam serdecznie|z wyrazami szacunku|pozdrowienia|z pozdrowieniami|łączę pozdrowienia|do widzenia|z uszanowaniem|miłego dnia|pozdr|do usłyszenia|dobrego dnia|z szacunkiem",
	"с уважением|с наилучшими пожеланиями|всего доброго|всего хорошего|с приветом|искренне ваш|искренне ваша|с благодарностью|до свидания|хорошего дня|удачи|ваш|с почтением|з повагою|з найкращими побажаннями|найкращі побажання|на все добре|с уважение|поздрави",
	"مع التحية|مع أطيب التحيات|مع خالص التحية|مع خالص التحيات|تحياتي|أطيب التحيات|مع التقدير|مع فائق الاحترام|وتفضلوا بقبول فائق الاحترام|والسلام عليكم|والسلام|مع الشكر|مع الشكر والتقدير|خالص التحيات|مع تحياتي|تقبلوا تحياتي|با احترام|با تشکر|ارادتمند",
	"此致|敬礼|此致敬礼|此致敬禮|祝好|谨启|敬上|顺祝商祺|順頌商祺|祝商祺|祝您工作愉快|祝工作顺利|祝您愉快|此致 敬礼|谨上|謹上|敬祝|顺颂|致敬|祝安好|最好的祝愿|祝一切顺利|此致问候",
	"よろしくお願いいたします|よろしくお願い致します|よろしくお願いします|宜しくお願いいたします|宜しくお願い致します|宜しくお願いします|どうぞよろしくお願いいたします|以上|敬具|草々|以上、よろしくお願いいたします|以上です|何卒よろしくお願いいたします|失礼いたします|よろしく",
	"감사합니다|안녕히 계세요|수고하세요|드림|올림|med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|vänlig hälsning|hälsningar|mvh|vänligen|hälsar|bästa hälsningar|med venlig hilsen|venlig hilsen|venlige hilsner|de bedste hilsner|bedste hilsner|hilsen|"+
		"mange hilsner|vh|med vennlig hilsen|vennlig hilsen|beste hilsen|hilsner|ystävällisin terveisin|terveisin|parhain terveisin|t.|terveiset|ystävällisesti|terkuin|kunnioittavasti|hyvästi|s pozdravem|s přáním hezkého dne|zdravím|s úctou|s pozdravom|hezký den|na shledanou|"+
		"saygılarımla|saygılar|iyi çalışmalar|sevgiler|iyi günler|üdvözlettel|tisztelettel|üdv|üdvözlet|cu stimă|cu respect|o zi bună|cu drag|με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|χαιρετισμούς|בברכה|תודה רבה|trân trọng|thân mến|thân ái|hormat saya|salam|salam hormat|"+
		"pozdrav|srdačan pozdrav|lep pozdrav|lijep pozdrav|s poštovanjem|s spoštovanjem|z lepimi pozdravi|pagarbiai|ar cieņu|lugupidamisega|salutacions|atentament|kveðja|bestu kveðjur",
)

// thanks close a letter too, but only when nothing else is on the line (a name after a comma at most).
var thanks = phrases("thanks|thank you|many thanks|thanks a lot|thanks so much|thank you very much|thank you so much|thanks in advance|thank you in advance|thanks again|thank you again|with thanks|thx|tks|tnx|ta|"+
	"thank you for your time|thank you for your attention",
	"merci|merci beaucoup|merci d'avance|merci par avance|merci bien|avec mes remerciements|d'avance merci|gracias|muchas gracias|gracias de antemano|mil gracias|desde ya muchas gracias|obrigado|obrigada|muito obrigado|muito obrigada|desde já agradeço|grato|grata|agradeço desde já",
	"danke|vielen dank|danke schön|dankeschön|besten dank|herzlichen dank|vielen dank im voraus|danke im voraus|vielen dank und viele grüße|danke und viele grüße|danke und gruß|danke & gruß|vielen herzlichen dank|vielen dank und beste grüße|vielen dank vorab|danke vorab|vielen dank für ihre hilfe|vielen dank für ihre mühe",
	"grazie|grazie mille|molte grazie|grazie in anticipo|grazie e cordiali saluti|ringrazio|bedankt|dank je|dank u|dank u wel|alvast bedankt|hartelijk dank|bij voorbaat dank|bvd|dziękuję|dzięki|z góry dziękuję|dziekuje bardzo|dziękuję bardzo|dziękuję i pozdrawiam",
	"спасибо|большое спасибо|заранее спасибо|заранее благодарю|благодарю|дякую|شكرا|شكراً|شكرا لكم|شكرا جزيلا|شكرا لك|متشکرم|谢谢|多谢|謝謝|非常感谢|谢谢您|谢谢大家|感谢|ありがとうございます|ありがとうございました|どうもありがとう|tack|tack på förhand|stort tack|tak|mange tak|på forhånd tak|takk|tusen takk|på forhånd takk|kiitos|kiitos etukäteen|kiitän|děkuji|děkuji předem|díky|ďakujem|teşekkürler|teşekkür ederim|şimdiden teşekkürler|köszönöm|köszönettel|mulțumesc|mulțumesc anticipat|ευχαριστώ|ευχαριστώ εκ των προτέρων|תודה|cảm ơn|terima kasih|hvala|gràcies|ačiū|paldies|aitäh")

// greetings open a letter.
var greetings = phrases("dear|hi|hello|hey|hi there|hello there|greetings|good morning|good afternoon|good evening|good day|hiya|morning|hi all|hello all|dear all|dear colleagues|dear members|esteemed|to whom it may concern|colleagues|folks|all",
	"bonjour|bonsoir|salut|cher|chère|chers|chères|coucou|bonjour à tous|bonjour à toutes et à tous|mesdames|madame|monsieur|messieurs|hola|buenos días|buenas tardes|buenas noches|buenas|estimado|estimada|estimados|estimadas|querido|querida|queridos|queridas|buen día|apreciado|apreciados",
	"olá|oi|bom dia|boa tarde|boa noite|caro|cara|caros|caras|prezado|prezada|prezados|prezadas|exmo|exma|exmos|viva|hallo|guten tag|guten morgen|guten abend|liebe|lieber|sehr geehrte|sehr geehrter|moin|servus|grüß gott|grüezi|werte|hallo zusammen|hi zusammen|geehrte",
	"ciao|salve|buongiorno|buonasera|buon giorno|gentile|gentili|egregio|egregi|cari|care|carissimi|carissime|beste|geachte|goedemorgen|goedemiddag|goedenavond|goedendag|dag|hoi|lieve|waarde",
	"cześć|witam|witaj|witajcie|dzień dobry|dobry wieczór|szanowni|szanowny|szanowna|drodzy|drogi|droga|здравствуйте|добрый день|доброе утро|добрый вечер|привет|уважаемый|уважаемая|уважаемые|дорогой|дорогая|дорогие|коллеги|всем привет|добрий день|вітаю|привіт|шановні|шановний|шановна|здравейте",
	"السلام عليكم|مرحبا|مرحباً|أهلا|أهلاً|عزيزي|عزيزتي|الأعزاء|السادة|السيد|السيدة|صباح الخير|مساء الخير|تحية طيبة|الزملاء|أعزائي|حضرات|سلام|با سلام|您好|你好|大家好|各位|各位好|尊敬的|亲爱的|親愛的|早上好|下午好|晚上好|诸位",
	"こんにちは|おはようございます|こんばんは|皆様|皆さま|皆さん|みなさま|みなさん|お世話になっております|お世話になります|いつもお世話になっております|お疲れ様です|拝啓|はじめまして|안녕하세요|hej|hejsan|god morgon|god dag|kära|käre|bästa|goddag|god morgen|kære|kjære|hei|moi|terve|hyvä|arvoisa|hyvää päivää|hyvät|dobrý den|ahoj|vážený|vážená|vážení|milý|milá|dobrý deň|merhaba|sayın|selam|iyi günler|değerli|szia|sziasztok|kedves|tisztelt|üdvözlöm|jó napot|bună|bună ziua|stimate|stimată|dragă|dragi|γεια|γεια σας|καλημέρα|καλησπέρα|αγαπητέ|αγαπητή|αγαπητοί|שלום|היי|שלום רב|xin chào|chào|kính gửi|halo|selamat pagi|yth|bok|pozdrav|poštovani|zdravo|spoštovani|labas|gerbiami|sveiki|tere|benvolgut|hola a tothom")

// sentWords, with a device beside them, make the line that a telephone adds ("Sent from my ...").
var sentWords = foldSet("sent|envoyé|envoyée|enviado|enviada|enviat|gesendet|geschickt|verschickt|inviato|inviata|spedito|verzonden|verstuurd|wysłane|wysłano|wysłana|wysłany|отправлено|отправлен|послано|надіслано|відправлено|изпратено|أرسلت|أرسل|أُرسلت|مرسل|مرسلة|" +
	"skickat|skickades|sendt|lähetetty|odesláno|odoslané|gönderildi|gönderilmiştir|küldve|trimis|στάλθηκε|εστάλη|απεστάλη|נשלח|gửi|dikirim|poslano|poslato|išsiųsta|nosūtīts|saadetud|written|composed|posted|typed|scritto|geschrieben|ارسال|from|von|erstellt|skrevet|sänt|lähetin")

// sentBy stand between such a word and a device.
var sentBy = foldSet("from|via|with|using|by|on|mit|von|vom|über|aus|per|de|du|d'un|depuis|avec|à|a|par|desde|con|do|da|dal|dalla|com|através|van|vanaf|vanuit|met|z|ze|za|с|со|из|через|з|із|от|من|عبر|בא|fra|från|med|av|på|my|mijn|mon|min|mein|az|od|s|pomocí|cu|din|pe|από|από|từ|dari|lewat|uz")

// deviceBrands are devices and mail programs, enough beside any sentWord; looked for inside words, as many languages
// inflect them.
var deviceBrands = phraseList("iphon|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|nokia|oneplus|motorola|xperia|lumia|outlook|smartphone|mobiltelefon|mobilgerät|mobiele telefoon|telefonem|telefonu|telefono|téléphone|teléfono|telemóvel|celular|cellulare|handy|" +
	"k-9|thunderbird|protonmail|proton mail|yahoo|gmail|airmail|mailspring|айфон|телефон|смартфон|планшет|هاتف|آيفون|جوال|puhelime|mobilen|mobilni|mobile|handheld|fairphone|fairemail|手机|手機|スマートフォン|スマホ|携帯|aquamail|bluemail|gmx|web.de|aol|tutanota|superhuman|my phone|my cell|my tablet")

// deviceWords are such only where the line begins with a sentWord and a sentBy.
var deviceWords = foldSet("mail|mailbox|phone|cell|tablet|device|windows|inbox|spark|nine|zoho|hotmail|webmail|telephone|telefon|dispositivo|gerät|portable|móvil|mobil|honor|vivo|oppo|redmi|lg|htc|sony|pixel|jolla|treo|palm|pda|ios|galaxy|mutt|postbox|blackberry|appareil|apparaat|urządzenia|устройства|почты|e-mail|email|app")

// sentPhrases are such lines whatever follows, if they are short.
var sentPhrases = phrases("sent from my|تم الإرسال من|đã gửi từ|đã được gửi từ|enviat des|enviat des de|envoyé de mon|envoyée de mon|envoyé depuis mon|envoyé à partir de mon|enviado desde mi|enviado do meu|enviado a partir do meu|gesendet von meinem|von meinem iphone gesendet|inviato dal mio|verzonden vanaf mijn|verstuurd vanaf mijn|отправлено с моего|надіслано з мого|" +
	"发自我的|从我的|從我的|寄自我的|來自我的|傳送自我的|sendt fra min|skickat från min|skickat från mitt|sendt fra mit|lähetetty iphone|odesláno z mého|trimis de pe|get outlook for|download outlook|télécharger outlook|obtener outlook para|obtenha o outlook|holen sie sich outlook|outlook für|downloaden outlook|outlook voor ios|scarica outlook|ottieni outlook|pobierz outlook|скачать outlook|获取 outlook|下载 outlook|取得 outlook|outlook for|hämta outlook|hent outlook|hanki outlook|" +
	"please excuse typos|please excuse brevity|please excuse my brevity|excuse typos|excuse my brevity|pardon typos|please pardon|sent on the go|envoyé avec la messagerie|sent with proton|sent with airmail|diese nachricht wurde von meinem|this email was sent from|virus-free")

// sentSuffixes end such lines in languages that put the verb last.
var sentSuffixes = phraseList("傳送|发送|發送|から送信|から送信されました|에서 보냄|에서 발송")

// disclaimerStrong stand in legal notices and hardly anywhere else; disclaimerWeak count beside them.
var disclaimerStrong = phraseList("intended recipient|intended solely for|intended only for|received this message in error|received this email in error|received this e-mail in error|received it in error|received this communication in error|received this transmission in error|"+
	"notify the sender|legally privileged|virus-free|scanned for viruses|consider the environment before|registered in england|views expressed in this|this e-mail and any|this email and any|this message and any",
	"destinataire prévu|reçu ce message par erreur|reçu cet e-mail par erreur|reçu ce courriel par erreur|avertir l'expéditeur|imprimer ce message|imprimer cet e-mail|recibido este mensaje por error|recibido este correo por error|ha recibido este|notifique al remitente|recebeu esta mensagem por engano|recebeu este e-mail por engano|"+
		"nicht der richtige adressat|diese e-mail irrtümlich|diese nachricht irrtümlich|irrtümlich erhalten|sitz der gesellschaft|ust-idnr|ricevuto questo messaggio per errore|ricevete questo messaggio per errore|ricevuta per errore|uso esclusivo del destinatario|bericht ten onrechte|e-mail ten onrechte|uitsluitend bestemd voor|niet voor u bestemd|"+
		"nie jest przeznaczona|nie jesteś adresatem|nie są państwo adresatem|получили это сообщение по ошибке|получили это письмо по ошибке|не являетесь получателем|отримали цей лист помилково|استلمت هذه الرسالة عن طريق الخطأ|وصلتك هذه الرسالة بالخطأ|如果您误收|若您误收|如您不是|如果您不是|非指定收件人|誤って受信|誤って届いた|fått detta meddelande av misstag|modtaget denne e-mail ved en fejl|mottatt denne e-posten ved en feil|olette saanut tämän viestin vahingossa|obdrželi tento e-mail omylem")
var disclaimerWeak = phraseList("confidential|confidentiality|privileged|disclaimer|unauthorized|unauthorised|any attachments|its attachments|delete this|delete it|prohibited|disclosure|confidentiel|confidentielle|confidentialité|destinataire|par erreur|pièces jointes|confidencial|confidencialidad|destinatario|archivos adjuntos|" +
	"confidencialidade|destinatário|por engano|vertraulich|vertrauliche|empfänger|unbefugte|vernichten sie|handelsregister|amtsgericht|geschäftsführer|riservato|riservate|riservata|per errore|allegati|d.lgs|vertrouwelijk|geadresseerde|bijlagen|poufne|poufna|adresata|конфиденциальн|получател|адресат|по ошибке|вложения|" +
	"سرية|المرسل إليه|المرفقات|保密|机密|機密|删除|附件|秘密|削除|konfidentiell|fortrolig|luottamuksellinen|důvěrn")

// answerWords open a line that must never be taken for a signature, however short it is.
var answerWords = phrases("yes|no|q|question|point|item|re|ps|p.s|p.s.|pps|nb|n.b.|agree|agreed|disagree|support|+1|-1|oui|non|sí|si|sim|não|ja|nein|nee|tak|nie|да|нет|نعم|لا|是|否|同意|不同意|はい|いいえ|賛成|反対|ok|okay|maybe|edit|update|also|however|but|note|objection|i|we|" +
	"问题|問題|質問|pregunta|frage|domanda|vraag|pytanie|вопрос|سؤال|questão|pergunta|one more|nota|nachtrag|post scriptum|d'accord|de acuerdo|concordo|einverstanden|d'accordo|akkoord|zgoda|согласен|согласна|موافق")
